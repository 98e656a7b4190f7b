package org.thalweg.autodiff.kernel;

import java.util.Arrays;
import java.util.function.Consumer;
import org.thalweg.autodiff.kernel.Reduce.Operation;

/// The inner loops of reductions, for one operation and one type of array.
///
/// A scalar and a vector kernel implement it, with the same bits. Both read memory as rows of
/// `stride` elements; lane `l` sees the elements `from + l + r·stride` that lie before `end`:
///
/// ```
/// y[l] = d₀ ∘ d₁ ∘ d₂ …        dⱼ = e ∘ x[16j] ∘ x[16j + 1] ∘ … ∘ x[16j + 15]   (rows of lane l)
/// ```
///
/// Each `dⱼ` is a chain of 16 rows in the precision of `x`, starting from the neutral element `e`;
/// the chains are combined in order in double precision. Two short chains, one inside the other,
/// are what keeps the error of a long sum small.
public interface Lanes {
  /// Makes vector kernels; its implementation is loaded by name.
  interface Factory {
    /// The kernel for one operation on `float[]` or `double[]`, with vectors of `bits` bits.
    Lanes make(Operation operation, boolean floats, int bits);
  }

  /// How many rows one chain has.
  int CHAIN = 16;

  /// How many accumulators [#dot] has.
  int DOT_LANES = 32;

  /// The widest vector, in elements: so many after the last result may be overwritten.
  int PADDING = 16;

  /// How many elements the results of so many rows take, with those that may be overwritten: 8
  /// lanes for each row, and what the last may need beyond that.
  static int room(int rows) {
    return 9 * rows + DOT_LANES;
  }

  /// What is done with the elements.
  Operation operation();

  /// How many lanes one contiguous row has: 16 for `float[]`, 8 for `double[]`.
  int lanes();

  /// Reduces every lane in `0 … width − 1` and stores lane `l` at `y[l]`.
  ///
  /// Elements of `y` up to `width + PADDING` may be overwritten. `x` is a `float[]` or a
  /// `double[]`, whichever this kernel is for.
  void fold(Object x, int from, int end, int stride, int width, double[] y);

  /// Reduces `rows` contiguous rows of `n` elements, one after the other from `from`: row `r` is
  /// folded into [#lanes] lanes, and those in a [tree][Operation#tree], into `y[r]`.
  ///
  /// Elements of `y` up to [#room] of `rows` may be overwritten.
  default void rows(Object x, int from, int n, int rows, double[] y) {
    double[] sums = new double[lanes() + PADDING];
    for (int row = 0; row < rows; row++) {
      int start = from + row * n;
      fold(x, start, start + n, lanes(), lanes(), sums);
      y[row] = operation().tree(sums, 0, lanes());
    }
  }

  /// The first of the indices `from, from + stride, …` before `end` whose element equals `value`,
  /// or is NaN if `value` is NaN; −1 if there is none. The zeros are equal.
  default int find(Object x, int from, int end, int stride, double value) {
    boolean nan = Double.isNaN(value);
    // A long index: past the last element it may exceed the largest int.
    for (long i = from; i < end; i += stride) {
      double element = x instanceof float[] floats ? floats[(int) i] : ((double[]) x)[(int) i];
      if (element == value || (nan && Double.isNaN(element))) {
        return (int) i;
      }
    }
    return -1;
  }

  /// The products `x[xFrom + i]·y[yFrom + i]` for `i` in `0 … n − 1`, added up in double precision:
  /// product `i` goes to accumulator `i mod 32`. Stores the 32 accumulators in `sums`.
  void dot(Object x, int xFrom, Object y, int yFrom, int n, double[] sums);

  /// [Products][#dot] of `rows` pairs of contiguous rows of `n` elements, one pair after the other;
  /// the accumulators of pair `r` meet in a [tree][Operation#tree], in `sums[r]`.
  ///
  /// Elements of `sums` up to [#room] of `rows` may be overwritten.
  ///
  /// @param yStep how much further the next row of y begins: `n`, or 0 where there is one for all
  default void dots(
      Object x, int xFrom, Object y, int yFrom, int yStep, int n, int rows, double[] sums) {
    double[] lanes = new double[DOT_LANES];
    for (int row = 0; row < rows; row++) {
      dot(x, xFrom + row * n, y, yFrom + row * yStep, n, lanes);
      sums[row] = Operation.SUM.tree(lanes, 0, DOT_LANES);
    }
  }

