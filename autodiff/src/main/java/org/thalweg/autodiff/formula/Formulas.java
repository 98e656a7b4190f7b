package org.thalweg.autodiff.formula;

/// The formulas behind the pointwise operations of tensors. To add an operation: one constant here,
/// one fluent method in `Pointwise`. The tests find both by themselves.
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

  /// 1 ÷ x
  public static final Formula RECIPROCAL = Formula.of("x", Expr::reciprocal).named("reciprocal");

  /// eˣ
  public static final Formula EXP = Formula.of("x", Expr::exp).named("exp");

  /// eˣ − 1
  public static final Formula EXPM1 = Formula.of("x", Expr::expm1).named("expm1");

  /// ln x
  public static final Formula LOG = Formula.of("x", Expr::log).named("log");

  /// ln(1 + x)
  public static final Formula LOG1P = Formula.of("x", Expr::log1p).named("log1p");

  /// sin x
  public static final Formula SIN = Formula.of("x", Expr::sin).named("sin");

  /// cos x
  public static final Formula COS = Formula.of("x", Expr::cos).named("cos");

  /// The hyperbolic tangent.
  public static final Formula TANH = Formula.of("x", Expr::tanh).named("tanh");

  /// 1 ÷ (1 + e⁻ˣ)
  public static final Formula SIGMOID = Formula.of("x", Expr::sigmoid).named("sigmoid");

  /// The error function.
  public static final Formula ERF = Formula.of("x", Expr::erf).named("erf");

  /// max(x, 0)
  public static final Formula RELU = Formula.of("x", Expr::relu).named("relu");

  /// ½ x (1 + erf(x/√2))
  public static final Formula GELU = Formula.of("x", Expr::gelu).named("gelu");

  /// ln(1 + eˣ)
  public static final Formula SOFTPLUS = Formula.of("x", Expr::softplus).named("softplus");

  /// x limited to [low, high].
  public static final Formula CLAMP =
      Formula.of("x", "low", "high", (x, low, high) -> x.clamp(low, high)).named("clamp");

  /// a where the condition is not 0, else b.
  public static final Formula WHERE = Formula.of("condition", "a", "b", Expr::where).named("where");

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

  /// 1 where x is not a number, else 0.
  public static final Formula IS_NAN = Formula.of("x", Expr::isNaN).named("isNaN");

  /// The largest whole number not above x.
  public static final Formula FLOOR = Formula.of("x", Expr::floor).named("floor");

  /// The nearest whole number, ties to the even one.
  public static final Formula RINT = Formula.of("x", Expr::rint).named("rint");

  private Formulas() {}
}
