package org.thalweg.autodiff.array.normal;

import static org.thalweg.autodiff.array.normal.RowPass.Role.ELEMENT;
import static org.thalweg.autodiff.array.normal.RowPass.Role.ROW;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.kernel.Numbers;
import org.thalweg.autodiff.kernel.Reduce;
import org.thalweg.autodiff.kernel.Reduce.Operation;

/// Sums of exponentials over the rows of a matrix, the largest exponent taken out first, and what
/// is made of them. A few rows at a time are read from memory once: what follows finds them in the
/// cache. The bits are those of the same formulas and reductions, one after the other.
public final class Exponentials {
  /// x moved so that the largest is 0: not moved where that is infinite, and NaN where it is.
  public static final Formula SHIFTED_EXP =
      Formula.of("x", "m", (x, m) -> x.minus(finite(m)).exp()).named("shiftedExp");

  /// (x − m) − ln s: small differences first, so that large exponents cost no digits.
  public static final Formula LOG_SHARE =
      Formula.of("x", "m", "s", (x, m, s) -> x.minus(finite(m)).minus(s.log())).named("logShare");

  /// e ÷ s within 1.5 ulp: one division where a row shares s, and a product for each element.
  public static final Formula SHARE =
      Formula.of("e", "s", (e, s) -> e.times(s.reciprocal())).named("share");

  private static final RowPass EXPONENTIALS = new RowPass(SHIFTED_EXP, ELEMENT, ROW, ELEMENT);
  private static final RowPass SHARES = new RowPass(SHARE, ELEMENT, ROW, ELEMENT);
  private static final RowPass LOG_SHARES = new RowPass(LOG_SHARE, ELEMENT, ROW, ROW, ELEMENT);

  /// p (g − d)
  private static final RowPass SHARE_GRADIENT =
      new RowPass(
          Formula.of("p", "g", "d", (p, g, d) -> p.times(g.minus(d))),
          ELEMENT,
          ELEMENT,
          ROW,
          ELEMENT);

  /// g − eʸ s
  private static final RowPass LOG_GRADIENT =
      new RowPass(
          Formula.of("y", "g", "s", (y, g, s) -> g.minus(y.exp().times(s))),
          ELEMENT,
          ELEMENT,
          ROW,
          ELEMENT);

  /// The share of x, times g.
  private static final RowPass SLOPE =
      new RowPass(
          Formula.of(
              List.of("x", "m", "s", "g"),
              in ->
                  List.of(
                      in.get(0)
                          .minus(finite(in.get(1)))
                          .exp()
                          .times(in.get(2).reciprocal())
                          .times(in.get(3)))),
          ELEMENT,
          ROW,
          ROW,
          ROW,
          ELEMENT);

  /// Up to this length any number of rows is taken: a thread has done with one in no time.
  private static final int SHORT = 8192;

  /// The longest row: 512 KiB of floats, which with its exponentials fit most second-level caches;
  /// of doubles, twice that.
  private static final int LONGEST = RowRoom.MOST_KEPT;

  /// So many rows of more than [#SHORT] elements are taken, since each is left to one thread.
  private static final int MANY = 16;

  private final Array x;
  private final int n;
  private final int rows;
  private final RowLayout layout;

  private Exponentials(Array x) {
    this.x = x;
    this.n = x.shape().size(-1);
    this.layout = new RowLayout(1, n, 1, false);
    this.rows = n == 0 ? 0 : layout.rows(x.elements());
  }

  /// m, and 0 where it is infinite; NaN stays NaN.
  public static Expr finite(Expr m) {
    return Expr.where(m.isInfinite(), Expr.number(0), m);
  }

  /// Whether this class takes the rows of an array: the shape alone decides.
  public static boolean take(Array x) {
    int n = x.shape().rank() == 0 ? 0 : x.shape().size(-1);
    return n > 0 && (n <= SHORT || (n <= LONGEST && x.elements() / n >= MANY));
  }

  /// The largest of each row, and Σ eˣ⁻ᵐ, each `[rows]`.
  public record Sums(Array largest, Array sums) {}

  /// Sums over rows.
  public static Sums sums(Array x) {
    Exponentials all = new Exponentials(x);
    Sums sums = all.room();
    all.exponentials(sums, null, (_, _, _, _, _) -> {});
    return sums;
  }

  /// eˣ ÷ Σ eˣ of each row.
  public static Array softmax(Array x) {
    Exponentials all = new Exponentials(x);
    Array y = Array.uninitialised(x.dtype(), x.shape());
    Sums sums = all.room();
    all.exponentials(
        sums,
        y,
        (call, e, at, row, count) ->
            call.of(SHARES)
                .with(e, at)
                .with(sums.sums.data(), row)
                .with(y.data(), row * all.n)
                .run(count));
    return y;
  }

