package org.thalweg.autodiff.kernel.matmul;

import java.util.Random;
import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.autodiff.kernel.Simd;
import org.thalweg.autodiff.kernel.WarmUp;

/// Multiplies a fixed set of matrices and prints a hash of all bits: run in JVMs of its own.
final class MatmulHash {
  private MatmulHash() {}

  /// Prints `width vectorCalls chunksByWorkers hash…`: a hash before warm-up, and after it one for
  /// each number of threads.
  public static void main(String[] arguments) {
    StringBuilder hashes = new StringBuilder(" ").append(hash());
    WarmUp.await();
    long before = Matmul.vectorCalls();
    for (int threads = 1; threads <= 4; threads++) {
      Pool.setThreads(threads);
      hashes.append(' ').append(hash());
    }
    System.out.println(
        Simd.bits()
            + " "
            + (Matmul.vectorCalls() - before)
            + " "
            + Pool.chunksByWorkers()
            + hashes);
  }

  static String hash() {
    Random random = new Random(20_26);
    long hash = 1;
    for (int layout = 0; layout < 9; layout++) {
      hash = hash(hash, new Products(150, 131, 900, layout / 3, layout % 3), random);
      hash = hash(hash, new Products(9, 70, 400, layout / 3, layout % 3), random);
      hash = hash(hash, new Products(70, 9, 33, layout / 3, layout % 3), random);
      hash = hash(hash, new Products(1, 50, 1000, layout / 3, layout % 3), random);
    }
    return Long.toHexString(hash);
  }

  private static long hash(long hash, Products q, Random random) {
    float[] a = q.a(0, random);
    float[] b = q.b(0, random);
    float[] c = new float[q.m() * q.n()];
    q.multiply(a, 0, b, 0, c, 0, Matmul.Epilogue.NONE);
    long now = hash;
    for (float value : c) {
      now = (now ^ Float.floatToIntBits(value)) * 0x100000001b3L;
    }
    double[] wide = new double[c.length];
    q.multiply(Products.widen(a), 0, Products.widen(b), 0, wide, 0, Matmul.Epilogue.NONE);
    for (double value : wide) {
      now = (now ^ Double.doubleToLongBits(value)) * 0x100000001b3L;
    }
    return now;
  }
}
