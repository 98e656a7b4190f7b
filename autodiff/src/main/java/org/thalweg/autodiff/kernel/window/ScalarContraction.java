package org.thalweg.autodiff.kernel.window;

import org.thalweg.autodiff.kernel.FreeList;
import org.thalweg.autodiff.kernel.matmul.Matmul;
import org.thalweg.autodiff.kernel.matmul.MatmulKernel;
import org.thalweg.autodiff.kernel.matmul.Strided;

/// Products of scattered matrices in plain Java: pieces of A and B are gathered, one block of `k`
/// at a time, and multiplied as matrices in rows.
final class ScalarContraction implements ContractionKernel {
  private static final int ROWS = 64;
  private static final int COLUMNS = 512;
  private static final int NARROW = 16;
  private static final int KEPT = 64;

  private final MatmulKernel matmul = Matmul.scalar();
  private final FreeList<Floats> floats = new FreeList<>(KEPT, Floats::new);
  private final FreeList<Doubles> doubles = new FreeList<>(KEPT, Doubles::new);

  /// Gathered pieces, and their product.
  private static final class Floats {
    final float[] a = new float[ROWS * MatmulKernel.BLOCK];
    final float[] b = new float[MatmulKernel.BLOCK * COLUMNS];
    final float[] c = new float[ROWS * COLUMNS];
    final int[] columns = new int[COLUMNS];
  }

  private static final class Doubles {
    final double[] a = new double[ROWS * MatmulKernel.BLOCK];
    final double[] b = new double[MatmulKernel.BLOCK * COLUMNS];
    final double[] c = new double[ROWS * COLUMNS];
    final int[] columns = new int[COLUMNS];
  }

  ScalarContraction() {}

  @Override
  public boolean isBetterTransposed(Scattered a, Scattered b, boolean isFloat) {
    return b.columns().size() < Math.min(a.rows().size(), NARROW);
  }

  @Override
  public void multiply(Scattered a, Scattered b, Scattered c, int block) {
    if (c.isFloat()) {
      Floats pieces = floats.take();
      floats(a, b, c, block, pieces);
      floats.give(pieces);
    } else {
      Doubles pieces = doubles.take();
      doubles(a, b, c, block, pieces);
      doubles.give(pieces);
    }
  }

  private void floats(Scattered a, Scattered b, Scattered c, int block, Floats piece) {
    int m = c.rows().size();
    int n = c.columns().size();
    int k = b.rows().size();
    for (int j = 0; j < n; j += COLUMNS) {
      int width = Math.min(COLUMNS, n - j);
      for (int p = 0; p < k; p += block) {
        int depth = Math.min(block, k - p);
        gather(b, p, depth, j, width, piece.b, piece.columns);
        for (int i = 0; i < m; i += ROWS) {
          int height = Math.min(ROWS, m - i);
          gather(a, i, height, p, depth, piece.a, piece.columns);
          matmul.multiply(
              Strided.rows(piece.a, depth),
              0,
              Strided.rows(piece.b, width),
              0,
              Strided.rows(piece.c, width),
              0,
              height,
              width,
              depth,
              block);
          scatter(piece.c, c, i, height, j, width, p > 0, piece.columns);
        }
      }
    }
  }

  private static void gather(
      Scattered x, int row, int height, int column, int width, float[] piece, int[] columns) {
    float[] data = (float[]) x.data();
    x.columns().copy(column, width, columns);
    for (int i = 0; i < height; i++) {
      int from = x.from() + x.rows().at(row + i);
      for (int j = 0; j < width; j++) {
        piece[i * width + j] = data[from + columns[j]];
      }
    }
  }

  private static void scatter(
      float[] piece,
      Scattered y,
      int row,
      int height,
      int column,
      int width,
      boolean add,
      int[] columns) {
    float[] data = (float[]) y.data();
    y.columns().copy(column, width, columns);
    for (int i = 0; i < height; i++) {
      int from = y.from() + y.rows().at(row + i);
      for (int j = 0; j < width; j++) {
        int at = from + columns[j];
        float value = piece[i * width + j];
        data[at] = add ? data[at] + value : value;
      }
    }
  }

  private void doubles(Scattered a, Scattered b, Scattered c, int block, Doubles piece) {
    int m = c.rows().size();
    int n = c.columns().size();
    int k = b.rows().size();
    for (int j = 0; j < n; j += COLUMNS) {
      int width = Math.min(COLUMNS, n - j);
      for (int p = 0; p < k; p += block) {
        int depth = Math.min(block, k - p);
        gather(b, p, depth, j, width, piece.b, piece.columns);
        for (int i = 0; i < m; i += ROWS) {
          int height = Math.min(ROWS, m - i);
          gather(a, i, height, p, depth, piece.a, piece.columns);
          matmul.multiply(
              Strided.rows(piece.a, depth),
              0,
              Strided.rows(piece.b, width),
              0,
              Strided.rows(piece.c, width),
              0,
              height,
              width,
              depth,
              block);
          scatter(piece.c, c, i, height, j, width, p > 0, piece.columns);
        }
      }
    }
  }

  private static void gather(
      Scattered x, int row, int height, int column, int width, double[] piece, int[] columns) {
    double[] data = (double[]) x.data();
    x.columns().copy(column, width, columns);
    for (int i = 0; i < height; i++) {
      int from = x.from() + x.rows().at(row + i);
      for (int j = 0; j < width; j++) {
        piece[i * width + j] = data[from + columns[j]];
      }
    }
  }

  private static void scatter(
      double[] piece,
      Scattered y,
      int row,
      int height,
      int column,
      int width,
      boolean add,
      int[] columns) {
    double[] data = (double[]) y.data();
    y.columns().copy(column, width, columns);
    for (int i = 0; i < height; i++) {
      int from = y.from() + y.rows().at(row + i);
      for (int j = 0; j < width; j++) {
        int at = from + columns[j];
        double value = piece[i * width + j];
        data[at] = add ? data[at] + value : value;
      }
    }
  }
}
