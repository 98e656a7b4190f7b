package org.thalweg.autodiff.kernel.matmul;

import org.thalweg.autodiff.kernel.Move;

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
  static final int ROWS = 64;
  static final int COLUMNS = 512;
  static final int DEPTH = 8;
  static final int KEPT = 64;

  /// So many multiply-adds take less time than copying and packing do.
  private static final int FEW = 64;

  /// Below this width of C, with more rows than columns, the transposed product is computed.
  private static final int NARROW = 16;

  private final ScalarFloats floats = new ScalarFloats();
  private final ScalarDoubles doubles = new ScalarDoubles();

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
      Strided a, int aFrom, Strided b, int bFrom, Strided c, int cFrom, int m, int n, int k) {
    if (c.isFloat()) {
      ScalarFloats.few(a, aFrom, b, bFrom, c, cFrom, m, n, k);
    } else {
      ScalarDoubles.few(a, aFrom, b, bFrom, c, cFrom, m, n, k);
    }
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
    if (isFew(m, n, k, block)) {
      few(a, aFrom, b, bFrom, c, cFrom, m, n, k);
    } else if (n < NARROW && n < m) {
      pieces(b.transposed(), bFrom, a.transposed(), aFrom, c.transposed(), cFrom, n, m, k, block);
    } else {
      pieces(a, aFrom, b, bFrom, c, cFrom, m, n, k, block);
    }
  }

  private void pieces(
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
      floats.multiply(a, aFrom, b, bFrom, c, cFrom, m, n, k, block);
    } else {
      doubles.multiply(a, aFrom, b, bFrom, c, cFrom, m, n, k, block);
    }
  }

  @Override
  public int packedLength(int n, int k, int bytes) {
    return n * k;
  }

  /// Row after row.
  @Override
  public void pack(Strided b, int bFrom, int n, int k, Object packed) {
    Move.gather(b.data(), bFrom, new int[] {b.row(), b.column()}, packed, new int[] {k, n});
  }

  @Override
  public void multiplyPacked(
      Strided a, int aFrom, Object packed, Strided c, int cFrom, int m, int n, int k, int block) {
    multiply(a, aFrom, Strided.rows(packed, n), 0, c, cFrom, m, n, k, block);
  }
}
