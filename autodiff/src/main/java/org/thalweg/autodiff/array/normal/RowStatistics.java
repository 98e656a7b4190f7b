package org.thalweg.autodiff.array.normal;

import org.thalweg.autodiff.kernel.Numbers;
import org.thalweg.autodiff.kernel.Reduce;
import org.thalweg.autodiff.kernel.Reduce.Operation;

/// Sums over the elements of rows that follow each other, in double precision and in the order of
/// [Reduce], on the calling thread.
final class RowStatistics {
  /// Rows up to this length are reduced many at a time.
  private static final int FEW = 8192;

  /// How many variances the square of an outlier is from the mean: it may cost 4 bits.
  private static final int FAR = 16;

  private RowStatistics() {}

  /// Room for the results of so many rows.
  static double[] room(int rows) {
    return new double[Reduce.room(rows)];
  }

  /// The mean of each row, and that of the squares about it.
  ///
  /// Both come from sums of differences to the first element of the row, in one pass: what the
  /// elements have in common costs no digit, and equal elements give exactly 0. Where the first is
  /// an outlier there is a second pass, about the mean.
  ///
  /// @param shifts what each mean is added to
  /// @param means [#room] for the rows, as the others
  static void moments(
      Object x, int from, int n, int rows, double[] shifts, double[] means, double[] variances) {
    for (int row = 0; row < rows; row++) {
      shifts[row] = Numbers.get(x, from + row * n);
    }
    powers(x, from, n, rows, shifts, means, variances);
    for (int row = 0; row < rows; row++) {
      double mean = means[row] / n;
      double variance = variance(mean, variances[row] / n);
      if (isFar(mean, variance)) {
        again(x, from + row * n, n, row, shifts[row] + mean, shifts, means, variances);
      } else {
        means[row] = mean;
        variances[row] = variance;
      }
    }
  }

  /// The moments of a row about another shift.
  private static void again(
      Object x,
      int from,
      int n,
      int row,
      double shift,
      double[] shifts,
      double[] means,
      double[] variances) {
    double[] one = {shift};
    double[] sum = room(1);
    double[] square = room(1);
    powers(x, from, n, 1, one, sum, square);
    shifts[row] = shift;
    means[row] = sum[0] / n;
    variances[row] = variance(means[row], square[0] / n);
  }

  /// The variance, of means of differences to a number and of their squares.
  static double variance(double mean, double square) {
    return Math.max(0, square - mean * mean);
  }

  /// Whether that number was an outlier, to whom the mean is so far that digits are lost.
  static boolean isFar(double mean, double variance) {
    return mean * mean > FAR * variance;
  }

  /// Σ c and Σ c² of each row, c being an element less the row's shift.
  static void powers(
      Object x, int from, int n, int rows, double[] shifts, double[] sums, double[] squares) {
    if (n <= FEW) {
      Reduce.moments(x, from, n, rows, shifts, sums, squares);
      return;
    }
    for (int row = 0; row < rows; row++) {
      int start = from + row * n;
      double[] shift = {shifts[row]};
      byPieces(
          n,
          (at, many, sum, square) -> Reduce.moments(x, start + at, many, 1, shift, sum, square),
          row,
          sums,
          squares);
    }
  }

  /// Σ g and Σ g x̂ of each row, where the statistics `[3, all]` are a shift, a rest and r:
  ///
  /// ```
  /// x̂ = (x − shift − rest)·r
  /// ```
  ///
  /// @param gStep how much further the next row of g begins: `n`, or 0 where there is one for all
  /// @param first where the statistics of the first row stand
  /// @param step how much further those of the next row do: 1, or 0 where all have the same
  /// @param shifts [#room] for the rows, as the others
  static void slopes(
      Object x,
      int xFrom,
      Object g,
      int gFrom,
      int gStep,
      int n,
      int rows,
      Object statistics,
      int first,
      int step,
      int all,
      double[] shifts,
      double[] sums,
      double[] products) {
    for (int row = 0; row < rows; row++) {
      shifts[row] = Numbers.get(statistics, first + row * step);
    }
    if (n <= FEW) {
      Reduce.crossMoments(x, xFrom, g, gFrom, gStep, n, rows, shifts, sums, products);
    } else {
      for (int row = 0; row < rows; row++) {
        int xRow = xFrom + row * n;
        int gRow = gFrom + row * gStep;
        double[] shift = {shifts[row]};
        byPieces(
            n,
            (at, many, sum, product) ->
                Reduce.crossMoments(x, xRow + at, g, gRow + at, many, many, 1, shift, sum, product),
            row,
            sums,
            products);
      }
    }
    for (int row = 0; row < rows; row++) {
      int at = first + row * step;
      double rest = Numbers.get(statistics, all + at);
      // As a rule it is 0, and 0 · ∞ would be NaN.
      double about = rest == 0 ? products[row] : products[row] - rest * sums[row];
      products[row] = about * Numbers.get(statistics, 2 * all + at);
    }
  }

  /// Two sums over a piece of a row.
  @FunctionalInterface
  private interface Piece {
    void add(int at, int many, double[] sum, double[] other);
  }

  /// Two sums over a long row.
  private static void byPieces(int n, Piece piece, int row, double[] sums, double[] others) {
    double[] sum = room(1);
    double[] other = room(1);
    double all = 0;
    double allOthers = 0;
    // In long: the last piece of nearly 2³¹ elements ends beyond the range of int.
    for (long at = 0; at < n; at += FEW) {
      piece.add((int) at, (int) Math.min(FEW, n - at), sum, other);
      all += sum[0];
      allOthers += other[0];
    }
    sums[row] = all;
    others[row] = allOthers;
  }

  /// The reduction of each row, with the bits of [Reduce#all].
  ///
  /// @param n a cell of cells at most: 2²⁶ doubles
  /// @param to [#room] for the rows
  static void reductions(
      Operation operation, Object x, int from, int n, int rows, double[] to, RowRoom room) {
    int cell = Reduce.cell(x);
    if (n <= cell) {
      Reduce.fewRows(operation, x, from, n, rows, to);
      return;
    }
    double[] scratch = room.scratch();
    int count = Math.ceilDiv(n, cell);
    double[] cells = room.cells(count);
    for (int row = 0; row < rows; row++) {
      for (int k = 0; k < count; k++) {
        int at = k * cell;
        int many = Math.min(cell, n - at);
        cells[k] = Reduce.few(operation, x, from + row * n + at, many, scratch);
      }
      to[row] = Reduce.few(operation, cells, 0, count, scratch);
    }
  }

  /// The mean a + b in two numbers: rounded, and what is left of it.
  static void setMean(Object numbers, int at, int restAt, double a, double b) {
    Numbers.set(numbers, at, a + b);
    double shift = Numbers.get(numbers, at);
    Numbers.set(numbers, restAt, Math.abs(a) < Math.abs(b) ? b - shift + a : a - shift + b);
  }
}
