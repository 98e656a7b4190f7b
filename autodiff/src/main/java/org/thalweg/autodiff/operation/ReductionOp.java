package org.thalweg.autodiff.operation;

import com.google.common.primitives.ImmutableIntArray;
import java.util.List;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Elementwise;
import org.thalweg.autodiff.array.Reduction;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.array.axis.Order;
import org.thalweg.autodiff.array.axis.Scans;
import org.thalweg.autodiff.array.sweep.FormulaSum;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.Formulas;

/// Operations that look at all elements along some axes. Where axes are reduced, they stay, with
/// size 1.
sealed interface ReductionOp extends Op {
  /// Some axes, counted from the front and ascending, as a value that records can hold and compare.
  record AxisList(ImmutableIntArray counted) {
    static AxisList of(int... axes) {
      return new AxisList(ImmutableIntArray.copyOf(axes));
    }

    int[] toArray() {
      return counted.toArray();
    }

    @Override
    public String toString() {
      return counted.toString();
    }
  }

  /// 1 where x is not 0, else 0; NaN stays NaN.
  Formula COUNTED =
      Formula.of("x", x -> Expr.where(x.isNaN(), x, Expr.where(x, Expr.number(1), Expr.number(0))))
          .named("counted");

  /// 1 where x is not 0, else 0.
  Formula IS_NOT_ZERO =
      Formula.of("x", x -> Expr.where(x, Expr.number(1), Expr.number(0))).named("isNotZero");

  /// One for each element that is reduced.
  @Override
  default long flops(List<Tensor> inputs, Tensor output) {
    return inputs.get(0).elements();
  }

  /// Σ x, the sums in a shape of their own.
  record Sum(AxisList axes, Shape shape) implements ReductionOp {
    @Override
    public Result apply(Tensor... in) {
      int[] over = axes.toArray();
      Pullback spread = spread(shape, in[0].shape(), over);
      return new Result(Reduction.SUM.apply(in[0].array(), shape, over), (_, _) -> spread);
    }
  }

  /// (1/n) Σ x, the means in a shape of their own.
  record Mean(AxisList axes, Shape shape) implements ReductionOp {
    @Override
    public Result apply(Tensor... in) {
      Array x = in[0].array();
      int[] over = axes.toArray();
      double n = count(x.shape(), over);
      if (n == 1) {
        return new Sum(axes, shape).apply(in);
      }
      Tensor count = PointwiseOp.number(in[0], n);
      Array sums = Reduction.SUM.apply(x, shape, over);
      Array means = Elementwise.apply(Formulas.OVER, sums, count.array());
      Pullback spread = spread(shape, x.shape(), over);
      return new Result(means, (_, _) -> g -> spread.apply(g.over(count)));
    }
  }

  /// How many elements lie along some axes, counted from the front.
  static double count(Shape shape, int... axes) {
    double count = 1;
    for (int axis : axes) {
      count *= shape.size(axis);
    }
    return count;
  }

  /// The gradient of every element is that of what was made of it: it is left small, to be
  /// broadcast later.
  ///
  /// @param made the shape of what was made: with size 1 along the axes, or the first ones of them
  ///   dropped, or all
  /// @param whole that of the elements
  static Pullback spread(Shape made, Shape whole, int... axes) {
    int dropped = whole.rank() - made.rank();
    if (dropped == 0 || axes[dropped - 1] == dropped - 1) {
      // None or the first ones: it broadcasts as it is.
      return g -> g;
    }
    Shape kept = whole.reduced(axes, true);
    return g -> ShapeOp.reshaped(g, kept);
  }

  /// The largest or smallest element.
  record Extreme(Reduction reduction, AxisList axes) implements ReductionOp {
    @Override
    public Result apply(Tensor... in) {
      Tensor x = in[0];
      return new Result(reduction.apply(x.array(), axes.toArray()), (_, y) -> g -> share(x, y, g));
    }

    /// Each of the elements that are extreme has an equal share of the gradient.
    private Tensor share(Tensor x, Tensor y, Tensor g) {
      Tensor isExtreme = x.equalTo(y).max(x.isNaN()).detach();
      return g.over(isExtreme.sumKept(axes.toArray())).times(isExtreme);
    }

