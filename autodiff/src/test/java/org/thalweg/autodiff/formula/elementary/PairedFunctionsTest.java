package org.thalweg.autodiff.formula.elementary;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.SplittableRandom;
import java.util.function.DoubleBinaryOperator;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Precision;

/// atan2, hypot and logAddExp: special values, and errors over arguments of every size.
class PairedFunctionsTest {
  private static final Expr A = Expr.input("a");
  private static final Expr B = Expr.input("b");

  private static final double[] SPECIAL = {
    0.0,
    Double.MIN_VALUE,
    3 * Double.MIN_VALUE,
    Double.MIN_NORMAL,
    Float.MIN_VALUE,
    Float.MIN_NORMAL,
    1e-200,
    0.5,
    1,
    3,
    1e200,
    Float.MAX_VALUE,
    Double.MAX_VALUE,
    Double.POSITIVE_INFINITY,
    Double.NaN
  };

  private static final Expr ATAN2 = A.atan2(B);
  private static final Expr HYPOT = A.hypot(B);
  private static final Expr LOG_ADD_EXP = A.logAddExp(B);

  /// Every pair of special values with every sign, in both precisions; results that are not decided
  /// within two units of the last place.
  private static void compareSpecial(Expr expr, DoubleBinaryOperator expected) {
    ReferenceEvaluator twice = new ReferenceEvaluator(expr, Precision.DOUBLE, "a", "b");
    ReferenceEvaluator single = new ReferenceEvaluator(expr, Precision.FLOAT, "a", "b");
    for (double x : SPECIAL) {
      for (double y : SPECIAL) {
        for (int signs = 0; signs < 4; signs++) {
          double a = (signs & 1) == 0 ? x : -x;
          double b = (signs & 2) == 0 ? y : -y;
          assertSame(twice.evaluate(a, b), expected.applyAsDouble(a, b), 0, a, b);
          double exact = expected.applyAsDouble((float) a, (float) b);
          float there = single.evaluate((float) a, (float) b);
          assertSame(there, (float) exact, Math.ulp((float) exact), a, b);
        }
      }
    }
  }

  private static void assertSame(double y, double expected, double ulp, double a, double b) {
    double unit = Math.max(Math.ulp(expected), ulp);
    boolean isSame =
        Double.compare(y, expected) == 0
            || (Math.abs(y - expected) <= 2 * unit && Math.signum(y) == Math.signum(expected));
    assertThat(isSame).as("%s and %s gave %s, not %s", a, b, y, expected).isTrue();
  }

  @Test
  void anglesOfSpecialPointsAreThoseOfJava() {
    compareSpecial(ATAN2, StrictMath::atan2);
  }

  @Test
  void lengthsOfSpecialPointsAreThoseOfJavaWithoutOverflowOrUnderflow() {
    compareSpecial(HYPOT, StrictMath::hypot);
  }

  @Test
  void sumsOfSpecialExponentialsHaveTheirLimits() {
    compareSpecial(
        LOG_ADD_EXP,
        (a, b) -> {
          double larger = Math.max(a, b);
          return Double.isInfinite(larger) || Double.isNaN(larger)
              ? larger
              : larger + StrictMath.log1p(StrictMath.exp(Math.min(a, b) - larger));
        });
  }

  /// Numbers of every exponent for which squares and quotients still fit a float, or near 1.
  private static float number(SplittableRandom random) {
    double size = random.nextBoolean() ? random.nextDouble(-120, 120) : random.nextDouble(-2, 2);
    return (float) (Math.pow(2, size) * (random.nextBoolean() ? 1 : -1));
  }

  private static double worstInFloat(Expr expr, DoubleBinaryOperator exact, boolean ofLarger) {
    ReferenceEvaluator single = new ReferenceEvaluator(expr, Precision.FLOAT, "a", "b");
    SplittableRandom random = new SplittableRandom(3);
    double worst = 0;
    for (int i = 0; i < 200_000; i++) {
      float a = number(random);
      float b = number(random);
      float least = ofLarger ? Math.ulp(Math.max(Math.abs(a), Math.abs(b))) : 0;
      worst = Math.max(worst, Ulp.between(single.evaluate(a, b), exact.applyAsDouble(a, b), least));
    }
    return worst;
  }

  @Test
  void floatsOfEverySizeAreWithinTheBounds() {
    assertThat(worstInFloat(ATAN2, StrictMath::atan2, false)).isBetween(0.5, 1.5);
    assertThat(worstInFloat(HYPOT, StrictMath::hypot, false)).isBetween(0.5, 1.5);
    assertThat(
            worstInFloat(
                LOG_ADD_EXP,
                (a, b) -> Math.max(a, b) + StrictMath.log1p(StrictMath.exp(-Math.abs(a - b))),
                true))
        .isBetween(0.5, 3.0);
  }

  @Test
  void doublesOfEverySizeAreWithinTheBounds() {
    ReferenceEvaluator hypot = new ReferenceEvaluator(HYPOT, Precision.DOUBLE, "a", "b");
    ReferenceEvaluator atan2 = new ReferenceEvaluator(ATAN2, Precision.DOUBLE, "a", "b");
    SplittableRandom random = new SplittableRandom(4);
    MathContext digits = new MathContext(40);
    for (int i = 0; i < 5_000; i++) {
      double scale = Math.pow(2, random.nextDouble(-1000, 1000));
      double a = scale * random.nextDouble(0.1, 1);
      double b = scale * Math.pow(2, random.nextDouble(-30, 3));
      BigDecimal square = new BigDecimal(a).pow(2).add(new BigDecimal(b).pow(2)).round(digits);
      BigDecimal length = square.sqrt(digits);
      double y = hypot.evaluate(a, b);
      BigDecimal error = new BigDecimal(y).subtract(length).abs();
      assertThat(error.doubleValue()).isLessThanOrEqualTo(1.5 * Math.ulp(y));
      double angle = StrictMath.atan2(a, b);
      // The library itself is good to 2 ulp.
      assertThat(Math.abs(atan2.evaluate(a, b) - angle)).isLessThanOrEqualTo(2 * Math.ulp(angle));
    }
  }
}
