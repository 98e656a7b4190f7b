package org.thalweg.autodiff.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.kernel.Reduce.Operation;

/// Reductions of planes where they stand have the bits of those of planes that follow each other.
class PlanesTest {
  /// Cells that end at the end of a plane, within one, and after many; one cell, and several.
  private static final int[][] SHAPES = {
    {1, 1, 1}, {3, 5, 1}, {2, 3, 7}, {64, 3, 784}, {40, 2, 512}, {64, 3, 257}, {3, 2, 20_011}
  };

  private final int threads = Pool.threads();

  @AfterEach
  void threadsAsBefore() {
    Pool.setThreads(threads);
  }

  @Test
  void theBitsAreThoseOfPlanesThatFollowEachOther() {
    Random random = new Random(1);
    for (int[] s : SHAPES) {
      int size = s[0] * s[1] * s[2];
      float[] x = ReduceData.floats(size, random);
      double[] wide = ReduceData.doubles(size, random);
      check(x, new float[size], s, new float[s[1]], new float[s[1]]);
      check(wide, new double[size], s, new double[s[1]], new double[s[1]]);
      ReduceData.addSpecial(x, wide, Math.min(size, 3), random);
      check(x, new float[size], s, new float[s[1]], new float[s[1]]);
      check(wide, new double[size], s, new double[s[1]], new double[s[1]]);
    }
  }

  private static void check(Object x, Object moved, int[] s, Object y, Object expected) {
    int plane = s[2];
    int[] order = {plane, s[1] * plane, 1};
    Move.gather(x, 0, order, moved, new int[] {s[1], s[0], plane});
    for (int count = 1; count <= 3; count++) {
      Pool.setThreads(count);
      for (Operation operation : Operation.values()) {
        Planes.reduce(operation, x, s[0], s[1], plane, y);
        Reduce.values(operation, moved, 0, s[1], s[0] * plane, 1, expected, 0);
        assertThat(bits(y)).containsExactly(bits(expected));
      }
    }
  }

  /// NaN counts as one value.
  private static long[] bits(Object values) {
    int n = java.lang.reflect.Array.getLength(values);
    long[] bits = new long[n];
    for (int i = 0; i < n; i++) {
      bits[i] = Double.doubleToLongBits(java.lang.reflect.Array.getDouble(values, i));
    }
    return bits;
  }
}
