package org.thalweg.autodiff.operation;

import java.util.Arrays;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Reduction;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Formulas;

/// What many elements are as one: over all axes where none is named, else over those named
/// (negative ones counted from the end), which are dropped from the shape. `…Kept` leaves them with
/// size 1, so that the result broadcasts against the tensor. And what is found along one axis:
/// running sums, places, order.
///
/// A sum is off by 17·2⁻²⁴·Σ|x| at most in FLOAT32, whatever the length, and by 2⁻²³·Σ|x| as a
/// rule: elements are added in chains of 16 in their own precision, and chains in double precision.
/// It is infinite or NaN where a chain overflows, even if other elements would bring it back. The
/// bits are the same on any number of threads. Every method throws `IllegalArgumentException` where
/// there is no such axis or, but for sorting, the type is INT32.
public interface Reductions {
  /// Σ x; 0 over nothing.
  default Tensor sum(int... axes) {
    return sum(false, axes);
  }

  /// Σ x, the axes left with size 1.
  default Tensor sumKept(int... axes) {
    return sum(true, axes);
  }

  private Tensor sum(boolean keep, int... axes) {
    Shape shape = ((Tensor) this).shape();
    int[] over = shape.axes("sum", axes);
    return summed(shape.reduced(over, keep), over);
  }

  private Tensor summed(Shape shape, int... axes) {
    return Tensor.apply(new ReductionOp.Sum(ReductionOp.AxisList.of(axes), shape), floating("sum"));
  }

  /// The sum over the axes along which a smaller shape was broadcast to this one: its inverse.
  /// Where nothing was repeated the same values in that shape.
  ///
  /// @throws IllegalArgumentException where that shape does not broadcast to this one
  default Tensor sumTo(Shape shape) {
    Tensor x = (Tensor) this;
    int[] axes = shape.repeatedAxes(x.shape(), "sumTo");
    if (axes.length == 0) {
      return x;
    }
    boolean isRepeated = shape.elements() != floating("sum").elements();
    return isRepeated ? summed(shape, axes) : ShapeOp.reshaped(x, shape);
  }

  /// Π x; 1 over nothing. Its gradient has no division, and is right where elements are 0.
  default Tensor prod(int... axes) {
    return dropped(prodKept(axes), axes);
  }

  /// Π x, the axes left with size 1.
  default Tensor prodKept(int... axes) {
    Tensor x = floating("prod");
    int[] over = x.shape().axes("prod", axes);
    return Tensor.apply(new ReductionOp.Product(1), together(over))
        .reshape(x.shape().reduced(over, true).sizes());
  }

  /// (1/n) Σ x; NaN over nothing.
  default Tensor mean(int... axes) {
    return mean(false, axes);
  }

  /// (1/n) Σ x, the axes left with size 1.
  default Tensor meanKept(int... axes) {
    return mean(true, axes);
  }

  private Tensor mean(boolean keep, int... axes) {
    Tensor x = floating("mean");
    int[] over = x.shape().axes("mean", axes);
    Shape shape = x.shape().reduced(over, keep);
    return Tensor.apply(new ReductionOp.Mean(ReductionOp.AxisList.of(over), shape), x);
  }

  /// (1/n) Σ (x − mean)², in two passes: the biased form, divided by n.
  default Tensor variance(int... axes) {
    return dropped(varianceKept(axes), axes);
  }

  /// The variance, the axes left with size 1.
  default Tensor varianceKept(int... axes) {
    return PointwiseOp.mean(Formulas.SQUARE, true, axes, centred("variance", axes));
  }

  /// (1/(n − 1)) Σ (x − mean)²: the unbiased form. NaN where n < 2.
  default Tensor sampleVariance(int... axes) {
    return dropped(sampleVarianceKept(axes), axes);
  }

  /// The unbiased variance, the axes left with size 1.
  default Tensor sampleVarianceKept(int... axes) {
    Tensor centred = centred("sampleVariance", axes);
    return PointwiseOp.sum(Formulas.SQUARE, true, axes, centred)
        .over(lessOne("sampleVariance", axes));
  }

