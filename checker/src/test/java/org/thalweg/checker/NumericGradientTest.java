package org.thalweg.checker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;

class NumericGradientTest {
  record Case(String name, DoubleUnaryOperator f, DoubleUnaryOperator slope, double from) {
    @Override
    public String toString() {
      return name;
    }
  }

  /// Functions, their derivatives, and the least argument.
  static Stream<Case> functions() {
    return Stream.of(
        new Case("sin", Math::sin, Math::cos, -1e9),
        new Case("exp", Math::exp, Math::exp, -700),
        new Case("log", Math::log, x -> 1 / x, 0),
        new Case("√", Math::sqrt, x -> 0.5 / Math.sqrt(x), 0),
        new Case("1/x", x -> 1 / x, x -> -1 / x / x, -1e9),
        new Case("tanh", Math::tanh, x -> 1 / Math.cosh(x) / Math.cosh(x), -15),
        new Case("x³", x -> x * x * x, x -> 3 * x * x, -1e9),
        new Case("identity", x -> x, _ -> 1, -1e9),
        new Case("relu", x -> Math.max(x, 0), x -> x > 0 ? 1 : 0, -1e9));
  }

  /// Arguments of either sign from 10⁻⁸ to 10⁹, evenly by their logarithm, where f and f′ are
  /// finite.
  private static List<Double> arguments(Case function) {
    SplittableRandom random = new SplittableRandom(1);
    List<Double> arguments = new ArrayList<>();
    while (arguments.size() < 300) {
      double size = 1e-8 * Math.pow(10, 17 * random.nextDouble());
      double x = random.nextBoolean() ? size : -size;
      boolean isOutside = x < function.from() || (function.name().equals("tanh") && x > 15);
      double slope = isOutside ? Double.NaN : function.slope().applyAsDouble(x);
      if (!isOutside && Double.isFinite(slope) && Math.abs(function.f().applyAsDouble(x)) < 1e300) {
        arguments.add(x);
      }
    }
    return arguments;
  }

  @ParameterizedTest
  @MethodSource("functions")
  void riddersIsRightFromTinyToHugeArgumentsAndItsErrorIsHonest(Case function) {
    for (double x : arguments(function)) {
      NumericGradient.Estimate estimate = NumericGradient.RIDDERS.of(function.f(), x);
      double slope = function.slope().applyAsDouble(x);
      double size = Math.abs(slope);

      assertThat(estimate.value())
          .as("%s at %s: %s", function, x, estimate)
          .isCloseTo(slope, within(estimate.error() + 1e-9 * size + Double.MIN_VALUE));
    }
  }

  @Test
  void eachMethodHasItsDigits() {
    double slope = Math.cos(1);
    assertThat(NumericGradient.FORWARD.of(Math::sin, 1).value()).isCloseTo(slope, within(1e-7));
    assertThat(NumericGradient.CENTRAL.of(Math::sin, 1).value()).isCloseTo(slope, within(1e-9));
    assertThat(NumericGradient.RIDDERS.of(Math::sin, 1).value()).isCloseTo(slope, within(1e-13));
    assertThat(NumericGradient.RIDDERS.of(Math::sin, 1).evaluations()).isLessThanOrEqualTo(12);
  }

  @ParameterizedTest
  @EnumSource
  void stepsAreNoPowersOfTwoAndStayInsideTheDomain(NumericGradient method) {
    for (double x : new double[] {1e-12, 3e-5, 0.7, 12_345.678}) {
      NumericGradient.Estimate estimate = method.of(Math::log, x);

      assertThat(estimate.step()).isNotEqualTo(Math.scalb(1.0, Math.getExponent(estimate.step())));
      assertThat(estimate.value()).isCloseTo(1 / x, within(1e-4 / x));
    }
  }

  @Test
  void stepsAreNoPeriodsOfAnOscillation() {
    for (int k = 4; k <= 16; k++) {
      double c = Math.PI * (1 << k);
      double slope = c * Math.cos(0.3 * c) + 1;
      assertThat(NumericGradient.RIDDERS.of(x -> Math.sin(c * x) + x, 0.3).value())
          .isCloseTo(slope, within(1e-5 * c));
    }
  }

  @Test
  void whereTheFunctionIsNotFiniteThereIsNoDerivative() {
    assertThat(NumericGradient.RIDDERS.of(Math::log, -1).value()).isNaN();
    assertThat(NumericGradient.RIDDERS.of(Math::sqrt, 0).value()).isNaN();
  }

  @ParameterizedTest
  @EnumSource
  void theGradientOfATensorHasItsShape(NumericGradient method) {
    Tensor x = Tensor.of(new double[] {1, -2, 3e-4, 40}, Shape.of(2, 2));

    NumericGradient.Estimates gradient = method.of(t -> t.square().sum(), x);

    Tensor apart = gradient.values().minus(x.times(2)).abs();
    assertThat(apart.atMost(gradient.errors().plus(1e-12)).min().item()).as("%s", gradient).isOne();
    assertThat(gradient.errors().max().item()).isLessThan(0.1);
    assertThat(gradient.errors().shape()).isEqualTo(x.shape());
    assertThat(method.of(t -> t.sum(), Tensor.zeros(0)).values().elements()).isZero();
  }

  @Test
  void aFunctionThatIsNotOneNumberIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NumericGradient.CENTRAL.of(x -> x.square(), Tensor.of(1.0, 2.0)))
        .withMessage(
            "numeric gradient: the value is FLOAT64 [2] and not one FLOAT64 number: use sum() or"
                + " mean(), and no FLOAT32 inside");
  }

  @Test
  void anEstimateReadsWell() {
    assertThat(NumericGradient.RIDDERS.of(x -> 3 * x, 2)).asString().startsWith("3.000000 ± ");
  }
}
