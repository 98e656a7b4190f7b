package org.thalweg.autodiff.array.normal;

import org.thalweg.autodiff.kernel.Reduce;
import org.thalweg.autodiff.kernel.Reduce.Operation;

/// Sums over the elements of rows that follow each other, in double precision and in the order of
/// [Reduce], on the calling thread.
final class RowStatistics {
  /// Rows up to this length are reduced many at a time.
  private static final int FEW = 8192;

  private RowStatistics() {}

  /// Room for the results of so many rows.
  static double[] room(int rows) {
    return new double[rows + Reduce.SCRATCH];
  }

  /// Σ x of each row. Floats whose sum in float overflows on the way are added up in double.
  static void sums(Object x, int from, int n, int rows, double[] to) {
    if (n <= FEW) {
      Reduce.fewRows(Operation.SUM, x, from, n, rows, to);
    } else {
      for (int row = 0; row < rows; row++) {
        to[row] = Reduce.all(Operation.SUM, x, from + row * n, n);
      }
    }
    for (int row = 0; row < rows; row++) {
      if (!Double.isFinite(to[row]) && x instanceof float[] floats) {
        to[row] = wide(floats, from + row * n, n);
      }
    }
  }

  private static double wide(float[] x, int from, int n) {
    double sum = 0;
    for (int i = from; i < from + n; i++) {
      sum += x[i];
    }
    return sum;
  }

  /// Σ x y of each row.
  static void products(Object x, int xFrom, Object y, int yFrom, int n, int rows, double[] to) {
    if (n <= FEW) {
      Reduce.fewDots(x, xFrom, y, yFrom, n, rows, to);
      return;
    }
    for (int row = 0; row < rows; row++) {
      to[row] = Reduce.dot(x, xFrom + row * n, y, yFrom + row * n, n);
    }
  }

  static void set(Object numbers, int at, double value) {
    if (numbers instanceof float[] floats) {
      floats[at] = (float) value;
    } else {
      ((double[]) numbers)[at] = value;
    }
  }

  static double get(Object numbers, int at) {
    return numbers instanceof float[] floats ? floats[at] : ((double[]) numbers)[at];
  }
}