  /// √((1/n) Σ (x − mean)²), without overflow. Where all elements are equal it is exactly 0, and
  /// its gradient is 0.
  default Tensor standardDeviation(int... axes) {
    return dropped(standardDeviationKept(axes), axes);
  }

  /// The standard deviation, the axes left with size 1.
  default Tensor standardDeviationKept(int... axes) {
    return centred("standardDeviation", axes)
        .normKept(2, axes)
        .over(Math.sqrt(count("standardDeviation", axes)));
  }

  /// √((1/(n − 1)) Σ (x − mean)²), as [#standardDeviation]. NaN where n < 2.
  default Tensor sampleStandardDeviation(int... axes) {
    return dropped(sampleStandardDeviationKept(axes), axes);
  }

  /// The standard deviation of a sample, the axes left with size 1.
  default Tensor sampleStandardDeviationKept(int... axes) {
    Tensor centred = centred("sampleStandardDeviation", axes);
    return centred.normKept(2, axes).over(Math.sqrt(lessOne("sampleStandardDeviation", axes)));
  }

  private Tensor centred(String operation, int... axes) {
    return Tensor.apply(new ReductionOp.Centred(list(operation, axes)), floating(operation));
  }

  /// The p-norm, without overflow; 0 over nothing (for an infinite p that is refused).
  ///
  /// ```
  /// (Σ |x|ᵖ)^(1/p)        p = ∞: max |x|    p = −∞: min |x|    p = 0: how many are not 0
  /// ```
  ///
  /// The gradient is 0 where the norm is, and for p < 2 in elements that are 0; equal extremes
  /// share it evenly.
  ///
  /// @param p positive, 0, or −∞
  /// @throws IllegalArgumentException for another p
  default Tensor norm(double p, int... axes) {
    return dropped(normKept(p, axes), axes);
  }

  /// The p-norm, the axes left with size 1.
  ///
  /// @throws IllegalArgumentException for a p that is negative and finite, or NaN
  default Tensor normKept(double p, int... axes) {
    Tensor x = floating("norm");
    if (!(p >= 0) && p != Double.NEGATIVE_INFINITY) {
      throw new IllegalArgumentException(
          "norm: p = " + p + " gives no norm: use a positive p, 0 or an infinity");
    }
    ReductionOp.AxisList list = list("norm", axes);
    if (p == 0) {
      return Tensor.apply(ReductionOp.COUNTED, x).sumKept(axes);
    }
    if (!Double.isInfinite(p)) {
      return Tensor.apply(new ReductionOp.Norm(p, list), x);
    }
    Shape kept = x.shape().reduced(list.toArray(), true);
    if (x.elements() == 0 && kept.elements() > 0) {
      throw new IllegalArgumentException(
          "norm: shape "
              + x.shape()
              + " has nothing along axes "
              + list
              + " and p is infinite: check that it is not empty");
    }
    return p > 0 ? x.abs().maxKept(axes) : x.abs().minKept(axes);
  }

  /// x ÷ max(‖x‖₂, 10⁻¹²) along an axis: vectors of length 1; 0 stays 0.
  default Tensor normalized(int axis) {
    Tensor x = floating("normalized");
    int counted = x.shape().axis("normalized", axis);
    return x.over(x.normKept(2, counted).clamp(1e-12, Double.POSITIVE_INFINITY));
  }

  /// The largest element; NaN wins; equal ones share the gradient evenly.
  ///
  /// @throws IllegalArgumentException over nothing
  default Tensor max(int... axes) {
    return dropped(maxKept(axes), axes);
  }

  /// The largest element, the axes left with size 1.
  default Tensor maxKept(int... axes) {
    return Tensor.apply(new ReductionOp.Extreme(Reduction.MAX, list("max", axes)), floating("max"));
  }

  /// The smallest element; NaN wins; equal ones share the gradient evenly.
  ///
  /// @throws IllegalArgumentException over nothing
  default Tensor min(int... axes) {
    return dropped(minKept(axes), axes);
  }

