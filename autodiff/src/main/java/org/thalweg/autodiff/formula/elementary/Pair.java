package org.thalweg.autodiff.formula.elementary;

import org.thalweg.autodiff.formula.Expr;

/// An unevaluated sum of two words, the second small beside the first: twice the digits. Dekker,
/// 1971; Knuth, *The Art of Computer Programming*, 4.2.2.
record Pair(Expr high, Expr low) {
  /// The exact product of two numbers.
  static Pair product(Expr a, Expr b) {
    Expr high = a.times(b);
    return new Pair(high, a.fma(b, high.negated()));
  }

  /// The exact sum of two numbers, |a| ≥ |b| or a = 0.
  static Pair sum(Expr a, Expr b) {
    Expr high = a.plus(b);
    return new Pair(high, b.minus(high.minus(a)));
  }

  /// The exact sum of two numbers of any size.
  static Pair anySum(Expr a, Expr b) {
    Expr high = a.plus(b);
    Expr ofB = high.minus(a);
    Expr ofA = high.minus(ofB);
    return new Pair(high, a.minus(ofA).plus(b.minus(ofB)));
  }

  /// √(a + tail) for a ≥ 0 and a tail that is small beside it; 0 where a is 0.
  static Pair root(Expr a, Expr tail, Ieee ieee) {
    Expr high = a.sqrt();
    Expr rest = high.negated().fma(high, a).plus(tail);
    // Too little to change any other divisor.
    return new Pair(high, rest.over(high.fma(2, ieee.minNormal())));
  }

  /// This and something small.
  Pair plus(Expr tail) {
    return new Pair(high, low.plus(tail));
  }

  Pair times(Pair b) {
    Pair product = product(high, b.high);
    return new Pair(product.high, low.fma(b.high, high.fma(b.low, product.low)));
  }

  Pair square() {
    Pair product = product(high, high);
    return new Pair(product.high, high.plus(high).fma(low, product.low));
  }

  Pair over(Pair b) {
    Expr quotient = high.over(b.high);
    Expr minus = quotient.negated();
    Expr rest = minus.fma(b.high, high).plus(minus.fma(b.low, low));
    return new Pair(quotient, rest.over(b.high));
  }

  /// Both words in one.
  Expr rounded() {
    return high.plus(low);
  }
}
