package org.thalweg.optim;

/// Whole powers: rounded once but for one case in many thousand, where the last bit may be another,
/// and without memory, which [StrictMath#pow] takes at each call.
final class Power {
  private Power() {}

  /// baseⁿ by squaring, with twice the digits of a double: each value is hi + lo.
  static double of(double base, long n) {
    double squareHi = base;
    double squareLo = 0;
    double hi = 1;
    double lo = 0;
    for (long left = n; left > 0; left >>= 1) {
      if ((left & 1) == 1) {
        double product = hi * squareHi;
        lo = rest(product, hi, squareHi, hi * squareLo + lo * squareHi);
        hi = product + lo;
        lo -= hi - product;
      }
      double square = squareHi * squareHi;
      squareLo = rest(square, squareHi, squareHi, 2 * (squareHi * squareLo));
      squareHi = square + squareLo;
      squareLo -= squareHi - square;
    }
    return hi;
  }

  /// What a product lacks; nothing where that is no number, beyond the range.
  private static double rest(double product, double a, double b, double cross) {
    boolean isInside = product != 0 && Math.abs(product) <= Double.MAX_VALUE;
    return isInside ? Math.fma(a, b, -product) + cross : 0;
  }
}
