package org.thalweg.autodiff.formula.elementary;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Precision;

class PowerTest {
  private static final double[] MAGNITUDES = {
    0.0,
    Double.MIN_VALUE,
    Float.MIN_VALUE,
    1e-300,
    1e-40,
    0.25,
    0.5,
    0.999,
    0x1.fffffep-1,
    0x1.fffffffffffffp-1,
    1,
    0x1.0000000000001p0,
    0x1.000002p0,
    1.5,
    2,
    2.5,
    3,
    4,
    5,
    10,
    1001,
    0x1.fffffep22,
    0x1p23,
    0x1.000002p23,
    0x1.fffffep23,
    0x1p24,
    0x1.fffffffffffffp51,
    0x1p52,
    0x1.0000000000001p52,
    0x1.fffffffffffffp52,
    0x1p53,
    0x1p54,
    1e300,
    Float.MAX_VALUE,
    Double.MAX_VALUE,
    Double.POSITIVE_INFINITY,
    Double.NaN
  };

  private static double[] values() {
    return DoubleStream.of(MAGNITUDES).flatMap(x -> DoubleStream.of(x, -x)).toArray();
  }

  @Test
  void everyPairOfSpecialValuesGivesInDoubleWhatMathPowGives() {
    ReferenceEvaluator pow =
        new ReferenceEvaluator(ElementaryMeasurement.POW, Precision.DOUBLE, "x", "b");
    for (double x : values()) {
      for (double b : values()) {
        isPower(x, b, pow.evaluate(x, b));
      }
    }
  }

  @Test
  void everyPairOfSpecialValuesGivesInFloatWhatMathPowGives() {
    ReferenceEvaluator pow =
        new ReferenceEvaluator(ElementaryMeasurement.POW, Precision.FLOAT, "x", "b");
    for (double x : values()) {
      for (double b : values()) {
        isPower((float) x, (float) b, pow.evaluate((float) x, (float) b));
      }
    }
  }

  @Test
  void anExponentWrittenIntoTheFormulaGivesTheSame() {
    for (double b : values()) {
      Expr power = Expr.input("x").pow(b);
      ReferenceEvaluator twice = new ReferenceEvaluator(power, Precision.DOUBLE, "x");
      ReferenceEvaluator single = new ReferenceEvaluator(power, Precision.FLOAT, "x");
      for (double x : values()) {
        isPower(x, b, twice.evaluate(x));
        if (b == (float) b) {
          isPower((float) x, (float) b, single.evaluate((float) x));
        }
      }
    }
  }

  private static void isPower(double x, double b, double y) {
    double exact = StrictMath.pow(x, b);
    if (Double.isNaN(exact) || Double.isInfinite(exact) || exact == 0) {
      assertThat(Ulp.isSame(y, exact)).as(x + " to the " + b + " gave " + y).isTrue();
    } else {
      assertThat(Ulp.between(y, exact, 0, 0)).as(x + " to the " + b).isLessThan(2);
    }
  }

  private static void isPower(float x, float b, float y) {
    double exact = StrictMath.pow(x, b);
    if ((float) exact == 0) {
      assertThat(Ulp.isSame(y, (float) exact)).as(x + " to the " + b + " gave " + y).isTrue();
    } else {
      assertThat(Ulp.between(y, exact, 0)).as(x + " to the " + b).isLessThan(2);
    }
  }
}
