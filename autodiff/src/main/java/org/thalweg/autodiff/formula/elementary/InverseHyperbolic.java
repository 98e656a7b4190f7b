package org.thalweg.autodiff.formula.elementary;

import static org.thalweg.autodiff.formula.Masks.less;
import static org.thalweg.autodiff.formula.Masks.select;
import static org.thalweg.autodiff.formula.elementary.Ieee.polynomial;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Precision;

/// The inverses of the hyperbolic functions.
///
/// ```
/// asinh |x| = ln(|x| + √(x² + 1))             from ½ on, and a polynomial below
/// acosh x = ln(1 + t + √(t (t + 2))),  t = x − 1
/// atanh |x| = ½ ln(1 + 2|x| ÷ (1 − |x|))
/// ```
///
/// Arguments of logarithms are computed in two words. Where squares would overflow the first two
/// are ln 2x. The polynomials are minimax fits (`src/test/python/elementary.py`).
final class InverseHyperbolic {
  private static final double[] FLOAT_ASINH = {
    -0.16666666f, 0.07499907f, -0.04461609f, 0.030033438f, -0.020048834f, 0.0092552565f
  };
  private static final double[] DOUBLE_ASINH = {
    -0.16666666666666663,
    0.07499999999998827,
    -0.044642857141556344,
    0.03038194437167223,
    -0.02237215668403433,
    0.017352713102431833,
    -0.013964101075221098,
    0.011544281776085208,
    -0.009707507848442386,
    0.008112643530868168,
    -0.006303057140039362,
    0.003893379461263645,
    -0.0013444888639738903
  };
  private static final Expr ZERO = Expr.number(0);
  private static final Expr ONE = Expr.number(1);

  private InverseHyperbolic() {}

  static Expr asinh(Expr x, Precision precision) {
    Ieee ieee = Ieee.of(precision);
    Expr a = x.abs();
    Expr z = a.square();
    Expr near =
        a.times(z).fma(polynomial(z, precision == Precision.FLOAT ? FLOAT_ASINH : DOUBLE_ASINH), a);
    Pair square = Pair.product(a, a);
    Pair sum = Pair.anySum(square.high(), ONE).plus(square.low());
    Pair root = Pair.root(sum.high(), sum.low(), ieee);
    Expr far = logOfSum(a, root, a, precision);
    return ieee.withSignOf(x, select(less(a, Expr.number(0.5)), near, far));
  }

  static Expr acosh(Expr x, Precision precision) {
    Expr t = x.minus(1);
    Pair second = Pair.anySum(t, Expr.number(2));
    Pair square = Pair.product(t, second.high());
    Expr tail = t.fma(second.low(), square.low());
    Pair root = Pair.root(square.high(), tail, Ieee.of(precision));
    Pair beyondOne = Pair.sum(root.high(), t).plus(root.low());
    Pair sum = Pair.anySum(ONE, beyondOne.high()).plus(beyondOne.low());
    Expr y = logOfSum(x, sum, ZERO, precision);
    return select(less(x, ONE), Expr.number(Double.NaN), y);
  }

  /// ln(a + b), where b is above a or a is 0; ln 2x where x is so large that it is the same.
  private static Expr logOfSum(Expr x, Pair b, Expr a, Precision precision) {
    Pair sum = a == ZERO ? b : Pair.sum(b.high(), a).plus(b.low());
    Expr isFar = less(Expr.number(precision == Precision.FLOAT ? 0x1p15 : 0x1p30), x);
    return Logarithm.of(precision)
        .log(select(isFar, x, sum.high()), select(isFar, ZERO, sum.low()), isFar);
  }

  static Expr atanh(Expr x, Precision precision) {
    Expr a = x.abs();
    Pair quotient = new Pair(a.plus(a), ZERO).over(Pair.sum(ONE, a.negated()));
    Pair sum = Pair.anySum(ONE, quotient.high()).plus(quotient.low());
    // At 1 the quotient is infinite.
    Expr low = select(less(a, ONE), sum.low(), ZERO);
    Expr y = Logarithm.of(precision).log(sum.high(), low, null).times(0.5);
    return Ieee.of(precision).withSignOf(x, y);
  }
}
