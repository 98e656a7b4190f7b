package org.thalweg.autodiff.kernel.axis;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.kernel.Pool;

class ScanTest {
  /// Sizes as `[outer, n, inner]`, around the edges of cells, blocks and strips.
  private static final int[][] SHAPES = {
    {1, 0, 3},
    {0, 3, 1},
    {2, 3, 0},
    {1, 1, 1},
    {3, 5, 2},
    {1, 1023, 1},
    {2, 1024, 1},
    {1, 1025, 1},
    {1, 4095, 1},
    {1, 4097, 1},
    {1, 12_345, 1},
    {2, 1030, 3},
    {1, 2500, 255},
    {1, 40, 257},
    {1, 9, 700},
    {70, 2051, 1}
  };

  private final int threads = Pool.threads();

  @AfterEach
  void restoreThreads() {
    Pool.setThreads(threads);
  }

  /// Whole numbers: every sum of them is exact, in any order.
  private static double[] whole(int n) {
    return new Random(n).ints(n, -1000, 1000).asDoubleStream().toArray();
  }

  /// Numbers around 1, so that products neither vanish nor overflow; a zero now and then.
  private static double[] near(int n) {
    Random random = new Random(n);
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] =
          random.nextInt(3000) == 0
              ? 0
              : (random.nextBoolean() ? 1 : -1) * (1 + (random.nextDouble() - 0.5) / 8);
    }
    return x;
  }

  private static float[] floats(double[] x) {
    float[] y = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = (float) x[i];
    }
    return y;
  }

  private interface Plain {
    /// Writes y at one place and returns the next state.
    double step(double state, int at, double[] y);
  }

  /// One element after the other.
  private static double[] plain(int[] s, boolean backwards, double start, Plain plain) {
    double[] y = new double[s[0] * s[1] * s[2]];
    for (int o = 0; o < s[0]; o++) {
      for (int i = 0; i < s[2]; i++) {
        double state = start;
        for (int k = 0; k < s[1]; k++) {
          int row = backwards ? s[1] - 1 - k : k;
          state = plain.step(state, (o * s[1] + row) * s[2] + i, y);
        }
      }
    }
    return y;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sumsOfWholeNumbersAreExact(boolean backwards) {
    for (int[] s : SHAPES) {
      double[] x = whole(s[0] * s[1] * s[2]);
      double[] expected = plain(s, backwards, 0, (state, at, y) -> y[at] = state + x[at]);
      double[] y = new double[x.length];
      Scan.sums(x, s[0], s[1], s[2], backwards, y);
      assertThat(y).as("%d %d %d", s[0], s[1], s[2]).isEqualTo(expected);
      float[] z = new float[x.length];
      Scan.sums(floats(x), s[0], s[1], s[2], backwards, z);
      assertThat(z).as("%d %d %d", s[0], s[1], s[2]).isEqualTo(floats(expected));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void productsAndRecurrencesGoFromOneEndToTheOther(boolean backwards) {
    for (int[] s : SHAPES) {
      String what = s[0] + " " + s[1] + " " + s[2];
      double[] x = near(s[0] * s[1] * s[2]);
      double[] b = whole(x.length);
      double[] y = new double[x.length];
      Scan.products(x, s[0], s[1], s[2], backwards, y);
      assertThat(y)
          .as(what)
          .isEqualTo(plain(s, backwards, 1, (state, at, z) -> z[at] = state * x[at]));
      Scan.productsBefore(x, s[0], s[1], s[2], backwards, y);
      assertThat(y)
          .as(what)
          .isEqualTo(plain(s, backwards, 1, (state, at, z) -> x[at] * (z[at] = state)));
      Scan.recurrence(x, b, s[0], s[1], s[2], backwards, y);
      assertThat(y)
          .as(what)
          .isEqualTo(plain(s, backwards, 0, (state, at, z) -> b[at] + x[at] * (z[at] = state)));
    }
  }

  @Test
  void floatsAreComputedInDoubleAndRoundedOnce() {
    for (int[] s : SHAPES) {
      float[] x = floats(near(s[0] * s[1] * s[2]));
      double[] wide = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        wide[i] = x[i];
      }
      double[] expected = new double[x.length];
      float[] y = new float[x.length];
      Scan.sums(wide, s[0], s[1], s[2], false, expected);
      Scan.sums(x, s[0], s[1], s[2], false, y);
      assertThat(y).isEqualTo(floats(expected));
      Scan.products(wide, s[0], s[1], s[2], true, expected);
      Scan.products(x, s[0], s[1], s[2], true, y);
      assertThat(y).isEqualTo(floats(expected));
      Scan.recurrence(wide, wide, s[0], s[1], s[2], false, expected);
      Scan.recurrence(x, x, s[0], s[1], s[2], false, y);
      assertThat(y).isEqualTo(floats(expected));
    }
  }

  @Test
  void theProductOfAllIsTheLastRunningProduct() {
    for (int[] s : SHAPES) {
      double[] x = near(s[0] * s[1] * s[2]);
      double[] running = new double[x.length];
      Scan.products(x, s[0], s[1], s[2], false, running);
      double[] y = new double[s[0] * s[2]];
      Scan.product(x, s[0], s[1], s[2], y);
      for (int k = 0; k < y.length; k++) {
        int last = s[1] == 0 ? 0 : ((k / s[2] + 1) * s[1] - 1) * s[2] + k % s[2];
        assertThat(y[k]).isEqualTo(s[1] == 0 ? 1 : running[last]);
      }
    }
  }

  @Test
  void bitsDependOnTheLengthAloneNotOnTheColumnsBesideOrTheThreads() {
    int n = 5000;
    Random random = new Random(1);
    double[] x = random.doubles(n).toArray();
    double[] expected = new double[n];
    Scan.sums(x, 1, n, 1, false, expected);
    for (int inner : new int[] {1, 2, 3, 64, 257}) {
      double[] wide = new double[n * inner];
      for (int i = 0; i < wide.length; i++) {
        wide[i] = x[i / inner];
      }
      for (int count = 1; count <= 3; count++) {
        Pool.setThreads(count);
        double[] y = new double[wide.length];
        Scan.sums(wide, 1, n, inner, false, y);
        for (int i = 0; i < y.length; i++) {
          if (y[i] != expected[i / inner]) {
            assertThat(y[i]).as("%d columns at %d", inner, i).isEqualTo(expected[i / inner]);
          }
        }
      }
    }
  }

  @Test
  void manyTenthsAddUpWithoutDriftAndNeverFall() {
    int n = 10_000_000;
    float[] x = new float[n];
    Arrays.fill(x, 0.1f);
    float[] y = new float[n];
    Scan.sums(x, 1, n, 1, false, y);
    for (int i = 0; i < n; i += 99_991) {
      float exact = new BigDecimal(0.1f).multiply(BigDecimal.valueOf(i + 1L)).floatValue();
      assertThat(y[i]).as("sum of %d", i + 1).isEqualTo(exact);
    }
    double[] wide = new Random(2).doubles(100_000).toArray();
    double[] sums = new double[wide.length];
    Scan.sums(wide, 1, wide.length, 1, false, sums);
    for (int i = 1; i < sums.length; i++) {
      if (sums[i] < sums[i - 1]) {
        assertThat(sums[i]).as("at %d", i).isGreaterThanOrEqualTo(sums[i - 1]);
      }
    }
  }

  @Test
  void otherThreadsTakePart() {
    Pool.setThreads(2);
    long before = Pool.regions();
    Scan.sums(new float[200_000], 10, 20_000, 1, false, new float[200_000]);
    Scan.products(new double[200_000], 1, 400, 500, false, new double[200_000]);
    assertThat(Pool.regions() - before).isEqualTo(2);
  }
}
