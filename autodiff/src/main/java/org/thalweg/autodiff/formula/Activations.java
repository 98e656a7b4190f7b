package org.thalweg.autodiff.formula;

import static org.thalweg.autodiff.formula.Masks.less;
import static org.thalweg.autodiff.formula.Masks.lessOrEqual;
import static org.thalweg.autodiff.formula.Masks.select;

/// What neural networks put between their layers, of an [Expr]. Where one bends, its derivative is
/// that of one side, and the comment says of which.
public sealed interface Activations permits Expr {
  /// 1 ÷ (1 + e⁻ˣ)
  default Expr sigmoid() {
    return Expr.of(Operator.SIGMOID, self());
  }

  /// ln(1 ÷ (1 + e⁻ˣ)), without overflow.
  default Expr logSigmoid() {
    return self().negated().softplus().negated();
  }

  /// ln(1 + eˣ), without overflow.
  default Expr softplus() {
    return Expr.of(Operator.SOFTPLUS, self());
  }

  /// x ÷ (1 + |x|)
  default Expr softsign() {
    return Expr.of(Operator.SOFTSIGN, self());
  }

  /// max(x, 0) with derivative 0 at 0; NaN stays NaN.
  default Expr relu() {
    return select(lessOrEqual(self(), Expr.number(0)), Expr.number(0), self());
  }

  /// x above 0, slope · x else; the derivative at 0 is the slope.
  default Expr leakyRelu(Expr slope) {
    return select(less(Expr.number(0), self()), self(), slope.times(self()));
  }

  /// x from 0 on, α (eˣ − 1) below; the derivative at 0 is 1.
  ///
  /// Clevert, Unterthiner and Hochreiter, 2015.
  default Expr elu(Expr alpha) {
    return select(lessOrEqual(Expr.number(0), self()), self(), alpha.times(self().expm1()));
  }

  /// λ · elu(x, α), with the λ and α that keep mean 0 and variance 1; the derivative at 0 is λ.
  ///
  /// Klambauer et al., 2017.
  default Expr selu() {
    return elu(Expr.number(1.6732632423543772)).times(1.0507009873554805);
  }

  /// x ÷ (1 + e⁻ˣ), also called swish.
  ///
  /// Elfwing, Uchibe and Doya, 2017.
  default Expr silu() {
    return self().times(sigmoid());
  }

  /// x · tanh(ln(1 + eˣ)).
  ///
  /// Misra, 2019.
  default Expr mish() {
    return self().times(softplus().tanh());
  }

  /// The Gaussian error linear unit, exact form.
  ///
  /// ```
  /// ½ x (1 + erf(x/√2))
  /// ```
  ///
  /// Hendrycks and Gimpel, 2016.
  default Expr gelu() {
    return self().times(0.5).times(self().times(Math.sqrt(0.5)).erf().plus(1));
  }

  /// The Gaussian error linear unit, approximated.
  ///
  /// ```
  /// ½ x (1 + tanh u) = x ÷ (1 + e⁻²ᵘ),  u = √(2/π) (x + 0.044715 x³)
  /// ```
  ///
  /// The second form keeps its digits far to the left. Hendrycks and Gimpel, 2016.
  default Expr geluTanh() {
    // Beyond 32 the logistic function is 0 or 1: the cube need not overflow.
    Expr x = self().clamp(-32, 32);
    Expr cubic = x.square().fma(0.044715, 1).times(x);
    return self().times(cubic.times(2 * Math.sqrt(2 / Math.PI)).sigmoid());
  }

  /// 0 up to −3, 1 from 3 on, x/6 + ½ between, with derivative 0 at both ends.
  default Expr hardsigmoid() {
    Expr upper = select(lessOrEqual(Expr.number(3), self()), Expr.number(1), ramp());
    return select(lessOrEqual(self(), Expr.number(-3)), Expr.number(0), upper);
  }

  /// 0 below −3, x above 3, x (x/6 + ½) between; the derivatives at both ends are those between.
  ///
  /// Howard et al., 2019.
  default Expr hardswish() {
    Expr upper = select(less(Expr.number(3), self()), self(), self().times(ramp()));
    return select(less(self(), Expr.number(-3)), Expr.number(0), upper);
  }

  private Expr ramp() {
    return self().plus(3).over(6);
  }

  private Expr self() {
    return (Expr) this;
  }
}
