package org.thalweg.autodiff.array;

import org.thalweg.autodiff.kernel.Matmul;

/// The matrix product of arrays: the last two axes multiplied, the others broadcast.
public final class MatrixProduct {
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
    if (!transposeA && b.shape().rank() == 2) {
      multiply(a, 0, false, b, 0, transposeB, c, 0, batch.elements() * m, n, k);
      return c;
    }
    int[] fromA = starts(batch, batch(a.shape()), m * k);
    int[] fromB = starts(batch, batch(b.shape()), k * n);
    for (int i = 0; i < batch.elements(); i++) {
      multiply(a, fromA[i], transposeA, b, fromB[i], transposeB, c, i * m * n, m, n, k);
    }
    return c;
  }

  private static void multiply(
      Array a,
      int fromA,
      boolean transposeA,
      Array b,
      int fromB,
      boolean transposeB,
      Array c,
      int fromC,
      int m,
      int n,
      int k) {
    int rowA = transposeA ? 1 : k;
    int columnA = transposeA ? m : 1;
    int rowB = transposeB ? 1 : n;
    int columnB = transposeB ? k : 1;
    if (c.dtype() == DType.FLOAT32) {
      Matmul.multiply(
          a.floats(),
          fromA,
          rowA,
          columnA,
          b.floats(),
          fromB,
          rowB,
          columnB,
          c.floats(),
          fromC,
          m,
          n,
          k);
    } else {
      Matmul.multiply(
          a.doubles(),
          fromA,
          rowA,
          columnA,
          b.doubles(),
          fromB,
          rowB,
          columnB,
          c.doubles(),
          fromC,
          m,
          n,
          k);
    }
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
