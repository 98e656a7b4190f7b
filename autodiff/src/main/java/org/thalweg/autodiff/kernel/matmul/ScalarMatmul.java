package org.thalweg.autodiff.kernel.matmul;

import java.util.Arrays;
import org.thalweg.autodiff.kernel.FreeList;

/// Matrix products in plain Java: the twin of the vector kernel, bit for bit.
///
/// C is cut into pieces of [#ROWS] × [#COLUMNS], whose sums stay in the caches. For eight numbers
/// of `k` at a time the eight rows of B are copied (which absorbs any strides), and every row of
/// sums takes eight fused multiply-adds per number. Each row is an array of its own, read and
/// written at one index: then C2 sees that the arrays do not overlap, and makes vector instructions
/// of it.
///
/// `Math.fma` is slow, though right, on a CPU without fused multiply-add.
public final class ScalarMatmul implements MatmulKernel {
  /// So many multiply-adds take less time than copying and packing do.
  private static final int FEW = 64;

  private static final int ROWS = 64;
  private static final int COLUMNS = 512;
  private static final int DEPTH = 8;

  /// Below this width of C, with more rows than columns, the transposed product is computed.
  private static final int NARROW = 16;

  private static final int KEPT = 64;

  private final FreeList<float[][]> floatRows =
      new FreeList<>(KEPT, () -> new float[DEPTH + ROWS][COLUMNS]);
  private final FreeList<double[][]> doubleRows =
      new FreeList<>(KEPT, () -> new double[DEPTH + ROWS][COLUMNS]);

  ScalarMatmul() {}

  @Override
  public int rowStep() {
    return 1;
  }

  @Override
  public int columnStep(int bytes) {
    return 16;
  }

  /// Whether a product takes so little time that [#few] is best, whatever the kernel.
  public static boolean isFew(int m, int n, int k, int block) {
    return k <= block && (long) m * n * k <= FEW;
  }

