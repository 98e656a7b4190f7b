package org.thalweg.autodiff.array.product;

import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.kernel.matmul.Packed;
import org.thalweg.autodiff.kernel.matmul.Strided;

/// A matrix B that many others are multiplied with from the left, such as the weights of a
/// recurrent layer in each of its steps: put once in the order in which the kernel reads it.
///
/// Products have the bits of [MatrixProduct] for several rows. For any number of threads, until B
/// changes.
public final class PackedMatrix {
  private final Array b;
  private final boolean transpose;
  private final int k;
  private final int n;
  private final @Nullable Packed packed;

  private PackedMatrix(Array b, boolean transpose, boolean isPacked) {
    this.b = b;
    this.transpose = transpose;
    this.k = b.shape().size(transpose ? 1 : 0);
    this.n = b.shape().size(transpose ? 0 : 1);
    this.packed = isPacked ? packed() : null;
  }

  private Packed packed() {
    Strided columns = MatrixProduct.strided(b, transpose);
    return Packed.of(columns, n, k, size -> Array.uninitialised(b.dtype(), Shape.of(size)).data());
  }

  /// `[k, n]`, or `[n, k]` taken as transposed, packed: the memory is that of an [Array] of B's
  /// size, a little more where rows do not fill vectors.
  ///
  /// @throws IllegalArgumentException where B is no matrix of floating numbers
  public static PackedMatrix of(Array b, boolean transpose) {
    int k = checked(b).shape().size(transpose ? 1 : 0);
    boolean isWhole = b.dtype() == DType.FLOAT64 || k <= MatrixProduct.LONGEST_IN_FLOAT;
    return new PackedMatrix(b, transpose, isWhole && k > 0);
  }

  /// The same where it is, not packed: for one product, or for products that are divided among
  /// threads, each of which packs the columns that it needs.
  ///
  /// @throws IllegalArgumentException where B is no matrix of floating numbers
  public static PackedMatrix unpacked(Array b, boolean transpose) {
    return new PackedMatrix(checked(b), transpose, false);
  }

  private static Array checked(Array b) {
    if (b.shape().rank() != 2 || !b.dtype().isFloating()) {
      throw new IllegalArgumentException(
          "packed matrix: "
              + b.dtype()
              + " "
              + b.shape()
              + " is no matrix of floating numbers: give [k, n]");
    }
    return b;
  }

  /// Overwrites rows of C by those of A times B: on this thread where B is packed.
  ///
  /// @param fromA where the first row of A begins in its array
  /// @param rows how many there are, one after the other
  /// @param fromC where the first row of C begins in its array
  /// @throws IllegalArgumentException where types differ, or A or C ends before its last row
  public void multiply(Array a, int fromA, int rows, Array c, int fromC) {
    check("A", a, fromA, rows, k);
    check("C", c, fromC, rows, n);
    Packed ready = packed;
    if (ready == null) {
      MatrixProduct.rows(a, fromA, rows, b, transpose, c, fromC);
    } else {
      ready.multiply(Strided.rows(a.data(), k), fromA, Strided.rows(c.data(), n), fromC, rows);
    }
    c.countChange();
  }

  private void check(String name, Array array, int from, int rows, int width) {
    long end = from + (long) rows * width;
    if (array.dtype() != b.dtype() || from < 0 || rows < 0 || end > array.elements()) {
      throw new IllegalArgumentException(
          "packed matrix: "
              + name
              + " is "
              + array.dtype()
              + " of "
              + array.elements()
              + " elements, and "
              + rows
              + " rows of "
              + width
              + " "
              + b.dtype()
              + " are wanted from "
              + from
              + ": give an array that holds them");
    }
  }
}
