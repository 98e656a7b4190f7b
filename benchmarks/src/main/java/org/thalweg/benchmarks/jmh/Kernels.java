package org.thalweg.benchmarks.jmh;

import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.autodiff.kernel.WarmUp;

/// What the benchmarks share.
final class Kernels {
  private Kernels() {}

  /// Sets the number of threads, and runs an invocation until the vector kernels that it asks for
  /// answer.
  static void warm(int threads, Runnable invocation) {
    Pool.setThreads(threads);
    invocation.run();
    WarmUp.await();
  }

  /// Numbers in [−2, 2], all different enough.
  static float[] floats(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = 4 * (i * 0.618034f % 1) - 2;
    }
    return values;
  }

  /// The same in double precision.
  static double[] doubles(int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = 4 * (i * 0.6180339887498949 % 1) - 2;
    }
    return values;
  }
}
