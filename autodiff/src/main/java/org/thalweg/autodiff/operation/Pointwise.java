package org.thalweg.autodiff.operation;

import static org.thalweg.autodiff.operation.PointwiseOp.apply;
import static org.thalweg.autodiff.operation.PointwiseOp.number;

import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
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

  /// 1 ÷ √x; ∞ at 0, NaN below.
  default Tensor rsqrt() {
    return apply(Formulas.RSQRT, this);
  }

  /// 1 ÷ x
  default Tensor reciprocal() {
    return apply(Formulas.RECIPROCAL, this);
  }

  /// eˣ
  default Tensor exp() {
    return apply(Formulas.EXP, this);
  }

  /// 2ˣ, exact where x is whole.
  default Tensor exp2() {
    return apply(Formulas.EXP2, this);
  }

  /// eˣ − 1, exact near 0.
  default Tensor expm1() {
    return apply(Formulas.EXPM1, this);
  }

  /// ln x; −∞ at 0, NaN below.
  default Tensor log() {
    return apply(Formulas.LOG, this);
  }

  /// The logarithm to base 2; −∞ at 0, NaN below.
  default Tensor log2() {
    return apply(Formulas.LOG2, this);
  }

  /// The logarithm to base 10; −∞ at 0, NaN below.
  default Tensor log10() {
    return apply(Formulas.LOG10, this);
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

  /// tan x, in radians.
  default Tensor tan() {
    return apply(Formulas.TAN, this);
  }

  /// The angle in [−π/2, π/2] whose sine is x; NaN beyond ±1, where the derivative is ∞.
  default Tensor asin() {
    return apply(Formulas.ASIN, this);
  }

  /// The angle in [0, π] whose cosine is x; NaN beyond ±1, where the derivative is −∞.
  default Tensor acos() {
    return apply(Formulas.ACOS, this);
  }

  /// The angle in [−π/2, π/2] whose tangent is x.
  default Tensor atan() {
    return apply(Formulas.ATAN, this);
  }

  /// The angle in [−π, π] of the point (x, y), where this is y; the derivatives are 0 at (0, 0).
  default Tensor atan2(Tensor x) {
    return apply(Formulas.ATAN2, this, x);
  }

  /// √(a² + b²), without overflow or underflow; the derivatives are 0 at (0, 0).
  default Tensor hypot(Tensor b) {
    return apply(Formulas.HYPOT, this, b);
  }

  /// The hyperbolic sine.
  default Tensor sinh() {
    return apply(Formulas.SINH, this);
  }

  /// The hyperbolic cosine.
  default Tensor cosh() {
    return apply(Formulas.COSH, this);
  }

  /// The hyperbolic tangent.
  default Tensor tanh() {
    return apply(Formulas.TANH, this);
  }

  /// The inverse of the hyperbolic sine.
  default Tensor asinh() {
    return apply(Formulas.ASINH, this);
  }

  /// The inverse of the hyperbolic cosine; NaN below 1, where the derivative is ∞.
  default Tensor acosh() {
    return apply(Formulas.ACOSH, this);
  }

  /// The inverse of the hyperbolic tangent; ±∞ at ±1, NaN beyond.
  default Tensor atanh() {
    return apply(Formulas.ATANH, this);
  }

  /// The error function.
  default Tensor erf() {
    return apply(Formulas.ERF, this);
  }

  /// 1 − erf x, exact far to the right too.
  default Tensor erfc() {
    return apply(Formulas.ERFC, this);
  }

  /// ln(x ÷ (1 − x)); ∓∞ at 0 and 1, NaN outside.
  default Tensor logit() {
    return apply(Formulas.LOGIT, this);
  }

  /// a ln b, and 0 where a = 0, whatever number b is. Where a = 0 and b is 0, ∞ or negative, both
  /// derivatives are 0.
  default Tensor xlogy(Tensor b) {
    return apply(Formulas.XLOGY, this, b);
  }

  /// ln(eᵃ + eᵇ), without overflow; where both are −∞ it is −∞, with derivatives 0.
  default Tensor logAddExp(Tensor b) {
    return apply(Formulas.LOG_ADD_EXP, this, b);
  }

  /// a + weight · (b − a), exact at weights 0 and 1.
  default Tensor lerp(Tensor b, Tensor weight) {
    return apply(Formulas.LERP, this, b, weight);
  }

  /// a + weight · (b − a), exact at weights 0 and 1.
  default Tensor lerp(Tensor b, double weight) {
    return apply(Formulas.LERP, this, b, number(this, weight));
  }

  /// x limited to [low, high], with derivative 1 at both limits; NaN stays NaN.
  ///
  /// @throws IllegalArgumentException where low > high, or one is not a number
  default Tensor clamp(double low, double high) {
    checkLimit("clamp", low);
    checkLimit("clamp", high);
    if (low > high) {
      throw new IllegalArgumentException(
          "clamp: low is above high, [" + low + ", " + high + "]: swap them");
    }
    return apply(Formulas.CLAMP, this, number(this, low), number(this, high));
  }

  /// x, or the limit where x is below it, with derivative 1 at the limit; NaN stays NaN.
  ///
  /// @throws IllegalArgumentException where the limit is not a number
  default Tensor clampMin(double limit) {
    checkLimit("clampMin", limit);
    return apply(Formulas.CLAMP_MIN, this, limit);
  }

  /// x, or the limit where x is above it, with derivative 1 at the limit; NaN stays NaN.
  ///
  /// @throws IllegalArgumentException where the limit is not a number
  default Tensor clampMax(double limit) {
    checkLimit("clampMax", limit);
    return apply(Formulas.CLAMP_MAX, this, limit);
  }

  /// `a` where this is not 0, else `b`. What the other branch holds does not reach the gradient of
  /// this operation, but it is computed before: keep both free of NaN, or write one formula.
  default Tensor where(Tensor a, Tensor b) {
    return apply(Formulas.WHERE, this, a, b);
  }

  /// `value` where the mask is not 0, else x; the value has no gradient.
  default Tensor maskedFill(Tensor mask, double value) {
    return apply(Formulas.MASKED_FILL, this, mask, number(this, value));
  }

  /// 1 where a < b, else 0.
  default Tensor lessThan(Tensor b) {
    return apply(Formulas.LESS_THAN, this, b);
  }

  /// 1 where a < b, else 0.
  default Tensor lessThan(double b) {
    return apply(Formulas.LESS_THAN, this, b);
  }

  /// 1 where a ≤ b, else 0.
  default Tensor atMost(Tensor b) {
    return apply(Formulas.AT_MOST, this, b);
  }

  /// 1 where a ≤ b, else 0.
  default Tensor atMost(double b) {
    return apply(Formulas.AT_MOST, this, b);
  }

  /// 1 where a > b, else 0.
  default Tensor greaterThan(Tensor b) {
    return apply(Formulas.GREATER_THAN, this, b);
  }

  /// 1 where a > b, else 0.
  default Tensor greaterThan(double b) {
    return apply(Formulas.GREATER_THAN, this, b);
  }

  /// 1 where a ≥ b, else 0.
  default Tensor atLeast(Tensor b) {
    return apply(Formulas.AT_LEAST, this, b);
  }

  /// 1 where a ≥ b, else 0.
  default Tensor atLeast(double b) {
    return apply(Formulas.AT_LEAST, this, b);
  }

  /// 1 where a = b, else 0.
  default Tensor equalTo(Tensor b) {
    return apply(Formulas.EQUAL_TO, this, b);
  }

  /// 1 where a = b, else 0.
  default Tensor equalTo(double b) {
    return apply(Formulas.EQUAL_TO, this, b);
  }

  /// 1 where a ≠ b, else 0; NaN differs from everything.
  default Tensor notEqualTo(Tensor b) {
    return apply(Formulas.NOT_EQUAL_TO, this, b);
  }

  /// 1 where a ≠ b, else 0; NaN differs from everything.
  default Tensor notEqualTo(double b) {
    return apply(Formulas.NOT_EQUAL_TO, this, b);
  }

  /// 1 where x is not a number, else 0.
  default Tensor isNaN() {
    return apply(Formulas.IS_NAN, this);
  }

  /// 1 where x is ∞ or −∞, else 0.
  default Tensor isInfinite() {
    return apply(Formulas.IS_INFINITE, this);
  }

  /// 1 where x is neither infinite nor NaN, else 0.
  default Tensor isFinite() {
    return apply(Formulas.IS_FINITE, this);
  }

  /// The largest whole number not above x; the derivative is 0.
  default Tensor floor() {
    return apply(Formulas.FLOOR, this);
  }

  /// The smallest whole number not below x; the derivative is 0.
  default Tensor ceil() {
    return apply(Formulas.CEIL, this);
  }

  /// The whole number next to x towards 0; the derivative is 0.
  default Tensor trunc() {
    return apply(Formulas.TRUNC, this);
  }

  /// The nearest whole number, ties to the even one; the derivative is 0.
  default Tensor round() {
    return apply(Formulas.ROUND, this);
  }

  /// The same values in another type, rounded; a gradient goes back in the first type. To INT32
  /// only whole numbers in range.
  ///
  /// @throws IllegalArgumentException where a value is not a whole number in the range of INT32
  default Tensor to(DType dtype) {
    Tensor x = (Tensor) this;
    return x.dtype() == dtype ? x : Tensor.apply(new ShapeOp.To(dtype), x);
  }

  private static void checkLimit(String operation, double limit) {
    if (Double.isNaN(limit)) {
      throw new IllegalArgumentException(operation + ": a limit is NaN: give a number");
    }
  }
}
