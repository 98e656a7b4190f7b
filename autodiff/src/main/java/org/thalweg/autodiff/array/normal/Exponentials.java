package org.thalweg.autodiff.array.normal;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.Formulas;
import org.thalweg.autodiff.formula.compile.Call;
import org.thalweg.autodiff.formula.compile.FormulaKernel;
import org.thalweg.autodiff.kernel.Reduce;
import org.thalweg.autodiff.kernel.Reduce.Operation;

/// Sums of exponentials over the rows of a matrix, the largest exponent taken out first, and what
/// is made of them. A few rows at a time are read from memory once: what follows finds them in the
/// cache. The bits are those of the same formulas and reductions, one after the other.
public final class Exponentials {
  /// x moved so that the largest is 0; where that is −∞ or NaN, not moved.
  public static final Formula SHIFTED_EXP =
      Formula.of("x", "m", (x, m) -> x.minus(finite(m)).exp()).named("shiftedExp");

  /// (x − m) − ln s: small differences first, so that large exponents cost no digits.
  public static final Formula LOG_SHARE =
      Formula.of("x", "m", "s", (x, m, s) -> x.minus(finite(m)).minus(s.log())).named("logShare");

  /// p (g − d)
  private static final Formula SHARE_GRADIENT =
      Formula.of("p", "g", "d", (p, g, d) -> p.times(g.minus(d)));

  /// g − eʸ s
  private static final Formula LOG_GRADIENT =
      Formula.of("y", "g", "s", (y, g, s) -> g.minus(y.exp().times(s)));

  /// The share of x, times g.
  private static final Formula SLOPE =
      Formula.of(
          List.of("x", "m", "s", "g"),
          in -> List.of(in.get(0).minus(finite(in.get(1))).exp().over(in.get(2)).times(in.get(3))));

  /// The longest row: the results of longer ones are combined from cells.
  private static final int LONGEST = 8192;

  private final Array x;
  private final int rows;
  private final int n;

  private Exponentials(Array x) {
    this.x = x;
    this.n = x.shape().size(-1);
    this.rows = n == 0 ? 0 : x.elements() / n;
  }

  /// m where it is finite, else 0.
  public static Expr finite(Expr m) {
    return Expr.where(m.minus(m).equalTo(Expr.number(0)), m, Expr.number(0));
  }

  /// Whether the last axis of an array is one that this class can take.
  public static boolean take(Array x) {
    int n = x.shape().rank() == 0 ? 0 : x.shape().size(-1);
    return n > 0 && n <= LONGEST;
  }

  /// The largest of each row, and Σ eˣ⁻ᵐ, each `[rows]`.
  public record Sums(Array largest, Array sums) {}

  /// Sums over rows.
  public static Sums sums(Array x) {
    Exponentials all = new Exponentials(x);
    Sums sums = all.room();
    all.exponentials(sums, null, (_, _) -> {});
    return sums;
  }

  /// eˣ ÷ Σ eˣ of each row.
  public static Array softmax(Array x) {
    Exponentials all = new Exponentials(x);
    Array y = Array.uninitialised(x.dtype(), x.shape());
    Sums sums = all.room();
    Object s = sums.sums.data();
    all.exponentials(
        sums, y, (row, count) -> all.pass(Formulas.OVER, 0b10, row, count, y.data(), s, y.data()));
    return y;
  }

  /// x − ln Σ eˣ of each row.
  public static Array logSoftmax(Array x) {
    Exponentials all = new Exponentials(x);
    Array y = Array.uninitialised(x.dtype(), x.shape());
    Sums sums = all.room();
    Object m = sums.largest.data();
    Object s = sums.sums.data();
    all.exponentials(
        sums, y, (row, count) -> all.pass(LOG_SHARE, 0b110, row, count, x.data(), m, s, y.data()));
    return y;
  }

  /// The gradient of x, where p is its softmax and g the gradient of that.
  public static Array softmaxGradient(Array p, Array g) {
    int n = p.shape().size(-1);
    return new Exponentials(p)
        .gradient(
            SHARE_GRADIENT,
            g,
            (row, count, to) ->
                RowStatistics.products(p.data(), row * n, g.data(), row * n, n, count, to));
  }

  /// The gradient of x, where y is its log-softmax and g the gradient of that.
  public static Array logSoftmaxGradient(Array y, Array g) {
    int n = y.shape().size(-1);
    return new Exponentials(y)
        .gradient(
            LOG_GRADIENT,
            g,
            (row, count, to) -> Reduce.fewRows(Operation.SUM, g.data(), row * n, n, count, to));
  }

  /// A sum over each of some rows that follow each other.
  private interface Sum {
    void of(int row, int count, double[] to);
  }

