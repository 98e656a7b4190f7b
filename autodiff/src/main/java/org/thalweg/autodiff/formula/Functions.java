package org.thalweg.autodiff.formula;

import static org.thalweg.autodiff.formula.Masks.less;
import static org.thalweg.autodiff.formula.Masks.select;

/// The elementary functions of an [Expr], and what is made of them. Their special values are those
/// of `java.lang.Math`; the largest errors stand in `docs/elementary.md`.
public sealed interface Functions permits Expr {
  /// eˣ
  default Expr exp() {
    return Expr.of(Operator.EXP, self());
  }

  /// 2ˣ, exact where x is whole.
  default Expr exp2() {
    return Expr.of(Operator.EXP2, self());
  }

  /// eˣ − 1, exact to the last place near 0.
  default Expr expm1() {
    return Expr.of(Operator.EXPM1, self());
  }

  /// ln x; −∞ at 0, NaN below.
  default Expr log() {
    return Expr.of(Operator.LOG, self());
  }

  /// The logarithm to base 2, exact for powers of 2; −∞ at 0, NaN below.
  default Expr log2() {
    return Expr.of(Operator.LOG2, self());
  }

  /// The logarithm to base 10, exact for powers of 10; −∞ at 0, NaN below.
  default Expr log10() {
    return Expr.of(Operator.LOG10, self());
  }

  /// ln(1 + x), exact to the last place near 0.
  default Expr log1p() {
    return Expr.of(Operator.LOG1P, self());
  }

  /// 1 ÷ √x; ∞ at 0, NaN below.
  default Expr rsqrt() {
    return self().sqrt().reciprocal();
  }

  /// The sine of an angle in radians.
  default Expr sin() {
    return Expr.of(Operator.SIN, self());
  }

  /// The cosine of an angle in radians.
  default Expr cos() {
    return Expr.of(Operator.COS, self());
  }

  /// The tangent of an angle in radians.
  default Expr tan() {
    return Expr.of(Operator.TAN, self());
  }

  /// The angle in [−π/2, π/2] whose sine is x; NaN beyond ±1, where the derivative is ∞.
  default Expr asin() {
    return Expr.of(Operator.ASIN, self());
  }

  /// The angle in [0, π] whose cosine is x; NaN beyond ±1, where the derivative is −∞.
  default Expr acos() {
    return Expr.of(Operator.ACOS, self());
  }

  /// The angle in [−π/2, π/2] whose tangent is x.
  default Expr atan() {
    return Expr.of(Operator.ATAN, self());
  }

  /// The angle in [−π, π] of the point (x, y), where this is y; its derivatives are 0 at (0, 0).
  default Expr atan2(Expr x) {
    return Expr.of(Operator.ATAN2, self(), x);
  }

  /// √(x² + b²) without overflow or underflow; its derivatives are 0 at (0, 0).
  default Expr hypot(Expr b) {
    return Expr.of(Operator.HYPOT, self(), b);
  }

  /// The hyperbolic sine.
  default Expr sinh() {
    return Expr.of(Operator.SINH, self());
  }

  /// The hyperbolic cosine.
  default Expr cosh() {
    return Expr.of(Operator.COSH, self());
  }

  /// The hyperbolic tangent.
  default Expr tanh() {
    return Expr.of(Operator.TANH, self());
  }

  /// The inverse of the hyperbolic sine.
  default Expr asinh() {
    return Expr.of(Operator.ASINH, self());
  }

  /// The inverse of the hyperbolic cosine; NaN below 1, where the derivative is ∞.
  default Expr acosh() {
    return Expr.of(Operator.ACOSH, self());
  }

  /// The inverse of the hyperbolic tangent; ±∞ at ±1, NaN beyond.
  default Expr atanh() {
    return Expr.of(Operator.ATANH, self());
  }

  /// The error function, 2/√π · ∫₀ˣ exp(−t²) dt.
  default Expr erf() {
    return Expr.of(Operator.ERF, self());
  }

  /// 1 − erf x, exact to the last places far to the right too.
  default Expr erfc() {
    return Expr.of(Operator.ERFC, self());
  }

  /// xᵇ with the special values of `Math.pow`; derivative 0 in x where b = 0, and 0 in b where x =
  /// 0 and b ≥ 0.
  default Expr pow(Expr b) {
    return b.isNumber() ? pow(b.number()) : Expr.of(Operator.POW, self(), b);
  }

  /// xᵇ with the special values of `Math.pow`.
  default Expr pow(double b) {
    if (b == 1) {
      return self();
    }
    if (b == 2) {
      return self().square();
    }
    return b == -1 ? self().reciprocal() : Expr.of(Operator.POW, self(), Expr.number(b));
  }

  /// ln(x ÷ (1 − x)), the inverse of the logistic function; ∓∞ at 0 and 1, NaN outside.
  default Expr logit() {
    Expr x = self();
    Expr left = x.over(Expr.number(1).minus(x)).log();
    return select(less(x, Expr.number(0.25)), left, x.fma(2, -1).atanh().times(2));
  }

  /// x ln b, and 0 where x = 0, for b = 0, b = ∞ and negative b too: there both derivatives are 0.
  default Expr xlogy(Expr b) {
    return Expr.of(Operator.XLOGY, self(), b);
  }

  /// ln(eˣ + eᵇ), without overflow; where both are −∞ it is −∞, with derivatives 0.
  default Expr logAddExp(Expr b) {
    return Expr.of(Operator.LOG_ADD_EXP, self(), b);
  }

  /// x + w · (b − x), from x at w = 0 to b at w = 1, exact at both ends.
  default Expr lerp(Expr b, Expr weight) {
    Expr distance = b.minus(self());
    return select(
        less(weight, Expr.number(0.5)),
        weight.fma(distance, self()),
        weight.minus(1).fma(distance, b));
  }

  private Expr self() {
    return (Expr) this;
  }
}
