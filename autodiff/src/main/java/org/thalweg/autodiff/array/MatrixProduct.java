package org.thalweg.autodiff.array;

import org.thalweg.autodiff.kernel.Matmul;
import org.thalweg.autodiff.kernel.Reduce;

/// The matrix product of arrays: the last two axes multiplied, the others broadcast.
///
/// Sums of more than 24,576 products of floats are cut into parts of that length, which are added
/// up in double; where such a sum is the only one, that of two vectors, all of it is in double.
public final class MatrixProduct {
  /// The longest sum in float. Over ten million products, sums in float that are cut no further
  /// than into blocks of 384 were off by up to 3·10⁻⁴ of the sum of the sizes.
  private static final int LONGEST_IN_FLOAT = 64 * 384;

  /// One of the two matrices: where it begins, and how far apart rows and columns stand.
  private record Operand(Array array, int from, int row, int column) {
    static Operand of(Array array, int from, boolean transpose) {
      int columns = array.shape().size(-1);
      return new Operand(array, from, transpose ? 1 : columns, transpose ? columns : 1);
    }

    Operand from(long start) {
      return new Operand(array, (int) start, row, column);
    }
  }

  private MatrixProduct() {}

  /// `[…, m, k]` and `[…, k, n]` to `[…, m, n]`, either operand taken as transposed in its last two
  /// axes.
  ///
  /// @throws IllegalArgumentException where types differ or are not floating, an operand has fewer
  ///   than two axes, inner sizes differ, or the other axes do not broadcast
  public static Array apply(Array a, boolean transposeA, Array b, boolean transposeB) {
    check(a, transposeA, b, transposeB);
    int m = a.shape().size(transposeA ? -1 : -2);
    int k = a.shape().size(transposeA ? -2 : -1);
    int n = b.shape().size(transposeB ? -2 : -1);
    Shape batch = batch(a.shape()).broadcast(batch(b.shape()), "matmul");
    int[] sizes = java.util.Arrays.copyOf(batch.sizes(), batch.rank() + 2);
    sizes[batch.rank()] = m;
    sizes[batch.rank() + 1] = n;
    Array c = Array.uninitialised(a.dtype(), Shape.of(sizes));
    int matrices = batch(b.shape()).elements();
    if (!transposeA && matrices == 1 && batch.equals(batch(a.shape()))) {
      // One B, and the rows of all A follow each other: that is one product.
      int rows = batch.elements() * m;
      multiply(Operand.of(a, 0, false), Operand.of(b, 0, transposeB), c, 0, rows, n, k);
      return c;
    }
    int[] fromA = starts(batch, batch(a.shape()), m * k);
    int[] fromB = starts(batch, batch(b.shape()), k * n);
    Operand left = Operand.of(a, 0, transposeA);
    Operand right = Operand.of(b, 0, transposeB);
    if (k <= LONGEST_IN_FLOAT || c.dtype() == DType.FLOAT64) {
      batch(left, fromA, right, fromB, c, m, n, k);
      return c;
    }
    for (int i = 0; i < batch.elements(); i++) {
      multiply(left.from(fromA[i]), right.from(fromB[i]), c, i * m * n, m, n, k);
    }
    return c;
  }

  private static void batch(
      Operand a, int[] fromA, Operand b, int[] fromB, Array c, int m, int n, int k) {
    if (c.dtype() == DType.FLOAT64) {
      double[] left = a.array.doubles();
      double[] right = b.array.doubles();
      Matmul.multiplyBatch(
          left, fromA, a.row, a.column, right, fromB, b.row, b.column, c.doubles(), m, n, k);
    } else {
      float[] left = a.array.floats();
      float[] right = b.array.floats();
      Matmul.multiplyBatch(
          left, fromA, a.row, a.column, right, fromB, b.row, b.column, c.floats(), m, n, k);
    }
  }

