package org.thalweg.autodiff.array.normal;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.compile.FormulaKernel;
import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.autodiff.kernel.Reduce;
import org.thalweg.autodiff.kernel.Reduce.Operation;

/// Rows normalised, and the gradients of that. Each row is read from memory once: what follows
/// finds it in the cache.
///
/// ```
/// x̂ = (x − m)·r    y = x̂·w + b    r = 1 ÷ √(v + ε)
/// v = Σ (x − m)² ÷ n, m = Σ x ÷ n or, where rows are not centred, m = 0
/// ```
///
/// The mean is kept in two numbers, m = shift + rest: the shift is a mean rounded to the type of x,
/// the rest what is left of the mean of x − shift. So nothing is lost where the mean is large and
/// the deviation small, and equal elements give exactly 0. Statistics are computed in double
/// precision. The bits depend on the shape alone.
public final class Rows {
  private static final Formula CENTRED = Formula.of("x", "shift", (x, m) -> x.minus(m));

  private static final Formula PLAIN =
      Formula.of("c", "rest", "r", (c, s, r) -> c.minus(s).times(r));

  private static final Formula SCALED =
      Formula.of(
          List.of("c", "rest", "r", "w"),
          in -> List.of(in.get(0).minus(in.get(1)).times(in.get(2)).times(in.get(3))));

  private static final Formula SHIFTED =
      Formula.of(
          List.of("c", "rest", "r", "w", "b"),
          in ->
              List.of(
                  in.get(0).minus(in.get(1)).times(in.get(2)).times(in.get(3)).plus(in.get(4))));

  private static final Formula WEIGHTED = Formula.of("g", "w", Expr::times);

  private static final Formula NORMALISED =
      Formula.of(List.of("x", "shift", "rest", "r"), in -> List.of(normalised(in)));

  /// r (ĝ − a − x̂ b)
  private static final Formula GRADIENT =
      Formula.of(
          List.of("g", "y", "a", "b", "r"),
          in ->
              List.of(
                  in.get(0).minus(in.get(2)).minus(in.get(1).times(in.get(3))).times(in.get(4))));

  /// Sums over rows of g x̂ and of g, one row more.
  private static final Formula ADDED =
      Formula.of(
          List.of("x", "shift", "rest", "r", "g", "p", "q"),
          in ->
              List.of(in.get(5).plus(in.get(4).times(normalised(in))), in.get(6).plus(in.get(4))));

  private static Expr normalised(List<Expr> in) {
    return in.get(0).minus(in.get(1)).minus(in.get(2)).times(in.get(3));
  }

  /// Elements that are worth a second thread.
  private static final int GRAIN = 1 << 14;

  /// Rows, or groups of them, whose gradients of weights are added up in the type of the arrays.
  private static final int LEAST_TOGETHER = 16;

  private static final int MOST_TOGETHER = 256;
  private static final int BLOCKS = 64;

  private final RowLayout layout;
  private final boolean isCentred;
  private final DType dtype;
  private final int rows;
  private final int n;

