package org.thalweg.autodiff.operation;

import static org.thalweg.autodiff.array.normal.Exponentials.LOG_SHARE;
import static org.thalweg.autodiff.array.normal.Exponentials.SHARE;
import static org.thalweg.autodiff.array.normal.Exponentials.SHIFTED_EXP;

import java.util.List;
import org.thalweg.autodiff.NoGradient;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.Elementwise;
import org.thalweg.autodiff.array.Reduction;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.array.axis.Index;
import org.thalweg.autodiff.array.normal.Exponentials;
import org.thalweg.autodiff.array.sweep.FormulaSum;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.Formulas;

/// Sums of exponentials, the largest exponent taken out first.
sealed interface SoftmaxOp extends Op {
  /// ln s + m
  Formula LOG_PLUS =
      Formula.of("s", "m", (s, m) -> s.log().plus(Exponentials.finite(m))).named("logPlus");

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
      boolean byRows = byRows(x, axis);
      return new Result(
          byRows ? Exponentials.softmax(x) : value(x),
          (_, p) ->
              g ->
                  byRows && NoGradient.isOn()
                      ? Tensor.of(Exponentials.softmaxGradient(p.array(), g.array()))
                      : p.times(g.minus(g.times(p).sumKept(axis))));
    }

    /// One that goes to each row of the input is not written out for all.
    @Override
    public boolean takesBroadcastGradient() {
      return true;
    }

    private Array value(Array x) {
      Array e = Elementwise.apply(SHIFTED_EXP, x, largest(x, axis));
      return Elementwise.apply(SHARE, e, Reduction.SUM.apply(e, axis));
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
      boolean byRows = byRows(x, axis);
      return new Result(
          byRows ? Exponentials.logSoftmax(x) : value(x),
          (_, logs) ->
              g ->
                  byRows && NoGradient.isOn()
                      ? Tensor.of(Exponentials.logSoftmaxGradient(logs.array(), g.array()))
                      : g.minus(logs.exp().times(g.sumKept(axis))));
    }

    private Array value(Array x) {
      Array m = largest(x, axis);
      return Elementwise.apply(LOG_SHARE, x, m, sumOfExp(x, m, axis));
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
      boolean byRows = byRows(x, 1);
      Exponentials.Sums sums = byRows ? Exponentials.sums(x) : sums(x, labels.shape());
      Array logShare = Elementwise.apply(LOG_SHARE, picked, sums.largest(), sums.sums());
      Array y = Elementwise.apply(Formulas.NEGATED, logShare);
      return new Result(
          y,
          (input, _) ->
              input != 0
                  ? null
                  : g -> {
                    if (byRows && NoGradient.isOn()) {
                      return Tensor.of(
                          Exponentials.crossEntropyGradient(x, sums, labels.array(), g.array()));
                    }
                    Tensor chosen = IndexOp.spread(g, labels, logits.shape().size(1), name());
                    return logits.softmax(1).times(g.reshape(column.sizes())).minus(chosen);
                  });
    }

    /// max, −, exp, Σ
    @Override
    public int passes() {
      return 4;
    }

    private static Exponentials.Sums sums(Array x, Shape rows) {
      Array m = largest(x, 1);
      return new Exponentials.Sums(m.reshape(rows), sumOfExp(x, m, 1).reshape(rows));
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

  private static boolean byRows(Array x, int axis) {
    return axis == x.shape().rank() - 1 && Exponentials.take(x);
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
    return FormulaSum.apply(SHIFTED_EXP, axes, x, m);
  }
}
