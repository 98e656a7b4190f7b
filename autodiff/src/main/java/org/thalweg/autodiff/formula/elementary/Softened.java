package org.thalweg.autodiff.formula.elementary;

import static org.thalweg.autodiff.formula.Masks.equal;
import static org.thalweg.autodiff.formula.Masks.less;
import static org.thalweg.autodiff.formula.Masks.select;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Precision;

/// Maxima and signs without their corners.
final class Softened {
  private static final Expr ZERO = Expr.number(0);
  private static final Expr INFINITY = Expr.number(Double.POSITIVE_INFINITY);

  private Softened() {}

  /// ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|)
  static Expr softplus(Expr x, Precision precision) {
    return Rounding.extreme(x.max(ZERO)).plus(beyondMaximum(x, precision));
  }

  /// ln(eᵃ + eᵇ) = max(a, b) + ln(1 + e^−|a − b|)
  static Expr logAddExp(Expr a, Expr b, Precision precision) {
    Expr beyond = beyondMaximum(a.minus(b), precision);
    // Infinities that are equal have no difference.
    Expr rest = select(equal(a, b), Expr.number(Ieee.of(precision).round(Math.log(2))), beyond);
    return Rounding.extreme(a.max(b)).plus(rest);
  }

  /// ln(1 + e^−|d|)
  private static Expr beyondMaximum(Expr d, Precision precision) {
    Expr small = Exponential.of(precision).exp(d.abs().negated(), true);
    return Logarithm.of(precision).log1pOfFraction(small);
  }

  /// x ÷ (1 + |x|), ±1 at infinity.
  static Expr softsign(Expr x) {
    Expr a = x.abs();
    return select(less(a, INFINITY), x.over(a.plus(1)), Rounding.sign(x));
  }
}
