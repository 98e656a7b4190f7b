package org.thalweg.autodiff.operation;

import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.buffer.Buffer;
import org.thalweg.autodiff.buffer.BufferUpdates;

/// An operation on tensors: a value without state that computes another tensor, and says how the
/// gradient of that reaches each of its inputs.
///
/// ```java
/// record Twice() implements Op.Custom {
///   public Result apply(Tensor... in) {
///     Array y = Elementwise.apply(DOUBLE, in[0].array());
///     return new Result(y, (input, output) -> g -> g.times(2));
///   }
/// }
/// Tensor y = Tensor.apply(new Twice(), x);
/// ```
public sealed interface Op
    permits PointwiseOp,
        PointwiseOp.Summed,
        ReductionOp,
        ShapeOp,
        IndexOp,
        ProductOp,
        SoftmaxOp,
        Op.Custom {
  /// Computes the value. Inputs are not changed; a pullback keeps only what it uses of them.
  ///
  /// @throws IllegalArgumentException where the inputs do not fit
  Result apply(Tensor... inputs);

  /// The name in messages and pictures of the graph: that of the fluent method.
  default String name() {
    String simple = getClass().getSimpleName();
    return simple.isEmpty()
        ? "custom"
        : Character.toLowerCase(simple.charAt(0)) + simple.substring(1);
  }

  /// Whether pullbacks to inputs in the shape of the output, and a joint one, may be given a
  /// gradient that still has to be broadcast to that shape, as pointwise ones may. That saves
  /// writing one number many times.
  default boolean takesBroadcastGradient() {
    return false;
  }

  /// What the operation decides from the values of its inputs: which side of a kink each element is
  /// on, which of them is the largest. Numbers that stay the same, bit for bit, as long as the
  /// function is smooth; none where it has no kinks. Nothing but a gradient checker asks.
  default List<Array> branches(Tensor... inputs) {
    return List.of();
  }

  /// The number of floating-point operations that one application takes: an addition, a product, a
  /// quotient, a comparison and a function such as exp count one each, a fused multiply-add two,
  /// and what only moves or looks up numbers nothing. [PointwiseOp] counts the operators of its
  /// formula as it is written, a matrix product 2·m·k·n, a reduction one for each element of its
  /// input.
  ///
  /// @param inputs what it was applied to
  /// @param output what it gave
  /// @return 0 unless an operation says otherwise
  default long flops(List<Tensor> inputs, Tensor output) {
    return 0;
  }

  /// What a step writes that is made of gradients which came through here; nothing but what
  /// [Buffer#onStep] says.
  default BufferUpdates updates() {
    return BufferUpdates.NONE;
  }

  /// What an operation gives.
  ///
  /// @param value the value, in memory of its own or shared with an input
  /// @param backward how gradients go back
  record Result(Array value, Backward backward) {}

  /// Makes the pullbacks of one application.
  @FunctionalInterface
  interface Backward {
    /// The pullback to one input; `null` where no gradient goes there. Called at once, and only for
    /// inputs whose gradient may be wanted.
    ///
    /// @param input the index of the input
    /// @param output the tensor that was computed, for pullbacks that use it
    @Nullable Pullback to(int input, Tensor output);

    /// The pullbacks to all inputs as one; `null` where each is asked for by itself. Called at
    /// once.
    ///
    /// @param output the tensor that was computed, for pullbacks that use it
    /// @param operands what the operation was applied to: gradients may be wanted of those that are
    ///   tracked
    default @Nullable Joint joint(Tensor output, Tensor... operands) {
      return null;
    }
  }

  /// Takes the gradient of an output to that of an input.
  @FunctionalInterface
  interface Pullback {
    /// The gradient of the input: made of tensor operations, so that it can be differentiated
    /// again. It has the shape of the input, or one that broadcasts to it.
    ///
    /// @param g the gradient of the output, in its shape
    Tensor apply(Tensor g);
  }

  /// A pullback that can give its gradient as an array, added to what other users of the input have
  /// given.
  interface Adding extends Pullback {
    /// `sofar` and the gradient, bit for bit their sum. Asked for only where nothing is recorded
    /// and nobody listens: it needs no operations of its own.
    ///
    /// @param sofar in the shape of the input; `null` where there is nothing yet
    /// @param g the gradient of the output, in its shape
    Tensor addedTo(@Nullable Tensor sofar, Tensor g);
  }

  /// Takes the gradient of an output to those of all inputs at once, for an operation whose
  /// gradients share work.
  ///
  /// ```java
  /// return new Result(y, (Op.Joint) (g, isWanted) -> gradients(x, w, g));
  /// ```
  interface Joint extends Backward {
    /// The gradients of the inputs, each as from a [Pullback].
    ///
    /// @param g the gradient of the output, in its shape; in one that broadcasts to it where the
    ///   operation [takes][#takesBroadcastGradient] that
    /// @param isWanted by input: whether its gradient is used
    /// @return by input; `null` where it is not wanted, or where no gradient goes
    @Nullable Tensor[] pull(Tensor g, IntPredicate isWanted);

    /// The same gradients, bit for bit, in the fastest way. Asked for only where nothing is
    /// recorded and nobody listens, so that they need not be made of tensor operations. (Where
    /// [#pull] looks at [NoGradient][org.thalweg.autodiff.NoGradient] itself, a listener is told of
    /// less, too.)
    default @Nullable Tensor[] pullUnwatched(Tensor g, IntPredicate isWanted) {
      return pull(g, isWanted);
    }

    /// Whether a gradient goes to an input at all, whatever its values. Asked once for each input
    /// whose gradient may be wanted, when the operation is recorded.
    default boolean reaches(int input) {
      return true;
    }

    @Override
    default Joint joint(Tensor output, Tensor... operands) {
      return this;
    }

    /// The pullback to one input alone; a backward pass uses [#pull].
    @Override
    default @Nullable Pullback to(int input, Tensor output) {
      return reaches(input) ? g -> only(input, pull(g, k -> k == input)[input]) : null;
    }

    private static Tensor only(int input, @Nullable Tensor gradient) {
      if (gradient == null) {
        throw new IllegalStateException(
            "pullback: it gave no gradient for input "
                + input
                + ": say so in reaches("
                + input
                + ")");
      }
      return gradient;
    }
  }

  /// An operation written outside of this library, with the rights of those inside.
  non-sealed interface Custom extends Op {}
}