  /// The sums of c and of c² over `rows` contiguous rows of `n` elements, where c is an element
  /// less the row's shift, in double precision: element `i` goes to accumulator `i mod 32`, squares
  /// by a fused multiply-add. The accumulators of a row meet in a [tree][Operation#tree].
  ///
  /// Elements of `sums` and `squares` up to [#room] of `rows` may be overwritten.
  default void moments(
      Object x, int from, int n, int rows, double[] shifts, double[] sums, double[] squares) {
    double[] lanes = new double[2 * DOT_LANES];
    for (int row = 0; row < rows; row++) {
      int at = from + row * n;
      Arrays.fill(lanes, 0);
      for (int i = 0; i < n; i++) {
        double c = element(x, at + i) - shifts[row];
        int l = i % DOT_LANES;
        lanes[l] += c;
        lanes[l + DOT_LANES] = Math.fma(c, c, lanes[l + DOT_LANES]);
      }
      sums[row] = Operation.SUM.tree(lanes, 0, DOT_LANES);
      squares[row] = Operation.SUM.tree(lanes, DOT_LANES, DOT_LANES);
    }
  }

  /// The sums of y and of c y over `rows` pairs of contiguous rows of `n` elements, where c is an
  /// element of x less the row's shift, in double precision and in the order of [#moments].
  ///
  /// Elements of `sums` and `products` up to [#room] of `rows` may be overwritten.
  ///
  /// @param yStep as of [#dots]
  default void crossMoments(
      Object x,
      int xFrom,
      Object y,
      int yFrom,
      int yStep,
      int n,
      int rows,
      double[] shifts,
      double[] sums,
      double[] products) {
    double[] lanes = new double[2 * DOT_LANES];
    for (int row = 0; row < rows; row++) {
      Arrays.fill(lanes, 0);
      for (int i = 0; i < n; i++) {
        double c = element(x, xFrom + row * n + i) - shifts[row];
        double there = element(y, yFrom + row * yStep + i);
        int l = i % DOT_LANES;
        lanes[l] += there;
        lanes[l + DOT_LANES] = Math.fma(c, there, lanes[l + DOT_LANES]);
      }
      sums[row] = Operation.SUM.tree(lanes, 0, DOT_LANES);
      products[row] = Operation.SUM.tree(lanes, DOT_LANES, DOT_LANES);
    }
  }

  private static double element(Object x, int i) {
    return x instanceof float[] floats ? floats[i] : ((double[]) x)[i];
  }

  /// Calls that take every path of a kernel: complete chains, none, whole rows after them, rows
  /// that end within a vector, the last rows of an array. A branch that is not taken here is not
  /// compiled, and the first call that takes it throws the compiled kernel away.
  final class Rehearsal implements Consumer<Lanes> {
    private static final int N = 3 * 256 + 3 * 16 + 5;

    private final Object x;
    private final Object notNumbers;
    private final double[] y = new double[Lanes.room(4)];
    private final double[] squares = new double[Lanes.room(4)];

    Rehearsal(boolean floats) {
      this.x = floats ? new float[N] : new double[N];
      this.notNumbers = floats ? new float[32] : new double[32];
      if (notNumbers instanceof float[] f) {
        Arrays.fill(f, Float.NaN);
      } else {
        Arrays.fill((double[]) notNumbers, Double.NaN);
      }
    }

    @Override
    public void accept(Lanes lanes) {
      lanes.fold(x, 0, N, 16, 16, y);
      lanes.fold(x, 0, 37, 17, 17, y);
      lanes.fold(x, 0, 320, 16, 16, y);
      lanes.rows(x, 0, 300, 2, y);
      lanes.rows(x, 0, 61, 3, y);
      lanes.rows(x, 0, 64, 3, y);
      lanes.rows(x, 0, 3, 3, y);
      lanes.rows(x, 0, 1, 3, y);
      lanes.rows(notNumbers, 0, 32, 1, y);
      lanes.find(x, 0, 69, 1, 1);
      lanes.find(x, 0, 69, 1, 0);
      lanes.find(x, 0, 69, 7, 1);
      lanes.find(x, 0, 9, 1, Double.NaN);
      lanes.dot(x, 1, x, 0, 101, y);
      lanes.dot(x, 0, x, 0, 96, y);
      lanes.dots(x, 1, x, 0, 101, 101, 2, y);
      lanes.dots(x, 0, x, 0, 32, 32, 3, y);
      lanes.dot(x, N - 64, x, N - 64, 64, y);
      lanes.dots(x, N - 64, x, N - 64, 32, 32, 2, y);
      lanes.dots(x, N - 74, x, N - 74, 37, 37, 2, y);
      lanes.moments(x, 1, 101, 2, y, y, squares);
      lanes.moments(x, 0, 32, 3, y, y, squares);
      lanes.moments(x, N - 64, 32, 2, y, y, squares);
      lanes.moments(x, N - 74, 37, 2, y, y, squares);
      lanes.crossMoments(x, 1, x, 0, 101, 101, 2, y, y, squares);
      lanes.crossMoments(x, 0, x, 0, 32, 32, 3, y, y, squares);
      lanes.crossMoments(x, N - 64, x, N - 64, 32, 32, 2, y, y, squares);
      lanes.crossMoments(x, N - 74, x, N - 74, 37, 37, 2, y, y, squares);
    }
  }
}
