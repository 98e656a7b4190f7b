package org.thalweg.autodiff.kernel.simd.matmul;

import org.thalweg.autodiff.kernel.Parts;
import org.thalweg.autodiff.kernel.matmul.MatmulKernel;

/// Matrix products on the Vector API, see [FloatProduct] and [DoubleProduct].
public final class VectorMatmul implements MatmulKernel {
  /// The longest `k` that is packed whole, in blocks: each tile of C is then written once.
  private static final int WHOLE = 5;

  /// How many blocks of a longer `k` are packed at a time: more rows and columns have room beside
  /// each other, and each number is packed for more of them.
  private static final int DEPTH = 2;

  /// The bytes of packed B. Twice as many are slower: their pages exceed the second-level TLB.
  static final int B_BYTES = 4608 << 10;

  /// A, B, and room for a scratch tile and for gaps.
  static final int WORKSPACE_BYTES = Blocking.A_BYTES + B_BYTES + (16 << 10);

  private final int rows = FloatTiles.best().rows();

  /// Makes the kernel, for vectors of the width in use.
  public VectorMatmul() {}

  /// How much of `k` is packed at a time, in whole blocks.
  static int depth(int k, int block) {
    return k <= WHOLE * block ? Parts.roundUp(k, block) : DEPTH * block;
  }

  @Override
  public int rowStep() {
    return rows;
  }

  @Override
  public int columnStep(int bytes) {
    return bytes == Float.BYTES ? FloatTiles.COLUMNS : DoubleTiles.COLUMNS;
  }

  @Override
  public int packedLength(int n, int k, int bytes) {
    return bytes == Float.BYTES
        ? FloatProduct.packedLength(n, k)
        : DoubleProduct.packedLength(n, k);
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
    FloatProduct.multiply(
        a, aOffset, aRow, aColumn, b, bOffset, bRow, bColumn, c, cOffset, cRow, m, n, k, block);
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
    DoubleProduct.multiply(
        a, aOffset, aRow, aColumn, b, bOffset, bRow, bColumn, c, cOffset, cRow, m, n, k, block);
  }

  @Override
  public void pack(float[] b, int bOffset, int bRow, int bColumn, int n, int k, float[] packed) {
    FloatProduct.pack(b, bOffset, bRow, bColumn, n, k, packed);
  }

  @Override
  public void multiplyPacked(
      float[] a,
      int aOffset,
      int aRow,
      int aColumn,
      float[] packed,
      float[] c,
      int cOffset,
      int cRow,
      int m,
      int n,
      int k,
      int block) {
    FloatProduct.multiplyPacked(
        a, aOffset, aRow, aColumn, packed, c, cOffset, cRow, m, n, k, block);
  }

  @Override
  public void pack(double[] b, int bOffset, int bRow, int bColumn, int n, int k, double[] packed) {
    DoubleProduct.pack(b, bOffset, bRow, bColumn, n, k, packed);
  }

  @Override
  public void multiplyPacked(
      double[] a,
      int aOffset,
      int aRow,
      int aColumn,
      double[] packed,
      double[] c,
      int cOffset,
      int cRow,
      int m,
      int n,
      int k,
      int block) {
    DoubleProduct.multiplyPacked(
        a, aOffset, aRow, aColumn, packed, c, cOffset, cRow, m, n, k, block);
  }
}
