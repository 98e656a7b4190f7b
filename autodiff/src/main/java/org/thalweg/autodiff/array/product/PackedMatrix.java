package org.thalweg.autodiff.array.product;

import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.kernel.matmul.Packed;

/// A matrix B that many others are multiplied with from the left, such as the weights of a
/// recurrent layer in each of its steps: put once in the order in which the kernel reads it.
///
/// Products have the bits of [MatrixProduct]. For any number of threads, until B changes.
public final class PackedMatrix {
  private final Array b;
  private final boolean transpose;
  private final Packed packed;

  private PackedMatrix(Array b, boolean transpose, Packed packed) {
    this.b = b;
    this.transpose = transpose;
    this.packed = packed;
  }

  /// Packs `[k, n]`, or `[n, k]` taken as transposed. The memory is that of an [Array] of B's size,
  /// a little more where rows do not fill vectors.
  public static PackedMatrix of(Array b, boolean transpose) {
    int columns = b.shape().size(1);
    int k = transpose ? columns : b.shape().size(0);
    int n = transpose ? b.shape().size(0) : columns;
    int row = transpose ? 1 : columns;
    int column = transpose ? columns : 1;
    Packed packed =
        b.dtype() == DType.FLOAT64
            ? Packed.of(b.doubles(), 0, row, column, n, k, size -> room(b, size).doubles())
            : Packed.of(b.floats(), 0, row, column, n, k, size -> room(b, size).floats());
    return new PackedMatrix(b, transpose, packed);
  }

  private static Array room(Array b, int size) {
    return Array.uninitialised(b.dtype(), Shape.of(size));
  }

  /// Overwrites rows of C by those of A times B, on this thread.
  ///
  /// @param fromA where the first row of A begins in its array
  /// @param rows how many there are, one after the other
  /// @param fromC where the first row of C begins in its array
  public void multiply(Array a, int fromA, int rows, Array c, int fromC) {
    if (b.dtype() == DType.FLOAT64) {
      packed.multiply(a.doubles(), fromA, c.doubles(), fromC, rows);
    } else if (b.shape().size(transpose ? 1 : 0) <= MatrixProduct.LONGEST_IN_FLOAT) {
      packed.multiply(a.floats(), fromA, c.floats(), fromC, rows);
    } else {
      MatrixProduct.rows(a, fromA, rows, b, transpose, c, fromC);
    }
    c.countChange();
  }
}
