package org.thalweg.checker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.thalweg.checker.slope.Line;
import org.thalweg.checker.slope.Slope;
import org.thalweg.checker.slope.Steps;

/// What a function is like at a point, told from its values around it.
class SlopeTest {
  private static Slope slope(DoubleUnaryOperator f, double x, double expected) {
    Line.Curve curve = at -> new double[] {f.applyAsDouble(at)};
    double scale = Steps.of(new double[] {x}).scale(0);
    return Slope.of(new Line(curve, new double[] {1}, x, curve.at(x)), 0.1 * scale, expected, 1e-6);
  }

  private static Verdict verdict(DoubleUnaryOperator f, double x, double analytic) {
    return Verdict.of(analytic, slope(f, x, analytic), 1e-6);
  }

  @Test
  void aKinkHasTwoSlopes() {
    Slope slope = slope(x -> Math.max(x, 3 * x), 0, 2);

    assertThat(slope.kind()).isEqualTo(Slope.Kind.KINK);
    assertThat(slope.backward()).isEqualTo(1);
    assertThat(slope.forward()).isEqualTo(3);
  }

  @Test
  void aKinkUnderACurveIsFound() {
    Slope slope = slope(x -> Math.abs(x - 1) + 50 * x * x, 1, 100.3);

    assertThat(slope.kind()).isEqualTo(Slope.Kind.KINK);
    assertThat(slope.backward()).isCloseTo(99, within(1e-2));
    assertThat(slope.forward()).isCloseTo(101, within(1e-2));
  }

  @Test
  void everyValueBetweenTheSlopesPassesAndNoOther() {
    assertThat(verdict(Math::abs, 0, 0)).isEqualTo(Verdict.KINK);
    assertThat(verdict(Math::abs, 0, 1)).isEqualTo(Verdict.KINK);
    assertThat(verdict(Math::abs, 0, -0.3)).isEqualTo(Verdict.KINK);
    assertThat(verdict(Math::abs, 0, 1.1)).isEqualTo(Verdict.FAILED);
    assertThat(verdict(Math::abs, 0, -2)).isEqualTo(Verdict.FAILED);
  }

  @Test
  void besideAKinkThereIsOneSlope() {
    for (double x : new double[] {1e-2, 1e-5, 1e-8, 1e-10}) {
      DoubleUnaryOperator bent = at -> Math.max(at - 1, 0) + at;
      assertThat(verdict(bent, 1 + x, 2)).as("1 + %s", x).isEqualTo(Verdict.PASSED);
      assertThat(verdict(bent, 1 - x, 1)).as("1 − %s", x).isEqualTo(Verdict.PASSED);
      assertThat(verdict(bent, 1 + x, 1)).as("1 + %s, wrong", x).isNotEqualTo(Verdict.PASSED);
    }
  }

  @Test
  void aJumpAndAnInfiniteSlopeAreNotSlopes() {
    assertThat(slope(Math::floor, 2, 0).kind()).isEqualTo(Slope.Kind.JUMP);
    assertThat(slope(x -> x < 1 ? x : x + 1e-3, 1, 1).kind()).isEqualTo(Slope.Kind.JUMP);
    assertThat(slope(x -> Math.sqrt(Math.abs(x)), 0, 7).kind()).isEqualTo(Slope.Kind.JUMP);
  }

  /// Steps that the fifth digit asks for do not come as near as the jump, or as the pole.
  @Test
  void neitherAJumpBesideALargeNumberNorAPoleAfterManyPeriodsIsAnAccusation() {
    for (double x : new double[] {2.692561950017789e8, 3.9425323500150776e8}) {
      assertThat(slope(Math::floor, x, 1).kind()).isEqualTo(Slope.Kind.SMOOTH);
      assertThat(verdict(Math::floor, x, 0)).isIn(Verdict.INCONCLUSIVE, Verdict.PASSED);
    }
    double x = -1.3230847148677076e8;
    double slope = 1 + Math.tan(x) * Math.tan(x);
    assertThat(verdict(Math::tan, x, slope)).isIn(Verdict.INCONCLUSIVE, Verdict.PASSED);
  }

  @Test
  void theEdgeOfADomainIsOutside() {
    assertThat(slope(Math::sqrt, 0, 1).kind()).isEqualTo(Slope.Kind.OUTSIDE);
    assertThat(slope(Math::log, -3, 1).kind()).isEqualTo(Slope.Kind.OUTSIDE);
    assertThat(slope(x -> 1 / x, 0, 1).kind()).isEqualTo(Slope.Kind.OUTSIDE);
  }

  @Test
  void aWrongDerivativeDoesNotPassWhereDifferencesOverflow() {
    assertThat(verdict(Math::exp, 709.7, Math.exp(709.7))).isEqualTo(Verdict.PASSED);
    assertThat(verdict(x -> x * 1.5e308, 1, 1.5e308)).isEqualTo(Verdict.PASSED);
    for (double factor : new double[] {-0.5, 0, 0.999, 1.001}) {
      double slope = factor * Math.exp(709.7);
      assertThat(verdict(Math::exp, 709.7, slope)).isEqualTo(Verdict.FAILED);
      assertThat(verdict(x -> x * 1.5e308, 1, factor * 1.5e308)).isEqualTo(Verdict.FAILED);
      assertThat(verdict(x -> x * 1.5e308, 0.3, factor * 1.5e308)).isEqualTo(Verdict.FAILED);
      assertThat(verdict(x -> x * -1.7e308, -0.9, factor * -1.7e308)).isEqualTo(Verdict.FAILED);
    }
  }

