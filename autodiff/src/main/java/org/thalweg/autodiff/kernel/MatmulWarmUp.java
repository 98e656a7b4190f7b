package org.thalweg.autodiff.kernel;

/// The small products that get a matrix kernel compiled.
///
/// They take every path: whole tiles, parts of tiles and edges, one block and several, both
/// transpositions, narrow C, odd strides, sources that end where a vector would read on. Their `k`
/// is short: in the interpreter one step of the innermost loop takes microseconds, and after many
/// steps in one call the compiler would compile the loop first and the method once more.
final class MatmulWarmUp {
  /// Twelve or fifteen rows in whole tiles, and a part of one.
  private static final int M = 16;

  /// The same, and an edge that is no part.
  private static final int M_EDGE = 13;

  private static final int N = 35;
  private static final int K = 34;
  private static final int BLOCK = 32;

  /// Rows that are packed in groups of panels, and some more.
  private static final int M_GROUPS = 8 * 15 + 7;

  /// One row: two wide pieces and one that overlaps, for vectors of 16 numbers.
  private static final int ROW = 261;

  private final MatmulKernel kernel;

  MatmulWarmUp(MatmulKernel kernel) {
    this.kernel = kernel;
  }

  private final float[] floatA = new float[ROW * 3];
  private final float[] floatB = new float[N * K];
  private final float[] floatC = new float[M_GROUPS * N];

  /// Multiplies `float` matrices of all kinds once.
  void floats() {
    float[] a = floatA;
    float[] b = floatB;
    float[] c = floatC;
    kernel.multiply(a, 0, K, 1, b, 0, N, 1, c, 0, N, M, N, K, BLOCK);
    kernel.multiply(a, 0, 1, M_EDGE, b, 0, 1, K, c, 0, N, M_EDGE, N, K, BLOCK);
    kernel.multiply(a, 0, 1, M, b, 0, 1, K, c, 0, N, M, N, K - 1, BLOCK);
    kernel.multiply(b, 0, K, 1, a, 0, M, 1, c, 0, M, N, M, K, BLOCK);
    kernel.multiply(b, 0, 1, N, a, 0, 1, K, c, 0, M_EDGE, N, M_EDGE, K, BLOCK);
    kernel.multiply(a, 0, 2, 2, b, 0, 2, 2, c, 0, 3, 3, 3, 3, 3);
    kernel.multiply(b, 0, K, 1, a, 0, ROW, 1, c, 0, ROW, 1, ROW, 3, 2);
    kernel.multiply(a, 0, 1, M_GROUPS, b, 0, N, 1, c, 0, N, M_GROUPS, N, 3, 2);
  }

  private final double[] doubleA = new double[ROW * 3];
  private final double[] doubleB = new double[N * K];
  private final double[] doubleC = new double[M * N];

  /// Multiplies `double` matrices of all kinds once.
  void doubles() {
    double[] a = doubleA;
    double[] b = doubleB;
    double[] c = doubleC;
    kernel.multiply(a, 0, K, 1, b, 0, N, 1, c, 0, N, M, N, K, BLOCK);
    kernel.multiply(a, 0, 1, M_EDGE, b, 0, 1, K, c, 0, N, M_EDGE, N, K, BLOCK);
    kernel.multiply(a, 0, 1, M, b, 0, 1, K, c, 0, N, M, N, K - 1, BLOCK);
    kernel.multiply(b, 0, K, 1, a, 0, M, 1, c, 0, M, N, M, K, BLOCK);
    kernel.multiply(b, 0, 1, N, a, 0, 1, K, c, 0, M_EDGE, N, M_EDGE, K, BLOCK);
    kernel.multiply(a, 0, 2, 2, b, 0, 2, 2, c, 0, 3, 3, 3, 3, 3);
    kernel.multiply(b, 0, K, 1, a, 0, ROW, 1, c, 0, ROW, 1, ROW, 3, 2);
  }
}
