package org.thalweg.autodiff.formula.elementary;

import static org.thalweg.autodiff.formula.Masks.and;
import static org.thalweg.autodiff.formula.Masks.equal;
import static org.thalweg.autodiff.formula.Masks.less;
import static org.thalweg.autodiff.formula.Masks.select;
import static org.thalweg.autodiff.formula.elementary.Ieee.polynomial;

import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Precision;
import org.thalweg.autodiff.formula.elementary.Logarithm.Split;

/// xᵇ with the special values of `Math.pow`, within 1.05 ulp in float and 1.00 in double.
///
/// ```
/// |x|ᵇ = e^(b ln |x|),  |x| = 2ᵏ (1 + f),  √½ ≤ 1 + f < √2
/// ln(1 + f) = 2s + s³ (2/3 + s² q(s²)),  s = f ÷ (2 + f)
/// ```
///
/// The error of the logarithm appears in the result multiplied by up to 745, so it and the product
/// are kept in two words, with exact products by fma and exact sums (Dekker, 1971). The polynomial
/// is a minimax fit (`src/test/python/elementary.py`).
final class Power {
  private static final Power FLOAT =
      new Power(
          Precision.FLOAT,
          new double[] {0.39999998f, 0.28571972f, 0.22179732f, 0.19556266f},
          new double[] {0.6666667f, -1.9868216e-08f},
          new double[] {0x1.62ep-1, 0x1.0bfbe8p-15});
  private static final Power DOUBLE =
      new Power(
          Precision.DOUBLE,
          new double[] {
            0.39999999999999974,
            0.2857142857144705,
            0.2222222221706759,
            0.18181818927556095,
            0.15384552985804006,
            0.1333646612018731,
            0.1167181571765901,
            0.12013889718436647
          },
          new double[] {0.6666666666666666, 3.700743415417188e-17},
          new double[] {0x1.62e42fefa38p-1, 0x1.ef35793c7673p-45});

  private final Precision precision;
  private final Ieee ieee;
  private final double[] q;
  private final double[] twoThirds;

  /// ln 2 in two words, the first so short that its products with exponents are exact.
  private final double[] ln2;

  private Power(Precision precision, double[] q, double[] twoThirds, double[] ln2) {
    this.precision = precision;
    this.ieee = Ieee.of(precision);
    this.q = q;
    this.twoThirds = twoThirds;
    this.ln2 = ln2;
  }

  static Power of(Precision precision) {
    return precision == Precision.FLOAT ? FLOAT : DOUBLE;
  }

  Expr pow(Expr x, Expr b) {
    Expr simple = b.isNumber() ? simple(x, b.number()) : null;
    if (simple != null) {
      return simple;
    }
    Pair log = log(x.abs());
    Pair product = Pair.product(b, log.high());
    Expr size = Exponential.of(precision).exp(product.high(), b.fma(log.low(), product.low()));
    if (b.isNumber()) {
      return withSign(x, size, b.number());
    }
    return select(equal(b, Expr.number(0)), Expr.number(1), withSign(x, size, b));
  }

  /// Exponents for which one or two roundings are enough; else null.
  private static @Nullable Expr simple(Expr x, double b) {
    if (b == 0) {
      return Expr.number(1);
    }
    if (b == 3) {
      return x.square().times(x);
    }
    if (b == 4) {
      return x.square().square();
    }
    return b == -2 ? x.reciprocal().square() : null;
  }

  /// ln a for a ≥ 0: −∞ at 0, ∞ at ∞ (in the first word).
  private Pair log(Expr a) {
    Split split = Logarithm.split(a, ieee);
    Expr f = split.m().minus(1);
    Expr inverse = Expr.number(1).over(f.plus(2));
    Expr s = f.times(inverse);
    // f − s (2 + f), exactly but for the last step.
    Expr minus = s.negated();
    Expr rest = minus.fma(f, minus.fma(Expr.number(2), f));
    Pair quotient = new Pair(s, rest.times(inverse));

    Pair square = quotient.square();
    Expr tail = square.high().times(polynomial(square.high(), q));
    Pair factor = Pair.sum(Expr.number(twoThirds[0]), tail);
    factor = new Pair(factor.high(), factor.low().plus(twoThirds[1]));
    Pair cubic = quotient.times(square.times(factor));

    Expr k = split.k();
    Pair first = Pair.sum(k.times(ln2[0]), s.plus(s));
    Pair second = Pair.sum(first.high(), cubic.high());
    Expr low = quotient.low().fma(Expr.number(2), first.low().plus(second.low()));
    low = k.fma(Expr.number(ln2[1]), low.plus(cubic.low()));

    Expr infinity = Expr.number(Double.POSITIVE_INFINITY);
    Expr high = select(less(a, infinity), second.high(), a);
    Expr isZero = equal(a, Expr.number(0));
    return new Pair(select(isZero, Expr.number(Double.NEGATIVE_INFINITY), high), low);
  }

  /// The result for a base that may be negative: the sign where b is odd, and NaN where b is not
  /// whole and the base is neither −0 nor −∞.
  private Expr withSign(Expr x, Expr size, Expr b) {
    // The distance of |b| from the nearest even number: 1 where b is odd, between 0 and 1 where it
    // is not whole. Where the spacing of numbers is 2 and more it may be anything else.
    Expr even = Expr.number(Math.scalb(1.0, ieee.fractionBits() + 1));
    Expr a = b.abs();
    Expr d = a.minus(a.plus(even).minus(even)).abs();
    Expr one = Expr.number(1);
    Expr isBroken = and(less(Expr.number(0), d), less(d, one));
    Expr signed = select(equal(d, one), ieee.withSignOf(x, size), size);
    return select(and(isBroken, isNegative(x)), Expr.number(Double.NaN), signed);
  }

  private Expr withSign(Expr x, Expr size, double b) {
    if (Math.rint(b) != b) {
      return select(isNegative(x), Expr.number(Double.NaN), size);
    }
    return Math.rint(b / 2) == b / 2 ? size : ieee.withSignOf(x, size);
  }

  private static Expr isNegative(Expr x) {
    return and(less(x, Expr.number(0)), less(Expr.number(Double.NEGATIVE_INFINITY), x));
  }
}