  /// The smallest element, the axes left with size 1.
  default Tensor minKept(int... axes) {
    return Tensor.apply(new ReductionOp.Extreme(Reduction.MIN, list("min", axes)), floating("min"));
  }

  /// 1 where some element is not 0, else 0; 0 over nothing. NaN is not 0. The gradient is 0.
  default Tensor any(int... axes) {
    return dropped(anyKept(axes), axes);
  }

  /// Whether some element is not 0, the axes left with size 1.
  default Tensor anyKept(int... axes) {
    return Tensor.apply(new ReductionOp.Quantifier(false, list("any", axes)), floating("any"));
  }

  /// 1 where no element is 0, else 0; 1 over nothing. NaN is not 0. The gradient is 0.
  default Tensor all(int... axes) {
    return dropped(allKept(axes), axes);
  }

  /// Whether no element is 0, the axes left with size 1.
  default Tensor allKept(int... axes) {
    return Tensor.apply(new ReductionOp.Quantifier(true, list("all", axes)), floating("all"));
  }

  /// Running sums along an axis: element j is x₀ + … + xⱼ, added up in double precision.
  default Tensor cumsum(int axis) {
    Tensor x = floating("cumsum");
    return Tensor.apply(new ReductionOp.RunningSum(x.shape().axis("cumsum", axis), false), x);
  }

  /// Running products along an axis: element j is x₀ · … · xⱼ. The gradient is right where elements
  /// are 0.
  default Tensor cumprod(int axis) {
    Tensor x = floating("cumprod");
    return Tensor.apply(new ReductionOp.RunningProduct(x.shape().axis("cumprod", axis)), x);
  }

  /// ln Σ eˣ, without overflow; −∞ over nothing, and over nothing but −∞, where the gradient is 0.
  default Tensor logSumExp(int... axes) {
    return dropped(logSumExpKept(axes), axes);
  }

  /// ln Σ eˣ, the axes left with size 1.
  default Tensor logSumExpKept(int... axes) {
    return Tensor.apply(new SoftmaxOp.LogSumExp(list("logSumExp", axes)), floating("logSumExp"));
  }

  /// eˣ ÷ Σ eˣ along an axis, without overflow; 0 for −∞, and NaN where there is nothing but −∞.
  default Tensor softmax(int axis) {
    Tensor x = floating("softmax");
    return Tensor.apply(new SoftmaxOp.Softmax(x.shape().axis("softmax", axis)), x);
  }

  /// x − ln Σ eˣ along an axis, without overflow; NaN where there is nothing but −∞.
  default Tensor logSoftmax(int axis) {
    Tensor x = floating("logSoftmax");
    return Tensor.apply(new SoftmaxOp.LogSoftmax(x.shape().axis("logSoftmax", axis)), x);
  }

  /// The negative logarithm of the probability that the softmax of each row of logits gives to its
  /// label: `[batch, classes]` and INT32 labels `[batch]` to `[batch]`.
  ///
  /// ```
  /// ℓ = ln Σⱼ exp(zⱼ) − z[label]
  /// ```
  ///
  /// @throws IllegalArgumentException where shapes do not fit, there are no classes, or a label is
  ///   not in 0 … classes − 1
  default Tensor crossEntropy(Tensor labels) {
    return Tensor.apply(new SoftmaxOp.CrossEntropy(), floating("crossEntropy"), labels);
  }

  /// The index of the largest element along an axis as INT32, the first of equal ones, NaN before
  /// all; the axis is dropped.
  ///
  /// @throws IllegalArgumentException where the axis has size 0
  default Tensor argmax(int axis) {
    return position("argmax", Reduction.MAX, axis);
  }

  /// The index of the smallest element along an axis as INT32, the first of equal ones, NaN before
  /// all; the axis is dropped.
  ///
  /// @throws IllegalArgumentException where the axis has size 0
  default Tensor argmin(int axis) {
    return position("argmin", Reduction.MIN, axis);
  }

