package org.thalweg.autodiff.array.normal;

import static org.thalweg.autodiff.array.normal.RowPass.Role.ELEMENT;
import static org.thalweg.autodiff.array.normal.RowPass.Role.ROW;
import static org.thalweg.autodiff.array.normal.RowPass.Role.WEIGHT;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
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

  /// x̂, and ĝ = g w.
  private static final RowPass WEIGHTED =
      new RowPass(
          Formula.of(
              List.of("x", "shift", "rest", "r", "g", "w"),
              in -> List.of(normalised(in), in.get(4).times(in.get(5)))),
          ELEMENT,
          ROW,
          ROW,
          ROW,
          ELEMENT,
          WEIGHT,
          ELEMENT,
          ELEMENT);

  /// r (ĝ − a − x̂ b)
  private static final RowPass GRADIENT =
      new RowPass(
          Formula.of(
              List.of("g", "y", "a", "b", "r"),
              in ->
                  List.of(
                      in.get(0)
                          .minus(in.get(2))
                          .minus(in.get(1).times(in.get(3)))
                          .times(in.get(4)))),
          ELEMENT,
          ELEMENT,
          ROW,
          ROW,
          ROW,
          ELEMENT);

  /// Sums over rows of g x̂ and of g, one row more.
  private static final RowPass ADDED =
      new RowPass(
          Formula.of(
              List.of("y", "g", "p", "q"),
              in -> List.of(in.get(2).plus(in.get(1).times(in.get(0))), in.get(3).plus(in.get(1)))),
          ELEMENT,
          ELEMENT,
          WEIGHT,
          WEIGHT,
          WEIGHT,
          WEIGHT);

  static Expr normalised(List<Expr> in) {
    return in.get(0).minus(in.get(1)).minus(in.get(2)).times(in.get(3));
  }

  /// Rows, or groups of them, whose gradients of weights are added up in the type of the arrays.
  private static final int LEAST_TOGETHER = 16;

  private static final int MOST_TOGETHER = 256;
  private static final int BLOCKS = 64;

  private final RowLayout layout;
  private final boolean isCentred;
  private final DType dtype;
  private final int rows;
  private final int n;
  private final int together;

  private Rows(RowLayout layout, boolean isCentred, Array x) {
    this.layout = layout;
    this.isCentred = isCentred;
    this.dtype = x.dtype();
    this.rows = layout.rows(x.elements());
    this.n = layout.length();
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
          try (Walk walk = all.new Walk()) {
            for (int row = first; row < stop; row += walk.most) {
              walk.first = row;
              walk.count = Math.min(walk.most, stop - row);
              walk.measure(epsilon, from, statistics.data());
              walk.scale(from, statistics.data(), w, b, y.data());
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
    Array partial = ofWeights ? Array.zeros(type, Shape.of(blocks, width)) : null;
    Object w = weight == null ? null : weight.data();
    Object dxTo = dx == null ? null : dx.data();
    // Few long rows are shared out one by one where no sums over rows are wanted.
    int unit = ofWeights ? batch : 1;
    all.inParallel(
        (all.rows + unit - 1) / unit,
        (first, stop) -> {
          try (Walk walk = all.new Walk()) {
            Object to = dxTo == null ? walk.normal() : dxTo;
            int end = Math.min(all.rows, stop * unit);
            for (int row = first * unit; row < end; row += walk.count) {
              walk.first = row;
              int here = ofWeights ? (row / batch + 1) * batch : end;
              walk.count = Math.min(walk.most, Math.min(end, here) - row);
              int at = dxTo == null ? 0 : row * all.n;
              Object weighted = walk.normalise(x.data(), statistics.data(), g.data(), w, to, at);
              if (partial != null) {
                walk.add(to, at, g.data(), partial.data(), row / batch * width);
              }
              if (dxTo != null) {
                walk.gradient(weighted, w == null ? row * all.n : 0, statistics.data(), to, at);
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

  private void inParallel(int units, RowBlocks.Units body) {
    RowBlocks.inParallel((long) rows * n, units, body);
  }

  /// What one thread needs to walk over rows, a few at a time.
  private final class Walk implements AutoCloseable {
    /// How many rows are taken at a time, where their weights allow it.
    final int most = layout.groups() * layout.run() > 1 ? 1 : RowBlocks.most(n);

    private final RowRoom room = RowRoom.take(dtype);
    private final RowCall call = new RowCall(layout, dtype);
    private final double[] shifts = room.results(0, most);
    private final double[] sums = room.results(1, Math.max(most, layout.runs()));
    private final double[] products = room.results(2, Math.max(most, layout.runs()));
    private final Object numbers = room.numbers();
    private @Nullable Object normal;
    private @Nullable Object weighted;

    /// The rows at hand.
    int first;

    int count;

    /// The statistics of the rows.
    void measure(double epsilon, Object x, Object statistics) {
      int at = first * n;
      if (isCentred) {
        RowStatistics.moments(x, at, n, count, shifts, sums, products);
      } else {
        RowStatistics.products(x, at, x, at, n, count, products);
      }
      for (int i = 0; i < count; i++) {
        double variance = isCentred ? products[i] : products[i] / n;
        int row = first + i;
        double shift = isCentred ? shifts[i] : 0;
        RowStatistics.setMean(statistics, row, rows + row, shift, isCentred ? sums[i] : 0);
        RowStatistics.set(statistics, 2 * rows + row, 1 / Math.sqrt(variance + epsilon));
      }
    }

    /// Means of the rows.
    private void set(Object numbers, int at, double[] sums) {
      for (int i = 0; i < count; i++) {
        RowStatistics.set(numbers, at + i, sums[i] / n);
      }
    }

    void scale(Object x, Object statistics, @Nullable Object w, @Nullable Object b, Object y) {
      if (w == null) {
        normalise(x, statistics, x, null, y, first * n);
        return;
      }
      int at = first * n;
      int weights = layout.weightsOf(first);
      call.of(b == null ? SCALED : SHIFTED)
          .with(x, at)
          .withThree(statistics, first, rows)
          .with(w, weights);
      if (b != null) {
        call.with(b, weights);
      }
      call.with(y, at).run(count);
    }

    /// Writes x̂ of the rows, and gives what has ĝ: g itself, or memory from element 0.
    Object normalise(Object x, Object statistics, Object g, @Nullable Object w, Object y, int to) {
      int at = first * n;
      call.of(w == null ? NORMALISED : WEIGHTED).with(x, at).withThree(statistics, first, rows);
      if (w == null) {
        call.with(y, to).run(count);
        return g;
      }
      Object slopes = weighted == null ? room.elements(0, most * n) : weighted;
      weighted = slopes;
      call.with(g, at).with(w, layout.weightsOf(first)).with(y, to).with(slopes, 0).run(count);
      return slopes;
    }

    /// Turns x̂ into the gradient of x.
    void gradient(Object slope, int from, Object statistics, Object y, int at) {
      Arrays.fill(sums, 0, count, 0);
      if (isCentred) {
        RowStatistics.sums(slope, from, n, count, sums);
      }
      RowStatistics.products(slope, from, y, at, n, count, products);
      set(numbers, 0, sums);
      set(numbers, most, products);
      call.of(GRADIENT)
          .with(slope, from)
          .with(y, at)
          .with(numbers, 0)
          .with(numbers, most)
          .with(statistics, 2 * rows + first)
          .with(y, at)
          .run(count);
    }

    /// Adds the gradients of weights and biases of the rows, whose x̂ is y, to sums of them.
    void add(Object y, int from, Object g, Object totals, int base) {
      int at = first * n;
      int p = base + layout.weightsOf(first);
      int q = p + layout.weights();
      if (layout.run() == 1) {
        call.of(ADDED)
            .with(y, from)
            .with(g, at)
            .with(totals, p)
            .with(totals, q)
            .with(totals, p)
            .with(totals, q)
            .run(count);
        return;
      }
      int run = layout.run();
      RowStatistics.products(g, at, y, from, run, layout.channels(), products);
      RowStatistics.sums(g, at, run, layout.channels(), sums);
      double[] to = (double[]) totals;
      for (int channel = 0; channel < layout.channels(); channel++) {
        to[p + channel] += products[channel];
        to[q + channel] += sums[channel];
      }
    }

    /// Memory for x̂ where there is no gradient to leave it in.
    Object normal() {
      Object there = normal == null ? room.elements(1, most * n) : normal;
      normal = there;
      return there;
    }

    @Override
    public void close() {
      room.close();
    }
  }
}
