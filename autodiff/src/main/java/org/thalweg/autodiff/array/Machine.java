package org.thalweg.autodiff.array;

import org.thalweg.autodiff.formula.compile.FormulaKernel;
import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.autodiff.kernel.Simd;
import org.thalweg.autodiff.kernel.WarmUp;
import org.thalweg.autodiff.kernel.matmul.Matmul;
import org.thalweg.autodiff.kernel.window.Contraction;

/// The threads and vectors below, for the levels above.
public final class Machine {
  private Machine() {}

  /// The number of threads that compute.
  public static int threads() {
    return Pool.threads();
  }

  /// Sets the number of threads that compute.
  public static void setThreads(int threads) {
    Pool.setThreads(threads);
  }

  /// The width of a vector in bits, 0 for scalar kernels.
  public static int vectorBits() {
    return Simd.available() ? Simd.bits() : 0;
  }

  /// Vector loops in use.
  public static long vectorLoops() {
    return FormulaKernel.vectorLoops();
  }

  /// About how many matrix products the vector kernels have computed, those of convolutions
  /// counted: 0 where they have computed none.
  public static long vectorProducts() {
    return Matmul.vectorCalls() + Contraction.vectorCalls();
  }

  /// Parallel regions.
  public static long regions() {
    return Pool.regions();
  }

  /// Parts of regions done by workers.
  public static long chunksByWorkers() {
    return Pool.chunksByWorkers();
  }

  /// Waits for the vector kernels that have been asked for.
  public static void awaitWarmUp() {
    WarmUp.await();
  }
}
