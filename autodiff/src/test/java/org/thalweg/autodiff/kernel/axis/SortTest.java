package org.thalweg.autodiff.kernel.axis;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.kernel.Pool;

class SortTest {
  /// Sizes as `[outer, n, inner]`: one by one, by narrow and by wide digits.
  private static final int[][] SHAPES = {
    {1, 0, 2},
    {2, 1, 3},
    {3, 2, 1},
    {2, 39, 2},
    {2, 40, 1},
    {1, 41, 3},
    {5, 300, 2},
    {1, 8191, 1},
    {1, 8192, 2},
    {1, 30_001, 1}
  };

  private final int threads = Pool.threads();

  @AfterEach
  void restoreThreads() {
    Pool.setThreads(threads);
  }

  /// Everything that sorts strangely, often: the zeros, NaN of several kinds, the infinities, tiny
  /// numbers, and many that are equal.
  private static Object values(Class<?> type, int n, Random random) {
    double[] strange = {
      0,
      -0.0,
      Double.NaN,
      Double.longBitsToDouble(0xfff8000000000123L),
      Double.NEGATIVE_INFINITY,
      Double.POSITIVE_INFINITY,
      Double.MIN_VALUE,
      -Double.MIN_VALUE,
      Float.MIN_VALUE,
      1e-40,
      -1e-40
    };
    Object x = Array.newInstance(type, n);
    for (int i = 0; i < n; i++) {
      double value =
          switch (random.nextInt(4)) {
            case 0 -> strange[random.nextInt(strange.length)];
            case 1 -> random.nextInt(5) - 2;
            default -> random.nextGaussian() * Math.pow(10, random.nextInt(-20, 20));
          };
      switch (x) {
        case float[] f -> f[i] = (float) value;
        case double[] d -> d[i] = value;
        default -> ((int[]) x)[i] = random.nextBoolean() ? random.nextInt() : random.nextInt(4);
      }
    }
    return x;
  }

  private static double get(Object x, int at) {
    return ((Number) Array.get(x, at)).doubleValue();
  }

  /// By a stable sort of the library, the zeros equal.
  private static List<Integer> order(Object x, int from, int step, int n, boolean descending) {
    Comparator<Integer> byValue =
        Comparator.comparingDouble(place -> get(x, from + place * step) + 0.0);
    List<Integer> places = new ArrayList<>(IntStream.range(0, n).boxed().toList());
    places.sort(descending ? byValue.reversed() : byValue);
    return places;
  }

  @ParameterizedTest
  @ValueSource(classes = {float.class, double.class, int.class})
  void theOrderIsThatOfAStableSort(Class<?> type) {
    for (int[] s : SHAPES) {
      Object x = values(type, s[0] * s[1] * s[2], new Random(s[1]));
      for (boolean descending : new boolean[] {false, true}) {
        for (int count : new int[] {s[1], s[1] / 3}) {
          int[] y = new int[s[0] * count * s[2]];
          Pool.setThreads(1 + s[1] % 3);
          Sort.positions(x, s[0], s[1], s[2], descending, count, y);
          for (int column = 0; column < s[0] * s[2]; column++) {
            int o = column / s[2];
            int i = column % s[2];
            List<Integer> expected =
                order(x, o * s[1] * s[2] + i, s[2], s[1], descending).subList(0, count);
            List<Integer> there =
                IntStream.range(0, count).mapToObj(j -> y[(o * count + j) * s[2] + i]).toList();
            assertThat(there).as("%s, %d elements", type, s[1]).isEqualTo(expected);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {float.class, double.class, int.class})
  void aMedianIsTheFirstOfItsEqualsOrTheFirstNaN(Class<?> type) {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      int n = 1 + random.nextInt(seed % 10 == 0 ? 200 : 9);
      Object x = values(type, n, random);
      int[] y = new int[1];
      Sort.medians(x, 1, n, 1, y);
      List<Integer> sorted = order(x, 0, 1, n, false);
      int last = sorted.get(n - 1);
      double expected = Double.isNaN(get(x, last)) ? Double.NaN : get(x, sorted.get((n - 1) / 2));
      int first = 0;
      while (Double.compare(get(x, first) + 0.0, expected + 0.0) != 0) {
        first++;
      }
      assertThat(y[0]).as("seed %d", seed).isEqualTo(first);
    }
  }

  @Test
  void aMillionNumbersAreSorted() {
    int n = 1_000_003;
    Random random = new Random(3);
    float[] x = new float[n];
    double[] d = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextGaussian();
      d[i] = x[i];
    }
    int[] y = new int[n];
    Sort.positions(x, 1, n, 1, false, n, y);
    int[] z = new int[n];
    Sort.positions(d, 1, n, 1, false, n, z);
    assertThat(z).isEqualTo(y);
    boolean[] seen = new boolean[n];
    for (int j = 0; j < n; j++) {
      boolean isInOrder =
          j == 0 || x[y[j - 1]] < x[y[j]] || (x[y[j - 1]] == x[y[j]] && y[j - 1] < y[j]);
      if (seen[y[j]] || !isInOrder) {
        assertThat(y[j]).as("place %d", j).isNegative();
      }
      seen[y[j]] = true;
    }
  }
}
