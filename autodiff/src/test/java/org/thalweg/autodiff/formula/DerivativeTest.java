package org.thalweg.autodiff.formula;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
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
  private static double[] place(SplittableRandom random, Formula f) {
    double[] x = new double[f.inputs().size()];
    double first = f == Formulas.ACOSH ? 1.3 : 0.3;
    for (int k = 0; k < x.length; k++) {
      x[k] = first + k + random.nextDouble() * 0.3;
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
        double[] x = place(random, f);
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
    double[] x = place(random, f);
    for (int k = 0; k < x.length; k++) {
      PointwisePullback pullback = f.pullback(k);
      double slope = Evaluate.slope(f, k, x);
      if (pullback == null) {
        assertThat(slope).isZero();
        continue;
      }
      assertThat(operands(pullback)).doesNotHaveDuplicates().contains(PointwisePullback.GRADIENT);
      double[] needed =
          operands(pullback).stream()
              .mapToDouble(
                  operand ->
                      switch (operand) {
                        case PointwisePullback.GRADIENT -> -3;
                        case PointwisePullback.OUTPUT -> Evaluate.at(f, x);
                        default -> x[operand];
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
    for (Formula f : List.of(Formulas.EXP, Formulas.EXP2, Formulas.SQRT, Formulas.TAN)) {
      assertThat(needs(f, 0))
          .as("%s", f)
          .containsExactly(PointwisePullback.OUTPUT, PointwisePullback.GRADIENT);
    }
  }

  private static List<Integer> needs(Formula f, int input) {
    PointwisePullback pullback = f.pullback(input);
    assertThat(pullback).isNotNull();
    return operands(pullback);
  }

  private static List<Integer> operands(PointwisePullback pullback) {
    return IntStream.range(0, pullback.operands()).mapToObj(pullback::operand).toList();
  }

  @Test
  void whatIsFlatHasNoPullback() {
    for (Formula f :
        List.of(
            Formulas.SIGN,
            Formulas.FLOOR,
            Formulas.ROUND,
            Formulas.CEIL,
            Formulas.TRUNC,
            Formulas.IS_NAN,
            Formulas.IS_FINITE,
            Formulas.IS_INFINITE,
            Formulas.NOT_EQUAL_TO,
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
    Formula f = Formula.of("y", "g", (y, g) -> y.times(g).tan());
    PointwisePullback pullback = f.pullback(0);
    assertThat(pullback).isNotNull();
    assertThat(pullback.formula().inputs()).doesNotHaveDuplicates();
    assertThat(operands(pullback))
        .containsExactly(1, PointwisePullback.OUTPUT, PointwisePullback.GRADIENT);
    double y = Math.tan(0.5 * 0.25);
    assertThat(Evaluate.at(pullback.formula(), 0.25, y, 2))
        .isCloseTo(2 * (1 + y * y) * 0.25, within(1e-15));
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

  /// What is pulled back through a branch that is not taken is 0, and would meet 1 ÷ 0 there.
  @Test
  void noChoiceLetsTheOtherBranchReachAGradient() {
    Formula where =
        Formula.of(
            "x", "a", (x, a) -> a.times(Expr.where(x.greaterThan(Expr.number(0)), x.log(), a)));
    assertThat(gradients(where, 0, 3, 2)).containsExactly(0.0, 12.0);
    Formula min = Formula.of("x", "a", (x, a) -> a.times(x.reciprocal().square().min(a)));
    assertThat(gradients(min, 0, 3, 2)).containsExactly(0.0, 12.0);
    Formula max = Formula.of("x", "a", (x, a) -> a.times(x.log().max(a)));
    assertThat(gradients(max, 0, 3, 2)).containsExactly(0.0, 12.0);
    Formula edge = Formula.of("x", "a", (x, a) -> a.times(x.sqrt().xlogy(x)));
    assertThat(gradients(edge, 0, 3, 2)).containsExactly(0.0, 0.0);
  }

  /// The gradients in x and a where that of the output is g.
  private static List<Double> gradients(Formula f, double x, double a, double g) {
    PointwisePullback pullback = f.pullbacks(3);
    double[] needed =
        operands(pullback).stream()
            .mapToDouble(
                operand ->
                    switch (operand) {
                      case PointwisePullback.GRADIENT -> g;
                      case PointwisePullback.OUTPUT -> Evaluate.at(f, x, a);
                      default -> operand == 0 ? x : a;
                    })
            .toArray();
    return List.of(
        Evaluate.output(pullback.formula(), 0, needed),
        Evaluate.output(pullback.formula(), 1, needed));
  }

  @Test
  void whatGradientsHaveInCommonIsComputedOnce() {
    Formula f =
        Formula.of(
            List.of("x", "a", "b", "mask"),
            in -> List.of(in.get(0).times(in.get(1)).plus(in.get(2)).gelu().times(in.get(3))));
    int one = f.pullbacks(1).formula().flops();
    assertThat(f.pullbacks(7).formula().flops()).isEqualTo(one + 1);
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
    assertSlope(Formulas.CLAMP_MIN, 0, 1, 2, 2);
    assertSlope(Formulas.CLAMP_MAX, 0, 1, 2, 2);
    assertSlope(Formulas.LEAKY_RELU, 0, 0.25, 0, 0.25);
    assertSlope(Formulas.PRELU, 0, 0.25, 0, 0.25);
    assertSlope(Formulas.ELU, 0, 1, 0, 2);
    assertSlope(Formulas.SELU, 0, 1.0507009873554805, 0);
    assertSlope(Formulas.HARDSIGMOID, 0, 0, 3);
    assertSlope(Formulas.HARDSIGMOID, 0, 0, -3);
    assertSlope(Formulas.HARDSWISH, 0, 1.5, 3);
    assertSlope(Formulas.HARDSWISH, 0, -0.5, -3);
    assertSlope(Formulas.SOFTSIGN, 0, 1, 0);
    assertSlope(Formulas.SQRT, 0, INFINITY, 0);
    assertSlope(Formulas.ASIN, 0, INFINITY, 1);
    assertSlope(Formulas.ASIN, 0, INFINITY, -1);
    assertSlope(Formulas.ACOS, 0, -INFINITY, 1);
    assertSlope(Formulas.ACOSH, 0, INFINITY, 1);
    assertSlope(Formulas.LOGIT, 0, INFINITY, 0);
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
  void whatHasNoDerivativeAtThePlaceHasTheOneThatTheDocumentationNames() {
    for (int k = 0; k < 2; k++) {
      assertSlope(Formulas.HYPOT, k, 0, 0, 0);
      assertSlope(Formulas.ATAN2, k, 0, 0, 0);
      assertSlope(Formulas.XLOGY, k, 0, 0, 0);
      assertSlope(Formulas.XLOGY, k, 0, 0, -1);
      assertSlope(Formulas.LOG_ADD_EXP, k, 0, -INFINITY, -INFINITY);
      assertSlope(Formulas.LOG_ADD_EXP, k, 0.5, INFINITY, INFINITY);
      assertSlope(Formulas.LOG_ADD_EXP, k, 0.5, 3, 3);
      for (int j = 0; j < 2; j++) {
        assertThat(Evaluate.at(Formulas.HYPOT.derivative(0, k).derivative(0, j), 0, 0)).isZero();
        assertThat(Evaluate.at(Formulas.ATAN2.derivative(0, k).derivative(0, j), 0, 0)).isZero();
      }
    }
    assertSlope(Formulas.XLOGY, 0, Math.log(2), 0, 2);
    assertSlope(Formulas.XLOGY, 1, 0, 0, 2);
    assertSlope(Formulas.LOG_ADD_EXP, 0, 0, -INFINITY, 1);
    assertSlope(Formulas.LOG_ADD_EXP, 1, 1, -INFINITY, 1);
  }

  /// Derivatives where a plain formula would subtract nearly equal numbers, overflow or divide 0 by
  /// 0. What is expected are differences in 200 digits.
  @ParameterizedTest
  @CsvSource({
    "TANH, 3, 0, -2",
    "TANH, 1, 15, 3.7430491875353693e-13",
    "TANH, 2, 15, -7.4860983750693376e-13",
    "TANH, 3, -12, 6.0402152690223464e-10",
    "SIGMOID, 1, 40, 4.248354255291589e-18",
    "SIGMOID, 2, 40, -4.2483542552915889e-18",
    "SOFTPLUS, 2, 0, 0.25",
    "SOFTPLUS, 2, 50, 1.9287498479639178e-22",
    "EXPM1, 1, -50, 1.9287498479639178e-22",
    "SILU, 2, -50, -9.2579992702268054e-21",
    "SILU, 2, 50, -9.2579992702268054e-21",
    "MISH, 1, -50, -9.4508742550231971e-21",
    "MISH, 2, -30, -2.620134431274741e-12",
    "SELU, 1, -50, 3.3909338363648418e-22",
    "ATANH, 1, 0.9999999999, 4999999586.5481792",
    "ATANH, 2, 0.9999999999, 4.9999991725963927e+19",
    "ASIN, 1, 0.9999999999, 70710.67519510883",
    "ASIN, 2, 1e-09, 1.0000000000000001e-9",
    "ASIN, 3, 0.999, 16769113.864276581",
    "ACOS, 1, 0.9999999999, -70710.67519510883",
    "ACOSH, 1, 1.0000000001, 70710.675191573296",
    "ACOSH, 2, 1.0000000001, -353553346722409.08",
    "ACOSH, 1, 1e+200, 1.0e-200",
    "ASINH, 1, 1e+200, 1.0e-200",
    "ASINH, 2, 3, -0.09486832980505138",
    "SOFTSIGN, 1, 1000000000000.0, 9.99999999998e-25",
    "SOFTSIGN, 2, 1000000000.0, -1.999999994e-27",
    "ERFC, 1, 5, -1.5670866531017335e-11",
    "ERFC, 2, 5, 1.5670866531017335e-10",
    "LOGIT, 1, 1e-12, 1000000000001.0",
    "LOGIT, 2, 0.999999, 999999999941.48867",
    "LOG_SIGMOID, 1, -1000, 1.0",
    "LOG_SIGMOID, 1, 50, 1.9287498479639178e-22",
    "LOG_SIGMOID, 2, 50, -1.9287498479639178e-22",
    "TAN, 2, 0.5, 1.4186890138709114",
    "GELU_TANH, 1, -6, -7.709973930953701e-10"
  })
  void derivativesKeepTheirDigits(String name, int order, double x, double expected)
      throws ReflectiveOperationException {
    Formula f = (Formula) Formulas.class.getField(name).get(null);
    for (int k = 0; k < order; k++) {
      f = f.derivative(0, 0);
    }
    assertThat(Evaluate.at(f, x)).isCloseTo(expected, within(1e-13 * Math.abs(expected)));
  }

  @Test
  void slopesOfLengthsAndAnglesAreRightWhateverTheSize() {
    for (double size : new double[] {1e-300, 1e-5, 1, 1e5, 1e300}) {
      assertThat(Evaluate.slope(Formulas.HYPOT, 0, 3 * size, 4 * size))
          .isCloseTo(0.6, within(1e-15));
      assertThat(Evaluate.slope(Formulas.ATAN2, 0, 3 * size, 4 * size) * size)
          .isCloseTo(0.16, within(1e-15));
      assertThat(Evaluate.slope(Formulas.ATAN2, 1, 3 * size, 4 * size) * size)
          .isCloseTo(-0.12, within(1e-15));
    }
    // b² ÷ h³, not 1 − 1.
    Formula second = Formulas.HYPOT.derivative(0, 0).derivative(0, 0);
    assertThat(Evaluate.at(second, 1, 1e-9)).isCloseTo(1e-18, within(1e-32));
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
    assertThat(Evaluate.at(Formulas.SILU, -1000)).isZero();
    assertThat(Evaluate.slope(Formulas.SILU, 0, -1000)).isZero();
    assertThat(Evaluate.at(Formulas.MISH, -1000)).isZero();
    assertThat(Evaluate.slope(Formulas.MISH, 0, -1000)).isZero();
    assertThat(Evaluate.at(Formulas.GELU_TANH, -1e200)).isZero();
    assertThat(Evaluate.slope(Formulas.GELU_TANH, 0, -1e200)).isZero();
    assertThat(Evaluate.slope(Formulas.GELU_TANH, 0, 1e200)).isOne();
    assertThat(Evaluate.at(Formulas.LOG_SIGMOID, -1000)).isEqualTo(-1000);
    assertThat(Evaluate.at(Formulas.LOG_ADD_EXP, 1000, 1000)).isEqualTo(1000 + Math.log(2));
    assertThat(Evaluate.at(Formulas.LOG_ADD_EXP, -INFINITY, -INFINITY)).isEqualTo(-INFINITY);
    assertThat(Evaluate.at(Formulas.LOG_ADD_EXP, INFINITY, INFINITY)).isEqualTo(INFINITY);
    assertThat(Evaluate.at(Formulas.LOG_ADD_EXP, -INFINITY, 2)).isEqualTo(2);
    assertThat(Evaluate.at(Formulas.HARDSWISH, -INFINITY)).isZero();
    for (double y : new double[] {0, -1, 2, INFINITY}) {
      assertThat(Evaluate.at(Formulas.XLOGY, 0, y)).isZero();
    }
    assertThat(Evaluate.at(Formulas.XLOGY, 0, NAN)).isNaN();
    assertThat(Evaluate.at(Formulas.LERP, 0.1, 0.7, 0)).isEqualTo(0.1);
    assertThat(Evaluate.at(Formulas.LERP, 0.1, 0.7, 1)).isEqualTo(0.7);
    assertThat(Evaluate.at(Formulas.LOGIT, 0.5)).isZero();
    assertThat(Evaluate.at(Formulas.LOGIT, 0)).isEqualTo(-INFINITY);
    assertThat(Evaluate.at(Formulas.LOGIT, 1)).isEqualTo(INFINITY);
    assertThat(Evaluate.at(Formulas.LOGIT, 1.5)).isNaN();
    assertThat(Evaluate.at(Formulas.CEIL, -0.5)).isEqualTo(-0.0);
    assertThat(Evaluate.at(Formulas.TRUNC, -1.5)).isEqualTo(-1);
    for (int power = -300; power <= 300; power++) {
      double ten = Double.parseDouble("1e" + power);
      assertThat(Evaluate.at(Formulas.LOG10, ten)).isEqualTo(power);
      assertThat(Evaluate.at(Formulas.LOG2, Math.scalb(1.0, power))).isEqualTo(power);
      assertThat(Evaluate.at(Formulas.EXP2, power)).isEqualTo(Math.scalb(1.0, power));
    }
    assertThat(Evaluate.at(Formulas.LOG1P, 1e-20)).isEqualTo(1e-20);
    assertThat(Evaluate.at(Formulas.EXPM1, 1e-20)).isEqualTo(1e-20);
    assertThat(Evaluate.at(Formulas.RELU, NAN)).isNaN();
    assertThat(Evaluate.at(Formulas.CLAMP, NAN, -1, 1)).isNaN();
    assertThat(Evaluate.at(Formulas.MAX, NAN, 1)).isNaN();
    assertThat(Evaluate.at(Formulas.MAX, 1, NAN)).isNaN();
    assertThat(Evaluate.at(Formulas.SIGN, NAN)).isNaN();
    assertThat(Evaluate.at(Formulas.ROUND, 0.5)).isZero();
    assertThat(Evaluate.at(Formulas.ROUND, 1.5)).isEqualTo(2);
    assertThat(Evaluate.at(Formulas.ROUND, 2.5)).isEqualTo(2);
    assertThat(Evaluate.at(Formulas.FLOOR, -0.5)).isEqualTo(-1);
    assertThat(Evaluate.at(Formulas.WHERE, NAN, 1, 2)).isEqualTo(1);
    assertThat(Evaluate.single(Formulas.SOFTPLUS, 100)).isEqualTo(100);
    assertThat(Evaluate.single(Formulas.SOFTPLUS, -100)).isCloseTo(3.7e-44f, within(2e-45f));
    assertThat(Evaluate.single(Formulas.LOG1P, 1e-20f)).isEqualTo(1e-20f);
  }
}