  private Tensor position(String operation, Reduction reduction, int axis) {
    Tensor x = (Tensor) this;
    int counted = x.shape().axis(operation, axis);
    return Tensor.apply(new ReductionOp.Position(reduction, counted), x);
  }

  /// The indices along an axis, as INT32, that put its elements in ascending order. Equal elements
  /// (the zeros are equal) stay in their order, NaN is larger than all numbers.
  default Tensor argsort(int axis) {
    return ranks("argsort", axis, false, size("argsort", axis));
  }

  /// The elements along an axis in ascending or descending order, and where they were. Equal
  /// elements (the zeros are equal) stay in their order, NaN is larger than all numbers.
  default Ranked sort(int axis, boolean isDescending) {
    return ranked(axis, ranks("sort", axis, isDescending, size("sort", axis)));
  }

  /// The k largest elements along an axis, the largest first, and where they were: the first k of
  /// [#sort].
  ///
  /// @throws IllegalArgumentException where k is not in 0 … n
  default Ranked topK(int k, int axis) {
    return ranked(axis, ranks("topK", axis, true, k));
  }

  /// The median along an axis, which is dropped: of an even number of elements the lower one; NaN
  /// where there is one. The gradient goes to the first of equal ones.
  ///
  /// @throws IllegalArgumentException where the axis has size 0
  default Tensor median(int axis) {
    Tensor x = (Tensor) this;
    Tensor places = Tensor.apply(new ReductionOp.Median(x.shape().axis("median", axis)), x);
    return dropped(ranked(axis, places).values(), axis);
  }

  private Tensor ranks(String operation, int axis, boolean isDescending, int count) {
    Tensor x = (Tensor) this;
    int counted = x.shape().axis(operation, axis);
    return Tensor.apply(new ReductionOp.Sorted(counted, isDescending, count, operation), x);
  }

  private Ranked ranked(int axis, Tensor places) {
    return new Ranked(((Tensor) this).gather(axis, places), places);
  }

  private Tensor floating(String operation) {
    Tensor x = (Tensor) this;
    x.array().checkFloating(operation);
    return x;
  }

  private int size(String operation, int axis) {
    Shape shape = ((Tensor) this).shape();
    return shape.size(shape.axis(operation, axis));
  }

  private ReductionOp.AxisList list(String operation, int... axes) {
    return ReductionOp.AxisList.of(((Tensor) this).shape().axes(operation, axes));
  }

  /// The same elements as `[outer, n, inner]`, where the middle axis is all of some axes.
  private Tensor together(int... axes) {
    Tensor x = (Tensor) this;
    Shape shape = x.shape();
    int first = axes.length == 0 ? shape.rank() : axes[0];
    int stop = first + axes.length;
    if (axes.length == 0 || axes[axes.length - 1] == stop - 1) {
      int inner = shape.product(stop, shape.rank());
      return x.reshape(shape.product(0, first), shape.product(first, stop), inner);
    }
    int[] others =
        Arrays.stream(shape.axes()).filter(k -> Arrays.binarySearch(axes, k) < 0).toArray();
    int[] order = Arrays.copyOf(others, shape.rank());
    System.arraycopy(axes, 0, order, others.length, axes.length);
    Shape moved = Shape.of(Arrays.stream(order).map(shape::size).toArray());
    int outer = moved.product(0, others.length);
    return x.permute(order).reshape(outer, moved.product(others.length, moved.rank()), 1);
  }

  private Tensor dropped(Tensor kept, int... axes) {
    Tensor x = (Tensor) this;
    return ShapeOp.reshaped(kept, x.shape().reduced(x.shape().axes(axes), false));
  }

  private double count(String operation, int... axes) {
    Shape shape = ((Tensor) this).shape();
    return ReductionOp.count(shape, shape.axes(operation, axes));
  }

  private double lessOne(String operation, int... axes) {
    return Math.max(0, count(operation, axes) - 1);
  }
}