  private static void multiply(Operand a, Operand b, Array c, int fromC, int m, int n, int k) {
    if (c.dtype() == DType.FLOAT64) {
      doubles(a, b, c, fromC, m, n, k);
    } else if (k <= LONGEST_IN_FLOAT) {
      floats(a, b, c, fromC, m, n, k);
    } else if (m == 1 && n == 1) {
      double sum = Reduce.dot(a.array.floats(), a.from, b.array.floats(), b.from, k);
      c.floats()[fromC] = (float) sum;
    } else {
      inParts(a, b, c, fromC, m, n, k);
    }
  }

  private static void inParts(Operand a, Operand b, Array c, int fromC, int m, int n, int k) {
    Array sums = Array.zeros(DType.FLOAT64, Shape.of(m, n));
    double[] sum = sums.doubles();
    float[] product = c.floats();
    for (long p = 0; p < k; p += LONGEST_IN_FLOAT) {
      int depth = (int) Math.min(LONGEST_IN_FLOAT, k - p);
      floats(a.from(a.from + p * a.column), b.from(b.from + p * b.row), c, fromC, m, n, depth);
      for (int i = 0; i < m * n; i++) {
        sum[i] += product[fromC + i];
      }
    }
    for (int i = 0; i < m * n; i++) {
      product[fromC + i] = (float) sum[i];
    }
  }

  private static void floats(Operand a, Operand b, Array c, int fromC, int m, int n, int k) {
    Matmul.multiply(
        a.array.floats(),
        a.from,
        a.row,
        a.column,
        b.array.floats(),
        b.from,
        b.row,
        b.column,
        c.floats(),
        fromC,
        m,
        n,
        k);
  }

  private static void doubles(Operand a, Operand b, Array c, int fromC, int m, int n, int k) {
    Matmul.multiply(
        a.array.doubles(),
        a.from,
        a.row,
        a.column,
        b.array.doubles(),
        b.from,
        b.row,
        b.column,
        c.doubles(),
        fromC,
        m,
        n,
        k);
  }

  private static Shape batch(Shape shape) {
    return Shape.of(java.util.Arrays.copyOf(shape.sizes(), shape.rank() - 2));
  }

  /// Where the matrix of each place of the batch begins in an operand.
  private static int[] starts(Shape batch, Shape own, int matrix) {
    int[] strides = Broadcast.aligned(own, batch);
    int[] starts = new int[batch.elements()];
    for (int i = 0; i < starts.length; i++) {
      int left = i;
      for (int axis = batch.rank() - 1; axis >= 0; axis--) {
        starts[i] += left % batch.size(axis) * strides[axis] * matrix;
        left /= batch.size(axis);
      }
    }
    return starts;
  }

  private static void check(Array a, boolean transposeA, Array b, boolean transposeB) {
    if (a.dtype() == DType.INT32 && b.dtype() == DType.INT32) {
      throw new IllegalArgumentException(
          "matmul: INT32 has no arithmetic: use to(FLOAT32) or to(FLOAT64) first");
    }
    if (a.dtype() != b.dtype()) {
      throw new IllegalArgumentException(
          "matmul: types "
              + a.dtype()
              + " and "
              + b.dtype()
              + " do not mix: use to(FLOAT32) or to(FLOAT64) on one");
    }
    if (a.shape().rank() < 2 || b.shape().rank() < 2) {
      throw new IllegalArgumentException(
          "matmul: "
              + a.shape()
              + " and "
              + b.shape()
              + " are not both matrices: reshape a vector to [n, 1] or [1, n]");
    }
    if (a.shape().size(transposeA ? -2 : -1) != b.shape().size(transposeB ? -1 : -2)) {
      throw new IllegalArgumentException(
          "matmul: inner sizes differ, "
              + a.shape()
              + (transposeA ? " transposed" : "")
              + " and "
              + b.shape()
              + (transposeB ? " transposed" : "")
              + ": transpose one of them?");
    }
  }
}
