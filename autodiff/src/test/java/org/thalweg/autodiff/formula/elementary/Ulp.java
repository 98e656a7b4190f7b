package org.thalweg.autodiff.formula.elementary;

/// Errors in units in the last place.
final class Ulp {
  private Ulp() {}

  /// How far a float is from an exact value, in ulp of that, or in `unit` where it is larger.
  /// Beyond the largest float everything counts as 2¹²⁸. A NaN, an infinity or a signed zero that
  /// should not be there is infinitely wrong.
  static double between(float y, double exact, double unit) {
    if (Double.isNaN(exact) || Float.isNaN(y) || Double.isInfinite(exact) || exact == 0) {
      return isSame(y, (float) exact) ? 0 : Double.POSITIVE_INFINITY;
    }
    int exponent = Math.clamp(Math.getExponent(exact), Float.MIN_EXPONENT, Float.MAX_EXPONENT);
    double ulp = Math.scalb(1.0, exponent - 23);
    double error = Math.abs(limited(y) - limited(exact));
    return error / Math.max(ulp, unit);
  }

  private static double limited(double x) {
    return Math.clamp(x, -0x1p128, 0x1p128);
  }

  /// The same for doubles; the exact value is `nearest` + `beyond` · ulp(`nearest`).
  static double between(double y, double nearest, double beyond, double unit) {
    double ulp = Math.ulp(nearest);
    double error = Math.abs((y - nearest) / ulp - beyond) * Math.min(1, ulp / unit);
    return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
  }

  /// Equal bits, but every NaN is one value.
  static boolean isSame(float a, float b) {
    return Float.floatToIntBits(a) == Float.floatToIntBits(b);
  }

  /// Equal bits, but every NaN is one value.
  static boolean isSame(double a, double b) {
    return Double.doubleToLongBits(a) == Double.doubleToLongBits(b);
  }
}