  @Test
  void whatIsNotFiniteIsNeverSaidToAgree() {
    double inf = Double.POSITIVE_INFINITY;
    for (double[] each : new double[][] {{inf, 0}, {Double.NaN, 0}, {2, inf}, {2, Double.NaN}}) {
      Slope slope =
          new Slope(Slope.Kind.SMOOTH, each[0], each[1], 0, 0, 1, 2, 2, Slope.Rest.NONE, false);
      assertThat(Verdict.of(2, slope, 1e-6)).isIn(Verdict.INCONCLUSIVE, Verdict.FAILED);
    }
  }

  @Test
  void anOscillationThatIsShorterThanTheFirstStepsIsResolved() {
    double frequency = 1e6;
    double x = 1.3;
    Slope slope = slope(at -> Math.sin(frequency * at), x, frequency * Math.cos(frequency * x));

    assertThat(slope.value())
        .isCloseTo(frequency * Math.cos(frequency * x), within(1e-5 * frequency));
  }

  @Test
  void roundingOfArgumentsIsNotTakenForKinksAndJumps() {
    SplittableRandom random = new SplittableRandom(5);
    for (int k = 0; k < 400; k++) {
      double c = Math.pow(10, random.nextDouble(1, 5));
      double x = random.nextDouble(-5, 5);
      double slope = c * Math.cos(c * x);
      assertThat(verdict(at -> Math.sin(c * at), x, slope))
          .as("sin(%s · %s)", c, x)
          .isEqualTo(Verdict.PASSED);
      assertThat(verdict(at -> Math.sin(c * at), x, slope + 1e-3 * c))
          .as("sin(%s · %s), wrong", c, x)
          .isEqualTo(Verdict.FAILED);
    }
  }

  @Test
  void digitsLostInACancellationAreNotTakenForKinksAndJumps() {
    SplittableRandom random = new SplittableRandom(5);
    for (int k = 0; k < 200; k++) {
      double x = random.nextDouble(0.5e-5, 1.2e-5);
      assertThat(verdict(at -> (Math.exp(at) - 1) / at, x, 0.5 + x / 3))
          .as("%s", x)
          .isIn(Verdict.INCONCLUSIVE, Verdict.PASSED);
    }
  }

  @Test
  void aWrongDerivativeDoesNotPassWhereStepsCouldBePeriods() {
    for (int k = 4; k <= 20; k++) {
      double c = Math.PI * (1 << k);
      for (double x : new double[] {1, 0.3, -0.7}) {
        DoubleUnaryOperator f = at -> Math.sin(c * at) + at;
        assertThat(verdict(f, x, 1)).as("%s π at %s", 1 << k, x).isEqualTo(Verdict.FAILED);
      }
    }
  }

  @Test
  void aValueHalfwayInAJumpIsNoSlope() {
    assertThat(slope(Math::signum, 0, 0).kind()).isEqualTo(Slope.Kind.JUMP);
    assertThat(slope(x -> 3 * x - Math.signum(x), 0, 3).kind()).isEqualTo(Slope.Kind.JUMP);
    assertThat(slope(Math::cbrt, 0, 0).kind()).isNotEqualTo(Slope.Kind.KINK);
  }

  @Test
  void aValueThatAgreesByAccidentAtOneScaleIsNotBelieved() {
    // The smooth part has slope 1 from afar; close by, an oscillation adds 0.5.
    DoubleUnaryOperator f = x -> x + 5e-9 * Math.sin(1e8 * (x - 1));

    assertThat(verdict(f, 1, 1.5)).isEqualTo(Verdict.PASSED);
  }

  @Test
  void aStaircaseIsFlat() {
    assertThat(verdict(Math::floor, 12.4, 0)).isEqualTo(Verdict.PASSED);
    assertThat(verdict(Math::rint, 1234.4, 0)).isEqualTo(Verdict.PASSED);
  }

  @Test
  void whatRoundingHidesIsNotAccused() {
    assertThat(verdict(x -> 1e9 + x, 1e-3, 1)).isNotEqualTo(Verdict.FAILED);
    assertThat(verdict(x -> 1e20 + x, 1, 1)).isEqualTo(Verdict.VACUOUS);
    assertThat(verdict(x -> 1 / (1 + Math.exp(-x)), 50, 1.9e-22)).isEqualTo(Verdict.VACUOUS);
    // ln(1 + eˣ) with a cancellation: the true slope, and values with seven digits.
    assertThat(verdict(x -> Math.log(1 + Math.exp(x)), -20, 1 / (1 + Math.exp(20))))
        .isNotEqualTo(Verdict.FAILED);
  }

  @Test
  void aSmallMistakeIsNeverInconclusiveWhereTheFunctionIsWellBehaved() {
    for (double factor : new double[] {1.00001, 0.9999, 1.001, 2, -1, 0}) {
      for (double x : new double[] {1e-7, 0.3, 2, 5e4}) {
        assertThat(verdict(Math::log, x, factor / x)).isEqualTo(Verdict.FAILED);
        assertThat(verdict(at -> at * at, x, factor * 2 * x)).isEqualTo(Verdict.FAILED);
      }
    }
  }

  @Test
  void outputsThatDoNotDependOnTheNumberAddNoNoise() {
    Line.Curve curve = at -> new double[] {1e15, at, Double.NaN, Double.POSITIVE_INFINITY};
    Slope slope =
        Slope.of(new Line(curve, new double[] {1, 2, 1, 1}, 0.7, curve.at(0.7)), 0.07, 2, 1e-6);

    assertThat(slope.value()).isCloseTo(2, within(1e-13));
    assertThat(Verdict.of(2, slope, 1e-6)).isEqualTo(Verdict.PASSED);
  }
}
