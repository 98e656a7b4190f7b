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
          Map.entry("erf", x -> erf(x[0])),
          Map.entry("sin", x -> StrictMath.sin(x[0])),
          Map.entry("cos", x -> StrictMath.cos(x[0])),
          Map.entry("pow", x -> StrictMath.pow(x[0], x[1])),
          Map.entry("sign", x -> Math.signum(x[0])),
          Map.entry("floor", x -> Math.floor(x[0])),
          Map.entry("rint", x -> Math.rint(x[0])));

  private static final Set<String> EXACT = Set.of("abs", "min", "max", "sign", "floor", "rint");

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

  static double apply(String name, double... x) {
    Function function = FUNCTIONS.get(name);
    return function == null ? Double.NaN : function.of(x);
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
      double fraction = a;
      for (int n = 200; n > 0; n--) {
        fraction = a + n / 2.0 / fraction;
      }
      y = 1 - StrictMath.exp(-a * a) / Math.sqrt(Math.PI) / fraction;
    }
    return Math.copySign(y, x);
  }
}
