package org.thalweg.autodiff.buffer;

import java.util.List;
import java.util.function.UnaryOperator;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.operation.Op;

/// A named tensor of a model that training changes and that has no gradient: a running statistic.
///
/// A pass reads it and changes nothing. What the pass has seen goes with the gradients to the step,
/// which writes it once:
///
/// ```java
/// Buffer mean = new Buffer("norm.mean", Tensor.zeros(3));
/// Tensor seen = x.mean(0).snapshot();
/// Tensor y =
///     Buffer.onStep(
///         x.minus(seen),
///         List.of(mean),
///         old -> List.of(old.get(0).times(0.9).plus(seen.times(0.1))));
/// optimizer.step(y.times(w).sum().backward());    // Now mean has moved.
/// ```
///
/// So a pass without a step changes nothing, be it a gradient check or the second computation of a
/// [checkpoint][org.thalweg.autodiff.Checkpoint]; nor does a step that fails or is left out. Values
/// are replaced, not overwritten: what was computed with the former ones can still be
/// differentiated.
public final class Buffer {
  private record OnStep(BufferUpdates updates) implements Op.Custom {
    @Override
    public Result apply(Tensor... inputs) {
      return new Result(inputs[0].array(), (_, _) -> g -> g);
    }

    @Override
    public boolean takesBroadcastGradient() {
      return true;
    }
  }

  private final String name;
  private volatile Tensor value;

  /// A buffer that starts at these values, copied.
  ///
  /// @param name its path in a model, such as `encoder.0.running_mean`
  /// @throws IllegalArgumentException for an empty name
  public Buffer(String name, Tensor value) {
    if (name.isBlank()) {
      throw new IllegalArgumentException(
          "buffer: ["
              + name
              + "] cannot be a name: use its path in a model, such as encoder.0.running_mean");
    }
    this.name = name;
    this.value = value.snapshot();
  }

  /// The name, a path in its model.
  public String name() {
    return name;
  }

  /// The values now. Those of the tensor that is returned do not change.
  public Tensor value() {
    return value;
  }

  /// Takes other values, copied.
  ///
  /// @throws IllegalArgumentException where shape or type differ
  public void assign(Tensor values) {
    check(values);
    value = values.snapshot();
  }

  void check(Tensor values) {
    if (values.dtype() != value.dtype() || !values.shape().equals(value.shape())) {
      throw new IllegalArgumentException(
          "buffer: ["
              + name
              + "] is "
              + value.dtype()
              + " "
              + value.shape()
              + " and the values are "
              + values.dtype()
              + " "
              + values.shape()
              + ": convert or reshape them");
    }
  }

  /// The same tensor, and what is to be written by the step that is made of gradients through it.
  ///
  /// The function is called by that step with the values that the buffers then have: once, and once
  /// more where another thread writes at the same time. Several passes before one step, and several
  /// uses of one layer in a pass, follow each other in the order in which they were computed.
  ///
  /// @param y what a layer gives: recorded as a leaf where no gradient would reach it
  /// @param buffers what is written
  /// @param next from their values to the next ones, in the same order, shapes and types; what it
  ///   keeps of the pass should be a [snapshot][Tensor#snapshot()], which outlives the pass and its
  ///   graph
  /// @throws IllegalArgumentException where y is INT32, which has no gradient, or a buffer is given
  ///   twice
  public static Tensor onStep(Tensor y, List<Buffer> buffers, UnaryOperator<List<Tensor>> next) {
    return Tensor.apply(
        new OnStep(BufferUpdates.of(buffers, next)), y.isTracked() ? y : y.tracked());
  }

  /// The name, the type, the shape and the values.
  @Override
  public String toString() {
    return name + " " + value;
  }
}
