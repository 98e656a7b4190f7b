package org.thalweg.autodiff.formula.elementary;

import static org.thalweg.autodiff.formula.Masks.and;
import static org.thalweg.autodiff.formula.Masks.equal;
import static org.thalweg.autodiff.formula.Masks.less;
import static org.thalweg.autodiff.formula.Masks.lessOrEqual;
import static org.thalweg.autodiff.formula.Masks.or;
import static org.thalweg.autodiff.formula.Masks.select;
import static org.thalweg.autodiff.formula.elementary.Ieee.polynomial;

import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Precision;

/// The logarithms log, log1p, log2 and log10.
///
/// ```
/// ln x = k ln 2 + ln(1 + f),   x = 2ᵏ (1 + f)
/// ln(1 + f) = f + s (f + s² q(s²)),   s = −f ÷ (2 + f)
/// ```
///
/// The second line is 2 artanh(−s) with 2s = −f (1 + s), so that the leading term is exact (fdlibm,
/// `e_log.c`, Sun Microsystems, 1993). k comes from the bits of x: those of the least 1 + f are
/// subtracted, which leaves k in the exponent field. The polynomials are minimax fits
/// (`src/test/python/elementary.py`).
final class Logarithm {
  private static final Logarithm FLOAT =
      new Logarithm(
          Ieee.FLOAT,
          new double[] {0.6931472f, -1.9046542e-09f},
          new double[] {-0.66666776f, -0.3997756f, -0.29871893f},
          new double[] {-0.6666695f, -0.39957657f, -0.30364498f},
          new double[] {-0.6666641f, -0.40021786f, -0.27997112f, -0.28037107f});
  private static final Logarithm DOUBLE =
      new Logarithm(
          Ieee.DOUBLE,
          new double[] {0.6931471805599453, 2.3190468138462996e-17},
          new double[] {
            -0.6666666666666735,
            -0.3999999999940914,
            -0.28571428743779964,
            -0.22222198414755162,
            -0.1818357332563927,
            -0.15313801633249194,
            -0.14798619149649897
          },
          new double[] {
            -0.666666666666666,
            -0.4000000000005666,
            -0.2857142855583127,
            -0.22222224296294427,
            -0.18181665874849023,
            -0.15391112348446842,
            -0.13173586529697592,
            -0.13843164296532526
          },
          new double[] {
            -0.666666666666663,
            -0.40000000000160263,
            -0.2857142854742698,
            -0.2222222399887187,
            -0.18181742813098173,
            -0.1538658529355562,
            -0.13300619838168606,
            -0.12109037841772462,
            -0.08326573267641772,
            -0.1704475837749603
          });

  /// 1 + f of ln x is in [√½, √2).
  static final double ROOT_OF_HALF = Math.sqrt(0.5);

  /// 1 + f of ln(1 + x) is in [¾, 1½): then f is exact for x below 1½.
  private static final double THREE_QUARTERS = 0.75;

  private static final double[] FLOAT_LOG2 = {1, 0, 1.442695f, 1.925963e-08f};
  private static final double[] DOUBLE_LOG2 = {1, 0, 1.4426950408889634, 2.0355273740931033e-17};
  private static final double[] FLOAT_LOG10 = {
    0x1.344000p-2, 4.605039e-06f, 0.4342945f, -1.010305e-08f
  };
  private static final double[] DOUBLE_LOG10 = {
    0x1.34413509f7000p-2, 1.42050232272661e-13, 0.4342944819032518, 1.098319650216765e-17
  };

  private final Ieee ieee;
  private final double ln2High;
  private final double ln2Low;
  private final double[] log;
  private final double[] log1p;
  private final double[] log1pOfFraction;

  private Logarithm(
      Ieee ieee, double[] ln2, double[] log, double[] log1p, double[] log1pOfFraction) {
    this.ieee = ieee;
    this.ln2High = ln2[0];
    this.ln2Low = ln2[1];
    this.log = log;
    this.log1p = log1p;
    this.log1pOfFraction = log1pOfFraction;
  }

