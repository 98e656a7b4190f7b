package org.thalweg.autodiff.kernel.simd.matmul;

import org.thalweg.autodiff.kernel.Parts;
import org.thalweg.autodiff.kernel.matmul.MatmulKernel;
import org.thalweg.autodiff.kernel.matmul.Strided;

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
    if (c.isFloat()) {
      FloatProduct.multiply(a, aFrom, b, bFrom, c, cFrom, m, n, k, block);
    } else {
      DoubleProduct.multiply(a, aFrom, b, bFrom, c, cFrom, m, n, k, block);
    }
  }

  @Override
  public void pack(Strided b, int bFrom, int n, int k, Object packed) {
    if (b.isFloat()) {
      FloatProduct.pack(b, bFrom, n, k, (float[]) packed);
    } else {
      DoubleProduct.pack(b, bFrom, n, k, (double[]) packed);
    }
  }

  @Override
  public void multiplyPacked(
      Strided a, int aFrom, Object packed, Strided c, int cFrom, int m, int n, int k, int block) {
    if (c.isFloat()) {
      FloatProduct.multiplyPacked(a, aFrom, (float[]) packed, c, cFrom, m, n, k, block);
    } else {
      DoubleProduct.multiplyPacked(a, aFrom, (double[]) packed, c, cFrom, m, n, k, block);
    }
  }
}
