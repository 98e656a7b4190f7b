package org.thalweg.autodiff.kernel.axis;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.kernel.Pool;

class TakeTest {
  /// Sizes as `[outer, n, inner]` and how many are taken; the last ones for several threads.
  private static final int[][] SHAPES = {
    {1, 5, 1, 9},
    {3, 4, 2, 5},
    {2, 7, 16, 3},
    {4, 1, 3, 1},
    {1, 9, 700, 4},
    {5, 3, 0, 2},
    {0, 3, 2, 2},
    {2, 3, 2, 0},
    {1, 5000, 1, 300_001},
    {3, 50, 41, 2500},
    {301, 40, 1, 999},
    {2, 9, 130_001, 2}
  };

  private final int threads = Pool.threads();

  @AfterEach
  void restoreThreads() {
    Pool.setThreads(threads);
  }

  private static Object random(Class<?> type, int n) {
    Random random = new Random(n);
    Object x = Array.newInstance(type, n);
    for (int i = 0; i < n; i++) {
      switch (x) {
        case float[] f -> f[i] = (float) random.nextGaussian();
        case double[] d -> d[i] = random.nextGaussian();
        default -> ((int[]) x)[i] = random.nextInt();
      }
    }
    return x;
  }

  /// Random positions, with runs of neighbours among them.
  private static int[] positions(int count, int n) {
    Random random = new Random(count);
    int[] at = new int[count];
    for (int j = 0; j < count; j++) {
      boolean goesOn = j > 0 && at[j - 1] + 1 < n && count % 2 == 1 && random.nextInt(20) > 0;
      at[j] = goesOn ? at[j - 1] + 1 : random.nextInt(n);
    }
    return at;
  }

  @ParameterizedTest
  @ValueSource(classes = {float.class, double.class, int.class})
  void slabsAreTakenAndThoseSkippedAreZero(Class<?> type) {
    for (int[] s : SHAPES) {
      Object x = random(type, s[0] * s[1] * s[2]);
      int[] at = positions(s[3], s[1]);
      for (int skipped = -1; skipped < 2; skipped++) {
        Object expected = Array.newInstance(type, s[0] * s[3] * s[2]);
        for (int i = 0; i < s[0] * s[3] * s[2]; i++) {
          int place = at[i / s[2] % s[3]];
          if (place != skipped) {
            int from = (i / s[2] / s[3] * s[1] + place) * s[2] + i % s[2];
            System.arraycopy(x, from, expected, i, 1);
          }
        }
        for (int threadCount = 1; threadCount <= 3; threadCount++) {
          Pool.setThreads(threadCount);
          Object y = random(type, s[0] * s[3] * s[2]);
          Take.slabs(x, s[0], s[1], s[2], at, s[3], skipped, y);
          assertThat(y).as("%s skipped %d", Arrays.toString(s), skipped).isEqualTo(expected);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {float.class, double.class, int.class})
  void elementsAreTaken(Class<?> type) {
    for (int[] s : SHAPES) {
      Object x = random(type, s[0] * s[1] * s[2]);
      int many = s[0] * s[3] * s[2];
      int[] at = positions(many, s[1]);
      Object expected = Array.newInstance(type, many);
      for (int i = 0; i < many; i++) {
        int from = (i / s[2] / s[3] * s[1] + at[i]) * s[2] + i % s[2];
        System.arraycopy(x, from, expected, i, 1);
      }
      for (int threadCount = 1; threadCount <= 3; threadCount++) {
        Pool.setThreads(threadCount);
        Object y = random(type, many);
        Take.elements(x, s[0], s[1], s[2], at, s[3], y);
        assertThat(y).as(Arrays.toString(s)).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {float.class, double.class})
  void whatIsAddedIsAddedInOrderOnAnyNumberOfThreads(Class<?> type) {
    for (int[] s : SHAPES) {
      int many = s[0] * s[3] * s[2];
      Object x = random(type, many);
      int[] slabs = positions(s[3], s[1]);
      int[] elements = positions(many, s[1]);
      for (int skipped = -1; skipped < 2; skipped++) {
        Object expected = random(type, s[0] * s[1] * s[2]);
        Object expectedElements = random(type, s[0] * s[1] * s[2]);
        for (int i = 0; i < many; i++) {
          int row = i / s[2] / s[3] * s[1];
          if (slabs[i / s[2] % s[3]] != skipped) {
            add(x, i, expected, (row + slabs[i / s[2] % s[3]]) * s[2] + i % s[2]);
          }
          add(x, i, expectedElements, (row + elements[i]) * s[2] + i % s[2]);
        }
        for (int threadCount = 1; threadCount <= 3; threadCount++) {
          Pool.setThreads(threadCount);
          Object y = random(type, s[0] * s[1] * s[2]);
          Take.addSlabs(x, s[0], s[3], s[2], slabs, skipped, s[1], y);
          assertThat(y).as(Arrays.toString(s)).isEqualTo(expected);
          Object z = random(type, s[0] * s[1] * s[2]);
          Take.addElements(x, s[0], s[3], s[2], elements, s[1], z);
          assertThat(z).as(Arrays.toString(s)).isEqualTo(expectedElements);
        }
      }
    }
  }

  private static void add(Object x, int from, Object y, int to) {
    if (x instanceof float[] a) {
      ((float[]) y)[to] += a[from];
    } else {
      ((double[]) y)[to] += ((double[]) x)[from];
    }
  }

  @Test
  void otherThreadsTakePart() {
    Pool.setThreads(2);
    long before = Pool.regions();
    float[] x = new float[400_000];
    Take.slabs(x, 1, 4, 100_000, new int[] {3, 1, 0}, 3, -1, new float[300_000]);
    Take.addSlabs(x, 1, 4, 100_000, new int[] {3, 1, 0, 0}, -1, 4, new float[400_000]);
    Take.elements(x, 1, 400_000, 1, new int[400_000], 400_000, new float[400_000]);
    Take.addElements(x, 4, 100_000, 1, new int[400_000], 100_000, new float[400_000]);
    assertThat(Pool.regions() - before).isEqualTo(4);
  }
}
