package org.thalweg.autodiff.formula;

/// Sign and rounding to whole numbers.
final class Rounding {
  private Rounding() {}

  /// −1, ±0 or 1; NaN stays NaN.
  static Expr sign(Expr x) {
    Expr zero = Expr.number(0);
    Expr negative = Expr.select(Expr.less(x, zero), Expr.number(-1), x);
    return Expr.select(Expr.less(zero, x), Expr.number(1), negative);
  }

  /// The nearest whole number, ties to even: adding and subtracting 2^fractionBits rounds |x| there,
  /// and what is larger is whole already.
  static Expr rint(Expr x, Precision precision) {
    Ieee ieee = Ieee.of(precision);
    Expr whole = Expr.number(Math.scalb(1.0, ieee.fractionBits()));
    Expr a = x.abs();
    Expr rounded = ieee.withSignOf(x, a.plus(whole).minus(whole));
    return Expr.select(Expr.less(a, whole), rounded, x);
  }

  /// The largest whole number not above x: the nearest, less 1 where that is above.
  static Expr floor(Expr x, Precision precision) {
    Expr nearest = rint(x, precision);
    return Expr.select(Expr.less(x, nearest), nearest.minus(1), nearest);
  }
}
