package org.thalweg.autodiff.kernel.matmul;

import java.util.Arrays;
import org.thalweg.autodiff.kernel.FreeList;

/// Products of `double` matrices in plain Java, see [ScalarMatmul].
final class ScalarDoubles {
  private static final int ROWS = ScalarMatmul.ROWS;
  private static final int COLUMNS = ScalarMatmul.COLUMNS;
  private static final int DEPTH = ScalarMatmul.DEPTH;

  private final FreeList<double[][]> idle =
      new FreeList<>(ScalarMatmul.KEPT, () -> new double[DEPTH + ROWS][COLUMNS]);

  /// One sum after the other, from where the matrices stand.
  static void few(
      Strided a, int aFrom, Strided b, int bFrom, Strided c, int cFrom, int m, int n, int k) {
    double[] x = a.doubles();
    double[] y = b.doubles();
    double[] z = c.doubles();
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int p = 0; p < k; p++) {
          sum = Math.fma(x[aFrom + a.at(i, p)], y[bFrom + b.at(p, j)], sum);
        }
        z[cFrom + c.at(i, j)] = sum;
      }
    }
  }

  void multiply(
      Strided a,
      int aFrom,
      Strided b,
      int bFrom,
      Strided c,
      int cFrom,
      int m,
      int n,
      int k,
      int block) {
    double[][] rows = idle.take();
    try {
      for (int j = 0; j < n; j += COLUMNS) {
        int width = Math.min(COLUMNS, n - j);
        for (int i = 0; i < m; i += ROWS) {
          int height = Math.min(ROWS, m - i);
          for (int p = 0; p < k; p += block) {
            int depth = Math.min(block, k - p);
            sum(a, aFrom + a.at(i, p), b, bFrom + b.at(p, j), height, width, depth, rows);
            store(rows, c, cFrom + c.at(i, j), height, width, p > 0);
          }
        }
      }
    } finally {
      idle.give(rows);
    }
  }

  /// Leaves the sums of one block in `rows[DEPTH …]`.
  private static void sum(
      Strided a, int aFrom, Strided b, int bFrom, int m, int n, int k, double[][] rows) {
    double[] x = a.doubles();
    for (int i = 0; i < m; i++) {
      Arrays.fill(rows[DEPTH + i], 0, n, 0d);
    }
    int p = 0;
    for (; p <= k - DEPTH; p += DEPTH) {
      for (int q = 0; q < DEPTH; q++) {
        copy(b.doubles(), bFrom + b.at(p + q, 0), b.column(), rows[q], n);
      }
      for (int i = 0; i < m; i++) {
        eight(
            rows[DEPTH + i],
            rows[0],
            rows[1],
            rows[2],
            rows[3],
            rows[4],
            rows[5],
            rows[6],
            rows[7],
            x,
            aFrom + a.at(i, p),
            a.column(),
            n);
      }
    }
    for (; p < k; p++) {
      copy(b.doubles(), bFrom + b.at(p, 0), b.column(), rows[0], n);
      for (int i = 0; i < m; i++) {
        one(rows[DEPTH + i], rows[0], x[aFrom + a.at(i, p)], n);
      }
    }
  }

  private static void copy(double[] b, int offset, int stride, double[] row, int n) {
    if (stride == 1) {
      System.arraycopy(b, offset, row, 0, n);
    } else {
      for (int j = 0; j < n; j++) {
        row[j] = b[offset + j * stride];
      }
    }
  }

  private static void eight(
      double[] s,
      double[] b0,
      double[] b1,
      double[] b2,
      double[] b3,
      double[] b4,
      double[] b5,
      double[] b6,
      double[] b7,
      double[] a,
      int offset,
      int stride,
      int n) {
    double a0 = a[offset];
    double a1 = a[offset + stride];
    double a2 = a[offset + 2 * stride];
    double a3 = a[offset + 3 * stride];
    double a4 = a[offset + 4 * stride];
    double a5 = a[offset + 5 * stride];
    double a6 = a[offset + 6 * stride];
    double a7 = a[offset + 7 * stride];
    for (int j = 0; j < n; j++) {
      double x = Math.fma(a0, b0[j], s[j]);
      x = Math.fma(a1, b1[j], x);
      x = Math.fma(a2, b2[j], x);
      x = Math.fma(a3, b3[j], x);
      x = Math.fma(a4, b4[j], x);
      x = Math.fma(a5, b5[j], x);
      x = Math.fma(a6, b6[j], x);
      s[j] = Math.fma(a7, b7[j], x);
    }
  }

  private static void one(double[] s, double[] b, double a, int n) {
    for (int j = 0; j < n; j++) {
      s[j] = Math.fma(a, b[j], s[j]);
    }
  }

  private static void store(double[][] rows, Strided c, int cFrom, int m, int n, boolean add) {
    double[] z = c.doubles();
    for (int i = 0; i < m; i++) {
      double[] row = rows[DEPTH + i];
      int at = cFrom + c.at(i, 0);
      if (add) {
        for (int j = 0; j < n; j++) {
          z[at + j * c.column()] += row[j];
        }
      } else if (c.column() == 1) {
        System.arraycopy(row, 0, z, at, n);
      } else {
        for (int j = 0; j < n; j++) {
          z[at + j * c.column()] = row[j];
        }
      }
    }
  }
}