  /// A formula of x, g and a sum over each row.
  private Array gradient(Formula formula, Array g, Sum sum) {
    Array dx = Array.uninitialised(x.dtype(), x.shape());
    Object totals = Array.uninitialised(x.dtype(), Shape.of(rows)).data();
    inParallel(
        (first, stop) -> {
          try (RowRoom room = RowRoom.take(x.dtype())) {
            double[] few = room.results(0, RowBlocks.most(n));
            blocks(
                first,
                stop,
                (row, count) -> {
                  sum.of(row, count, few);
                  store(few, totals, row, count);
                  pass(formula, 0b100, row, count, x.data(), g.data(), totals, dx.data());
                });
          }
        });
    return dx;
  }

  /// The gradient of x, where g is that of −ln of the share of each row's label.
  ///
  /// @param labels each in range
  public static Array crossEntropyGradient(Array x, Sums sums, Array labels, Array g) {
    Exponentials all = new Exponentials(x);
    Array dx = Array.uninitialised(x.dtype(), x.shape());
    Object m = sums.largest.data();
    Object s = sums.sums.data();
    int[] label = labels.ints();
    all.inParallel(
        (first, stop) ->
            all.blocks(
                first,
                stop,
                (row, count) -> {
                  all.pass(SLOPE, 0b1110, row, count, x.data(), m, s, g.data(), dx.data());
                  for (int i = row; i < row + count; i++) {
                    int at = i * all.n + label[i];
                    double slope = RowStatistics.get(dx.data(), at);
                    // In double, and rounded: the difference of two floats as float gives it.
                    RowStatistics.set(dx.data(), at, slope - RowStatistics.get(g.data(), i));
                  }
                }));
    return dx;
  }

  private Sums room() {
    return new Sums(
        Array.uninitialised(x.dtype(), Shape.of(rows)),
        Array.uninitialised(x.dtype(), Shape.of(rows)));
  }

  /// Takes the exponentials of all rows, and does something with the rows while they are at hand.
  ///
  /// @param kept what receives eˣ⁻ᵐ; `null` where it is not kept
  private void exponentials(Sums sums, @Nullable Array kept, Rows then) {
    inParallel(
        (first, stop) -> {
          try (Walk walk = new Walk(sums, kept)) {
            walk.over(first, stop, then);
          }
        });
  }

  private void inParallel(RowBlocks.Units units) {
    RowBlocks.inParallel(x.elements(), rows, units);
  }

  /// Something done for some rows that follow each other.
  private interface Rows {
    void run(int row, int count);
  }

  private void blocks(int first, int stop, Rows body) {
    int most = RowBlocks.most(n);
    for (int row = first; row < stop; row += most) {
      body.run(row, Math.min(most, stop - row));
    }
  }

  /// A formula over some rows; arrays that are broadcast have a number for each row.
  private void pass(Formula formula, long broadcast, int row, int count, Object... arrays) {
    try (Call call = call(formula, broadcast)) {
      for (int k = 0; k < arrays.length; k++) {
        int step = (broadcast >> k & 1) == 0 ? n : 1;
        call.with(k, arrays[k], step).at(k, row * step);
      }
      call.run(count, n);
    }
  }

  private Call call(Formula formula, long broadcast) {
    return FormulaKernel.of(formula, x.dtype().precision()).call(broadcast);
  }

  private static void store(double[] from, Object to, int at, int count) {
    for (int i = 0; i < count; i++) {
      RowStatistics.set(to, at + i, from[i]);
    }
  }

  /// What one thread needs to take exponentials of rows.
  private final class Walk implements AutoCloseable {
    private final Object m;
    private final Object s;
    private final Object e;
    private final boolean isKept;
    private final RowRoom room = RowRoom.take(x.dtype());
    private final double[] few = room.results(0, RowBlocks.most(n));
    private final Call shiftedExp = call(SHIFTED_EXP, 0b10);

    /// @param kept what receives eˣ⁻ᵐ; `null` where it is not kept
    Walk(Sums sums, @Nullable Array kept) {
      this.m = sums.largest.data();
      this.s = sums.sums.data();
      this.isKept = kept != null;
      this.e = kept == null ? room.elements(0, RowBlocks.most(n) * n) : kept.data();
      shiftedExp.with(0, x.data(), n).with(1, m, 1).with(2, e, n);
    }

    void over(int first, int stop, Rows then) {
      int most = RowBlocks.most(n);
      for (int row = first; row < stop; row += most) {
        int count = Math.min(most, stop - row);
        int at = isKept ? row * n : 0;
        Reduce.fewRows(Operation.MAX, x.data(), row * n, n, count, few);
        store(few, m, row, count);
        shiftedExp.at(0, row * n).at(1, row).at(2, at).run(count, n);
        Reduce.fewRows(Operation.SUM, e, at, n, count, few);
        store(few, s, row, count);
        then.run(row, count);
      }
    }

    @Override
    public void close() {
      shiftedExp.close();
      room.close();
    }
  }
}
