package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.kernel.Pool;

class DrawsTest {
  private static final int MANY = 400_000;

  private final int threads = Pool.threads();

  @AfterEach
  void threadsAsBefore() {
    Pool.setThreads(threads);
  }

  private interface Source {
    Tensor draw(DType dtype, long seed, long stream, Shape shape);
  }

  private static List<Source> sources() {
    return List.of(Draws::uniform, Draws::normal);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void aLargerTensorBeginsWithTheValuesOfASmallerOne(DType dtype) {
    for (Source source : sources()) {
      double[] large = source.draw(dtype, 7, 3, Shape.of(100_003)).toDoubles();
      for (int n : new int[] {0, 1, 2, 3, 5, 64, 1023, 1024, 1025, 40_001}) {
        double[] small = source.draw(dtype, 7, 3, Shape.of(n)).toDoubles();
        assertThat(small).as("%d", n).isEqualTo(Arrays.copyOf(large, n));
      }
      double[] matrix = source.draw(dtype, 7, 3, Shape.of(10, 11)).toDoubles();
      assertThat(matrix).isEqualTo(Arrays.copyOf(large, 110));
    }
  }

  @Test
  void seedsAndStreamsGiveOtherNumbers() {
    for (Source source : sources()) {
      Tensor x = source.draw(DType.FLOAT32, 1, 1, Shape.of(64));
      assertThat(source.draw(DType.FLOAT32, 1, 1, Shape.of(64)).sameBits(x)).isTrue();
      assertThat(source.draw(DType.FLOAT32, 2, 1, Shape.of(64)).sameBits(x)).isFalse();
      assertThat(source.draw(DType.FLOAT32, 1, 2, Shape.of(64)).sameBits(x)).isFalse();
      assertThat(source.draw(DType.FLOAT32, 1L << 40, 1, Shape.of(64)).sameBits(x)).isFalse();
    }
  }

  @Test
  void namesAreStreams() {
    assertThat(Draws.stream("fc.weight")).isEqualTo(Draws.stream("fc.weight"));
    assertThat(Draws.stream("fc.weight")).isNotEqualTo(Draws.stream("fc.bias"));
    assertThat(Draws.stream("")).isNotZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void uniformNumbersFillTheIntervalEvenly(DType dtype) {
    double[] u = Draws.uniform(dtype, 1, 0, Shape.of(MANY)).toDoubles();
    int[] counts = new int[16];
    for (double x : u) {
      assertThat(x).isGreaterThanOrEqualTo(0).isLessThan(1);
      counts[(int) (16 * x)]++;
    }
    double chiSquared = 0;
    double expected = MANY / 16.0;
    for (int count : counts) {
      chiSquared += (count - expected) * (count - expected) / expected;
    }
    assertThat(chiSquared).as("15 degrees of freedom").isLessThan(45);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void normalNumbersHaveTheMomentsOfTheirDistribution(DType dtype) {
    double[] x = Draws.normal(dtype, 1, 0, Shape.of(MANY)).toDoubles();
    double[] moments = new double[5];
    double lagged = 0;
    int beyondTwo = 0;
    for (int i = 0; i < MANY; i++) {
      assertThat(x[i]).isFinite();
      for (int power = 1; power <= 4; power++) {
        moments[power] += Math.pow(x[i], power) / MANY;
      }
      lagged += i == 0 ? 0 : x[i] * x[i - 1] / MANY;
      beyondTwo += Math.abs(x[i]) > 2 ? 1 : 0;
    }
    // Each within five standard deviations of its estimate.
    double unit = 5 / Math.sqrt(MANY);
    assertThat(moments[1]).isCloseTo(0, within(unit));
    assertThat(moments[2]).isCloseTo(1, within(unit * Math.sqrt(2)));
    assertThat(moments[3]).isCloseTo(0, within(unit * Math.sqrt(15)));
    assertThat(moments[4]).isCloseTo(3, within(unit * Math.sqrt(96)));
    assertThat(lagged).as("neighbours").isCloseTo(0, within(unit));
    assertThat(beyondTwo / (double) MANY).isCloseTo(0.0455, within(0.002));
  }

  @Test
  void theNumberOfThreadsLeavesNoTrace() {
    for (Source source : sources()) {
      Pool.setThreads(1);
      Tensor x = source.draw(DType.FLOAT32, 5, 6, Shape.of(MANY));
      for (int count = 2; count <= 4; count++) {
        Pool.setThreads(count);
        long regions = Pool.regions();
        assertThat(source.draw(DType.FLOAT32, 5, 6, Shape.of(MANY)).sameBits(x)).isTrue();
        assertThat(Pool.regions()).isGreaterThan(regions);
      }
    }
  }

  @Test
  void wholeNumbersAreNotDrawn() {
    for (Source source : sources()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> source.draw(DType.INT32, 1, 1, Shape.of(2)))
          .withMessage(
              "uniform: INT32 cannot hold numbers between 0 and 1: use FLOAT32 or FLOAT64");
    }
  }
}
