package org.thalweg.autodiff.operation;

import java.util.List;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.Elementwise;
import org.thalweg.autodiff.array.Reduction;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.array.axis.Index;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.Formulas;

/// Sums of exponentials, the largest exponent taken out first.
sealed interface SoftmaxOp extends Op {
  /// x moved so that the largest is 0; where that is −∞ or NaN, not moved.
  Formula SHIFTED_EXP =
      Formula.of("x", "m", (x, m) -> x.minus(finite(m)).exp()).named("shiftedExp");

  /// ln s + m
  Formula LOG_PLUS = Formula.of("s", "m", (s, m) -> s.log().plus(finite(m))).named("logPlus");

  /// (x − m) − ln s: small differences first, so that large exponents cost no digits.
  Formula LOG_SHARE =
      Formula.of("x", "m", "s", (x, m, s) -> x.minus(finite(m)).minus(s.log())).named("logShare");

  /// m where it is finite, else 0.
  private static Expr finite(Expr m) {
    return Expr.where(m.minus(m).equalTo(Expr.number(0)), m, Expr.number(0));
  }

  /// The passes over all elements, each of one operation for one of them.
  int passes();

  @Override
  default long flops(List<Tensor> inputs, Tensor output) {
    return (long) passes() * inputs.get(0).elements();
  }

  /// ln Σ eˣ; the axes stay, with size 1.
  record LogSumExp(ReductionOp.AxisList axes) implements SoftmaxOp {
    @Override
    public Result apply(Tensor... in) {
      Tensor x = in[0];
      return new Result(logSumExp(x.array(), axes.toArray()), (_, _) -> g -> g.times(weights(x)));
    }

    /// max, −, exp, Σ
    @Override
    public int passes() {
      return 4;
    }

    /// eˣ ÷ Σ eˣ; 0 where nothing is above −∞.
    private Tensor weights(Tensor x) {
      int[] over = axes.toArray();
      Tensor e = Tensor.apply(SHIFTED_EXP, x, Tensor.of(largest(x.array(), over)));
      return Tensor.apply(WEIGHTS, e, e.sumKept(over));
    }

    private static final Formula WEIGHTS =
        Formula.of(
                "e",
                "s",
                (e, s) -> Expr.where(s.equalTo(Expr.number(0)), Expr.number(0), e.over(s)))
            .named("weights");
  }

  /// eˣ ÷ Σ eˣ
  record Softmax(int axis) implements SoftmaxOp {
    @Override
    public Result apply(Tensor... in) {
      Array x = in[0].array();
      Array e = Elementwise.apply(SHIFTED_EXP, x, largest(x, axis));
      Array y = Elementwise.apply(Formulas.OVER, e, Reduction.SUM.apply(e, axis));
      return new Result(y, (_, p) -> g -> p.times(g.minus(g.times(p).sumKept(axis))));
    }

    /// max, −, exp, Σ, ÷
    @Override
    public int passes() {
      return 5;
    }
  }

  /// x − ln Σ eˣ
  record LogSoftmax(int axis) implements SoftmaxOp {
    @Override
    public Result apply(Tensor... in) {
      Array x = in[0].array();
      Array m = largest(x, axis);
      Array y = Elementwise.apply(LOG_SHARE, x, m, sumOfExp(x, m, axis));
      return new Result(y, (_, logs) -> g -> g.minus(logs.exp().times(g.sumKept(axis))));
    }

    /// max, −, exp, Σ; then − and −
    @Override
    public int passes() {
      return 6;
    }
  }

  /// −ln of the probability that the softmax of each row gives to its label, `[batch, classes]` and
  /// `[batch]` to `[batch]`.
  record CrossEntropy() implements SoftmaxOp {
    @Override
    public Result apply(Tensor... in) {
      Tensor logits = in[0];
      Tensor labels = in[1];
      check(logits, labels);
      Array x = logits.array();
      Shape column = Shape.of(labels.elements(), 1);
      Array index = labels.array().reshape(column);
      Array picked = Index.gather(x, 1, index, name()).reshape(labels.shape());
      Array m = largest(x, 1);
      Array s = sumOfExp(x, m, 1).reshape(labels.shape());
      Array logShare = Elementwise.apply(LOG_SHARE, picked, m.reshape(labels.shape()), s);
      Array y = Elementwise.apply(Formulas.NEGATED, logShare);
      return new Result(
          y,
          (input, _) ->
              input != 0
                  ? null
                  : g -> {
                    Tensor chosen = IndexOp.spread(g, labels, logits.shape().size(1), name());
                    return logits.softmax(1).times(g.reshape(column.sizes())).minus(chosen);
                  });
    }

    /// max, −, exp, Σ
    @Override
    public int passes() {
      return 4;
    }

    private static void check(Tensor logits, Tensor labels) {
      if (logits.shape().rank() != 2
          || labels.shape().rank() != 1
          || labels.shape().size(0) != logits.shape().size(0)) {
        throw new IllegalArgumentException(
            "crossEntropy: logits "
                + logits.shape()
                + " and labels "
                + labels.shape()
                + " do not fit: give [batch, classes] and [batch]");
      }
      if (logits.shape().size(1) == 0) {
        throw new IllegalArgumentException(
            "crossEntropy: logits " + logits.shape() + " have no classes: give one at least");
      }
    }
  }

  private static Array largest(Array x, int... axes) {
    boolean isEmpty = false;
    for (int axis : axes) {
      isEmpty |= x.shape().size(axis) == 0;
    }
    return isEmpty
        ? Array.full(x.dtype(), x.shape().reduced(axes, true), Double.NEGATIVE_INFINITY)
        : Reduction.MAX.apply(x, axes);
  }

  private static Array logSumExp(Array x, int... axes) {
    Array m = largest(x, axes);
    return Elementwise.apply(LOG_PLUS, sumOfExp(x, m, axes), m);
  }

  private static Array sumOfExp(Array x, Array m, int... axes) {
    return Reduction.SUM.apply(Elementwise.apply(SHIFTED_EXP, x, m), axes);
  }
}
