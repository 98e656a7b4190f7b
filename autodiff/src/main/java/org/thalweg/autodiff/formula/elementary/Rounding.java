package org.thalweg.autodiff.formula.elementary;

import static org.thalweg.autodiff.formula.Masks.less;
import static org.thalweg.autodiff.formula.Masks.select;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Operator;
import org.thalweg.autodiff.formula.Precision;

/// Sign, limits and rounding to whole numbers.
final class Rounding {
  private Rounding() {}

  /// −1, ±0 or 1; NaN stays NaN.
  static Expr sign(Expr x) {
    Expr zero = Expr.number(0);
    Expr negative = select(less(x, zero), Expr.number(-1), x);
    return select(less(zero, x), Expr.number(1), negative);
  }

  /// The nearest whole number, ties to even: adding and subtracting 2^fractionBits rounds |x|
  /// there, and what is larger is whole already.
  static Expr round(Expr x, Precision precision) {
    Ieee ieee = Ieee.of(precision);
    Expr whole = Expr.number(Math.scalb(1.0, ieee.fractionBits()));
    Expr a = x.abs();
    Expr rounded = ieee.withSignOf(x, a.plus(whole).minus(whole));
    return select(less(a, whole), rounded, x);
  }

  /// The largest whole number not above x: the nearest, less 1 where that is above.
  static Expr floor(Expr x, Precision precision) {
    Expr nearest = round(x, precision);
    return select(less(x, nearest), nearest.minus(1), nearest);
  }

  /// A maximum or minimum, of which one argument is a number, as a comparison and a selection: what
  /// vector hardware offers for it is wrong about NaN and zeros and takes longer to be put right.
  /// Any other stays as it is.
  static Expr extreme(Expr extreme) {
    Expr a = extreme.argument(0);
    Expr b = extreme.argument(1);
    Expr limit = b.isNumber() ? b : a;
    Expr x = b.isNumber() ? a : b;
    if (!limit.isNumber() || Double.isNaN(limit.number())) {
      return extreme;
    }
    boolean isMax = extreme.operator() == Operator.MAX;
    // Between zeros of either sign it is the limit where that is the zero that wins.
    boolean limitWinsTies = limit.isNumber(isMax ? 0.0 : -0.0);
    Operator order = limitWinsTies ? Operator.LESS_OR_EQUAL : Operator.LESS;
    Expr isBeyond = isMax ? Expr.of(order, x, limit) : Expr.of(order, limit, x);
    return select(isBeyond, limit, x);
  }

  /// x ÷ (1 + |x|), ±1 at infinity.
  static Expr softsign(Expr x) {
    Expr a = x.abs();
    return select(less(a, Expr.number(Double.POSITIVE_INFINITY)), x.over(a.plus(1)), sign(x));
  }
}
