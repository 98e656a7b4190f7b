package org.thalweg.autodiff.formula.elementary;

import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.Precision;

/// The elementary functions of one argument, with what their tests and the table in
/// `docs/elementary.md` need to know of them. The bounds, in ulp, stand just above the largest
/// error that was measured: in float over all 2³² arguments, in double over some 60,000.
enum Elementary {
  EXP("eˣ", Expr::exp, StrictMath::exp, 0.90, 0.85, -104, 89, 746),
  EXPM1("eˣ − 1", Expr::expm1, StrictMath::expm1, 1.45, 1.8, -18, 89, 710),
  LOG("ln x", Expr::log, StrictMath::log, 0.96, 1.2, 0.1, 10, 10),
  LOG1P("ln(1 + x)", Expr::log1p, StrictMath::log1p, 0.97, 1.2, -1, 10, 10),
  TANH("tanh x", Expr::tanh, StrictMath::tanh, 1.96, 1.95, -10, 10, 20),
  SIGMOID("1 ÷ (1 + e⁻ˣ)", Expr::sigmoid, Elementary::sigmoid, 2.05, 1.75, -104, 20, 746),
  SECH2("tanh′ x", slope(Expr::tanh), x -> 4 * sigmoidSlope(2 * x), 4.25, 4.0, -53, 53, 374),
  SIGMOID_SLOPE("σ′(x)", slope(Expr::sigmoid), Elementary::sigmoidSlope, 3.7, 3.45, -104, 104, 746),
  ERF("erf x", Expr::erf, Elementary::erf, 1.45, 1.5, -4, 4, 6),
  SIN("sin x", Expr::sin, StrictMath::sin, 1.6, 1.4, -1000, 1000, 1e9),
  COS("cos x", Expr::cos, StrictMath::cos, 1.6, 1.4, -1000, 1000, 1e9),
  GELU("½ x (1 + erf(x/√2))", Expr::gelu, Elementary::gelu, 1.7, 1.7, -8, 8, 9),
  EXP2("2ˣ", Expr::exp2, x -> StrictMath.pow(2, x), 0.88, 0.85, -149, 128, 1075),
  LOG2("log₂ x", Expr::log2, x -> StrictMath.log(x) / StrictMath.log(2), 1.2, 0.95, 0.1, 10, 10),
  LOG10("log₁₀ x", Expr::log10, StrictMath::log10, 1.15, 0.9, 0.1, 10, 10),
  TAN("tan x", Expr::tan, StrictMath::tan, 1.3, 1.05, -1000, 1000, 1e9),
  ASIN("asin x", Expr::asin, StrictMath::asin, 0.65, 0.65, -1, 1, 1),
  ACOS("acos x", Expr::acos, StrictMath::acos, 0.65, 0.6, -1, 1, 1),
  ATAN("atan x", Expr::atan, StrictMath::atan, 1, 0.95, -10, 10, 10),
  SINH("sinh x", Expr::sinh, StrictMath::sinh, 1.6, 1.6, -90, 90, 710),
  COSH("cosh x", Expr::cosh, StrictMath::cosh, 1.8, 1.4, -90, 90, 710),
  ASINH("asinh x", Expr::asinh, Elementary::asinh, 0.9, 0.9, -10, 10, 10),
  ACOSH("acosh x", Expr::acosh, Elementary::acosh, 0.95, 0.9, 1, 10, 10),
  ATANH("atanh x", Expr::atanh, Elementary::atanh, 1.1, 0.95, -1, 1, 1),
  ERFC("1 − erf x", Expr::erfc, Elementary::erfc, 1.75, 1.7, -4, 10.1, 27),
  SOFTPLUS("ln(1 + eˣ)", Expr::softplus, Elementary::softplus, 1.75, 1.5, -104, 20, 746);

  /// The function as the table shows it.
  final String text;

  final Expr expr;

  /// The function in double, to some 1e-15.
  final DoubleUnaryOperator reference;

  final double floatBound;
  final double doubleBound;

  /// Where a float result is neither trivial nor ∞.
  final double low;

  final double high;

  /// The like for double, both signs.
  final double reach;

  Elementary(
      String text,
      UnaryOperator<Expr> function,
      DoubleUnaryOperator reference,
      double floatBound,
      double doubleBound,
      double low,
      double high,
      double reach) {
    this.text = text;
    this.expr = function.apply(Expr.input("x"));
    this.reference = reference;
    this.floatBound = floatBound;
    this.doubleBound = doubleBound;
    this.low = low;
    this.high = high;
    this.reach = reach;
  }

  double bound(Precision precision) {
    return precision == Precision.FLOAT ? floatBound : doubleBound;
  }

  /// The error of a float result in ulp of the exact value.
  double error(float x, float y, double exact) {
    return Ulp.between(y, exact, this == GELU ? Math.ulp(x / 2) : 0);
  }

  /// The error of a double result in ulp of the exact value, which is the nearest double and what
  /// it lacks, in its ulp.
  double error(double x, double y, double nearest, double beyond) {
    // Far to the left gelu is the small difference of large numbers: it is measured against ½|x|.
    return Ulp.between(y, nearest, beyond, this == GELU ? Math.ulp(x / 2) : 0);
  }

  private static double sigmoid(double x) {
    return x < 0 ? StrictMath.exp(x) / (1 + StrictMath.exp(x)) : 1 / (1 + StrictMath.exp(-x));
  }

  private static UnaryOperator<Expr> slope(UnaryOperator<Expr> function) {
    return x -> Formula.of("x", function).derivative(0, 0).outputs().get(0);
  }

  private static double sigmoidSlope(double x) {
    double e = StrictMath.exp(-Math.abs(x));
    return e / (1 + e) / (1 + e);
  }

  private static double gelu(double x) {
    return 0.5 * x * (1 + erf(x * Math.sqrt(0.5)));
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
  }

  /// A series without cancellation:
  ///
  /// ```
  /// erf x = 2/√π · e^(−x²) · Σ 2ⁿ x²ⁿ⁺¹ / (1 · 3 · 5 ⋯ (2n + 1))
  /// ```
  ///
  /// Abramowitz and Stegun, 7.1.6.
  static double erf(double x) {
    if (Math.abs(x) > 6) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > Math.abs(sum) * 1e-18; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return sum * StrictMath.exp(-x * x) * (2 / Math.sqrt(Math.PI));
  }

  /// The difference below ½, a continued fraction beyond (Abramowitz and Stegun, 7.1.14).
  private static double erfc(double x) {
    if (!(x > 0.5)) {
      return 1 - erf(x);
    }
    double fraction = x;
    for (int n = x < 2 ? 2000 : 200; n > 0; n--) {
      fraction = x + n / 2.0 / fraction;
    }
    return x > 30 ? 0 : StrictMath.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
  }

  private static double asinh(double x) {
    double a = Math.abs(x);
    double y =
        a > 1e18
            ? StrictMath.log(a) + StrictMath.log(2)
            : StrictMath.log1p(a + a * (a / (1 + StrictMath.hypot(a, 1))));
    return Math.copySign(y, x);
  }

  private static double acosh(double x) {
    double t = x - 1;
    if (x > 1e18) {
      return StrictMath.log(x) + StrictMath.log(2);
    }
    return t < 0 ? Double.NaN : StrictMath.log1p(t + Math.sqrt(t) * Math.sqrt(t + 2));
  }

  private static double atanh(double x) {
    double a = Math.abs(x);
    return Math.copySign(0.5 * StrictMath.log1p(2 * a / (1 - a)), x);
  }
}
