package org.thalweg.autodiff.formula.elementary;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Precision;

class ElementaryAccuracyTest {
  private static final double POW_BOUND = 1.06;

  private static final double[] SPECIAL = {
    0.0,
    Double.MIN_VALUE,
    3 * Double.MIN_VALUE,
    0x0.fffffffffffffp-1022,
    Double.MIN_NORMAL,
    Float.MIN_VALUE,
    3 * Float.MIN_VALUE,
    0x0.fffffep-126,
    Float.MIN_NORMAL,
    1e-30,
    1e-10,
    0x1p-60,
    0x1p-30,
    0.25,
    0.5,
    1,
    1.5,
    2,
    2.5,
    3.5,
    10,
    100,
    8388607.5,
    8388609,
    0x1.fffffffffffffp51,
    0x1p53,
    Float.MAX_VALUE,
    Double.MAX_VALUE,
    Double.POSITIVE_INFINITY,
    Double.NaN
  };

  private static DoubleStream specials() {
    return DoubleStream.of(SPECIAL).flatMap(x -> DoubleStream.of(x, -x));
  }

  @ParameterizedTest
  @EnumSource(Elementary.class)
  void floatsOfEveryExponentAreWithinTheBound(Elementary function) {
    Worst worst = ElementaryMeasurement.inFloat(function);
    assertThat(worst.count).isGreaterThan(700_000);
    assertThat(worst.error).as(worst.toString()).isBetween(0.49, function.floatBound);
  }

  @ParameterizedTest
  @EnumSource(Elementary.class)
  void doublesAgreeWithFiftyDigitValuesWithinTheBound(Elementary function) {
    String name = function.name().toLowerCase(Locale.ROOT);
    Worst worst = ElementaryMeasurement.inDouble(function, ElementaryValues.of(name));
    assertThat(worst.count).isGreaterThan(2_000);
    assertThat(worst.error).as(worst.toString()).isBetween(0.49, function.doubleBound);
  }

  @Test
  void powersOfFloatsAreWithinTheBound() {
    Worst worst = ElementaryMeasurement.powInFloat(600_000);
    assertThat(worst.count).isGreaterThan(500_000);
    assertThat(worst.error).as(worst.toString()).isBetween(0.49, POW_BOUND);
  }

  @Test
  void powersOfDoublesAgreeWithFiftyDigitValuesWithinTheBound() {
    Worst worst = ElementaryMeasurement.powInDouble(ElementaryValues.of("pow"));
    assertThat(worst.count).isGreaterThan(2_500);
    assertThat(worst.error).as(worst.toString()).isBetween(0.49, POW_BOUND);
  }

  @ParameterizedTest
  @EnumSource(Elementary.class)
  void specialArgumentsInFloatGiveWhatTheLibraryGives(Elementary function) {
    ReferenceEvaluator evaluator = new ReferenceEvaluator(function.expr, Precision.FLOAT, "x");
    specials()
        .forEach(
            special -> {
              float x = (float) special;
              float y = evaluator.evaluate(x);
              double exact = function.reference.applyAsDouble(x);
              if (isDecided((float) exact)) {
                assertThat(Ulp.isSame(y, (float) exact)).as(x + " gave " + y).isTrue();
              } else {
                assertThat(function.error(x, y, exact)).as(x + " gave " + y).isLessThan(2.2);
              }
            });
  }

  @ParameterizedTest
  @EnumSource(Elementary.class)
  void specialArgumentsInDoubleGiveWhatTheLibraryGives(Elementary function) {
    ReferenceEvaluator evaluator = new ReferenceEvaluator(function.expr, Precision.DOUBLE, "x");
    specials()
        .forEach(
            x -> {
              double y = evaluator.evaluate(x);
              double exact = function.reference.applyAsDouble(x);
              if (isDecided((float) exact) && isDecided(exact)) {
                assertThat(Ulp.isSame(y, exact)).as(x + " gave " + y).isTrue();
              } else {
                // The reference itself is good to a few ulp only.
                assertThat(function.error(x, y, exact, 0)).as(x + " gave " + y).isLessThan(8);
              }
            });
  }

  private static boolean isDecided(double exact) {
    return Double.isNaN(exact) || Double.isInfinite(exact) || exact == 0 || Math.abs(exact) == 1;
  }

  @ParameterizedTest
  @EnumSource(names = {"TANH", "ERF", "SIGMOID", "SIN", "COS"})
  void whatIsBoundedByOneNeverExceedsIt(Elementary function) {
    ReferenceEvaluator single = new ReferenceEvaluator(function.expr, Precision.FLOAT, "x");
    ReferenceEvaluator twice = new ReferenceEvaluator(function.expr, Precision.DOUBLE, "x");
    double largest = 0;
    for (int i = 0; i <= 200_000; i++) {
      // Up to 40, where all but the sines have long become 1.
      double x = i / 5000.0;
      largest = Math.max(largest, Math.max(single.evaluate((float) x), twice.evaluate(x)));
    }
    assertThat(largest).isEqualTo(1);
  }

  @Test
  void exponentialsOverflowAndVanishWhereTheyShould() {
    ReferenceEvaluator single = new ReferenceEvaluator(Elementary.EXP.expr, Precision.FLOAT, "x");
    assertThat(single.evaluate(88.72283f)).isEqualTo(0x1.ffff08p127f);
    assertThat(single.evaluate(88.72284f)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(single.evaluate(-103.97208f)).isEqualTo(Float.MIN_VALUE);
    assertThat(single.evaluate(-103.97209f)).isZero();
    ReferenceEvaluator twice = new ReferenceEvaluator(Elementary.EXP.expr, Precision.DOUBLE, "x");
    assertThat(twice.evaluate(709.782712893384)).isFinite().isGreaterThan(1.797e308);
    assertThat(twice.evaluate(709.7827128933841)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(twice.evaluate(-745.1332191019411)).isEqualTo(Double.MIN_VALUE);
    assertThat(twice.evaluate(-745.1332191019412)).isZero();
  }

  @Test
  void theFarLeftTailOfTheLogisticFunctionReachesTheSmallestNumber() {
    Expr sigmoid = Elementary.SIGMOID.expr;
    assertThat(new ReferenceEvaluator(sigmoid, Precision.FLOAT, "x").evaluate(-103.9f))
        .isEqualTo(Float.MIN_VALUE);
    assertThat(new ReferenceEvaluator(sigmoid, Precision.DOUBLE, "x").evaluate(-745.1))
        .isEqualTo(Double.MIN_VALUE);
  }

  @Test
  void sinesFarFromZeroAreThoseOfTheLibrary() {
    ReferenceEvaluator sin = new ReferenceEvaluator(Elementary.SIN.expr, Precision.DOUBLE, "x");
    ReferenceEvaluator cos = new ReferenceEvaluator(Elementary.COS.expr, Precision.DOUBLE, "x");
    for (double x : new double[] {0x1.1p30, -1e22, 1e300, Double.MAX_VALUE}) {
      assertThat(sin.evaluate(x)).isEqualTo(StrictMath.sin(x));
      assertThat(cos.evaluate(x)).isEqualTo(StrictMath.cos(x));
    }
  }
}
