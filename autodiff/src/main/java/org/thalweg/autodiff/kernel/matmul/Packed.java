package org.thalweg.autodiff.kernel.matmul;

import java.util.Arrays;
import java.util.function.IntFunction;

/// The matrix B of many products, put once in the order in which the kernel in use reads it. For
/// any number of threads.
///
/// Products have the bits of [Matmul#multiply].
public final class Packed {
  private final MatmulKernel kernel;
  private final Object numbers;
  private final int n;
  private final int k;

  private Packed(MatmulKernel kernel, Object numbers, int n, int k) {
    this.kernel = kernel;
    this.numbers = numbers;
    this.n = n;
    this.k = k;
  }

  /// Packs B, k × n, which may change afterwards.
  ///
  /// ```
  /// B[p, j] = b[bOffset + p·bRow + j·bColumn]
  /// ```
  ///
  /// @param room gives an array for so many numbers or more, which is kept
  public static Packed of(
      float[] b, int bOffset, int bRow, int bColumn, int n, int k, IntFunction<float[]> room) {
    MatmulKernel kernel = Matmul.kernel(Float.BYTES);
    float[] packed = room.apply(kernel.packedLength(n, k, Float.BYTES));
    kernel.pack(b, bOffset, bRow, bColumn, n, k, packed);
    return new Packed(kernel, packed, n, k);
  }

  /// The same for `double`.
  public static Packed of(
      double[] b, int bOffset, int bRow, int bColumn, int n, int k, IntFunction<double[]> room) {
    MatmulKernel kernel = Matmul.kernel(Double.BYTES);
    double[] packed = room.apply(kernel.packedLength(n, k, Double.BYTES));
    kernel.pack(b, bOffset, bRow, bColumn, n, k, packed);
    return new Packed(kernel, packed, n, k);
  }

  /// Overwrites `m` rows of C by those of A times B, on this thread:
  ///
  /// ```
  /// C[i, j] = c[cOffset + i·n + j] = Σ_p a[aOffset + i·k + p]·B[p, j]
  /// ```
  public void multiply(float[] a, int aOffset, float[] c, int cOffset, int m) {
    if (m == 0 || k == 0) {
      Arrays.fill(c, cOffset, cOffset + m * n, 0);
      return;
    }
    float[] b = (float[]) numbers;
    Matmul.counted(kernel, 1)
        .multiplyPacked(a, aOffset, k, 1, b, c, cOffset, n, m, n, k, MatmulKernel.BLOCK);
  }

  /// The same for `double`.
  public void multiply(double[] a, int aOffset, double[] c, int cOffset, int m) {
    if (m == 0 || k == 0) {
      Arrays.fill(c, cOffset, cOffset + m * n, 0);
      return;
    }
    double[] b = (double[]) numbers;
    Matmul.counted(kernel, 1)
        .multiplyPacked(a, aOffset, k, 1, b, c, cOffset, n, m, n, k, MatmulKernel.BLOCK);
  }
}
