package org.thalweg.autodiff.formula.elementary;

import static org.thalweg.autodiff.formula.Masks.less;
import static org.thalweg.autodiff.formula.Masks.select;
import static org.thalweg.autodiff.formula.elementary.Ieee.atMost;
import static org.thalweg.autodiff.formula.elementary.Ieee.polynomial;

import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Precision;

/// The hyperbolic sine and cosine.
///
/// ```
/// |x| = k ln 2 + r,  |r| ≤ ½ ln 2,  q = 2⁻²ᵏ
/// sinh |x| = 2ᵏ⁻¹ ((1 − q) cosh r + (1 + q) sinh r)
/// cosh |x| = 2ᵏ⁻¹ ((1 + q) cosh r + (1 − q) sinh r)
/// ```
///
/// The first terms are exact but for cosh r − 1, and the power is applied in two factors, so that
/// one rule serves up to the largest result. Below 1 sinh is its own polynomial. The polynomials
/// are minimax fits (`src/test/python/elementary.py`).
///
/// @param cosh cosh r − 1
/// @param sinh sinh of r, or of |x| below 1
/// @param q 2⁻²ᵏ
/// @param low 2 to the first half of k − 1
/// @param high 2 to the second half of k − 1
record HyperbolicSine(Expr cosh, Expr sinh, Expr q, Expr low, Expr high) {
  private static final double[] FLOAT_SINH = {
    0.16666667f, 0.0083333105f, 0.00019842891f, 2.7822666e-06f
  };
  private static final double[] FLOAT_COSH = {0.5, 0.04166646f, 0.0013935452f};
  private static final double[] DOUBLE_SINH = {
    0.16666666666666666,
    0.008333333333333573,
    0.0001984126984106116,
    2.7557319310090633e-06,
    2.5052089412801888e-08,
    1.6061339151610244e-10,
    7.5032676085095e-13,
    6.475223609477134e-15
  };
  private static final double[] DOUBLE_COSH = {
    0.5,
    0.041666666666666685,
    0.0013888888888873264,
    2.480158734928156e-05,
    2.755725171883954e-07,
    2.0921810431349692e-09
  };

  static Expr sinh(Expr x, Precision precision) {
    Expr isNear = less(x.abs(), Expr.number(1));
    HyperbolicSine parts = of(x.abs(), isNear, precision);
    return Ieee.of(precision)
        .withSignOf(x, select(isNear, parts.sinh, parts.sum(parts.oneLess(), parts.oneMore())));
  }

  static Expr cosh(Expr x, Precision precision) {
    HyperbolicSine parts = of(x.abs(), null, precision);
    return parts.sum(parts.oneMore(), parts.oneLess());
  }

  private static HyperbolicSine of(Expr a, @Nullable Expr isNear, Precision precision) {
    Ieee ieee = Ieee.of(precision);
    boolean single = ieee == Ieee.FLOAT;
    Exponential exponential = Exponential.of(precision);
    Expr bounded = atMost(a, single ? 91 : 712);
    Expr shifter = Expr.number(ieee.shifter() + 2 * ieee.bias());
    Expr shifted = exponential.shifted(bounded, shifter);
    Expr r = exponential.remainder(bounded, shifted.minus(shifter));
    Bits k = Bits.of(shifted).minus(Bits.literal(1));
    Bits half = k.shiftRight(1);
    Expr low = ieee.powerOfTwo(half);
    Expr high = ieee.powerOfTwo(k.minus(half));
    // Beyond the largest power it is 0, as it is beside 1 long before.
    Expr inverse = Expr.number(1).over(low.times(high));
    Expr z = r.square();
    Expr argument = isNear == null ? r : select(isNear, a, r);
    Expr cubic = isNear == null ? z : argument.square();
    Expr sinh =
        argument.times(cubic).fma(polynomial(cubic, single ? FLOAT_SINH : DOUBLE_SINH), argument);
    return new HyperbolicSine(
        z.times(polynomial(z, single ? FLOAT_COSH : DOUBLE_COSH)),
        sinh,
        inverse.square().times(0.25),
        low,
        high);
  }

  private Expr oneLess() {
    return Expr.number(1).minus(q);
  }

  private Expr oneMore() {
    return Expr.number(1).plus(q);
  }

  private Expr sum(Expr ofCosh, Expr ofSinh) {
    return ofCosh.plus(ofCosh.fma(cosh, ofSinh.times(sinh))).times(low).times(high);
  }
}
