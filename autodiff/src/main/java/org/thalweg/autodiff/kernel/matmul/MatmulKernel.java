package org.thalweg.autodiff.kernel.matmul;

/// One way of multiplying matrices on the calling thread: scalar or on the Vector API.
///
/// All ways give the same bits: `k` is cut every `block` numbers; within a block the products are
/// summed by one chain of fused multiply-adds from +0 in the order of `p`; the sums of the blocks
/// are added in order, `((block₀ + block₁) + block₂) …`; an empty sum is +0.
public interface MatmulKernel {
  /// Where `k` is cut, whatever the kernel, the shape, the vectors and the threads.
  int BLOCK = 384;

  /// Into how many rows a product is best divided: a multiple of this.
  int rowStep();

  /// Into how many columns a product of numbers of `bytes` bytes is best divided.
  int columnStep(int bytes);

  /// Overwrites C, m × n, by the product of A, m × k, and B, k × n:
  ///
  /// ```
  /// A[i, p] = a[aOffset + i·aRow + p·aColumn]
  /// B[p, j] = b[bOffset + p·bRow + j·bColumn]
  /// C[i, j] = c[cOffset + i·cRow + j]
  /// ```
  ///
  /// `c` is neither `a` nor `b`. `block` is [#BLOCK] except while a kernel is being warmed.
  void multiply(
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
      int block);

  /// The same for `double`.
  void multiply(
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
      int block);

  /// How many numbers of `bytes` bytes a B takes that is [packed][#pack].
  default int packedLength(int n, int k, int bytes) {
    return n * k;
  }

  /// Puts B, k × n, in the order in which [#multiplyPacked] of this kernel reads it: row after row
  /// unless the kernel knows better.
  default void pack(float[] b, int bOffset, int bRow, int bColumn, int n, int k, float[] packed) {
    for (int p = 0; p < k; p++) {
      for (int j = 0; j < n; j++) {
        packed[p * n + j] = b[bOffset + p * bRow + j * bColumn];
      }
    }
  }

  /// The same for `double`.
  default void pack(double[] b, int bOffset, int bRow, int bColumn, int n, int k, double[] packed) {
    for (int p = 0; p < k; p++) {
      for (int j = 0; j < n; j++) {
        packed[p * n + j] = b[bOffset + p * bRow + j * bColumn];
      }
    }
  }

  /// What [#multiply] does, for a B that this kernel has packed.
  default void multiplyPacked(
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
    multiply(a, aOffset, aRow, aColumn, packed, 0, n, 1, c, cOffset, cRow, m, n, k, block);
  }

  /// The same for `double`.
  default void multiplyPacked(
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
    multiply(a, aOffset, aRow, aColumn, packed, 0, n, 1, c, cOffset, cRow, m, n, k, block);
  }
}
