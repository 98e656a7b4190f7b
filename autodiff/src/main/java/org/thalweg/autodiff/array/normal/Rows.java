package org.thalweg.autodiff.array.normal;

import static org.thalweg.autodiff.array.normal.RowPass.Role.ELEMENT;
import static org.thalweg.autodiff.array.normal.RowPass.Role.ROW;
import static org.thalweg.autodiff.array.normal.RowPass.Role.WEIGHT;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.kernel.Numbers;
import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.autodiff.kernel.Reduce;
import org.thalweg.autodiff.kernel.Reduce.Operation;

/// Rows normalised, and the gradients of that. A few rows at a time are read from memory once: what
/// follows finds them in the cache.
///
/// ```
/// x̂ = (x − m)·r    y = x̂·w + b    r = 1 ÷ √(v + ε)
/// v = Σ (x − m)² ÷ n, m = Σ x ÷ n or, where rows are not centred, m = 0
/// ```
///
/// The mean is kept in two numbers, m = shift + rest: the shift is the mean rounded to the type of
/// x, the rest what is left of it. So nothing is lost where the mean is large and the deviation
/// small, and equal elements give exactly 0. Statistics are computed in double precision. The bits
/// depend on the shape alone.
public final class Rows {
  /// Rows that are taken together where what is the same for all would be read again for each.
  private static final int TOGETHER = 4;

  static final RowPass SCALED =
      new RowPass(
          Formula.of(
              List.of("x", "shift", "rest", "r", "w"),
              in -> List.of(normalised(in).times(in.get(4)))),
          ELEMENT,
          ROW,
          ROW,
          ROW,
          WEIGHT,
          ELEMENT);

  static final RowPass SHIFTED =
      new RowPass(
          Formula.of(
              List.of("x", "shift", "rest", "r", "w", "b"),
              in -> List.of(normalised(in).times(in.get(4)).plus(in.get(5)))),
          ELEMENT,
          ROW,
          ROW,
          ROW,
          WEIGHT,
          WEIGHT,
          ELEMENT);

  static final RowPass NORMALISED =
      new RowPass(
          Formula.of(List.of("x", "shift", "rest", "r"), in -> List.of(normalised(in))),
          ELEMENT,
          ROW,
          ROW,
          ROW,
          ELEMENT);

  /// ĝ = g w
  private static final RowPass WEIGHTED =
      new RowPass(Formula.of("g", "w", Expr::times), ELEMENT, WEIGHT, ELEMENT);

  /// r (ĝ − a − x̂ b)
  private static final RowPass GRADIENT =
      new RowPass(
          Formula.of(
              List.of("x", "shift", "rest", "r", "g", "a", "b"),
              in ->
                  List.of(
                      in.get(4)
                          .minus(in.get(5))
                          .minus(normalised(in).times(in.get(6)))
                          .times(in.get(3)))),
          ELEMENT,
          ROW,
          ROW,
          ROW,
          ELEMENT,
          ROW,
          ROW,
          ELEMENT);

  /// Sums over rows of g x̂ and of g, some rows more, in order.
  private static final RowPass ADDED = added(1);

  private static final RowPass ADDED_TOGETHER = added(TOGETHER);

