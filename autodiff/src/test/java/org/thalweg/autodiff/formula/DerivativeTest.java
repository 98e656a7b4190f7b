package org.thalweg.autodiff.formula;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.formula.compile.Evaluate;
import org.thalweg.autodiff.formula.compile.KernelData;

class DerivativeTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;

  private static List<Formula> constants() {
    return KernelData.constants();
  }

  /// A place away from kinks and jumps, and inside of the domain of every constant.
  private static double[] place(SplittableRandom random, int inputs) {
    double[] x = new double[inputs];
    for (int k = 0; k < inputs; k++) {
      x[k] = 0.3 + k + random.nextDouble() * 0.3;
    }
    return x;
  }

  @ParameterizedTest
  @MethodSource("constants")
  void theDerivativeIsTheSlopeToSecondOrder(Formula f) {
    SplittableRandom random = new SplittableRandom(1);
    for (int k = 0; k < f.inputs().size(); k++) {
      Formula first = f.derivative(0, k);
      for (int trial = 0; trial < 5; trial++) {
        double[] x = place(random, f.inputs().size());
        assertThat(Evaluate.at(first, x)).as("%s", first).isCloseTo(slope(f, k, x), within(1e-7));
        for (int j = 0; j < x.length; j++) {
          Formula second = first.derivative(0, j);
          assertThat(Evaluate.at(second, x))
              .as("%s", second)
              .isCloseTo(slope(first, j, x), within(1e-7));
        }
      }
    }
  }

  /// The central difference, its error of second order taken out by a wider one.
  private static double slope(Formula f, int k, double... x) {
    return (8 * difference(f, k, 1e-3, x) - difference(f, k, 2e-3, x)) / (12 * 1e-3);
  }

  private static double difference(Formula f, int k, double h, double... x) {
    double[] right = x.clone();
    double[] left = x.clone();
    right[k] += h;
    left[k] -= h;
    return Evaluate.at(f, right) - Evaluate.at(f, left);
  }

  @ParameterizedTest
  @MethodSource("constants")
  void thePullbackIsTheGradientTimesTheDerivative(Formula f) {
    SplittableRandom random = new SplittableRandom(2);
    double[] x = place(random, f.inputs().size());
    for (int k = 0; k < x.length; k++) {
      PointwisePullback pullback = f.pullback(k);
      double slope = Evaluate.slope(f, k, x);
      if (pullback == null) {
        assertThat(slope).isZero();
        continue;
      }
      assertThat(pullback.needs()).doesNotHaveDuplicates().contains(PointwisePullback.GRADIENT);
      double[] needed =
          pullback.needs().stream()
              .mapToDouble(
                  need ->
                      switch (need) {
                        case PointwisePullback.GRADIENT -> -3;
                        case PointwisePullback.OUTPUT -> Evaluate.at(f, x);
                        default -> x[need];
                      })
              .toArray();
      assertThat(Evaluate.at(pullback.formula(), needed))
          .as("%s", pullback.formula())
          .isCloseTo(-3 * slope, within(1e-14));
    }
  }

  @Test
  void aPullbackKeepsOnlyWhatItUses() {
    assertThat(needs(Formulas.PLUS, 0)).containsExactly(PointwisePullback.GRADIENT);
    assertThat(needs(Formulas.TIMES, 0)).containsExactly(1, PointwisePullback.GRADIENT);
    assertThat(needs(Formulas.TIMES, 1)).containsExactly(0, PointwisePullback.GRADIENT);
    for (Formula f : List.of(Formulas.TANH, Formulas.SIGMOID, Formulas.EXP, Formulas.SQRT)) {
      assertThat(needs(f, 0))
          .as("%s", f)
          .containsExactly(PointwisePullback.OUTPUT, PointwisePullback.GRADIENT);
    }
  }

  private static List<Integer> needs(Formula f, int input) {
    PointwisePullback pullback = f.pullback(input);
    assertThat(pullback).isNotNull();
    return pullback.needs();
  }

  @Test
  void whatIsFlatHasNoPullback() {
    for (Formula f :
        List.of(
            Formulas.SIGN,
            Formulas.FLOOR,
            Formulas.RINT,
            Formulas.IS_NAN,
            Formulas.LESS_THAN,
            Formulas.AT_MOST,
            Formulas.GREATER_THAN,
            Formulas.AT_LEAST,
            Formulas.EQUAL_TO)) {
      for (int k = 0; k < f.inputs().size(); k++) {
        assertThat(f.pullback(k)).as("%s", f).isNull();
      }
    }
    assertThat(Formulas.WHERE.pullback(0)).isNull();
    assertThat(Formulas.WHERE.pullback(1)).isNotNull();
  }

  @Test
  void inputsMayBeNamedLikeTheOutputAndItsGradient() {
    Formula f = Formula.of("y", "g", (y, g) -> y.times(g).tanh());
    PointwisePullback pullback = f.pullback(0);
    assertThat(pullback).isNotNull();
    assertThat(pullback.formula().inputs()).doesNotHaveDuplicates();
    assertThat(pullback.needs())
        .containsExactly(1, PointwisePullback.OUTPUT, PointwisePullback.GRADIENT);
    double y = Math.tanh(0.5 * 0.25);
    assertThat(Evaluate.at(pullback.formula(), 0.25, y, 2))
        .isCloseTo(2 * (1 - y * y) * 0.25, within(1e-15));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "-1, 0", "2, 0.5", "1e-300, 1e300"})
  void aBranchThatIsNotTakenDoesNotReachTheDerivative(double x, double expected) {
    Formula safeLog =
        Formula.of("x", e -> Expr.where(e.greaterThan(Expr.number(0)), e.log(), Expr.number(0)));
    assertThat(Evaluate.slope(safeLog, 0, x))
        .isCloseTo(expected, within(Math.abs(expected) * 1e-15));
    Formula second = safeLog.derivative(0, 0).derivative(0, 0);
    assertThat(Evaluate.at(second, 0)).isZero();
  }

  @Test
  void theDerivativeOfASelectIsASelectInAllItsUses() {
    // sinc, with the value and the slopes of its limit
    Formula sinc =
        Formula.of(
            "x", x -> Expr.where(x.equalTo(Expr.number(0)), Expr.number(1), x.sin().over(x)));
    assertThat(Evaluate.at(sinc, 0)).isOne();
    assertThat(Evaluate.slope(sinc, 0, 0)).isZero();
    assertThat(Evaluate.slope(sinc, 0, 1)).isCloseTo(Math.cos(1) - Math.sin(1), within(1e-15));
  }

  @Test
  void repeatedDerivativesGrowSlowly() {
    Formula nested =
        Formula.of(
            "x",
            x -> {
              Expr y = x;
              for (int layer = 0; layer < 10; layer++) {
                y = y.tanh().times(y.plus(1)).sigmoid();
              }
              return y;
            });
    int size = size(nested);
    Formula second = nested.derivative(0, 0).derivative(0, 0);
    assertThat(size(second)).isLessThan(12 * size);
    Formula fourth = Formulas.GELU;
    for (int order = 0; order < 4; order++) {
      fourth = fourth.derivative(0, 0);
    }
    assertThat(size(fourth)).isLessThan(150);
  }

  private static int size(Formula f) {
    return Order.of(f.outputs()).size();
  }

  @Test
  void everyOutputHasADerivativeOfItsOwn() {
    Formula f =
        Formula.of(
            List.of("a", "b"),
            in -> List.of(in.get(0).times(in.get(1)), in.get(0).minus(in.get(1))));
    assertThat(Evaluate.at(f.derivative(0, 1), 5, 7)).isEqualTo(5);
    assertThat(Evaluate.at(f.derivative(1, 1), 5, 7)).isEqualTo(-1);
  }

  @Test
  void kinksHaveTheSlopesThatTheDocumentationNames() {
    assertSlope(Formulas.RELU, 0, 0, 0.0);
    assertSlope(Formulas.RELU, 0, 1, NAN);
    assertSlope(Formulas.ABS, 0, 0, 0.0);
    assertSlope(Formulas.ABS, 0, 0, -0.0);
    assertSlope(Formulas.CLAMP, 0, 1, -1, -1, 1);
    assertSlope(Formulas.CLAMP, 0, 1, 1, -1, 1);
    assertSlope(Formulas.CLAMP, 0, 0, 1.5, -1, 1);
    assertSlope(Formulas.SQRT, 0, INFINITY, 0);
    for (int k = 0; k < 2; k++) {
      assertSlope(Formulas.MAX, k, 0.5, 2, 2);
      assertSlope(Formulas.MIN, k, 0.5, 2, 2);
      assertSlope(Formulas.MAX, k, 1, NAN, 1);
      assertSlope(Formulas.MIN, k, 1, 1, NAN);
    }
    assertSlope(Formulas.MAX, 0, 0, 1, 2);
    assertSlope(Formulas.MAX, 1, 1, 1, 2);
  }

  @Test
  void powersHaveTheSlopesThatTheDocumentationNames() {
    assertSlope(Formulas.POW, 0, 0, 0, 0);
    assertSlope(Formulas.POW, 1, 0, 0, 0);
    assertSlope(Formulas.POW, 0, INFINITY, 0, 0.5);
    assertSlope(Formulas.POW, 1, 0, 0, 0.5);
    assertSlope(Formulas.POW, 0, -4, -2, 2);
    assertSlope(Formulas.POW, 1, NAN, -2, 2);
    assertSlope(Formulas.POW, 0, 0, NAN, 0);
    assertSlope(Formulas.POW, 1, -INFINITY, 0, -1);
    for (double power : new double[] {0, 1, 2, 3}) {
      Formula f = Formula.of("x", x -> x.pow(power));
      assertSlope(f, 0, power == 1 ? 1 : 0, 0);
    }
  }

  private static void assertSlope(Formula f, int input, double expected, double... x) {
    assertThat(Evaluate.slope(f, input, x) + 0.0)
        .as("%s in input %d at %s", f, input, java.util.Arrays.toString(x))
        .isEqualTo(Double.valueOf(expected));
  }

  @Test
  void hardPlacesHaveTheRightValues() {
    assertThat(Evaluate.at(Formulas.SOFTPLUS, 100)).isEqualTo(100);
    assertThat(Evaluate.at(Formulas.SOFTPLUS, -100)).isCloseTo(3.72e-44, within(1e-46));
    assertThat(Evaluate.at(Formulas.SIGMOID, 1000)).isOne();
    assertThat(Evaluate.at(Formulas.SIGMOID, -1000)).isZero();
    assertThat(Evaluate.slope(Formulas.SIGMOID, 0, 1000)).isZero();
    assertThat(Evaluate.slope(Formulas.SIGMOID, 0, -1000)).isZero();
    assertThat(Evaluate.at(Formulas.LOG1P, 1e-20)).isEqualTo(1e-20);
    assertThat(Evaluate.at(Formulas.EXPM1, 1e-20)).isEqualTo(1e-20);
    assertThat(Evaluate.at(Formulas.RELU, NAN)).isNaN();
    assertThat(Evaluate.at(Formulas.CLAMP, NAN, -1, 1)).isNaN();
    assertThat(Evaluate.at(Formulas.MAX, NAN, 1)).isNaN();
    assertThat(Evaluate.at(Formulas.MAX, 1, NAN)).isNaN();
    assertThat(Evaluate.at(Formulas.SIGN, NAN)).isNaN();
    assertThat(Evaluate.at(Formulas.RINT, 0.5)).isZero();
    assertThat(Evaluate.at(Formulas.RINT, 1.5)).isEqualTo(2);
    assertThat(Evaluate.at(Formulas.RINT, 2.5)).isEqualTo(2);
    assertThat(Evaluate.at(Formulas.FLOOR, -0.5)).isEqualTo(-1);
    assertThat(Evaluate.at(Formulas.WHERE, NAN, 1, 2)).isEqualTo(1);
    assertThat(Evaluate.single(Formulas.SOFTPLUS, 100)).isEqualTo(100);
    assertThat(Evaluate.single(Formulas.SOFTPLUS, -100)).isCloseTo(3.7e-44f, within(2e-45f));
    assertThat(Evaluate.single(Formulas.LOG1P, 1e-20f)).isEqualTo(1e-20f);
  }
}