    @Override
    public List<Array> branches(Tensor... in) {
      Array x = in[0].array();
      Array y = reduction.apply(x, axes.toArray());
      return List.of(Elementwise.apply(Formulas.EQUAL_TO, x, y));
    }

    @Override
    public String name() {
      return reduction == Reduction.MAX ? "max" : "min";
    }
  }

  /// The index of the largest or smallest element along one axis, which is dropped.
  record Position(Reduction reduction, int axis) implements ReductionOp {
    @Override
    public Result apply(Tensor... in) {
      return new Result(reduction.position(in[0].array(), axis), (_, _) -> null);
    }

    @Override
    public List<Array> branches(Tensor... in) {
      return List.of(reduction.position(in[0].array(), axis));
    }

    @Override
    public String name() {
      return reduction == Reduction.MAX ? "argmax" : "argmin";
    }
  }

  /// 1 where all, or any, of the elements are not 0; else 0.
  record Quantifier(boolean isAll, AxisList axes) implements ReductionOp {
    @Override
    public Result apply(Tensor... in) {
      return new Result(value(in[0].array()), (_, _) -> null);
    }

    private Array value(Array x) {
      int[] over = axes.toArray();
      for (int axis : over) {
        if (x.shape().size(axis) == 0) {
          return Array.full(x.dtype(), x.shape().reduced(over, true), isAll ? 1 : 0);
        }
      }
      Reduction reduction = isAll ? Reduction.MIN : Reduction.MAX;
      return reduction.apply(Elementwise.apply(IS_NOT_ZERO, x), over);
    }

    @Override
    public List<Array> branches(Tensor... in) {
      return List.of(value(in[0].array()));
    }

    @Override
    public String name() {
      return isAll ? "all" : "any";
    }
  }

  /// x less its mean, which rounding never takes out of the range of the elements: equal ones give
  /// exactly 0.
  record Centred(AxisList axes) implements ReductionOp {
    private static final Formula CENTRED =
        Formula.of(
                List.of("x", "sum", "n", "low", "high", "parts"),
                in -> {
                  Expr sum = in.get(1);
                  Expr isFinite = sum.minus(sum).equalTo(Expr.number(0));
                  Expr plain = sum.over(in.get(2)).clamp(in.get(3), in.get(4));
                  Expr mean = Expr.where(isFinite, plain, in.get(5));
                  return List.of(in.get(0).minus(mean));
                })
            .named("centred");

    @Override
    public Result apply(Tensor... in) {
      Array x = in[0].array();
      int[] over = axes.toArray();
      if (x.elements() == 0) {
        return new Result(x.copy(), (_, _) -> g -> g);
      }
      Array sum = Reduction.SUM.apply(x, over);
      Array n = Tensor.scalar(x.dtype(), x.elements() / (double) sum.elements()).array();
      Array low = Reduction.MIN.apply(x, over);
      Array high = Reduction.MAX.apply(x, over);
      Array parts = isFinite(sum) ? sum : sumOfParts(x, n, over);
      Array y = Elementwise.apply(CENTRED, x, sum, n, low, high, parts);
      return new Result(y, (_, _) -> g -> g.minus(g.meanKept(over)));
    }

    private static boolean isFinite(Array sum) {
      for (int i = 0; i < sum.elements(); i++) {
        if (!Double.isFinite(sum.get(i))) {
          return false;
        }
      }
      return true;
    }

    /// Σ x/n, which does not overflow.
    private static Array sumOfParts(Array x, Array n, int... over) {
      return FormulaSum.apply(Formulas.OVER, over, x, n);
    }
  }

  /// (Σ |x|ᵖ)^(1/p) for a finite p > 0. What is far from 1 is divided by the largest element first,
  /// so that no power overflows or vanishes.
  record Norm(double p, AxisList axes) implements ReductionOp {
    /// m, or 1 where nothing can be divided by m, or s says that there is no need.
    private static final Formula SCALE =
        Formula.of(
                List.of("m", "s", "low", "high"),
                in -> {
                  Expr m = in.get(0);
                  Expr s = in.get(1);
                  Expr isFinite = m.minus(m).equalTo(Expr.number(0));
                  Expr isUsable = isFinite.times(m.greaterThan(Expr.number(0)));
                  Expr isUsual = s.greaterThan(in.get(2)).times(s.lessThan(in.get(3)));
                  Expr one = Expr.number(1);
                  return List.of(Expr.where(isUsual, one, Expr.where(isUsable, m, one)));
                })
            .named("scale");

