package org.thalweg.autodiff.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.thalweg.autodiff.kernel.Reduce.Operation;

@Tag("alone")
class ReduceTest {
  private static final int[] SIZES = {
    0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 127, 128, 129, 255, 256, 257, 1000, 4098
  };
  private static final int[] INNERS = {1, 2, 3, 5, 8, 9, 15, 16, 17, 33, 511, 600};

  private final int threads = Pool.threads();

  @AfterEach
  void restoreThreads() {
    Pool.setThreads(threads);
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void valuesHaveTheBitsOfTheirDefinition(Operation operation) {
    Random random = new Random(7);
    for (int n : SIZES) {
      for (int inner : INNERS) {
        if (n > 0 && n * inner < 70_000) {
          checkDefinition(operation, 1 + random.nextInt(3), n, inner, random);
        }
      }
    }
  }

  @Test
  void rowsThatEndAnArrayTakeNothingFromTheHeapFromTheFirstRealCallOn() {
    assumeTrue(Simd.available(), "there are no vector kernels");
    ThreadMXBean meter = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    double[] zeros = new double[4];
    double[] y = new double[Reduce.room(4)];
    double[] squares = new double[Reduce.room(4)];
    Reduce.dots(new float[1], 0, new float[1], 0, 1, 1, 1, y);
    WarmUp.await();
    for (int n : new int[] {32, 37, 64, 100}) {
      float[] x = new float[4 * n];
      long before = meter.getCurrentThreadAllocatedBytes();
      Reduce.dots(x, 0, x, 0, n, n, 4, y);
      Reduce.moments(x, 0, n, 4, zeros, y, squares);
      Reduce.crossMoments(x, 0, x, 0, n, n, 4, zeros, y, squares);
      assertThat(meter.getCurrentThreadAllocatedBytes() - before).as("rows of %d", n).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void valuesHaveTheBitsOfTheirDefinitionBeyondOneCell(Operation operation) {
    Random random = new Random(8);
    checkDefinition(operation, 2, 16_384, 1, random);
    checkDefinition(operation, 2, 16_385, 1, random);
    checkDefinition(operation, 3, 50_000, 1, random);
    checkDefinition(operation, 2, 8_193, 2, random);
    checkDefinition(operation, 1, 20_000, 3, random);
    checkDefinition(operation, 2, 1_025, 40, random);
    checkDefinition(operation, 1, 3_000, 515, random);
  }

  private static void checkDefinition(
      Operation operation, int outer, int n, int inner, Random random) {
    String shape = operation + " [" + outer + ", " + n + ", " + inner + "]";
    int offset = random.nextInt(4);
    float[] x = ReduceData.floats(offset + outer * n * inner + 3, random);
    double[] wide = ReduceData.doubles(x.length, random);
    ReduceData.addSpecial(x, wide, random.nextInt(3), random);
    double[] expected = Definition.values(operation, x, offset, outer, n, inner);
    double[] expectedWide = Definition.values(operation, wide, offset, outer, n, inner);
    float[] y = new float[outer * inner + 2];
    double[] exact = new double[y.length];
    double[] wideY = new double[y.length];
    Reduce.values(operation, x, offset, outer, n, inner, y, 1);
    Reduce.values(operation, x, offset, outer, n, inner, exact, 1);
    Reduce.values(operation, wide, offset, outer, n, inner, wideY, 1);
    for (int i = 0; i < outer * inner; i++) {
      assertThat(Float.floatToIntBits(y[i + 1]))
          .as("%s at %d", shape, i)
          .isEqualTo(Float.floatToIntBits((float) expected[i]));
      assertThat(Double.doubleToLongBits(exact[i + 1]))
          .as("%s at %d, unrounded", shape, i)
          .isEqualTo(Double.doubleToLongBits(expected[i]));
      assertThat(Double.doubleToLongBits(wideY[i + 1]))
          .as("%s at %d, double", shape, i)
          .isEqualTo(Double.doubleToLongBits(expectedWide[i]));
    }
    assertThat(y[0]).as(shape).isZero();
    assertThat(y[y.length - 1]).as(shape).isZero();
  }

  @Test
  void theVectorKernelTakesOverWithTheSameBits() {
    assumeTrue(Simd.available());
    float[] x = ReduceData.floats(40_000, new Random(9));
    double[] wide = ReduceData.doubles(40_000, new Random(9));
    List<Double> cold = someReductions(x, wide);
    WarmUp.await();
    assumeTrue(WarmUp.warmed() > 0, "this JVM does not compile vector kernels");
    for (Operation operation : Operation.values()) {
      assertThat(Reduce.kernel(operation, x).getClass().isHidden()).isTrue();
      assertThat(Reduce.kernel(operation, wide).getClass().isHidden()).isTrue();
    }
    assertThat(someReductions(x, wide)).isEqualTo(cold);
    Random random = new Random(10);
    for (Operation operation : Operation.values()) {
      checkDefinition(operation, 3, 1_000, 1, random);
      checkDefinition(operation, 2, 100, 33, random);
      checkDefinition(operation, 2, 40_000, 1, random);
    }
  }

  private static List<Double> someReductions(float[] x, double[] wide) {
    List<Double> results = new ArrayList<>();
    for (Operation operation : Operation.values()) {
      for (int n : new int[] {1, 10, 100, 1_000, 40_000}) {
        results.add(Reduce.all(operation, x, 0, n));
        results.add(Reduce.all(operation, wide, 0, n));
      }
    }
    results.add(Reduce.dot(x, 0, x, 7, 39_000));
    results.add(Reduce.dot(wide, 0, wide, 7, 39_000));
    return results;
  }

  @Test
  void theNumberOfThreadsChangesNoBit() {
    Random random = new Random(11);
    float[] x = ReduceData.floats(1_500_000, random);
    int[][] shapes = {{1, 1_500_000, 1}, {1_500, 1_000, 1}, {3, 500, 1_000}, {1, 500_000, 3}};
    List<List<Object>> runs = new ArrayList<>();
    long before = Pool.regions();
    for (int count = 1; count <= 4; count++) {
      Pool.setThreads(count);
      List<Object> run = new ArrayList<>();
      for (int[] s : shapes) {
        float[] y = new float[s[0] * s[2]];
        int[] where = new int[y.length];
        for (Operation operation : Operation.values()) {
          Reduce.values(operation, x, 0, s[0], s[1], s[2], y, 0);
          run.add(Arrays.hashCode(y));
        }
        Reduce.positions(Operation.MAX, x, 0, s[0], s[1], s[2], where, 0);
        run.add(Arrays.hashCode(where));
      }
      run.add(Reduce.dot(x, 0, x, 1, x.length - 1));
      runs.add(run);
    }
    assertThat(Pool.regions()).as("regions with several threads").isGreaterThan(before);
    assertThat(runs.get(1)).isEqualTo(runs.get(0));
    assertThat(runs.get(2)).isEqualTo(runs.get(0));
    assertThat(runs.get(3)).isEqualTo(runs.get(0));
  }

  @Test
  void aSumOfTenMillionTenthsIsAccurate() {
    float[] x = new float[10_000_000];
    Arrays.fill(x, 0.1f);
    double exact = new BigDecimal(0.1f).multiply(BigDecimal.valueOf(x.length)).doubleValue();
    float[] y = new float[1];
    Reduce.values(Operation.SUM, x, 0, 1, x.length, 1, y, 0);
    assertThat(y[0] / exact).isCloseTo(1, within(1e-6));
    float[] columns = new float[5];
    Reduce.values(Operation.SUM, x, 0, 1, x.length / 5, 5, columns, 0);
    assertThat(columns[4] / exact * 5).isCloseTo(1, within(1e-6));
  }

  @Test
  void sumsAreCloseToExactOnes() {
    Random random = new Random(12);
    for (int n : new int[] {10, 1_000, 100_000}) {
      float[] x = new float[n];
      double[] wide = new double[n];
      BigDecimal sum = BigDecimal.ZERO;
      BigDecimal wideSum = BigDecimal.ZERO;
      BigDecimal squares = BigDecimal.ZERO;
      for (int i = 0; i < n; i++) {
        x[i] = random.nextFloat();
        wide[i] = random.nextDouble();
        sum = sum.add(new BigDecimal(x[i]));
        wideSum = wideSum.add(new BigDecimal(wide[i]));
        squares = squares.add(new BigDecimal(x[i]).pow(2));
      }
      double relative = Reduce.all(Operation.SUM, x, 0, n) / sum.doubleValue() - 1;
      assertThat(relative).isCloseTo(0, within(2e-7));
      relative = Reduce.all(Operation.SUM, wide, 0, n) / wideSum.doubleValue() - 1;
      assertThat(relative).isCloseTo(0, within(1e-15));
      relative = Reduce.dot(x, 0, x, 0, n) / squares.doubleValue() - 1;
      assertThat(relative).isCloseTo(0, within(1e-14));
    }
  }

  @Test
  void productsOfManyRowsHaveTheBitsOfEach() {
    Random random = new Random(12);
    float[] x = ReduceData.floats(3 * 16_385, random);
    double[] wide = new double[x.length];
    Arrays.setAll(wide, i -> x[i] + random.nextDouble());
    double[] sums = new double[Reduce.room(3)];
    for (int n : new int[] {0, 1, 100, 8192, 8193, 16_384, 16_385}) {
      for (int step : new int[] {n, 0}) {
        for (Object values : List.of(x, wide)) {
          Reduce.dots(values, 0, values, 0, step, n, 3, sums);
          for (int row = 0; row < 3; row++) {
            assertThat(sums[row])
                .as("row %d of %d, step %d", row, n, step)
                .isEqualTo(Reduce.dot(values, row * n, values, row * step, n));
          }
        }
      }
    }
  }

  @Test
  void aDotOfFloatsNeitherOverflowsNorUnderflows() {
    float[] x = {1e30f, 1e30f};
    assertThat(Reduce.dot(x, 0, x, 0, 2)).isCloseTo(2e60, within(1e54));
    float[] small = {1e-30f};
    assertThat(Reduce.dot(small, 0, small, 0, 1)).isCloseTo(1e-60, within(1e-66));
    assertThat(Reduce.dot(x, 0, small, 0, 0)).isZero();
  }

  @Test
  void theSumOfNothingIsZero() {
    float[] y = {1, 1, 1, 1, 1, 1};
    Reduce.values(Operation.SUM, new float[0], 0, 2, 0, 3, y, 0);
    assertThat(y).containsOnly(0f);
    double[] wide = {1};
    Reduce.values(Operation.SUM, new double[0], 0, 1, 0, 1, wide, 0);
    assertThat(wide).containsOnly(0.0);
  }

  @Test
  void noOutputsMeanNoWork() {
    float[] y = {1};
    Reduce.values(Operation.MAX, new float[0], 0, 0, 3, 1, y, 0);
    Reduce.values(Operation.MAX, new float[0], 0, 1, 3, 0, y, 0);
    Reduce.positions(Operation.MAX, new float[0], 0, 0, 3, 1, new int[0], 0);
    assertThat(y[0]).isEqualTo(1);
  }

  @Test
  void extremesTreatNaNAndTheZerosAsMathDoes() {
    for (int n : new int[] {2, 20, 300, 20_000}) {
      float[] x = new float[n];
      double[] wide = new double[n];
      Arrays.fill(x, -0f);
      Arrays.fill(wide, -0.0);
      x[n / 2] = 0;
      wide[n / 2] = 0;
      assertThat(1 / Reduce.all(Operation.MAX, x, 0, n)).isEqualTo(Double.POSITIVE_INFINITY);
      assertThat(1 / Reduce.all(Operation.MIN, x, 0, n)).isEqualTo(Double.NEGATIVE_INFINITY);
      assertThat(1 / Reduce.all(Operation.MAX, wide, 0, n)).isEqualTo(Double.POSITIVE_INFINITY);
      assertThat(1 / Reduce.all(Operation.MIN, wide, 0, n)).isEqualTo(Double.NEGATIVE_INFINITY);
      x[n - 1] = Float.NaN;
      wide[n - 1] = Double.NaN;
      x[0] = Float.POSITIVE_INFINITY;
      for (Operation operation : Operation.values()) {
        assertThat(Reduce.all(operation, x, 0, n)).isNaN();
        assertThat(Reduce.all(operation, wide, 0, n)).isNaN();
      }
      assertThat(Reduce.all(Operation.MAX, x, 0, n - 1)).isEqualTo(Double.POSITIVE_INFINITY);
    }
  }

  @Test
  void positionsAreThoseOfTheFirstExtreme() {
    Random random = new Random(13);
    int[][] shapes = {
      {3, 1, 1},
      {128, 10, 1},
      {5, 17, 1},
      {4, 300, 1},
      {2, 20_000, 1},
      {1, 40_000, 2},
      {2, 9, 33},
      {3, 50, 7},
      {1, 2_000, 520}
    };
    for (int[] s : shapes) {
      int size = s[0] * s[1] * s[2];
      float[] x = new float[size + 1];
      double[] wide = new double[size + 1];
      for (int i = 0; i <= size; i++) {
        // Few different values, so that most extremes occur more than once; both zeros among them.
        x[i] = (random.nextInt(9) - 4) * 0.25f * (random.nextBoolean() ? 1 : -1);
        if (random.nextInt(size) == 0) {
          x[i] = Float.NaN;
        }
        wide[i] = x[i];
      }
      for (Operation operation : new Operation[] {Operation.MAX, Operation.MIN}) {
        int[] expected = Definition.positions(operation, wide, 1, s[0], s[1], s[2]);
        int[] y = new int[s[0] * s[2]];
        Reduce.positions(operation, x, 1, s[0], s[1], s[2], y, 0);
        assertThat(y).as("%s %s", operation, Arrays.toString(s)).isEqualTo(expected);
        Arrays.fill(y, -1);
        Reduce.positions(operation, wide, 1, s[0], s[1], s[2], y, 0);
        assertThat(y).as("%s %s double", operation, Arrays.toString(s)).isEqualTo(expected);
      }
    }
  }

  @Test
  void messagesSayWhatIsWrong() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reduce.all(Operation.MAX, new float[0], 0, 0))
        .withMessage("max: no elements, [0]: reduce an axis that has some");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reduce.all(Operation.SUM, new int[3], 0, 3))
        .withMessage("sum: cannot reduce [int[]]: give float[] or double[]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reduce.positions(Operation.SUM, new float[3], 0, 1, 3, 1, new int[1], 0))
        .withMessage("positions: a sum has no position: use MAX or MIN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reduce.dot(new float[3], 0, new double[3], 0, 3))
        .withMessage("dot: arrays differ, [float[]] and [double[]]: give two of one type");
  }

  /// The documented order of operations, word for word, and nothing else.
  private static final class Definition {
    private Definition() {}

    static double[] values(Operation operation, Object x, int offset, int outer, int n, int inner) {
      int accumulators = x instanceof float[] ? 16 : 8;
      int groups = Math.max(1, accumulators / Integer.highestOneBit(inner));
      int lanes = groups * inner;
      int cells = (n * inner + 1024 * lanes - 1) / (1024 * lanes);
      double[] y = new double[outer * cells * inner];
      for (int o = 0; o < outer; o++) {
        for (int cell = 0; cell < cells; cell++) {
          int from = cell * 1024 * lanes;
          int end = Math.min(n * inner, from + 1024 * lanes);
          double[] sums = new double[lanes];
          for (int l = 0; l < lanes; l++) {
            sums[l] = lane(operation, x, offset + o * n * inner, from + l, end, lanes);
          }
          for (int half = groups / 2; half >= 1; half /= 2) {
            for (int l = 0; l < half * inner; l++) {
              sums[l] = operation.of(sums[l], sums[l + half * inner]);
            }
          }
          System.arraycopy(sums, 0, y, (o * cells + cell) * inner, inner);
        }
      }
      return cells == 1 ? y : values(operation, y, 0, outer, cells, inner);
    }

    private static double lane(
        Operation operation, Object x, int offset, int from, int end, int lanes) {
      double sum = operation.neutral();
      int i = from;
      while (i < end) {
        double chain = operation.neutral();
        for (int row = 0; row < 16 && i < end; row++, i += lanes) {
          chain =
              x instanceof float[] floats
                  ? operation.of((float) chain, floats[offset + i])
                  : operation.of(chain, ((double[]) x)[offset + i]);
        }
        sum = operation.of(sum, chain);
      }
      return sum;
    }

    static int[] positions(
        Operation operation, double[] x, int offset, int outer, int n, int inner) {
      int[] y = new int[outer * inner];
      for (int o = 0; o < outer; o++) {
        for (int c = 0; c < inner; c++) {
          int best = 0;
          for (int k = 1; k < n; k++) {
            double old = x[offset + (o * n + best) * inner + c];
            double next = x[offset + (o * n + k) * inner + c];
            boolean better = operation == Operation.MAX ? next > old : next < old;
            if (!Double.isNaN(old) && (better || Double.isNaN(next))) {
              best = k;
            }
          }
          y[o * inner + c] = best;
        }
      }
      return y;
    }
  }
}