  private static RowPass added(int rows) {
    List<String> names = new ArrayList<>();
    List<RowPass.Role> roles = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      for (String name : List.of("x", "shift", "rest", "r", "g")) {
        names.add(name + i);
      }
      roles.addAll(List.of(ELEMENT, ROW, ROW, ROW, ELEMENT));
    }
    names.addAll(List.of("p", "q"));
    roles.addAll(List.of(WEIGHT, WEIGHT, WEIGHT, WEIGHT));
    return new RowPass(Formula.of(names, in -> sums(rows, in)), rows, roles);
  }

  private static List<Expr> sums(int rows, List<Expr> in) {
    Expr p = in.get(5 * rows);
    Expr q = in.get(5 * rows + 1);
    for (int i = 0; i < rows; i++) {
      Expr g = in.get(5 * i + 4);
      p = p.plus(g.times(normalised(in.subList(5 * i, 5 * i + 4))));
      q = q.plus(g);
    }
    return List.of(p, q);
  }

  static Expr normalised(List<Expr> in) {
    return in.get(0).minus(in.get(1)).minus(in.get(2)).times(in.get(3));
  }

  /// Rows, or groups of them, whose gradients of weights are added up in the type of the arrays.
  private static final int LEAST_TOGETHER = 16;

  private static final int MOST_TOGETHER = 256;
  private static final int BLOCKS = 64;

  private final RowLayout layout;
  private final boolean isCentred;
  private final int rows;
  private final int n;
  private final int together;

  /// How many rows are taken at a time: 1 where each has weights of its own.
  private final int most;

  private Rows(RowLayout layout, boolean isCentred, Array x) {
    this.layout = layout;
    this.isCentred = isCentred;
    this.rows = layout.rows(x.elements());
    this.n = layout.length();
    this.most = layout.groups() * layout.run() > 1 ? 1 : RowBlocks.most(Math.max(1, n));
    int batches = layout.batches(x.elements());
    this.together =
        layout.run() > 1
            ? 1
            : Math.clamp((batches + BLOCKS - 1) / BLOCKS, LEAST_TOGETHER, MOST_TOGETHER);
  }

  /// What a normalisation gives.
  ///
  /// @param value in the shape of x
  /// @param statistics `[3, rows]`: the shift, the rest and r of each row
  public record Normalised(Array value, Array statistics) {}

  /// Normalises the rows of x.
  ///
  /// @param weight `null` for 1
  /// @param bias `null` for 0; there is none without a weight
  public static Normalised output(
      RowLayout layout,
      boolean isCentred,
      double epsilon,
      Array x,
      @Nullable Array weight,
      @Nullable Array bias) {
    Rows all = new Rows(layout, isCentred, x);
    Array y = Array.uninitialised(x.dtype(), x.shape());
    Array statistics = Array.uninitialised(x.dtype(), Shape.of(3, all.rows));
    Object w = weight == null ? null : weight.data();
    Object b = bias == null ? null : bias.data();
    Object from = x.data();
    all.inParallel(
        all.rows,
        (first, stop) -> {
          try (RowRoom room = RowRoom.take(layout, x.dtype())) {
            for (int row = first; row < stop; row += all.most) {
              int count = Math.min(all.most, stop - row);
              all.measure(room, row, count, epsilon, from, statistics.data());
              all.scale(room.call(), row, count, from, statistics.data(), w, b, y.data());
            }
          }
        });
    return new Normalised(y, statistics);
  }

  /// The gradients of a normalisation.
  ///
  /// @param input that of x, in its shape; `null` where it is not wanted
  /// @param weights those of weight and bias, `[2, weights]`; `null` where they are not wanted
  public record Gradients(@Nullable Array input, @Nullable Array weights) {
    /// That of x, which is wanted.
    public Array ofInput() {
      return Objects.requireNonNull(input);
    }

    /// Those of weight and bias, which are wanted.
    public Array ofWeights() {
      return Objects.requireNonNull(weights);
    }

    /// That of the weight, 0, or of the bias, 1, in its shape.
    public Array ofWeight(int which, Shape shape) {
      Array all = ofWeights();
      Array one = Array.uninitialised(all.dtype(), shape);
      System.arraycopy(all.data(), which * one.elements(), one.data(), 0, one.elements());
      return one;
    }
  }

  /// The gradients, in one pass. That of x, where ĝ = w g is that of x̂, is
  ///
  /// ```
  /// r (ĝ − Σ ĝ ÷ n − x̂ · Σ ĝ x̂ ÷ n)      without Σ ĝ ÷ n where rows are not centred
  /// ```
  ///
  /// and those of weight and bias are the sums of g x̂ and of g.
  ///
  /// @param statistics what [#output] gave for x
  /// @param g in the shape of x, or one that broadcasts to it
  /// @param weight `null` for 1
  public static Gradients gradients(
      RowLayout layout,
      boolean isCentred,
      Array x,
      Array statistics,
      Array g,
      @Nullable Array weight,
      boolean ofInput,
      boolean ofWeights) {
    Rows all = new Rows(layout, isCentred, x);
    Array dx = ofInput ? Array.uninitialised(x.dtype(), x.shape()) : null;
    int batch = all.together * Math.max(1, layout.groups());
    int blocks = (all.rows + batch - 1) / batch;
    int width = 2 * layout.weights();
    // Whole rows are added up in the type of the arrays, sums over runs in double.
    DType type = layout.run() > 1 ? DType.FLOAT64 : x.dtype();
    Array partial = ofWeights ? Array.uninitialised(type, Shape.of(blocks, width)) : null;
    RowGradient own = RowGradient.of(g, x.shape(), all.n);
    boolean isOneRow = own.isShared() && layout.groups() * layout.run() == 1;
    RowGradient slopes = weight != null && isOneRow ? own.times(weight, all.n) : own;
    Object w = weight == null || isOneRow ? null : weight.data();
    // Few long rows are shared out one by one where no sums over rows are wanted.
    int unit = ofWeights ? batch : 1;
    all.inParallel(
        (all.rows + unit - 1) / unit,
        (first, stop) -> {
          try (RowRoom room = RowRoom.take(layout, x.dtype())) {
            int end = Math.min(all.rows, stop * unit);
            int count;
            for (int row = first * unit; row < end; row += count) {
              int here = ofWeights ? (row / batch + 1) * batch : end;
              count = Math.min(all.most, Math.min(end, here) - row);
              if (partial != null) {
                int base = row / batch * width;
                if (row % batch == 0) {
                  Numbers.fill(partial.data(), base, base + width, 0);
                }
                all.add(room, row, count, x.data(), statistics.data(), own, partial.data(), base);
              }
              if (dx != null) {
                all.gradient(room, row, count, x.data(), statistics.data(), slopes, w, dx.data());
              }
            }
          }
        });
    if (partial == null) {
      return new Gradients(dx, null);
    }
    Array sums = Array.uninitialised(x.dtype(), Shape.of(2, layout.weights()));
    Reduce.values(Operation.SUM, partial.data(), 0, 1, blocks, width, sums.data(), 0);
    return new Gradients(dx, sums);
  }

  private void inParallel(int units, Pool.Span body) {
    RowBlocks.inParallel((long) rows * n, units, body);
  }

  /// For a result of each of the rows, or runs, that are taken at a time.
  private double[] results(RowRoom room, int which) {
    return room.results(which, Math.max(most, layout.runs()));
  }

  /// The statistics of the rows.
  private void measure(
      RowRoom room, int first, int count, double epsilon, Object x, Object statistics) {
    double[] shifts = results(room, 0);
    double[] sums = results(room, 1);
    double[] products = results(room, 2);
    int at = first * n;
    if (isCentred) {
      RowStatistics.moments(x, at, n, count, shifts, sums, products);
    } else {
      Reduce.dots(x, at, x, at, n, n, count, products);
    }
    for (int i = 0; i < count; i++) {
      double variance = isCentred ? products[i] : products[i] / n;
      int row = first + i;
      double shift = isCentred ? shifts[i] : 0;
      RowStatistics.setMean(statistics, row, rows + row, shift, isCentred ? sums[i] : 0);
      Numbers.set(statistics, 2 * rows + row, 1 / Math.sqrt(variance + epsilon));
    }
  }

  private void scale(
      RowCall call,
      int first,
      int count,
      Object x,
      Object statistics,
      @Nullable Object w,
      @Nullable Object b,
      Object y) {
    int at = first * n;
    int weights = layout.weightsOf(first);
    call.of(w == null ? NORMALISED : b == null ? SCALED : SHIFTED)
        .with(x, at)
        .withThree(statistics, first, rows)
        .withAny(w, weights)
        .withAny(b, weights)
        .with(y, at)
        .run(count);
  }

  /// Makes the gradient of x.
  private void gradient(
      RowRoom room,
      int first,
      int count,
      Object x,
      Object statistics,
      RowGradient g,
      @Nullable Object w,
      Object dx) {
    double[] sums = results(room, 1);
    double[] products = results(room, 2);
    int at = first * n;
    // Not an object for those of some rows: there are many of them in a pass.
    Object slopes = g.data();
    int from = g.at(first);
    int step = g.step();
    if (w != null) {
      slopes = room.elements(most * n);
      from = 0;
      step = n;
      room.call()
          .of(WEIGHTED)
          .with(g, first)
          .with(w, layout.weightsOf(first))
          .with(slopes, from)
          .run(count);
    }
    RowStatistics.slopes(
        x,
        at,
        slopes,
        from,
        step,
        n,
        count,
        statistics,
        first,
        1,
        rows,
        results(room, 0),
        sums,
        products);
    Object numbers = room.numbers();
    for (int i = 0; i < count; i++) {
      Numbers.set(numbers, i, isCentred ? sums[i] / n : 0);
      Numbers.set(numbers, most + i, products[i] / n);
    }
    room.call()
        .of(GRADIENT)
        .with(x, at)
        .withThree(statistics, first, rows)
        .withRows(slopes, from, step)
        .with(numbers, 0)
        .with(numbers, most)
        .with(dx, at)
        .run(count);
  }

  /// Adds the gradients of weights and biases of the rows to sums of them.
  private void add(
      RowRoom room,
      int first,
      int count,
      Object x,
      Object statistics,
      RowGradient g,
      Object totals,
      int base) {
    int p = base + layout.weightsOf(first);
    int q = p + layout.weights();
    if (layout.run() == 1) {
      int whole = count - count % TOGETHER;
      add(ADDED_TOGETHER, room.call(), x, statistics, g, totals, first, whole, p, q);
      add(ADDED, room.call(), x, statistics, g, totals, first + whole, count - whole, p, q);
      return;
    }
    double[] sums = results(room, 1);
    double[] products = results(room, 2);
    int run = layout.run();
    int channels = layout.channels();
    RowStatistics.slopes(
        x,
        first * n,
        g.data(),
        g.at(first),
        run,
        run,
        channels,
        statistics,
        first,
        0,
        rows,
        results(room, 0),
        sums,
        products);
    double[] to = (double[]) totals;
    for (int channel = 0; channel < channels; channel++) {
      to[p + channel] += products[channel];
      to[q + channel] += sums[channel];
    }
  }

  private void add(
      RowPass pass,
      RowCall call,
      Object x,
      Object statistics,
      RowGradient g,
      Object totals,
      int from,
      int many,
      int p,
      int q) {
    if (many == 0) {
      return;
    }
    call.of(pass);
    for (int row = from; row < from + pass.together(); row++) {
      call.with(x, row * n).withThree(statistics, row, rows).with(g, row);
    }
    call.with(totals, p).with(totals, q).with(totals, p).with(totals, q).run(many);
  }
}
