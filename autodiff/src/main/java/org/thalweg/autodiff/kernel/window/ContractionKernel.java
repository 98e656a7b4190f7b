package org.thalweg.autodiff.kernel.window;

import org.thalweg.autodiff.kernel.matmul.MatmulKernel;

/// One way of multiplying scattered matrices on the calling thread: scalar or on the Vector API.
///
/// All ways give the same bits, in the order of [MatmulKernel]: `k` is cut every `block` numbers,
/// within a block there is one chain of fused multiply-adds from +0, and the sums of the blocks are
/// added in order.
public interface ContractionKernel {
  /// Whether the transposed product, Bᵀ · Aᵀ, takes less time than A · B.
  boolean isBetterTransposed(Scattered a, Scattered b, boolean isFloat);

  /// Overwrites C by the product of A and B, all `float` or all `double`. None of the three sizes
  /// is 0. `block` is [MatmulKernel#BLOCK] except while a kernel is being warmed.
  void multiply(Scattered a, Scattered b, Scattered c, int block);
}
