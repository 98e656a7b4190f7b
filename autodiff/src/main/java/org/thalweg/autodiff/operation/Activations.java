package org.thalweg.autodiff.operation;

import static org.thalweg.autodiff.operation.PointwiseOp.apply;

import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.formula.Formulas;

/// What neural networks put between their layers: each method applies a formula to every element,
/// as those of [Pointwise] do. Where a function bends, its derivative is that of one side, and the
/// comment says of which.
///
/// Every method throws `IllegalArgumentException` where types differ, are INT32, or shapes do not
/// broadcast.
public interface Activations {
  /// 1 ÷ (1 + e⁻ˣ)
  default Tensor sigmoid() {
    return apply(Formulas.SIGMOID, this);
  }

  /// ln(1 ÷ (1 + e⁻ˣ)), without overflow.
  default Tensor logSigmoid() {
    return apply(Formulas.LOG_SIGMOID, this);
  }

  /// max(x, 0), with derivative 0 at 0; NaN stays NaN.
  default Tensor relu() {
    return apply(Formulas.RELU, this);
  }

  /// ½ x (1 + erf(x/√2)): the exact form. Hendrycks and Gimpel, 2016.
  default Tensor gelu() {
    return apply(Formulas.GELU, this);
  }

  /// ln(1 + eˣ), without overflow.
  default Tensor softplus() {
    return apply(Formulas.SOFTPLUS, this);
  }

  /// ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))): an approximation of [#gelu()]. Hendrycks and Gimpel,
  /// 2016.
  default Tensor geluTanh() {
    return apply(Formulas.GELU_TANH, this);
  }

  /// x ÷ (1 + |x|)
  default Tensor softsign() {
    return apply(Formulas.SOFTSIGN, this);
  }

  /// x above 0, x/100 else; the derivative at 0 is 1/100.
  default Tensor leakyRelu() {
    return leakyRelu(0.01);
  }

  /// x above 0, slope · x else; the derivative at 0 is the slope.
  default Tensor leakyRelu(double slope) {
    return apply(Formulas.LEAKY_RELU, this, slope);
  }

  /// x above 0, slope · x else, with a slope that is learned; the derivative at 0 is the slope. He
  /// et al., 2015.
  default Tensor prelu(Tensor slope) {
    return apply(Formulas.PRELU, this, slope);
  }

  /// x from 0 on, eˣ − 1 below; the derivative at 0 is 1. Clevert, Unterthiner and Hochreiter,
  /// 2015.
  default Tensor elu() {
    return elu(1);
  }

  /// x from 0 on, α (eˣ − 1) below; the derivative at 0 is 1.
  default Tensor elu(double alpha) {
    return apply(Formulas.ELU, this, alpha);
  }

  /// λ · elu(x, α), with the λ and α that keep mean 0 and variance 1; the derivative at 0 is λ.
  /// Klambauer et al., 2017.
  default Tensor selu() {
    return apply(Formulas.SELU, this);
  }

  /// x ÷ (1 + e⁻ˣ), also called swish. Elfwing, Uchibe and Doya, 2017.
  default Tensor silu() {
    return apply(Formulas.SILU, this);
  }

  /// x · tanh(ln(1 + eˣ)). Misra, 2019.
  default Tensor mish() {
    return apply(Formulas.MISH, this);
  }

  /// x/6 + ½, limited to [0, 1], with derivative 0 at ±3.
  default Tensor hardsigmoid() {
    return apply(Formulas.HARDSIGMOID, this);
  }

  /// x · hardsigmoid(x), with the derivatives of the middle at ±3. Howard et al., 2019.
  default Tensor hardswish() {
    return apply(Formulas.HARDSWISH, this);
  }
}
