package org.thalweg.autodiff.array.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Naive;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.array.sweep.Sweep.Measure;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.kernel.Pool;

class SweepTest {
  /// v ← ½ v + g, p ← p − rate · v: exact for the small numbers used here.
  private static final Formula STEP =
      Formula.of(
              List.of("p", "g", "v", "rate"),
              in -> {
                Expr v = in.get(2).times(0.5).plus(in.get(1));
                return List.of(in.get(0).minus(in.get(3).times(v)), v);
              })
          .named("step");

  private final int threads = Pool.threads();

  @AfterEach
  void threadsAsBefore() {
    Pool.setThreads(threads);
  }

  private static Sweep sweep(DType dtype) {
    return Sweep.writing(STEP, 3, new int[] {0, 2}, dtype);
  }

  private static void setNumber(Sweep sweep, int groups, int index, double value) {
    for (int group = 0; group < groups; group++) {
      sweep.setNumber(group, index, value);
    }
  }

  private static Array random(int seed, DType dtype, int n) {
    return Naive.values(new SplittableRandom(seed), dtype, Shape.of(n));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void everyElementOfEveryGroupTakesOneStepOnAnyNumberOfThreads(int count) {
    Pool.setThreads(count);
    int[] lengths = {0, 1, 7, 16_384, 16_385, 100_003, 5};
    Sweep sweep = sweep(DType.FLOAT32);
    List<Array> p = new ArrayList<>();
    List<Array> g = new ArrayList<>();
    List<Array> v = new ArrayList<>();
    for (int k = 0; k < lengths.length; k++) {
      p.add(random(3 * k, DType.FLOAT32, lengths[k]));
      g.add(random(3 * k + 1, DType.FLOAT32, lengths[k]));
      v.add(random(3 * k + 2, DType.FLOAT32, lengths[k]));
      assertThat(sweep.add(lengths[k])).isEqualTo(k);
      sweep.set(k, 0, p.get(k));
      sweep.set(k, 1, g.get(k));
      sweep.set(k, 2, v.get(k));
    }
    List<float[]> expectedP = p.stream().map(a -> a.floats().clone()).toList();
    List<float[]> expectedV = v.stream().map(a -> a.floats().clone()).toList();
    long regions = Pool.regions();
    for (int pass = 1; pass <= 3; pass++) {
      setNumber(sweep, lengths.length, 0, 0.25 * pass);
      sweep.run();
      for (int k = 0; k < lengths.length; k++) {
        for (int i = 0; i < lengths[k]; i++) {
          float after = expectedV.get(k)[i] * 0.5f + g.get(k).floats()[i];
          expectedV.get(k)[i] = after;
          expectedP.get(k)[i] -= 0.25f * pass * after;
        }
        assertThat(p.get(k).floats()).as("p of group %d", k).isEqualTo(expectedP.get(k));
        assertThat(v.get(k).floats()).as("v of group %d", k).isEqualTo(expectedV.get(k));
      }
    }
    assertThat(Pool.regions() - regions).isEqualTo(count == 1 ? 0 : 3);
  }

  @Test
  void aGroupThatIsNotActiveIsLeftAsItIs() {
    Sweep sweep = sweep(DType.FLOAT64);
    Array[] p = {random(1, DType.FLOAT64, 10), random(2, DType.FLOAT64, 10)};
    for (int k = 0; k < 2; k++) {
      sweep.add(10);
      sweep.set(k, 0, p[k]);
      sweep.set(k, 2, Array.zeros(DType.FLOAT64, Shape.of(10)));
    }
    sweep.set(1, 1, Array.full(DType.FLOAT64, Shape.of(10), 4));
    setNumber(sweep, 2, 0, 1);
    sweep.setActive(0, false);
    double[] before = p[0].doubles().clone();
    double other = p[1].get(3);
    sweep.run();
    assertThat(p[0].doubles()).containsExactly(before);
    assertThat(p[1].get(3)).isEqualTo(other - 4);
  }

  @Test
  void aChangeOfAParameterIsCountedOnceAPass() {
    Sweep sweep = sweep(DType.FLOAT32);
    Array p = Array.parameter(random(1, DType.FLOAT32, 3), "w");
    sweep.add(3);
    sweep.set(0, 0, p);
    sweep.set(0, 1, random(2, DType.FLOAT32, 3));
    sweep.set(0, 2, Array.persistent(DType.FLOAT32, Shape.of(3)));
    sweep.run();
    sweep.run();
    assertThat(p.storage().version()).isEqualTo(2);
    sweep.setActive(0, false);
    sweep.run();
    assertThat(p.storage().version()).isEqualTo(2);
  }

  @Test
  void anArrayThatDoesNotFitIsRefusedByTheNameOfItsInput() {
    Sweep sweep = sweep(DType.FLOAT32);
    sweep.add(3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sweep.set(0, 1, random(1, DType.FLOAT32, 4)))
        .withMessage(
            "step: input [g] is FLOAT32 of 4 elements and must be FLOAT32 of 3: give one for each"
                + " element");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sweep.set(0, 2, random(1, DType.FLOAT64, 3)))
        .withMessage(
            "step: input [v] is FLOAT64 of 3 elements and must be FLOAT32 of 3: give one for each"
                + " element");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 62, 63, 64})
  void asManyNumbersAsAFormulaHasInputsAreShared(int inputs) {
    List<String> names = IntStream.range(0, inputs).mapToObj(k -> "x" + k).toList();
    Formula sum = Formula.of(names, in -> List.of(in.stream().reduce(Expr.number(0), Expr::plus)));
    Sweep sweep = Sweep.writing(sum, 1, new int[] {0}, DType.FLOAT32);
    Array x = Array.wrap(IntStream.range(0, 50).toArray(), Shape.of(50)).to(DType.FLOAT32);
    sweep.add(50);
    sweep.set(0, 0, x);
    for (int k = 1; k < inputs; k++) {
      sweep.setNumber(0, k - 1, k);
    }
    sweep.run();
    for (int i = 0; i < 50; i++) {
      assertThat(x.get(i)).isEqualTo(i + inputs * (inputs - 1) / 2);
    }
  }

  @Test
  void aGroupMayBeAsLongAsAnArrayAndNotShorterThanNone() {
    Sweep sweep = Sweep.writing(STEP, 3, new int[] {0, 2}, DType.FLOAT32);
    assertThat(sweep.add(Integer.MAX_VALUE)).isZero();
    assertThat(sweep.add(0)).isEqualTo(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sweep.add(-1))
        .withMessage(STEP.name() + ": a group of -1 elements cannot be: use 0 or more");
  }

  /// Σ, √Σ² and max |·| of a formula and of an input as it stands.
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "FLOAT64"})
  void measuresAreThoseOfTheElementsOnAnyNumberOfThreads(DType dtype) {
    Formula both =
        Formula.of(
            List.of("x", "c"),
            in -> {
              Expr y = in.get(0).times(in.get(1));
              return List.of(y, y, y, in.get(0), in.get(0), in.get(0));
            });
    Measure[] measures = {
      Measure.SUM, Measure.NORM, Measure.LARGEST, Measure.SUM, Measure.NORM, Measure.LARGEST
    };
    List<List<Double>> results = new ArrayList<>();
    for (int count = 1; count <= 2; count++) {
      Pool.setThreads(count);
      Sweep sweep = Sweep.measuring(both, 1, measures, dtype);
      List<Double> measured = new ArrayList<>();
      for (int length : new int[] {0, 1, 7, 2048, 16_385, 100_003}) {
        Array x = random(length, dtype, length);
        int group = sweep.add(length);
        sweep.set(group, 0, x);
        sweep.setNumber(group, 0, -2);
      }
      sweep.run();
      for (int group = 0; group < 6; group++) {
        for (int output = 0; output < measures.length; output++) {
          measured.add(sweep.measured(group, output));
        }
      }
      results.add(measured);
    }
    assertThat(results.get(1)).isEqualTo(results.get(0));
    int at = 0;
    for (int length : new int[] {0, 1, 7, 2048, 16_385, 100_003}) {
      Array x = random(length, dtype, length);
      BigDecimal sum = BigDecimal.ZERO;
      BigDecimal squares = BigDecimal.ZERO;
      double largest = 0;
      for (int i = 0; i < length; i++) {
        BigDecimal element = new BigDecimal(x.get(i));
        sum = sum.add(element);
        squares = squares.add(element.multiply(element));
        largest = Math.max(largest, Math.abs(x.get(i)));
      }
      double norm = Math.sqrt(squares.doubleValue());
      double bound = (dtype == DType.FLOAT32 ? 0x1p-22 : 0x1p-50) * norm * Math.sqrt(length);
      List<Double> got = results.get(0).subList(at, at + 6);
      assertThat(got.get(0)).isCloseTo(-2 * sum.doubleValue(), within(2 * bound));
      assertThat(got.get(1)).isCloseTo(2 * norm, within(1e-14 * norm));
      assertThat(got.get(2)).isEqualTo(2 * largest);
      assertThat(got.get(3)).isCloseTo(sum.doubleValue(), within(bound));
      assertThat(got.get(4)).isCloseTo(norm, within(1e-14 * norm));
      assertThat(got.get(5)).isEqualTo(largest);
      at += 6;
    }
  }

  /// A measure of one array.
  private static double measured(Measure measure, Array x) {
    Formula identity = Formula.of("x", y -> y);
    Sweep sweep = Sweep.measuring(identity, 1, new Measure[] {measure}, x.dtype());
    sweep.set(sweep.add(x.elements()), 0, x);
    sweep.run();
    return sweep.measured(0, 0);
  }

  @Test
  void aNaNIsTheLargestAndNormsNeitherOverflowNorVanish() {
    for (int n : new int[] {3, 5_000, 40_000}) {
      double[] x = new double[n];
      Arrays.fill(x, -3);
      x[n / 2] = 7;
      Array array = Array.wrap(x, Shape.of(n));
      assertThat(measured(Measure.LARGEST, array)).isEqualTo(7);
      x[n - 1] = Double.NaN;
      assertThat(measured(Measure.LARGEST, array)).isNaN();
      assertThat(measured(Measure.NORM, array)).isNaN();
      for (double size : new double[] {0x1p900, 0x1p-900}) {
        Arrays.fill(x, 3 * size);
        double norm = measured(Measure.NORM, array) / size;
        assertThat(norm).isCloseTo(3 * Math.sqrt(n), within(1e-12 * norm));
      }
      x[0] = Double.NEGATIVE_INFINITY;
      assertThat(measured(Measure.NORM, array)).isInfinite();
      assertThat(measured(Measure.LARGEST, array)).isInfinite();
    }
  }
}
