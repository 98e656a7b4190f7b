package org.thalweg.autodiff.kernel.simd.matmul;

import org.thalweg.autodiff.kernel.MatmulKernel;

/// Matrix products on the Vector API, see [FloatProduct] and [DoubleProduct]; and the sizes of the
/// pieces into which they are cut, which change speed only, never a bit.
public final class VectorMatmul implements MatmulKernel {
  /// The longest `k` that is packed whole, in blocks: each tile of C is then written once.
  private static final int WHOLE = 5;

  /// How many blocks of a longer `k` are packed at a time: more rows and columns have room beside
  /// each other, and each number is packed for more of them.
  private static final int DEPTH = 2;

  /// The bytes of packed A, for a second-level cache of 1 to 2 MiB.
  static final int A_BYTES = 720 << 10;

  /// The bytes of packed B. Twice as many are slower: their pages exceed the second-level TLB.
  static final int B_BYTES = 4608 << 10;

  /// A, B, and room for a scratch tile and for gaps.
  static final int WORKSPACE_BYTES = A_BYTES + B_BYTES + (16 << 10);

  /// In an array that lies at the start of a region, this many bytes of numbers come before the
  /// first cache line that is all its own. Workspaces are large enough to lie there in usual heaps.
  static final int LINE_START = 48;

  /// How many idle workspaces of a type are kept.
  static final int KEPT = 64;

  private final int rows = FloatTiles.best().rows();

  /// Makes the kernel, for vectors of the width in use.
  public VectorMatmul() {}

  /// The size of the equal parts, multiples of `step` and at most `most` if that is possible, that
  /// cover `size`.
  static int part(int size, int most, int step) {
    int whole = Math.max(step, most / step * step);
    int parts = (size + whole - 1) / whole;
    return roundUp((size + parts - 1) / parts, step);
  }

  /// How much of `k` is packed at a time, in whole blocks.
  static int depth(int k, int block) {
    return k <= WHOLE * block ? roundUp(k, block) : DEPTH * block;
  }

  /// How many lines are packed at a time, where there is room for so many numbers. With blocks that
  /// are shorter than usual less room is used, so that small matrices take every path.
  static int lines(int numbers, int k, int block) {
    return numbers / BLOCK * Math.min(block, BLOCK) / k;
  }

  static int roundUp(int size, int step) {
    return (size + step - 1) / step * step;
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
}