  static Logarithm of(Precision precision) {
    return precision == Precision.FLOAT ? FLOAT : DOUBLE;
  }

  /// A positive number as 2ᵏ m.
  ///
  /// @param k the exponent as a real
  /// @param power the bits of 2ᵏ less those of 1
  /// @param m the rest
  record Split(Expr k, Bits power, Expr m) {}

  /// Splits a positive normal number x into 2ᵏ m, and gives k + shifter − offset for k.
  private static Split split(Expr x, Expr offset, double leastM, Ieee ieee) {
    Bits relative = Bits.of(x).minus(Bits.literal(ieee.bits(leastM)));
    Bits power = relative.and(Bits.literal(-1L << ieee.fractionBits()));
    Expr k =
        relative
            .shiftRight(ieee.fractionBits())
            .plus(Bits.literal(ieee.bits(ieee.shifter())))
            .toNumber()
            .minus(offset);
    return new Split(k, power, Bits.of(x).minus(power).toNumber());
  }

  /// Splits any positive number with m in [√½, √2): a denormal is made normal first.
  static Split split(Expr x, Ieee ieee) {
    Expr isSmall = less(x, Expr.number(ieee.minNormal()));
    int scale = ieee.fractionBits();
    Expr normal = select(isSmall, x.times(Math.scalb(1.0, scale)), x);
    double shifter = ieee.shifter();
    Expr offset = select(isSmall, Expr.number(shifter + scale), Expr.number(shifter));
    return split(normal, offset, ROOT_OF_HALF, ieee);
  }

  /// ln x, within 0.96 ulp in float and 1.19 in double.
  Expr log(Expr x) {
    Split split = split(x, ieee);
    return withEdges(x, x, scaled(split.k(), split.m().minus(1), log));
  }

  /// ln(1 + x), within 0.97 ulp in float and 1.20 in double.
  ///
  /// ```
  /// 1 + x = 2ᵏ (1 + f),  f = 2⁻ᵏ x + (2⁻ᵏ − 1)
  /// ```
  ///
  /// with k from the rounded 1 + x, but f from x itself, rounded once. The first product is taken
  /// as (x/4) · 2²⁻ᵏ, so that the power stays normal up to the largest x.
  Expr log1p(Expr x) {
    Expr u = x.plus(1);
    Split split = split(u, Expr.number(ieee.shifter()), THREE_QUARTERS, ieee);
    Expr power = Bits.literal(ieee.powerOfTwoBits(2)).minus(split.power()).toNumber();
    Expr f = x.times(0.25).fma(power, power.fma(0.25, -1));
    Expr isTiny = less(x.abs(), Expr.number(ieee.tiny()));
    return withEdges(u, x, select(isTiny, x, scaled(split.k(), f, log1p)));
  }

  /// ln(high + low), for high + low ≥ 1 and |low| ≤ ulp(high); NaN where high is negative.
  ///
  /// @param isDoubled where the logarithm of twice the sum is wanted; null for nowhere
  Expr log(Expr high, Expr low, @Nullable Expr isDoubled) {
    Expr shifter = Expr.number(ieee.shifter());
    Expr once =
        isDoubled == null ? shifter : select(isDoubled, Expr.number(ieee.shifter() - 1), shifter);
    Split split = split(high, once, ROOT_OF_HALF, ieee);
    Expr f = split.m().minus(1);
    Expr k = split.k();
    Expr rest = rest(f, log).plus(k.fma(Expr.number(ln2Low), low.over(high)));
    return withEdges(high, high, k.fma(Expr.number(ln2High), f.plus(rest)));
  }

  /// The logarithm of x to base 2.
  Expr log2(Expr x) {
    return log(x, ieee == Ieee.FLOAT ? FLOAT_LOG2 : DOUBLE_LOG2);
  }