  /// A product of [few][#isFew] multiply-adds, one sum after the other, from where the matrices
  /// stand.
  public static void few(
      float[] a,
      int aOffset,
      int aRow,
      int aColumn,
      float[] b,
      int bOffset,
      int bRow,
      int bColumn,
      float[] c,
      int cOffset,
      int cRow,
      int m,
      int n,
      int k) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        float sum = 0;
        for (int p = 0; p < k; p++) {
          float x = a[aOffset + i * aRow + p * aColumn];
          sum = Math.fma(x, b[bOffset + p * bRow + j * bColumn], sum);
        }
        c[cOffset + i * cRow + j] = sum;
      }
    }
  }

  /// A product of [few][#isFew] multiply-adds, one sum after the other, from where the matrices
  /// stand.
  public static void few(
      double[] a,
      int aOffset,
      int aRow,
      int aColumn,
      double[] b,
      int bOffset,
      int bRow,
      int bColumn,
      double[] c,
      int cOffset,
      int cRow,
      int m,
      int n,
      int k) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int p = 0; p < k; p++) {
          double x = a[aOffset + i * aRow + p * aColumn];
          sum = Math.fma(x, b[bOffset + p * bRow + j * bColumn], sum);
        }
        c[cOffset + i * cRow + j] = sum;
      }
    }
  }

  @Override
  public void multiply(
      float[] a,
      int aOffset,
      int aRow,
      int aColumn,
      float[] b,
      int bOffset,
      int bRow,
      int bColumn,
      float[] c,
      int cOffset,
      int cRow,
      int m,
      int n,
      int k,
      int block) {
    if (isFew(m, n, k, block)) {
      few(a, aOffset, aRow, aColumn, b, bOffset, bRow, bColumn, c, cOffset, cRow, m, n, k);
      return;
    }
    float[][] rows = floatRows.take();
    try {
      if (n < NARROW && n < m) {
        pieces(
            b, bOffset, bColumn, bRow, a, aOffset, aColumn, aRow, c, cOffset, 1, cRow, n, m, k,
            block, rows);
      } else {
        pieces(
            a, aOffset, aRow, aColumn, b, bOffset, bRow, bColumn, c, cOffset, cRow, 1, m, n, k,
            block, rows);
      }
    } finally {
      floatRows.give(rows);
    }
  }

  private static void pieces(
      float[] a,
      int aOffset,
      int aRow,
      int aColumn,
      float[] b,
      int bOffset,
      int bRow,
      int bColumn,
      float[] c,
      int cOffset,
      int cRow,
      int cColumn,
      int m,
      int n,
      int k,
      int block,
      float[][] rows) {
    for (int j = 0; j < n; j += COLUMNS) {
      int width = Math.min(COLUMNS, n - j);
      for (int i = 0; i < m; i += ROWS) {
        int height = Math.min(ROWS, m - i);
        for (int p = 0; p < k; p += block) {
          int depth = Math.min(block, k - p);
          sum(
              a,
              aOffset + i * aRow + p * aColumn,
              aRow,
              aColumn,
              b,
              bOffset + p * bRow + j * bColumn,
              bRow,
              bColumn,
              height,
              width,
              depth,
              rows);
          store(rows, c, cOffset + i * cRow + j * cColumn, cRow, cColumn, height, width, p > 0);
        }
      }
    }
  }

  /// Leaves the sums of one block in `rows[DEPTH …]`.
  private static void sum(
      float[] a,
      int aOffset,
      int aRow,
      int aColumn,
      float[] b,
      int bOffset,
      int bRow,
      int bColumn,
      int m,
      int n,
      int k,
      float[][] rows) {
    for (int i = 0; i < m; i++) {
      Arrays.fill(rows[DEPTH + i], 0, n, 0f);
    }
    int p = 0;
    for (; p <= k - DEPTH; p += DEPTH) {
      for (int q = 0; q < DEPTH; q++) {
        copy(b, bOffset + (p + q) * bRow, bColumn, rows[q], n);
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
            a,
            aOffset + i * aRow + p * aColumn,
            aColumn,
            n);
      }
    }
    for (; p < k; p++) {
      copy(b, bOffset + p * bRow, bColumn, rows[0], n);
      for (int i = 0; i < m; i++) {
        one(rows[DEPTH + i], rows[0], a[aOffset + i * aRow + p * aColumn], n);
      }
    }
  }

  private static void copy(float[] b, int offset, int stride, float[] row, int n) {
    if (stride == 1) {
      System.arraycopy(b, offset, row, 0, n);
    } else {
      for (int j = 0; j < n; j++) {
        row[j] = b[offset + j * stride];
      }
    }
  }

  private static void eight(
      float[] s,
      float[] b0,
      float[] b1,
      float[] b2,
      float[] b3,
      float[] b4,
      float[] b5,
      float[] b6,
      float[] b7,
      float[] a,
      int offset,
      int stride,
      int n) {
    float a0 = a[offset];
    float a1 = a[offset + stride];
    float a2 = a[offset + 2 * stride];
    float a3 = a[offset + 3 * stride];
    float a4 = a[offset + 4 * stride];
    float a5 = a[offset + 5 * stride];
    float a6 = a[offset + 6 * stride];
    float a7 = a[offset + 7 * stride];
    for (int j = 0; j < n; j++) {
      float x = Math.fma(a0, b0[j], s[j]);
      x = Math.fma(a1, b1[j], x);
      x = Math.fma(a2, b2[j], x);
      x = Math.fma(a3, b3[j], x);
      x = Math.fma(a4, b4[j], x);
      x = Math.fma(a5, b5[j], x);
      x = Math.fma(a6, b6[j], x);
      s[j] = Math.fma(a7, b7[j], x);
    }
  }

  private static void one(float[] s, float[] b, float a, int n) {
    for (int j = 0; j < n; j++) {
      s[j] = Math.fma(a, b[j], s[j]);
    }
  }

  private static void store(
      float[][] rows, float[] c, int offset, int cRow, int cColumn, int m, int n, boolean add) {
    for (int i = 0; i < m; i++) {
      float[] row = rows[DEPTH + i];
      int at = offset + i * cRow;
      if (add) {
        for (int j = 0; j < n; j++) {
          c[at + j * cColumn] += row[j];
        }
      } else if (cColumn == 1) {
        System.arraycopy(row, 0, c, at, n);
      } else {
        for (int j = 0; j < n; j++) {
          c[at + j * cColumn] = row[j];
        }
      }
    }
  }

  @Override
  public void multiply(
      double[] a,
      int aOffset,
      int aRow,
      int aColumn,
      double[] b,
      int bOffset,
      int bRow,
      int bColumn,
      double[] c,
      int cOffset,
      int cRow,
      int m,
      int n,
      int k,
      int block) {
    if (isFew(m, n, k, block)) {
      few(a, aOffset, aRow, aColumn, b, bOffset, bRow, bColumn, c, cOffset, cRow, m, n, k);
      return;
    }
    double[][] rows = doubleRows.take();
    try {
      if (n < NARROW && n < m) {
        pieces(
            b, bOffset, bColumn, bRow, a, aOffset, aColumn, aRow, c, cOffset, 1, cRow, n, m, k,
            block, rows);
      } else {
        pieces(
            a, aOffset, aRow, aColumn, b, bOffset, bRow, bColumn, c, cOffset, cRow, 1, m, n, k,
            block, rows);
      }
    } finally {
      doubleRows.give(rows);
    }
  }

  private static void pieces(
      double[] a,
      int aOffset,
      int aRow,
      int aColumn,
      double[] b,
      int bOffset,
      int bRow,
      int bColumn,
      double[] c,
      int cOffset,
      int cRow,
      int cColumn,
      int m,
      int n,
      int k,
      int block,
      double[][] rows) {
    for (int j = 0; j < n; j += COLUMNS) {
      int width = Math.min(COLUMNS, n - j);
      for (int i = 0; i < m; i += ROWS) {
        int height = Math.min(ROWS, m - i);
        for (int p = 0; p < k; p += block) {
          int depth = Math.min(block, k - p);
          sum(
              a,
              aOffset + i * aRow + p * aColumn,
              aRow,
              aColumn,
              b,
              bOffset + p * bRow + j * bColumn,
              bRow,
              bColumn,
              height,
              width,
              depth,
              rows);
          store(rows, c, cOffset + i * cRow + j * cColumn, cRow, cColumn, height, width, p > 0);
        }
      }
    }
  }

  /// Leaves the sums of one block in `rows[DEPTH …]`.
  private static void sum(
      double[] a,
      int aOffset,
      int aRow,
      int aColumn,
      double[] b,
      int bOffset,
      int bRow,
      int bColumn,
      int m,
      int n,
      int k,
      double[][] rows) {
    for (int i = 0; i < m; i++) {
      Arrays.fill(rows[DEPTH + i], 0, n, 0d);
    }
    int p = 0;
    for (; p <= k - DEPTH; p += DEPTH) {
      for (int q = 0; q < DEPTH; q++) {
        copy(b, bOffset + (p + q) * bRow, bColumn, rows[q], n);
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
            a,
            aOffset + i * aRow + p * aColumn,
            aColumn,
            n);
      }
    }
    for (; p < k; p++) {
      copy(b, bOffset + p * bRow, bColumn, rows[0], n);
      for (int i = 0; i < m; i++) {
        one(rows[DEPTH + i], rows[0], a[aOffset + i * aRow + p * aColumn], n);
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

  private static void store(
      double[][] rows, double[] c, int offset, int cRow, int cColumn, int m, int n, boolean add) {
    for (int i = 0; i < m; i++) {
      double[] row = rows[DEPTH + i];
      int at = offset + i * cRow;
      if (add) {
        for (int j = 0; j < n; j++) {
          c[at + j * cColumn] += row[j];
        }
      } else if (cColumn == 1) {
        System.arraycopy(row, 0, c, at, n);
      } else {
        for (int j = 0; j < n; j++) {
          c[at + j * cColumn] = row[j];
        }
      }
    }
  }
}
