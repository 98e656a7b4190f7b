package org.thalweg.autodiff.operation;

import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.Formulas;

/// Mathematics on every element, by name: each method applies a formula. Two tensors broadcast by
/// NumPy's rules; a Java number takes the type of the tensor. Comparisons give 1 and 0 in that
/// type.
///
/// Every method throws `IllegalArgumentException` where types differ, are INT32, or shapes do not
/// broadcast.
public interface Pointwise {
  /// a + b
  default Tensor plus(Tensor b) {
    return apply(Formulas.PLUS, this, b);
  }

  /// a + b
  default Tensor plus(double b) {
    return apply(Formulas.PLUS, this, b);
  }

  /// a − b
  default Tensor minus(Tensor b) {
    return apply(Formulas.MINUS, this, b);
  }

  /// a − b
  default Tensor minus(double b) {
    return apply(Formulas.MINUS, this, b);
  }

  /// a · b, element by element; the matrix product is [Products#matmul].
  default Tensor times(Tensor b) {
    return apply(Formulas.TIMES, this, b);
  }

  /// a · b
  default Tensor times(double b) {
    return apply(Formulas.TIMES, this, b);
  }

  /// a ÷ b
  default Tensor over(Tensor b) {
    return apply(Formulas.OVER, this, b);
  }

  /// a ÷ b
  default Tensor over(double b) {
    return apply(Formulas.OVER, this, b);
  }

  /// aᵇ with the special values of `Math.pow`; the derivative in a is 0 where b = 0, that in b is 0
  /// where a = 0 and b ≥ 0.
  default Tensor pow(Tensor b) {
    return apply(Formulas.POW, this, b);
  }

  /// aᵇ
  default Tensor pow(double b) {
    return apply(Formulas.POW, this, b);
  }

  /// The larger of two; NaN wins; equal values share the gradient evenly.
  default Tensor max(Tensor b) {
    return apply(Formulas.MAX, this, b);
  }

  /// The smaller of two; NaN wins; equal values share the gradient evenly.
  default Tensor min(Tensor b) {
    return apply(Formulas.MIN, this, b);
  }

  /// −x
  default Tensor negated() {
    return apply(Formulas.NEGATED, this);
  }

  /// |x|, with derivative 0 at 0.
  default Tensor abs() {
    return apply(Formulas.ABS, this);
  }

  /// −1, 0 or 1; the derivative is 0.
  default Tensor sign() {
    return apply(Formulas.SIGN, this);
  }

  /// x²
  default Tensor square() {
    return apply(Formulas.SQUARE, this);
  }

  /// √x; NaN below 0, derivative ∞ at 0.
  default Tensor sqrt() {
    return apply(Formulas.SQRT, this);
  }

  /// 1 ÷ x
  default Tensor reciprocal() {
    return apply(Formulas.RECIPROCAL, this);
  }

  /// eˣ
  default Tensor exp() {
    return apply(Formulas.EXP, this);
  }

  /// eˣ − 1, exact near 0.
  default Tensor expm1() {
    return apply(Formulas.EXPM1, this);
  }

  /// ln x; −∞ at 0, NaN below.
  default Tensor log() {
    return apply(Formulas.LOG, this);
  }

  /// ln(1 + x), exact near 0.
  default Tensor log1p() {
    return apply(Formulas.LOG1P, this);
  }

  /// sin x, in radians.
  default Tensor sin() {
    return apply(Formulas.SIN, this);
  }

  /// cos x, in radians.
  default Tensor cos() {
    return apply(Formulas.COS, this);
  }

  /// The hyperbolic tangent.
  default Tensor tanh() {
    return apply(Formulas.TANH, this);
  }

  /// 1 ÷ (1 + e⁻ˣ)
  default Tensor sigmoid() {
    return apply(Formulas.SIGMOID, this);
  }

  /// The error function.
  default Tensor erf() {
    return apply(Formulas.ERF, this);
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

  /// x limited to [low, high], with derivative 1 at both limits; NaN stays NaN.
  default Tensor clamp(double low, double high) {
    return apply(Formulas.CLAMP, this, number(low), number(high));
  }

  /// `a` where this is not 0, else `b`. What the other branch holds does not reach the gradient of
  /// this operation, but it is computed before: keep both free of NaN, or write one formula.
  default Tensor where(Tensor a, Tensor b) {
    return apply(Formulas.WHERE, this, a, b);
  }

  /// 1 where a < b, else 0.
  default Tensor lessThan(Tensor b) {
    return apply(Formulas.LESS_THAN, this, b);
  }

  /// 1 where a ≤ b, else 0.
  default Tensor atMost(Tensor b) {
    return apply(Formulas.AT_MOST, this, b);
  }

  /// 1 where a > b, else 0.
  default Tensor greaterThan(Tensor b) {
    return apply(Formulas.GREATER_THAN, this, b);
  }

  /// 1 where a ≥ b, else 0.
  default Tensor atLeast(Tensor b) {
    return apply(Formulas.AT_LEAST, this, b);
  }

  /// 1 where a = b, else 0.
  default Tensor equalTo(Tensor b) {
    return apply(Formulas.EQUAL_TO, this, b);
  }

  /// 1 where x is not a number, else 0.
  default Tensor isNaN() {
    return apply(Formulas.IS_NAN, this);
  }

  /// The largest whole number not above x; the derivative is 0.
  default Tensor floor() {
    return apply(Formulas.FLOOR, this);
  }

  /// The nearest whole number, ties to the even one; the derivative is 0.
  default Tensor rint() {
    return apply(Formulas.RINT, this);
  }

  /// The same values in another type, rounded; a gradient goes back in the first type. To INT32
  /// only whole numbers in range.
  ///
  /// @throws IllegalArgumentException where a value is not a whole number in the range of INT32
  default Tensor to(DType dtype) {
    Tensor x = (Tensor) this;
    return x.dtype() == dtype ? x : Tensor.apply(new ShapeOp.To(dtype), x);
  }

  private Tensor number(double value) {
    DType dtype = ((Tensor) this).dtype();
    // Any whole number will do where the formula is about to refuse the type.
    return Tensor.scalar(dtype, dtype.isFloating() ? value : 0);
  }

  private static Tensor apply(Formula formula, Pointwise a) {
    return Tensor.apply(formula, (Tensor) a);
  }

  private static Tensor apply(Formula formula, Pointwise a, Tensor b) {
    return Tensor.apply(formula, (Tensor) a, b);
  }

  private static Tensor apply(Formula formula, Pointwise a, double b) {
    return Tensor.apply(formula, (Tensor) a, a.number(b));
  }

  private static Tensor apply(Formula formula, Pointwise a, Tensor b, Tensor c) {
    return Tensor.apply(formula, (Tensor) a, b, c);
  }
}