  private Rows(RowLayout layout, boolean isCentred, Array x) {
    this.layout = layout;
    this.isCentred = isCentred;
    this.dtype = x.dtype();
    this.rows = layout.rows(x.elements());
    this.n = layout.length();
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
        () -> {
          Walk walk = all.new Walk();
          return row -> {
            walk.normalise(row, epsilon, from, y.data(), statistics.data());
            walk.scale(row, isCentred ? y.data() : from, statistics.data(), w, b, y.data());
          };
        });
    return new Normalised(y, statistics);
  }

  /// The gradient of x where ĝ = w g is that of x̂:
  ///
  /// ```
  /// r (ĝ − Σ ĝ ÷ n − x̂ · Σ ĝ x̂ ÷ n)      without Σ ĝ ÷ n where rows are not centred
  /// ```
  ///
  /// @param statistics what [#output] gave for x
  /// @param weight `null` for 1
  public static Array inputGradient(
      RowLayout layout,
      boolean isCentred,
      Array x,
      Array statistics,
      Array g,
      @Nullable Array weight) {
    Rows all = new Rows(layout, isCentred, x);
    Array dx = Array.uninitialised(x.dtype(), x.shape());
    Object w = weight == null ? null : weight.data();
    all.inParallel(
        all.rows,
        () -> {
          Walk walk = all.new Walk();
          return row -> walk.gradient(row, x.data(), statistics.data(), g.data(), w, dx.data());
        });
    return dx;
  }

  /// The gradients of weight and bias, `[2, weights]`: the sums of g x̂ and of g.
  ///
  /// @param statistics what [#output] gave for x
  public static Array weightGradient(
      RowLayout layout, boolean isCentred, Array x, Array statistics, Array g) {
    Rows all = new Rows(layout, isCentred, x);
    int batches = layout.batches(x.elements());
    int width = 2 * layout.weights();
    Array sums = Array.uninitialised(x.dtype(), Shape.of(2, layout.weights()));
    int together =
        layout.run() > 1
            ? 1
            : Math.clamp((batches + BLOCKS - 1) / BLOCKS, LEAST_TOGETHER, MOST_TOGETHER);
    int blocks = (batches + together - 1) / together;
    // Whole rows are added up in the type of the arrays, sums over runs in double.
    DType type = layout.run() > 1 ? DType.FLOAT64 : x.dtype();
    Array partial = Array.zeros(type, Shape.of(blocks, width));
    all.inParallel(
        blocks,
        () -> {
          Walk walk = all.new Walk();
          return block -> {
            int stop = Math.min(batches, (block + 1) * together) * layout.groups();
            for (int row = block * together * layout.groups(); row < stop; row++) {
              walk.add(row, x.data(), statistics.data(), g.data(), partial.data(), block * width);
            }
          };
        });
    Reduce.values(Operation.SUM, partial.data(), 0, 1, blocks, width, sums.data(), 0);
    return sums;
  }

  /// Something done for one row, or one block of them.
  private interface Unit {
    void run(int unit);
  }

  private void inParallel(int units, Supplier<Unit> maker) {
    int parts = Math.min(units, Pool.parts((long) rows * n, GRAIN));
    Pool.run(
        parts,
        part -> {
          Unit unit = maker.get();
          int stop = (int) ((part + 1L) * units / parts);
          for (int k = (int) ((long) part * units / parts); k < stop; k++) {
            unit.run(k);
          }
        });
  }

  private FormulaKernel kernel(Formula formula) {
    return FormulaKernel.of(formula, dtype.precision());
  }

  /// What one thread needs to walk over rows.
  private final class Walk {
    private final RowStatistics reduce = new RowStatistics();
    private final Object numbers = Array.persistent(dtype, Shape.of(2)).data();
    private final FormulaKernel centred = kernel(CENTRED);
    private final FormulaKernel plain = kernel(PLAIN);
    private final FormulaKernel scaled = kernel(SCALED);
    private final FormulaKernel shifted = kernel(SHIFTED);
    private final FormulaKernel weighted = kernel(WEIGHTED);
    private final FormulaKernel normalised = kernel(NORMALISED);
    private final FormulaKernel gradient = kernel(GRADIENT);
    private final FormulaKernel added = kernel(ADDED);
    private @Nullable Object scratch;

    /// The statistics of a row; where rows are centred, x − shift is left in y.
    void normalise(int row, double epsilon, Object x, Object y, Object statistics) {
      int at = row * n;
      double rest = 0;
      double squares;
      RowStatistics.set(statistics, row, 0);
      if (isCentred) {
        RowStatistics.set(statistics, row, reduce.sum(x, at, n) / n);
        centred.run(0b10, new Object[] {x, statistics, y}, new int[] {at, row, at}, 0, n);
        rest = reduce.sum(y, at, n) / n;
        squares = reduce.products(y, at, y, at, n) / n;
      } else {
        squares = reduce.products(x, at, x, at, n) / n;
      }
      RowStatistics.set(statistics, rows + row, rest);
      double variance = Math.max(0, squares - rest * rest);
      RowStatistics.set(statistics, 2 * rows + row, 1 / Math.sqrt(variance + epsilon));
    }

    void scale(
        int row, Object c, Object statistics, @Nullable Object w, @Nullable Object b, Object y) {
      int at = row * n;
      int rest = rows + row;
      int r = 2 * rows + row;
      if (w == null) {
        plain.run(
            0b110, new Object[] {c, statistics, statistics, y}, new int[] {at, rest, r, at}, 0, n);
        return;
      }
      Object[] arrays =
          b == null
              ? new Object[] {c, statistics, statistics, w, y}
              : new Object[] {c, statistics, statistics, w, b, y};
      FormulaKernel kernel = b == null ? scaled : shifted;
      int first = layout.weightsOf(row);
      int[] offsets = new int[arrays.length];
      byRuns(
          (channel, from, length) -> {
            Arrays.fill(offsets, first + channel);
            offsets[0] = at + from;
            offsets[1] = rest;
            offsets[2] = r;
            offsets[offsets.length - 1] = at + from;
            long weights = b == null ? 0b1000 : 0b11000;
            kernel.run(layout.run() > 1 ? 0b110 | weights : 0b110, arrays, offsets, 0, length);
          });
    }

    void gradient(int row, Object x, Object statistics, Object g, @Nullable Object w, Object dx) {
      int at = row * n;
      normalise(row, x, statistics, 0, n, dx, at);
      Object weightedG = g;
      int there = at;
      if (w != null) {
        weightedG = scratch();
        there = 0;
        weight(row, g, w, weightedG);
      }
      RowStatistics.set(numbers, 0, isCentred ? reduce.sum(weightedG, there, n) / n : 0);
      RowStatistics.set(numbers, 1, reduce.products(weightedG, there, dx, at, n) / n);
      gradient.run(
          0b11100,
          new Object[] {weightedG, dx, numbers, numbers, statistics, dx},
          new int[] {there, at, 0, 1, 2 * rows + row, at},
          0,
          n);
    }

    private void weight(int row, Object g, Object w, Object to) {
      int first = layout.weightsOf(row);
      Object[] arrays = {g, w, to};
      int[] offsets = new int[3];
      byRuns(
          (channel, from, length) -> {
            offsets[0] = row * n + from;
            offsets[1] = first + channel;
            offsets[2] = from;
            weighted.run(layout.run() > 1 ? 0b10 : 0, arrays, offsets, 0, length);
          });
    }

    /// x̂ of some elements of a row.
    private void normalise(
        int row, Object x, Object statistics, int from, int length, Object y, int to) {
      normalised.run(
          0b1110,
          new Object[] {x, statistics, statistics, statistics, y},
          new int[] {row * n + from, row, rows + row, 2 * rows + row, to},
          0,
          length);
    }

    /// Adds the gradients of weights and biases of a row to sums of them.
    void add(int row, Object x, Object statistics, Object g, Object sums, int base) {
      int at = row * n;
      int first = base + layout.weightsOf(row);
      int second = first + layout.weights();
      if (layout.run() == 1) {
        added.run(
            0b1110,
            new Object[] {x, statistics, statistics, statistics, g, sums, sums, sums, sums},
            new int[] {at, row, rows + row, 2 * rows + row, at, first, second, first, second},
            0,
            n);
        return;
      }
      double[] totals = (double[]) sums;
      Object y = scratch();
      byRuns(
          (channel, from, length) -> {
            normalise(row, x, statistics, from, length, y, 0);
            totals[first + channel] += reduce.products(g, at + from, y, 0, length);
            totals[second + channel] += reduce.sum(g, at + from, length);
          });
    }

    private Object scratch() {
      Object there = scratch;
      if (there == null) {
        there = Array.persistent(dtype, Shape.of(n)).data();
        scratch = there;
      }
      return there;
    }

    private void byRuns(Run run) {
      if (layout.run() == 1) {
        run.of(0, 0, n);
        return;
      }
      for (int channel = 0; channel < layout.channels(); channel++) {
        run.of(channel, channel * layout.run(), layout.run());
      }
    }
  }

  /// A part of a row: the elements of one channel, or all of them.
  private interface Run {
    void of(int channel, int from, int length);
  }
}
