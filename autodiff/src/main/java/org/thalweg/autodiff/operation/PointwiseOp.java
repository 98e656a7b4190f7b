package org.thalweg.autodiff.operation;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Elementwise;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.array.sweep.SummedColumns;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.PointwisePullback;

/// Every pointwise operation: a formula applied to tensors that broadcast.
public record PointwiseOp(Formula formula) implements Op {
  @Override
  public Result apply(Tensor... inputs) {
    if (formula.outputs().size() != 1) {
      throw new IllegalArgumentException(
          formula.name()
              + ": a formula of "
              + formula.outputs().size()
              + " outputs is not one tensor: use Elementwise.applyInto, or split it");
    }
    return new Result(
        Elementwise.apply(formula, arrays(inputs)),
        (input, output) -> pullback(inputs, input, output));
  }

  @Override
  public List<Array> branches(Tensor... inputs) {
    Formula decisions = formula.branches().orElse(null);
    if (decisions == null) {
      return List.of();
    }
    Array[] arrays = arrays(inputs);
    Shape shape = arrays[0].shape();
    for (Array array : arrays) {
      shape = shape.broadcast(array.shape(), formula.name());
    }
    Array[] outputs = new Array[decisions.outputs().size()];
    for (int k = 0; k < outputs.length; k++) {
      outputs[k] = Array.uninitialised(arrays[0].dtype(), shape);
    }
    Elementwise.applyInto(decisions, arrays, outputs);
    return List.of(outputs);
  }

  private static Array[] arrays(Tensor[] tensors) {
    Array[] arrays = new Array[tensors.length];
    for (int k = 0; k < arrays.length; k++) {
      arrays[k] = tensors[k].array();
    }
    return arrays;
  }

  @Override
  public String name() {
    return formula.name();
  }

  @Override
  public long flops(List<Tensor> inputs, Tensor output) {
    return (long) formula.flops() * output.elements();
  }

  @Override
  public boolean takesBroadcastGradient() {
    return true;
  }

  /// A formula applied to a tensor and numbers or other tensors.
  static Tensor apply(Formula formula, Object a, Tensor... others) {
    Tensor[] inputs = new Tensor[others.length + 1];
    inputs[0] = (Tensor) a;
    System.arraycopy(others, 0, inputs, 1, others.length);
    return Tensor.apply(formula, inputs);
  }

  /// A formula applied to a tensor and a number, which takes its type.
  static Tensor apply(Formula formula, Object a, double b) {
    return Tensor.apply(formula, (Tensor) a, number(a, b));
  }

  /// A number in the type of a tensor.
  static Tensor number(Object a, double value) {
    DType dtype = ((Tensor) a).dtype();
    // Any whole number will do where the formula is about to refuse the type.
    return Tensor.scalar(dtype, dtype.isFloating() ? value : 0);
  }

  private @Nullable Pullback pullback(Tensor[] inputs, int input, Tensor output) {
    PointwisePullback pullback = formula.pullback(input);
    if (pullback == null) {
      return null;
    }
    if (pullback.isIdentity()) {
      return g -> g;
    }
    List<Integer> needs = pullback.needs();
    @Nullable Tensor[] kept = new Tensor[needs.size()];
    for (int k = 0; k < kept.length; k++) {
      int need = needs.get(k);
      kept[k] =
          switch (need) {
            case PointwisePullback.GRADIENT -> null;
            case PointwisePullback.OUTPUT -> output;
            default -> inputs[need];
          };
    }
    return new Gradient(formula, input, pullback, kept, output.shape(), inputs[input].shape());
  }

  /// The pullback to one input, with what it uses of the inputs and the output.
  private static final class Gradient implements Shared {
    private final Formula whole;
    private final int input;
    private final PointwisePullback pullback;

    /// By need; `null` for the gradient of the output.
    private final @Nullable Tensor[] kept;

    private final Shape shape;
    private final Shape target;

    /// @param shape of the output
    /// @param target of the input
    Gradient(
        Formula whole,
        int input,
        PointwisePullback pullback,
        @Nullable Tensor[] kept,
        Shape shape,
        Shape target) {
      this.whole = whole;
      this.input = input;
      this.pullback = pullback;
      this.kept = kept;
      this.shape = shape;
      this.target = target;
    }

    @Override
    public Tensor apply(Tensor g) {
      Tensor[] operands = new Tensor[kept.length];
      for (int k = 0; k < kept.length; k++) {
        Tensor there = kept[k];
        operands[k] = there == null ? g : there;
      }
      return Tensor.apply(pullback.formula(), operands);
    }

    @Override
    public Tensor[] together(List<? extends Shared> all, Tensor g) {
      Map<Integer, Array> known = new HashMap<>();
      long inputs = 0;
      Shape[] targets = new Shape[all.size()];
      for (int j = 0; j < targets.length; j++) {
        Gradient one = (Gradient) all.get(j);
        targets[j] = one.target;
        inputs |= 1L << one.input;
        for (int k = 0; k < one.kept.length; k++) {
          Tensor there = one.kept[k];
          known.put(one.pullback.needs().get(k), (there == null ? g : there).array());
        }
      }
      PointwisePullback shared = whole.pullbacks(inputs);
      Array[] operands = shared.needs().stream().map(known::get).toArray(Array[]::new);
      Array[] gradients = SummedColumns.apply(shared.formula(), shape, targets, operands);
      return Arrays.stream(gradients).map(Tensor::of).toArray(Tensor[]::new);
    }
  }
}
