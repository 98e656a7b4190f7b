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
  /// C[i, j] = Σ_p A[i, p]·B[p, j]
  /// ```
  ///
  /// All are `float` or all `double`; `aFrom`, `bFrom` and `cFrom` say where they begin. C's
  /// numbers are neither A's nor B's. `block` is [#BLOCK] except while a kernel is being warmed.
  void multiply(
      Strided a,
      int aFrom,
      Strided b,
      int bFrom,
      Strided c,
      int cFrom,
      int m,
      int n,
      int k,
      int block);

  /// How many numbers of `bytes` bytes a B takes that is [packed][#pack].
  int packedLength(int n, int k, int bytes);

  /// Puts B, k × n, in the order in which [#multiplyPacked] of this kernel reads it.
  void pack(Strided b, int bFrom, int n, int k, Object packed);

  /// What [#multiply] does, for a B that this kernel has packed, and a `k` that is not 0.
  void multiplyPacked(
      Strided a, int aFrom, Object packed, Strided c, int cFrom, int m, int n, int k, int block);
}