  /// x − ln Σ eˣ of each row.
  public static Array logSoftmax(Array x) {
    Exponentials all = new Exponentials(x);
    Array y = Array.uninitialised(x.dtype(), x.shape());
    Sums sums = all.room();
    all.exponentials(
        sums,
        y,
        (call, _, _, row, count) ->
            call.of(LOG_SHARES)
                .with(x.data(), row * all.n)
                .with(sums.largest.data(), row)
                .with(sums.sums.data(), row)
                .with(y.data(), row * all.n)
                .run(count));
    return y;
  }

  /// The gradient of x, where p is its softmax and g the gradient of that.
  ///
  /// @param g in the shape of p, or one that broadcasts to it
  public static Array softmaxGradient(Array p, Array g) {
    int n = p.shape().size(-1);
    RowGradient of = RowGradient.of(g, p.shape(), n);
    return new Exponentials(p)
        .gradient(
            SHARE_GRADIENT,
            of,
            (_, row, count, to) ->
                Reduce.dots(p.data(), row * n, of.data(), of.at(row), of.step(), n, count, to));
  }

  /// The gradient of x, where y is its log-softmax and g the gradient of that.
  public static Array logSoftmaxGradient(Array y, Array g) {
    int n = y.shape().size(-1);
    return new Exponentials(y)
        .gradient(
            LOG_GRADIENT,
            RowGradient.of(g, y.shape(), n),
            (room, row, count, to) ->
                RowStatistics.reductions(Operation.SUM, g.data(), row * n, n, count, to, room));
  }

  /// A sum over each of some rows that follow each other.
  private interface Sum {
    void of(RowRoom room, int row, int count, double[] to);
  }

  /// A pass over x, g and a sum over each row.
  private Array gradient(RowPass pass, RowGradient g, Sum sum) {
    Array dx = Array.uninitialised(x.dtype(), x.shape());
    blocks(
        (room, call, row, count) -> {
          double[] few = room.results(0, count);
          sum.of(room, row, count, few);
          Reduce.store(few, count, room.numbers(), 0);
          call.of(pass)
              .with(x.data(), row * n)
              .with(g, row)
              .with(room.numbers(), 0)
              .with(dx.data(), row * n)
              .run(count);
        });
    return dx;
  }

  /// The gradient of x, where g is that of −ln of the share of each row's label.
  ///
  /// @param labels each in range
  public static Array crossEntropyGradient(Array x, Sums sums, Array labels, Array g) {
    Exponentials all = new Exponentials(x);
    Array dx = Array.uninitialised(x.dtype(), x.shape());
    int[] label = labels.ints();
    all.blocks(
        (_, call, row, count) -> {
          call.of(SLOPE)
              .with(x.data(), row * all.n)
              .with(sums.largest.data(), row)
              .with(sums.sums.data(), row)
              .with(g.data(), row)
              .with(dx.data(), row * all.n)
              .run(count);
          for (int i = row; i < row + count; i++) {
            int at = i * all.n + label[i];
            double slope = Numbers.get(dx.data(), at);
            // In double, and rounded: the difference of two floats as float gives it.
            Numbers.set(dx.data(), at, slope - Numbers.get(g.data(), i));
          }
        });
    return dx;
  }

  private Sums room() {
    return new Sums(
        Array.uninitialised(x.dtype(), Shape.of(rows)),
        Array.uninitialised(x.dtype(), Shape.of(rows)));
  }

  /// What is made of the exponentials of some rows, which stand in `e` from `at`.
  private interface Use {
    void of(RowCall call, Object e, int at, int row, int count);
  }

  /// Takes the exponentials of all rows, and does something with them while they are at hand.
  ///
  /// @param y what is written then: long rows of exponentials stand there before
  private void exponentials(Sums sums, @Nullable Array y, Use use) {
    Object m = sums.largest.data();
    Object s = sums.sums.data();
    blocks(
        (room, call, row, count) -> {
          double[] few = room.results(0, count);
          Array there = count * n > RowBlocks.AT_ONCE ? y : null;
          Object e = there == null ? room.elements(count * n) : there.data();
          int at = there == null ? 0 : row * n;
          RowStatistics.reductions(Operation.MAX, x.data(), row * n, n, count, few, room);
          Reduce.store(few, count, m, row);
          call.of(EXPONENTIALS).with(x.data(), row * n).with(m, row).with(e, at).run(count);
          RowStatistics.reductions(Operation.SUM, e, at, n, count, few, room);
          Reduce.store(few, count, s, row);
          use.of(call, e, at, row, count);
        });
  }

  /// Something done for some rows that follow each other.
  private interface Block {
    void run(RowRoom room, RowCall call, int row, int count);
  }

  /// Does something for all rows, on all threads, a few rows at a time.
  private void blocks(Block body) {
    int most = RowBlocks.most(n);
    RowBlocks.inParallel(
        x.elements(),
        rows,
        (first, stop) -> {
          try (RowRoom room = RowRoom.take(layout, x.dtype())) {
            for (int row = first; row < stop; row += most) {
              body.run(room, room.call(), row, Math.min(most, stop - row));
            }
          }
        });
  }
}
