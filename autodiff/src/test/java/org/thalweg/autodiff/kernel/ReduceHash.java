package org.thalweg.autodiff.kernel;

import java.util.Random;
import org.thalweg.autodiff.kernel.Reduce.Operation;

/// Reduces a fixed set of arrays, draws random numbers, and prints a hash of all bits: run in JVMs
/// of its own.
final class ReduceHash {
  private static final int[][] SHAPES = {
    {1, 700_000, 1},
    {300, 1_000, 1},
    {1_000, 33, 1},
    {2, 300, 600},
    {1, 40_000, 5},
    {400, 100, 3},
    {7, 5, 5}
  };

  private ReduceHash() {}

  /// Prints `width vectorKernels chunksByWorkers hash…`: a hash before warm-up, and after it one
  /// for each number of threads.
  public static void main(String[] arguments) {
    StringBuilder hashes = new StringBuilder(" ").append(hash());
    WarmUp.await();
    int vectors = Philox.kernel().getClass().getSimpleName().equals("PhiloxVector") ? 1 : 0;
    for (Operation operation : Operation.values()) {
      vectors += Reduce.kernel(operation, new float[0]).getClass().isHidden() ? 1 : 0;
      vectors += Reduce.kernel(operation, new double[0]).getClass().isHidden() ? 1 : 0;
    }
    for (int threads = 1; threads <= 4; threads++) {
      Pool.setThreads(threads);
      hashes.append(' ').append(hash());
    }
    System.out.println(Simd.bits() + " " + vectors + " " + Pool.chunksByWorkers() + hashes);
  }

  private static String hash() {
    Random random = new Random(20_26);
    float[] x = ReduceData.floats(700_000, random);
    double[] wide = ReduceData.doubles(700_000, random);
    long hash = 1;
    for (int[] s : SHAPES) {
      for (Operation operation : Operation.values()) {
        double[] y = new double[s[0] * s[2]];
        Reduce.values(operation, x, 0, s[0], s[1], s[2], y, 0);
        hash = mix(hash, y);
        Reduce.values(operation, wide, 0, s[0], s[1], s[2], y, 0);
        hash = mix(hash, y);
      }
      int[] where = new int[s[0] * s[2]];
      Reduce.positions(Operation.MAX, x, 0, s[0], s[1], s[2], where, 0);
      hash = mix(hash, where);
    }
    hash = mix(hash, Reduce.dot(x, 1, x, 2, 600_001), Reduce.dot(wide, 1, wide, 2, 600_001));
    ReduceData.addSpecial(x, wide, 30, random);
    double[] rows = new double[1_000];
    Reduce.values(Operation.SUM, x, 0, 1_000, 33, 1, rows, 0);
    hash = mix(hash, rows);
    Reduce.values(Operation.MIN, wide, 0, 1, 33, 1_000, rows, 0);
    hash = mix(hash, rows);
    Philox.fillUniform(wide, 0, 200_001, 3, Philox.stream("hash"), 5, true);
    hash = mix(hash, wide);
    return Long.toHexString(mix(hash, Philox.permutation(10_001, 1, 2)));
  }

  private static long mix(long hash, double... values) {
    long now = hash;
    for (double value : values) {
      now = (now ^ Double.doubleToLongBits(value)) * 0x100000001b3L;
    }
    return now;
  }

  private static long mix(long hash, int... values) {
    long now = hash;
    for (int value : values) {
      now = (now ^ value) * 0x100000001b3L;
    }
    return now;
  }
}