    private static final Formula SQUARED =
        Formula.of("x", "m", (x, m) -> x.over(m).square()).named("squared");

    private static final Formula ROOT =
        Formula.of("s", "m", (s, m) -> s.sqrt().times(m)).named("root");

    private static final Formula RAISED =
        Formula.of("x", "m", "p", (x, m, p) -> x.abs().over(m).pow(p)).named("raised");

    private static final Formula LOWERED =
        Formula.of("s", "m", "p", (s, m, p) -> s.pow(p.reciprocal()).times(m)).named("lowered");

    /// 0 at the origin.
    private static final Formula DIRECTION =
        Formula.of(
                "x",
                "y",
                "g",
                (x, y, g) ->
                    Expr.where(y.equalTo(Expr.number(0)), Expr.number(0), x.over(y).times(g)))
            .named("direction");

    /// 0 where x is, infinite slopes included.
    private static final Formula SLOPE =
        Formula.of(
                List.of("x", "y", "g", "p"),
                in -> {
                  Expr x = in.get(0);
                  Expr power = x.abs().over(in.get(1)).pow(in.get(3).minus(1));
                  Expr slope = x.sign().times(power).times(in.get(2));
                  return List.of(Expr.where(x.equalTo(Expr.number(0)), Expr.number(0), slope));
                })
            .named("slope");

    @Override
    public Result apply(Tensor... in) {
      Tensor x = in[0];
      return new Result(value(x.array()), (_, y) -> pullback(x, y));
    }

    private Array value(Array x) {
      int[] over = axes.toArray();
      if (p == 1 || x.elements() == 0) {
        return FormulaSum.apply(Formulas.ABS, over, x);
      }
      if (p == 2) {
        return euclidean(x, over);
      }
      Array power = number(x, p);
      Array scale = scale(x, number(x, 0), over);
      Array sum = FormulaSum.apply(RAISED, over, x, scale, power);
      return Elementwise.apply(LOWERED, sum, scale, power);
    }

    /// Most often the squares can be added up as they are.
    private static Array euclidean(Array x, int... over) {
      Array sum = FormulaSum.apply(Formulas.SQUARE, over, x);
      Array scale = number(x, 1);
      if (!isUsual(sum)) {
        scale = scale(x, sum, over);
        sum = FormulaSum.apply(SQUARED, over, x, scale);
      }
      return Elementwise.apply(ROOT, sum, scale);
    }

    private static boolean isUsual(Array sums) {
      double low = low(sums);
      for (int i = 0; i < sums.elements(); i++) {
        if (!(sums.get(i) > low && sums.get(i) < 1 / low)) {
          return false;
        }
      }
      return true;
    }

    /// Sums of squares from here to its reciprocal have lost nothing.
    private static double low(Array x) {
      return x.dtype() == DType.FLOAT32 ? 0x1p-70 : 0x1p-700;
    }

    private static Array scale(Array x, Array sum, int... over) {
      Array largest = Reduction.MAX.apply(Elementwise.apply(Formulas.ABS, x), over);
      return Elementwise.apply(SCALE, largest, sum, number(x, low(x)), number(x, 1 / low(x)));
    }

    private static Array number(Array x, double value) {
      return Tensor.scalar(x.dtype(), value).array();
    }

    private Pullback pullback(Tensor x, Tensor y) {
      if (p == 1) {
        return g -> g.times(x.sign());
      }
      return p == 2
          ? g -> Tensor.apply(DIRECTION, x, y, g)
          : g -> Tensor.apply(SLOPE, x, y, g, Tensor.scalar(x.dtype(), p));
    }

    /// On which side of 0 each element is; where the square makes that smooth, whether all are 0.
    @Override
    public List<Array> branches(Tensor... in) {
      Array x = in[0].array();
      return List.of(
          p < 2
              ? Elementwise.apply(Formulas.SIGN, x)
              : Elementwise.apply(Formulas.EQUAL_TO, value(x), number(x, 0)));
    }
  }

  /// The product along an axis.
  record Product(int axis) implements ReductionOp {
    @Override
    public Result apply(Tensor... in) {
      Tensor x = in[0];
      return new Result(Scans.product(x.array(), axis), (_, _) -> g -> g.times(ofOthers(x)));
    }