  /// The logarithm of x to base 10.
  Expr log10(Expr x) {
    return log(x, ieee == Ieee.FLOAT ? FLOAT_LOG10 : DOUBLE_LOG10);
  }

  /// The logarithm to another base: the leading product in two words, so that the last sum alone
  /// rounds, and whole logarithms are exact.
  ///
  /// @param base the logarithms of 2 and e to that base, each in two words; products of the first
  ///   with exponents are exact
  private Expr log(Expr x, double[] base) {
    Split split = split(x, ieee);
    Expr f = split.m().minus(1);
    Expr k = split.k();
    Pair leading = Pair.product(f, Expr.number(base[2]));
    Pair sum = Pair.sum(k.times(base[0]), leading.high());
    Expr low = rest(f, log).fma(Expr.number(base[2]), f.fma(Expr.number(base[3]), leading.low()));
    Expr least = sum.low().plus(k.fma(Expr.number(base[1]), low));
    return withEdges(x, x, sum.high().plus(least));
  }

  /// ln(1 + f) − f
  private static Expr rest(Expr f, double[] q) {
    Expr s = f.over(Expr.number(-2).minus(f));
    Expr z = s.square();
    return s.times(polynomial(z, q).fma(z, f));
  }

  /// ln(1 + x) for x that is NaN or in [0, 1]: no exponent has to be taken out.
  Expr log1pOfFraction(Expr x) {
    return near(x, log1pOfFraction, x);
  }

  /// ln 2ᵏ(1 + f). In float one word of ln 2 is enough: it happens to be right to 2⁻²⁸.
  private Expr scaled(Expr k, Expr f, double[] q) {
    Expr least = ieee == Ieee.FLOAT ? f : k.fma(Expr.number(ln2Low), f);
    return k.fma(Expr.number(ln2High), near(f, q, least));
  }

  /// ln(1 + f), where `leading` is f with what else is to be added.
  private static Expr near(Expr f, double[] q, Expr leading) {
    Expr s = f.over(Expr.number(-2).minus(f));
    Expr z = s.square();
    return s.fma(polynomial(z, q).fma(z, f), leading);
  }

  /// The logarithm y of u: −∞ where u is 0, NaN below, and x where x is ∞ or NaN.
  private static Expr withEdges(Expr u, Expr x, Expr y) {
    Expr zero = Expr.number(0);
    Expr positive = select(less(x, Expr.number(Double.POSITIVE_INFINITY)), y, x);
    Expr rest =
        select(equal(u, zero), Expr.number(Double.NEGATIVE_INFINITY), Expr.number(Double.NaN));
    return select(less(zero, u), positive, rest);
  }

  /// ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|)
  static Expr softplus(Expr x, Precision precision) {
    return Rounding.extreme(x.max(Expr.number(0))).plus(beyondMaximum(x, precision));
  }

  /// ln(eᵃ + eᵇ) = max(a, b) + ln(1 + e^−|a − b|)
  static Expr logAddExp(Expr a, Expr b, Precision precision) {
    Expr beyond = beyondMaximum(a.minus(b), precision);
    // Infinities that are equal have no difference.
    Expr rest = select(equal(a, b), Expr.number(Ieee.of(precision).round(Math.log(2))), beyond);
    return Rounding.extreme(a.max(b)).plus(rest);
  }

  /// ln(1 + e^−|d|)
  private static Expr beyondMaximum(Expr d, Precision precision) {
    Expr small = Exponential.of(precision).exp(d.abs().negated(), true);
    return of(precision).log1pOfFraction(small);
  }

  /// a ln b, and 0 where a is and b has no finite logarithm.
  static Expr xlogy(Expr a, Expr b, Precision precision) {
    Expr zero = Expr.number(0);
    Expr isEdge = or(lessOrEqual(b, zero), equal(b, Expr.number(Double.POSITIVE_INFINITY)));
    return select(and(equal(a, zero), isEdge), zero, a.times(of(precision).log(b)));
  }
}
