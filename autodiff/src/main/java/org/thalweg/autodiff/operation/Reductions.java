package org.thalweg.autodiff.operation;

import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Reduction;
import org.thalweg.autodiff.array.Shape;

/// What many elements are as one: over all axes where none is named, else over those named
/// (negative ones counted from the end), which are dropped from the shape. `…Kept` leaves them with
/// size 1, so that the result broadcasts against the tensor.
///
/// Sums are exact to about one rounding, whatever the length, and have the same bits on any number
/// of threads. Every method throws `IllegalArgumentException` where there is no such axis.
public interface Reductions {
  /// Σ x; 0 over nothing.
  default Tensor sum(int... axes) {
    return dropped(sumKept(axes), axes);
  }

  /// Σ x, the axes left with size 1.
  default Tensor sumKept(int... axes) {
    return apply(Reduction.SUM, axes);
  }

  /// The sum over the axes along which a smaller shape was broadcast to this one: its inverse.
  ///
  /// @throws IllegalArgumentException where that shape does not broadcast to this one
  default Tensor sumTo(Shape shape) {
    Tensor x = (Tensor) this;
    int[] axes = ShapeOp.broadcastAxes(shape, x.shape());
    return axes.length == 0 ? x : x.sumKept(axes).reshape(shape.sizes());
  }

  /// (1/n) Σ x; NaN over nothing.
  default Tensor mean(int... axes) {
    return dropped(meanKept(axes), axes);
  }

  /// (1/n) Σ x, the axes left with size 1.
  default Tensor meanKept(int... axes) {
    return sumKept(axes).over(count(axes));
  }

  /// (1/n) Σ (x − mean)², in two passes: the biased form, divided by n.
  default Tensor variance(int... axes) {
    return dropped(varianceKept(axes), axes);
  }

  /// The variance, the axes left with size 1.
  default Tensor varianceKept(int... axes) {
    Tensor x = (Tensor) this;
    return x.minus(x.meanKept(axes)).square().meanKept(axes);
  }

  /// The largest element; NaN wins; equal ones share the gradient evenly.
  ///
  /// @throws IllegalArgumentException over nothing
  default Tensor max(int... axes) {
    return dropped(maxKept(axes), axes);
  }

  /// The largest element, the axes left with size 1.
  default Tensor maxKept(int... axes) {
    return apply(Reduction.MAX, axes);
  }

  /// The smallest element; NaN wins; equal ones share the gradient evenly.
  ///
  /// @throws IllegalArgumentException over nothing
  default Tensor min(int... axes) {
    return dropped(minKept(axes), axes);
  }

  /// The smallest element, the axes left with size 1.
  default Tensor minKept(int... axes) {
    return apply(Reduction.MIN, axes);
  }

  /// ln Σ eˣ, without overflow; −∞ over nothing, and over nothing but −∞, where the gradient is 0.
  default Tensor logSumExp(int... axes) {
    return dropped(logSumExpKept(axes), axes);
  }

  /// ln Σ eˣ, the axes left with size 1.
  default Tensor logSumExpKept(int... axes) {
    Tensor x = (Tensor) this;
    return Tensor.apply(new SoftmaxOp.LogSumExp(AxisList.of(x.shape().axes(axes))), x);
  }

  /// eˣ ÷ Σ eˣ along an axis, without overflow; 0 for −∞, and NaN where there is nothing but −∞.
  default Tensor softmax(int axis) {
    Tensor x = (Tensor) this;
    return Tensor.apply(new SoftmaxOp.Softmax(x.shape().axis(axis)), x);
  }

  /// x − ln Σ eˣ along an axis, without overflow; NaN where there is nothing but −∞.
  default Tensor logSoftmax(int axis) {
    Tensor x = (Tensor) this;
    return Tensor.apply(new SoftmaxOp.LogSoftmax(x.shape().axis(axis)), x);
  }

  /// The negative logarithm of the probability that the softmax of each row of logits gives to its
  /// label: `[batch, classes]` and INT32 labels `[batch]` to `[batch]`.
  ///
  /// ```
  /// ℓ = ln Σⱼ exp(zⱼ) − z[label]
  /// ```
  ///
  /// @throws IllegalArgumentException where shapes do not fit or a label is not in 0 … classes − 1
  default Tensor crossEntropy(Tensor labels) {
    return Tensor.apply(new SoftmaxOp.CrossEntropy(), (Tensor) this, labels);
  }

  /// The index of the largest element along an axis as INT32, the first of equal ones, NaN before
  /// all; the axis is dropped.
  ///
  /// @throws IllegalArgumentException where the axis has size 0
  default Tensor argmax(int axis) {
    Tensor x = (Tensor) this;
    return Tensor.apply(new ReductionOp.ArgMax(x.shape().axis(axis)), x);
  }

  private Tensor apply(Reduction reduction, int... axes) {
    Tensor x = (Tensor) this;
    AxisList list = AxisList.of(x.shape().axes(axes));
    return Tensor.apply(
        reduction == Reduction.SUM
            ? new ReductionOp.Sum(list)
            : new ReductionOp.Extreme(reduction, list),
        x);
  }

  private Tensor dropped(Tensor kept, int... axes) {
    Tensor x = (Tensor) this;
    return kept.reshape(x.shape().reduced(x.shape().axes(axes), false).sizes());
  }

  private double count(int... axes) {
    Tensor x = (Tensor) this;
    double count = 1;
    for (int axis : x.shape().axes(axes)) {
      count *= x.shape().size(axis);
    }
    return count;
  }
}
