package org.thalweg.checker.registry;

import java.util.Map;
import java.util.Set;

/// What the names in a formula's text mean, by `StrictMath` and by definition.
final class OracleFunctions {
  private interface Function {
    double of(double[] x);
  }

  private static final Map<String, Function> FUNCTIONS =
      Map.ofEntries(
          Map.entry("plus", x -> x[0] + x[1]),
          Map.entry("minus", x -> x[0] - x[1]),
          Map.entry("times", x -> x[0] * x[1]),
          Map.entry("over", x -> x[0] / x[1]),
          Map.entry("fma", x -> Math.fma(x[0], x[1], x[2])),
          Map.entry("abs", x -> Math.abs(x[0])),
          Map.entry("sqrt", x -> Math.sqrt(x[0])),
          Map.entry("min", x -> Math.min(x[0], x[1])),
          Map.entry("max", x -> Math.max(x[0], x[1])),
          Map.entry("exp", x -> StrictMath.exp(x[0])),
          Map.entry("expm1", x -> StrictMath.expm1(x[0])),
          Map.entry("log", x -> StrictMath.log(x[0])),
          Map.entry("log1p", x -> StrictMath.log1p(x[0])),
          Map.entry("tanh", x -> StrictMath.tanh(x[0])),
          Map.entry("σ", x -> sigmoid(x[0])),
          Map.entry("σ′", x -> sech2(x[0] / 2) / 4),
          Map.entry("erf", x -> erf(x[0])),
          Map.entry("sin", x -> StrictMath.sin(x[0])),
          Map.entry("cos", x -> StrictMath.cos(x[0])),
          Map.entry("pow", x -> StrictMath.pow(x[0], x[1])),
          Map.entry("sign", x -> Math.signum(x[0])),
          Map.entry("floor", x -> Math.floor(x[0])),
          Map.entry("round", x -> Math.rint(x[0])),
          Map.entry("exp2", x -> StrictMath.pow(2, x[0])),
          Map.entry("log2", x -> StrictMath.log(x[0]) / StrictMath.log(2)),
          Map.entry("log10", x -> StrictMath.log10(x[0])),
          Map.entry("xlogy", x -> xlogy(x[0], x[1])),
          Map.entry("logAddExp", x -> logAddExp(x[0], x[1])),
          Map.entry("tan", x -> StrictMath.tan(x[0])),
          Map.entry("asin", x -> StrictMath.asin(x[0])),
          Map.entry("acos", x -> StrictMath.acos(x[0])),
          Map.entry("atan", x -> StrictMath.atan(x[0])),
          Map.entry("atan2", x -> StrictMath.atan2(x[0], x[1])),
          Map.entry("hypot", x -> StrictMath.hypot(x[0], x[1])),
          Map.entry("direction", x -> direction(x[0], x[1])),
          Map.entry("sinh", x -> StrictMath.sinh(x[0])),
          Map.entry("cosh", x -> StrictMath.cosh(x[0])),
          Map.entry("sech2", x -> sech2(x[0])),
          Map.entry("asinh", x -> asinh(x[0])),
          Map.entry("acosh", x -> acosh(x[0])),
          Map.entry("atanh", x -> 0.5 * StrictMath.log1p(2 * x[0] / (1 - x[0]))),
          Map.entry("softplus", x -> logAddExp(0, x[0])),
          Map.entry("softsign", x -> x[0] / (1 + Math.abs(x[0]))),
          Map.entry("erfc", x -> erfc(x[0])));

  private static final Set<String> EXACT = Set.of("abs", "min", "max", "sign", "floor", "round");

  private OracleFunctions() {}

  static void check(String name, int arguments) {
    if (!FUNCTIONS.containsKey(name) || arguments < 1) {
      throw new IllegalArgumentException(
          "text: no function is called [" + name + "]: define it in OracleFunctions");
    }
  }

  static boolean isExact(String name) {
    return EXACT.contains(name);
  }

  /// What the rounding errors of a function are relative to: its value, or what that is a small
  /// difference of, or twice the value where the function here is no better than the other, and
  /// three times where it is a product of two quotients (`docs/elementary.md` has its error).
  static double size(String name, double[] x, double y) {
    return switch (name) {
      case "logAddExp" -> Math.max(Math.abs(y), Math.abs(Math.max(x[0], x[1])));
      case "erfc" -> 2 * Math.abs(y);
      case "σ′", "sech2" -> 3 * Math.abs(y);
      default -> Math.abs(y);
    };
  }

  static double apply(String name, double... x) {
    Function function = FUNCTIONS.get(name);
    return function == null ? Double.NaN : function.of(x);
  }

  private static double logAddExp(double a, double b) {
    double larger = Math.max(a, b);
    return larger + StrictMath.log1p(StrictMath.exp(Math.min(a, b) - larger));
  }

  private static double xlogy(double a, double b) {
    boolean isEdge = a == 0 && (b <= 0 || b == Double.POSITIVE_INFINITY);
    return isEdge ? 0 : a * StrictMath.log(b);
  }

  private static double direction(double a, double b) {
    double length = StrictMath.hypot(a, b);
    return length == 0 ? a : a / length;
  }

  private static double sech2(double x) {
    double inverse = 1 / StrictMath.cosh(x);
    return inverse * inverse;
  }

  private static double asinh(double x) {
    double a = Math.abs(x);
    double y = StrictMath.log1p(a + a * (a / (1 + StrictMath.hypot(a, 1))));
    return Math.copySign(y, x);
  }

  private static double acosh(double x) {
    double t = x - 1;
    return t < 0 ? Double.NaN : StrictMath.log1p(t + Math.sqrt(t) * Math.sqrt(t + 2));
  }

  private static double sigmoid(double x) {
    double small = StrictMath.exp(-Math.abs(x));
    return x >= 0 ? 1 / (1 + small) : small / (1 + small);
  }

  /// A series of positive terms up to 2, a continued fraction of 1 − erf beyond (Abramowitz and
  /// Stegun, 7.1.6 and 7.1.14).
  static double erf(double x) {
    double a = Math.abs(x);
    if (Double.isNaN(x) || a > 6) {
      return Double.isNaN(x) ? x : Math.signum(x);
    }
    double y;
    if (a < 2) {
      double term = a;
      double sum = a;
      for (int n = 1; term > 1e-18 * sum; n++) {
        term *= 2 * a * a / (2 * n + 1);
        sum += term;
      }
      y = 2 / Math.sqrt(Math.PI) * StrictMath.exp(-a * a) * sum;
    } else {
      y = 1 - tail(a);
    }
    return Math.copySign(y, x);
  }

  private static double erfc(double x) {
    return x > 0.5 ? tail(x) : 1 - erf(x);
  }

  private static double tail(double x) {
    double fraction = x;
    for (int n = x < 2 ? 2000 : 200; n > 0; n--) {
      fraction = x + n / 2.0 / fraction;
    }
    return StrictMath.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
  }
}