    /// For each element the product of all others: what is before it by what is after it, so that
    /// nothing is divided by an element that is 0. In double precision, so that in FLOAT32 only
    /// what is too large in the end overflows.
    private Tensor ofOthers(Tensor x) {
      Tensor wide = x.to(DType.FLOAT64);
      Tensor before = Tensor.apply(new ProductBefore(axis, false), wide);
      Tensor after = Tensor.apply(new ProductBefore(axis, true), wide);
      return before.times(after).to(x.dtype());
    }

    @Override
    public String name() {
      return "prod";
    }
  }

  /// Running sums along an axis, from the first or (backwards) the last element on.
  record RunningSum(int axis, boolean isBackwards) implements ReductionOp {
    @Override
    public Result apply(Tensor... in) {
      return new Result(
          Scans.sums(in[0].array(), axis, isBackwards),
          (_, _) -> g -> Tensor.apply(new RunningSum(axis, !isBackwards), g));
    }

    @Override
    public String name() {
      return "cumsum";
    }
  }

  /// Running products along an axis.
  ///
  /// ```
  /// y[j] = p[j]·x[j]    p = products before    x̄ = p·(g + λ)    λ = Recurrence(x, g·x) backwards
  /// ```
  record RunningProduct(int axis) implements ReductionOp {
    @Override
    public Result apply(Tensor... in) {
      Tensor x = in[0];
      return new Result(
          Scans.products(x.array(), axis, false),
          (_, _) ->
              g -> {
                // In double precision, as in Product.ofOthers.
                Tensor wide = x.to(DType.FLOAT64);
                Tensor gradient = g.to(DType.FLOAT64);
                Tensor before = Tensor.apply(new ProductBefore(axis, false), wide);
                Tensor later = Tensor.apply(new Recurrence(axis, true), wide, gradient.times(wide));
                return before.times(gradient.plus(later)).to(x.dtype());
              });
    }

    @Override
    public String name() {
      return "cumprod";
    }
  }

  /// The products of what lies before (backwards, after) each element along an axis, 1 where there
  /// is nothing.
  ///
  /// ```
  /// y[0] = 1    y[j + 1] = x[j]·y[j]    x̄ = λ·y    λ = Recurrence(x, g) the other way
  /// ```
  record ProductBefore(int axis, boolean isBackwards) implements ReductionOp {
    @Override
    public Result apply(Tensor... in) {
      Tensor x = in[0];
      return new Result(
          Scans.productsBefore(x.array(), axis, isBackwards),
          (_, y) -> g -> Tensor.apply(new Recurrence(axis, !isBackwards), x, g).times(y));
    }
  }

  /// A linear recurrence along an axis: the gradient of all running products, and of itself.
  ///
  /// ```
  /// y[0] = 0    y[j + 1] = b[j] + a[j]·y[j]    b̄ = λ, ā = λ·y    λ = Recurrence(a, g) the other way
  /// ```
  record Recurrence(int axis, boolean isBackwards) implements ReductionOp {
    @Override
    public Result apply(Tensor... in) {
      Tensor a = in[0];
      Recurrence other = new Recurrence(axis, !isBackwards);
      return new Result(
          Scans.recurrence(a.array(), in[1].array(), axis, isBackwards),
          (input, y) ->
              input == 0
                  ? g -> Tensor.apply(other, a, g).times(y)
                  : g -> Tensor.apply(other, a, g));
    }
  }

  /// The positions of the first elements in order along an axis, which has size `count` then.
  record Sorted(int axis, boolean isDescending, int count, String name) implements ReductionOp {
    @Override
    public Result apply(Tensor... in) {
      return new Result(positions(in), (_, _) -> null);
    }

    private Array positions(Tensor... in) {
      return Order.positions(in[0].array(), axis, isDescending, count, name);
    }

    @Override
    public List<Array> branches(Tensor... in) {
      return List.of(positions(in));
    }
  }

  /// The positions of the lower medians along an axis, which stays with size 1.
  record Median(int axis) implements ReductionOp {
    @Override
    public Result apply(Tensor... in) {
      return new Result(Order.medians(in[0].array(), axis), (_, _) -> null);
    }

    @Override
    public List<Array> branches(Tensor... in) {
      return List.of(Order.medians(in[0].array(), axis));
    }
  }
}
