package org.thalweg.autodiff.formula;

/// The formulas behind the pointwise operations of tensors. To add an operation: one constant here,
/// one fluent method in `Pointwise` or `Activations`. The tests find both by themselves.
public final class Formulas {
  /// a + b
  public static final Formula PLUS = Formula.of("a", "b", Expr::plus).named("plus");

  /// a − b
  public static final Formula MINUS = Formula.of("a", "b", Expr::minus).named("minus");

  /// a · b
  public static final Formula TIMES = Formula.of("a", "b", Expr::times).named("times");

  /// a ÷ b
  public static final Formula OVER = Formula.of("a", "b", Expr::over).named("over");

  /// aᵇ
  public static final Formula POW = Formula.of("a", "b", Expr::pow).named("pow");

  /// The larger of two.
  public static final Formula MAX = Formula.of("a", "b", Expr::max).named("max");

  /// The smaller of two.
  public static final Formula MIN = Formula.of("a", "b", Expr::min).named("min");

  /// −x
  public static final Formula NEGATED = Formula.of("x", Expr::negated).named("negated");

  /// |x|
  public static final Formula ABS = Formula.of("x", Expr::abs).named("abs");

  /// −1, 0 or 1.
  public static final Formula SIGN = Formula.of("x", Expr::sign).named("sign");

  /// x²
  public static final Formula SQUARE = Formula.of("x", Expr::square).named("square");

  /// √x
  public static final Formula SQRT = Formula.of("x", Expr::sqrt).named("sqrt");

  /// 1 ÷ √x
  public static final Formula RSQRT = Formula.of("x", Expr::rsqrt).named("rsqrt");

  /// 1 ÷ x
  public static final Formula RECIPROCAL = Formula.of("x", Expr::reciprocal).named("reciprocal");

  /// eˣ
  public static final Formula EXP = Formula.of("x", Expr::exp).named("exp");

  /// 2ˣ
  public static final Formula EXP2 = Formula.of("x", Expr::exp2).named("exp2");

  /// eˣ − 1
  public static final Formula EXPM1 = Formula.of("x", Expr::expm1).named("expm1");

  /// ln x
  public static final Formula LOG = Formula.of("x", Expr::log).named("log");

  /// The logarithm to base 2.
  public static final Formula LOG2 = Formula.of("x", Expr::log2).named("log2");

  /// The logarithm to base 10.
  public static final Formula LOG10 = Formula.of("x", Expr::log10).named("log10");

  /// ln(1 + x)
  public static final Formula LOG1P = Formula.of("x", Expr::log1p).named("log1p");

  /// sin x
  public static final Formula SIN = Formula.of("x", Expr::sin).named("sin");

  /// cos x
  public static final Formula COS = Formula.of("x", Expr::cos).named("cos");

  /// tan x
  public static final Formula TAN = Formula.of("x", Expr::tan).named("tan");

  /// The angle whose sine is x.
  public static final Formula ASIN = Formula.of("x", Expr::asin).named("asin");

  /// The angle whose cosine is x.
  public static final Formula ACOS = Formula.of("x", Expr::acos).named("acos");

  /// The angle whose tangent is x.
  public static final Formula ATAN = Formula.of("x", Expr::atan).named("atan");

  /// The angle of the point (x, y).
  public static final Formula ATAN2 = Formula.of("y", "x", Expr::atan2).named("atan2");

  /// √(a² + b²)
  public static final Formula HYPOT = Formula.of("a", "b", Expr::hypot).named("hypot");

  /// The hyperbolic sine.
  public static final Formula SINH = Formula.of("x", Expr::sinh).named("sinh");

  /// The hyperbolic cosine.
  public static final Formula COSH = Formula.of("x", Expr::cosh).named("cosh");

  /// The hyperbolic tangent.
  public static final Formula TANH = Formula.of("x", Expr::tanh).named("tanh");

  /// The inverse of the hyperbolic sine.
  public static final Formula ASINH = Formula.of("x", Expr::asinh).named("asinh");

  /// The inverse of the hyperbolic cosine.
  public static final Formula ACOSH = Formula.of("x", Expr::acosh).named("acosh");

  /// The inverse of the hyperbolic tangent.
  public static final Formula ATANH = Formula.of("x", Expr::atanh).named("atanh");

  /// ln(x ÷ (1 − x))
  public static final Formula LOGIT = Formula.of("x", Expr::logit).named("logit");

  /// a ln b
  public static final Formula XLOGY = Formula.of("a", "b", Expr::xlogy).named("xlogy");

  /// ln(eᵃ + eᵇ)
  public static final Formula LOG_ADD_EXP =
      Formula.of("a", "b", Expr::logAddExp).named("logAddExp");

  /// a + weight · (b − a)
  public static final Formula LERP =
      Formula.of("a", "b", "weight", (a, b, weight) -> a.lerp(b, weight)).named("lerp");

  /// 1 ÷ (1 + e⁻ˣ)
  public static final Formula SIGMOID = Formula.of("x", Expr::sigmoid).named("sigmoid");

  /// The error function.
  public static final Formula ERF = Formula.of("x", Expr::erf).named("erf");

