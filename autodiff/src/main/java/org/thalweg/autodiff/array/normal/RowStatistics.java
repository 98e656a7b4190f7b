package org.thalweg.autodiff.array.normal;

import org.thalweg.autodiff.kernel.Reduce;
import org.thalweg.autodiff.kernel.Reduce.Operation;

/// Sums over the elements of a row, in double precision and in the order of [Reduce], on the
/// calling thread.
final class RowStatistics {
  /// Rows up to this length are reduced without allocating.
  private static final int FEW = 8192;

  private final double[] scratch = new double[Reduce.SCRATCH];

  /// Σ x. Floats whose sum in float overflows on the way are added up in double.
  double sum(Object x, int from, int n) {
    double sum =
        n <= FEW
            ? Reduce.few(Operation.SUM, x, from, n, scratch)
            : Reduce.all(Operation.SUM, x, from, n);
    return Double.isFinite(sum) || !(x instanceof float[] floats) ? sum : wide(floats, from, n);
  }

  private static double wide(float[] x, int from, int n) {
    double sum = 0;
    for (int i = from; i < from + n; i++) {
      sum += x[i];
    }
    return sum;
  }

  /// Σ x y
  double products(Object x, int xFrom, Object y, int yFrom, int n) {
    return n <= FEW
        ? Reduce.fewProducts(x, xFrom, y, yFrom, n, scratch)
        : Reduce.dot(x, xFrom, y, yFrom, n);
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
