package org.thalweg.autodiff.formula.elementary;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Precision;

class RoundingTest {
  private static final double[] EDGES = {
    0.0,
    -0.0,
    Double.MIN_VALUE,
    -Double.MIN_VALUE,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    0.5,
    -0.5,
    0x1.fffffep-2,
    0x1.fffffffffffffp-2,
    1.5,
    2.5,
    -1.5,
    -2.5,
    8388607.5,
    -8388607.5,
    8388608,
    8388609,
    4503599627370495.5,
    -4503599627370495.5,
    4503599627370497.0,
    Float.MAX_VALUE,
    Double.MAX_VALUE,
    -Double.MAX_VALUE,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.NaN
  };

  private static void isExactly(UnaryOperator<Expr> function, DoubleUnaryOperator expected) {
    Expr expr = function.apply(Expr.input("x"));
    ReferenceEvaluator twice = new ReferenceEvaluator(expr, Precision.DOUBLE, "x");
    ReferenceEvaluator single = new ReferenceEvaluator(expr, Precision.FLOAT, "x");
    SplittableRandom random = new SplittableRandom(1);
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < 200_000; i++) {
      double x = i < EDGES.length ? EDGES[i] : Double.longBitsToDouble(random.nextLong());
      if (i % 2 == 0 && i >= EDGES.length) {
        x = Math.scalb(random.nextDouble(-1, 1), random.nextInt(60));
      }
      float f = (float) x;
      boolean isRight = Ulp.isSame(twice.evaluate(x), expected.applyAsDouble(x));
      boolean isRightInFloat = Ulp.isSame(single.evaluate(f), (float) expected.applyAsDouble(f));
      if (!isRight || !isRightInFloat) {
        wrong.add(isRight ? "float " + f : "double " + x);
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void rintIsThatOfMath() {
    isExactly(Expr::round, Math::rint);
  }

  @Test
  void floorIsThatOfMath() {
    isExactly(Expr::floor, Math::floor);
  }

  @Test
  void signIsThatOfMath() {
    isExactly(Expr::sign, Math::signum);
  }

  @Test
  void limitsByNumbersAreThoseOfMath() {
    for (double limit : new double[] {0.0, -0.0, 1, -2.5, Double.POSITIVE_INFINITY, Double.NaN}) {
      isExactly(x -> x.max(limit), x -> Math.max(x, limit));
      isExactly(x -> x.min(limit), x -> Math.min(x, limit));
      isExactly(x -> Expr.number(limit).max(x), x -> Math.max(limit, x));
      isExactly(x -> Expr.number(limit).min(x), x -> Math.min(limit, x));
    }
  }
}