  /// 1 − erf x
  public static final Formula ERFC = Formula.of("x", Expr::erfc).named("erfc");

  /// max(x, 0)
  public static final Formula RELU = Formula.of("x", Expr::relu).named("relu");

  /// ½ x (1 + erf(x/√2))
  public static final Formula GELU = Formula.of("x", Expr::gelu).named("gelu");

  /// ln(1 + eˣ)
  public static final Formula SOFTPLUS = Formula.of("x", Expr::softplus).named("softplus");

  /// ln(1 ÷ (1 + e⁻ˣ))
  public static final Formula LOG_SIGMOID = Formula.of("x", Expr::logSigmoid).named("logSigmoid");

  /// x ÷ (1 + |x|)
  public static final Formula SOFTSIGN = Formula.of("x", Expr::softsign).named("softsign");

  /// x above 0, slope · x else; the slope is a number of the call.
  public static final Formula LEAKY_RELU =
      Formula.of("x", "slope", Expr::leakyRelu).named("leakyRelu");

  /// x above 0, slope · x else; the slope is learned. He et al., 2015.
  public static final Formula PRELU = Formula.of("x", "slope", Expr::leakyRelu).named("prelu");

  /// x from 0 on, α (eˣ − 1) below.
  public static final Formula ELU = Formula.of("x", "alpha", Expr::elu).named("elu");

  /// λ · elu(x, α). Klambauer et al., 2017.
  public static final Formula SELU = Formula.of("x", Expr::selu).named("selu");

  /// x ÷ (1 + e⁻ˣ)
  public static final Formula SILU = Formula.of("x", Expr::silu).named("silu");

  /// x · tanh(ln(1 + eˣ)). Misra, 2019.
  public static final Formula MISH = Formula.of("x", Expr::mish).named("mish");

  /// ½ x (1 + tanh(√(2/π) (x + 0.044715 x³)))
  public static final Formula GELU_TANH = Formula.of("x", Expr::geluTanh).named("geluTanh");

  /// x/6 + ½, limited to [0, 1].
  public static final Formula HARDSIGMOID = Formula.of("x", Expr::hardsigmoid).named("hardsigmoid");

  /// x · hardsigmoid(x)
  public static final Formula HARDSWISH = Formula.of("x", Expr::hardswish).named("hardswish");

  /// x limited to [low, high].
  public static final Formula CLAMP =
      Formula.of("x", "low", "high", (x, low, high) -> x.clamp(low, high)).named("clamp");

  /// x, or low where it is below that.
  public static final Formula CLAMP_MIN = Formula.of("x", "low", Expr::clampMin).named("clampMin");

  /// x, or high where it is above that.
  public static final Formula CLAMP_MAX = Formula.of("x", "high", Expr::clampMax).named("clampMax");

  /// a where the condition is not 0, else b.
  public static final Formula WHERE = Formula.of("condition", "a", "b", Expr::where).named("where");

  /// value where the mask is not 0, else x.
  public static final Formula MASKED_FILL =
      Formula.of("x", "mask", "value", (x, mask, value) -> Expr.where(mask, value, x))
          .named("maskedFill");

  /// 1 where a < b, else 0.
  public static final Formula LESS_THAN = Formula.of("a", "b", Expr::lessThan).named("lessThan");

  /// 1 where a ≤ b, else 0.
  public static final Formula AT_MOST = Formula.of("a", "b", Expr::atMost).named("atMost");

  /// 1 where a > b, else 0.
  public static final Formula GREATER_THAN =
      Formula.of("a", "b", Expr::greaterThan).named("greaterThan");

  /// 1 where a ≥ b, else 0.
  public static final Formula AT_LEAST = Formula.of("a", "b", Expr::atLeast).named("atLeast");

  /// 1 where a = b, else 0.
  public static final Formula EQUAL_TO = Formula.of("a", "b", Expr::equalTo).named("equalTo");

  /// 1 where a ≠ b, else 0.
  public static final Formula NOT_EQUAL_TO =
      Formula.of("a", "b", Expr::notEqualTo).named("notEqualTo");

  /// 1 where x is not a number, else 0.
  public static final Formula IS_NAN = Formula.of("x", Expr::isNaN).named("isNaN");

  /// 1 where x is infinite, else 0.
  public static final Formula IS_INFINITE = Formula.of("x", Expr::isInfinite).named("isInfinite");

  /// 1 where x is neither infinite nor NaN, else 0.
  public static final Formula IS_FINITE = Formula.of("x", Expr::isFinite).named("isFinite");

  /// The largest whole number not above x.
  public static final Formula FLOOR = Formula.of("x", Expr::floor).named("floor");

  /// The smallest whole number not below x.
  public static final Formula CEIL = Formula.of("x", Expr::ceil).named("ceil");

  /// The whole number next to x towards 0.
  public static final Formula TRUNC = Formula.of("x", Expr::trunc).named("trunc");

  /// The nearest whole number, ties to the even one.
  public static final Formula ROUND = Formula.of("x", Expr::round).named("round");

  private Formulas() {}
}
