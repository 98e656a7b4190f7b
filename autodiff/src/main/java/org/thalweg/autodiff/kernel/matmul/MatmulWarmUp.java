package org.thalweg.autodiff.kernel.matmul;

/// The small products that get a matrix kernel compiled.
///
/// They take every path: whole tiles, parts of tiles and edges, one block and several, both
/// transpositions, narrow C, odd strides, sources that end where a vector would read on; and, by
/// very short blocks, those of large matrices, of which only a part is packed at a time. A path
/// that is not taken here would throw the compiled kernel away when it is taken first.
///
/// Their `k` is short: in the interpreter one step of the innermost loop takes microseconds, and
/// after many steps in one call the compiler would compile the loop first and the method once more.
final class MatmulWarmUp {
  /// Rows in whole tiles of five or twelve, and a part of one.
  private static final int M = 16;

  /// The same, and an edge that is no part.
  private static final int M_EDGE = 13;

  private static final int N = 35;
  private static final int K = 34;
  private static final int BLOCK = 16;

  /// Less than a fifth of K.
  private static final int SHORT = 3;

  /// More rows than are packed at a time in blocks of one, and each part of them more than are
  /// packed together.
  private static final int M_MANY = 235;

  /// More columns than are packed at a time in blocks of one.
  private static final int N_MANY = 630;

  private static final int K_FEW = 4;
  private static final int K_MOST = 5;

  /// One row: two wide pieces, some narrow ones and one that overlaps, for vectors of 16 numbers.
  private static final int ROW = 373;

  private static final int K_ROW = 8;
  private static final int LONGEST = N_MANY * K_MOST;

  private final MatmulKernel kernel;

  MatmulWarmUp(MatmulKernel kernel) {
    this.kernel = kernel;
  }

  private final float[] floatA = new float[LONGEST];
  private final float[] floatB = new float[LONGEST];
  private final float[] floatC = new float[M_MANY * N];

  private final float[] floatPacked = new float[LONGEST];

  /// Multiplies `float` matrices of all kinds once.
  void floats() {
    float[] a = floatA;
    float[] b = floatB;
    float[] c = floatC;
    int end = LONGEST;
    kernel.multiply(a, 0, K, 1, b, 0, N, 1, c, 0, N, M, N, K, BLOCK);
    kernel.multiply(a, 0, 1, M_EDGE, b, 0, 1, K, c, 0, N, M_EDGE, N, K, BLOCK);
    kernel.multiply(a, end - M * K, 1, M, b, end - N * K, 1, K, c, 0, N, M, N, K - 1, BLOCK);
    kernel.multiply(b, 0, K, 1, a, 0, M, 1, c, 0, M, N, M, K, BLOCK);
    kernel.multiply(b, 0, 1, N, a, 0, 1, K, c, 0, M_EDGE, N, M_EDGE, K, BLOCK);
    kernel.multiply(a, 0, 2, 2, b, 0, 2, 2, c, 0, 3, 3, 3, 3, 2);
    kernel.multiply(a, 0, 2, 2, b, 0, 2, 2, c, 0, 3, 3, 3, 3, 3);
    kernel.multiply(b, 0, 1, 1, a, 0, ROW, 1, c, 0, ROW, 1, ROW, K_ROW, BLOCK / 2);
    kernel.multiply(a, 0, BLOCK, 1, b, 0, N, 1, c, 0, N, M, N, BLOCK, BLOCK);
    kernel.multiply(a, 0, 1, M, b, 0, 1, 1, c, 0, 1, M, 1, K_ROW, BLOCK / 2);
    kernel.multiply(a, 0, K_ROW, 1, b, 0, N, 1, c, 0, N, M_EDGE, N, K_ROW, BLOCK);
    kernel.multiply(a, 0, K, 1, b, 0, N, 1, c, 0, N, M, N, K, SHORT);
    kernel.multiply(a, end - M_MANY * K_FEW, 1, M_MANY, b, 0, N, 1, c, 0, N, M_MANY, N, K_FEW, 1);
    kernel.multiply(a, 0, K_FEW, 1, b, 0, 1, K_FEW, c, 0, N, M_MANY, N, K_FEW, 1);
    kernel.multiply(a, 0, K_MOST, 1, b, 0, N_MANY, 1, c, 0, N_MANY, SHORT, N_MANY, K_MOST, 1);
    kernel.pack(b, 0, N, 1, N, K, floatPacked);
    kernel.multiplyPacked(a, 0, K, 1, floatPacked, c, 0, N, M, N, K, BLOCK);
    kernel.pack(b, 0, 1, K, N, K, floatPacked);
    kernel.multiplyPacked(a, 0, K, 1, floatPacked, c, 0, N, M_EDGE, N, K, SHORT);
    kernel.pack(b, 0, 1, K_FEW, N, K_FEW, floatPacked);
    kernel.multiplyPacked(a, 0, K_FEW, 1, floatPacked, c, 0, N, M_MANY, N, K_FEW, 1);
  }

  private final double[] doubleA = new double[LONGEST];
  private final double[] doubleB = new double[LONGEST];
  private final double[] doubleC = new double[M_MANY * N];

  private final double[] doublePacked = new double[LONGEST];

  /// Multiplies `double` matrices of all kinds once.
  void doubles() {
    double[] a = doubleA;
    double[] b = doubleB;
    double[] c = doubleC;
    int end = LONGEST;
    kernel.multiply(a, 0, K, 1, b, 0, N, 1, c, 0, N, M, N, K, BLOCK);
    kernel.multiply(a, 0, 1, M_EDGE, b, 0, 1, K, c, 0, N, M_EDGE, N, K, BLOCK);
    kernel.multiply(a, end - M * K, 1, M, b, end - N * K, 1, K, c, 0, N, M, N, K - 1, BLOCK);
    kernel.multiply(b, 0, K, 1, a, 0, M, 1, c, 0, M, N, M, K, BLOCK);
    kernel.multiply(b, 0, 1, N, a, 0, 1, K, c, 0, M_EDGE, N, M_EDGE, K, BLOCK);
    kernel.multiply(a, 0, 2, 2, b, 0, 2, 2, c, 0, 3, 3, 3, 3, 2);
    kernel.multiply(a, 0, 2, 2, b, 0, 2, 2, c, 0, 3, 3, 3, 3, 3);
    kernel.multiply(b, 0, 1, 1, a, 0, ROW, 1, c, 0, ROW, 1, ROW, K_ROW, BLOCK / 2);
    kernel.multiply(a, 0, BLOCK, 1, b, 0, N, 1, c, 0, N, M, N, BLOCK, BLOCK);
    kernel.multiply(a, 0, 1, M, b, 0, 1, 1, c, 0, 1, M, 1, K_ROW, BLOCK / 2);
    kernel.multiply(a, 0, K_ROW, 1, b, 0, N, 1, c, 0, N, M_EDGE, N, K_ROW, BLOCK);
    kernel.multiply(a, 0, K, 1, b, 0, N, 1, c, 0, N, M, N, K, SHORT);
    kernel.multiply(a, end - M_MANY * K_FEW, 1, M_MANY, b, 0, N, 1, c, 0, N, M_MANY, N, K_FEW, 1);
    kernel.multiply(a, 0, K_FEW, 1, b, 0, 1, K_FEW, c, 0, N, M_MANY, N, K_FEW, 1);
    kernel.multiply(a, 0, K_MOST, 1, b, 0, N_MANY, 1, c, 0, N_MANY, SHORT, N_MANY, K_MOST, 1);
    kernel.pack(b, 0, N, 1, N, K, doublePacked);
    kernel.multiplyPacked(a, 0, K, 1, doublePacked, c, 0, N, M, N, K, BLOCK);
    kernel.pack(b, 0, 1, K, N, K, doublePacked);
    kernel.multiplyPacked(a, 0, K, 1, doublePacked, c, 0, N, M_EDGE, N, K, SHORT);
    kernel.pack(b, 0, 1, K_FEW, N, K_FEW, doublePacked);
    kernel.multiplyPacked(a, 0, K_FEW, 1, doublePacked, c, 0, N, M_MANY, N, K_FEW, 1);
  }
}
