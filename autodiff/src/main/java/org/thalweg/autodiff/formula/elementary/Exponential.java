package org.thalweg.autodiff.formula.elementary;

import static org.thalweg.autodiff.formula.Masks.less;
import static org.thalweg.autodiff.formula.Masks.select;
import static org.thalweg.autodiff.formula.elementary.Ieee.atLeast;
import static org.thalweg.autodiff.formula.elementary.Ieee.atMost;
import static org.thalweg.autodiff.formula.elementary.Ieee.polynomial;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Precision;

/// The functions that are made of eˣ: exp, exp2, expm1 and the logistic function.
///
/// ```
/// eˣ = 2ᵏ eʳ,  k = round(x / ln 2),  r = x − k ln 2 in [−½ ln 2, ½ ln 2]
/// ```
///
/// k is rounded by adding 1.5 · 2^fractionBits, which leaves it in the low bits of the sum, ready
/// to be shifted into an exponent. ln 2 is subtracted in two words, each by an fma; the first of
/// these is exact. The polynomials are minimax fits (`src/test/python/elementary.py`);
/// `docs/elementary.md` has the errors measured.
final class Exponential {
  private static final Exponential FLOAT =
      new Exponential(
          Ieee.FLOAT,
          1.442695f,
          new double[] {0.6931472f, -1.9046542e-09f},
          new double[] {1, 1, 0.49999994f, 0.16666515f, 0.04166808f, 0.008369367f, 0.0013841335f},
          new double[] {
            0.5f, 0.16666666f, 0.041666467f, 0.008333642f, 0.0013934991f, 0.00019667517f
          },
          new double[] {-104, 89, -18});
  private static final Exponential DOUBLE =
      new Exponential(
          Ieee.DOUBLE,
          1.4426950408889634,
          new double[] {0.6931471805599453, 2.3190468138462996e-17},
          new double[] {
            1,
            1,
            0.5000000000000011,
            0.16666666666666421,
            0.04166666666652554,
            0.008333333333485625,
            0.001388888894497792,
            0.0001984126953223531,
            2.480149159766441e-05,
            2.7557554900585673e-06,
            2.763082647055517e-07,
            2.5013692424864513e-08
          },
          new double[] {
            0.5000000000000001,
            0.1666666666666667,
            0.041666666666648554,
            0.008333333333328327,
            0.0013888888897355197,
            0.00019841269866761993,
            2.4801571161298872e-05,
            2.755726453558636e-06,
            2.7570689868533187e-07,
            2.5101935928539786e-08,
            1.688916042081543e-09
          },
          new double[] {-746, 710, -38});

  private static final double[] FLOAT_EXP2 = {
    1,
    0.6931472f,
    0.2402265f,
    0.055504035f,
    0.009618084f,
    0.0013339856f,
    0.00015454352f,
    1.3802305e-05f
  };
  private static final double[] DOUBLE_EXP2 = {
    1,
    0.6931471805599453,
    0.2402265069591007,
    0.05550410866482337,
    0.009618129107630222,
    0.0013333558146036378,
    0.00015403530388925616,
    1.5252734161985868e-05,
    1.3215491255478535e-06,
    1.0177937587620025e-07,
    7.053227520618282e-09,
    4.4718043501101983e-10,
    2.7685191638738257e-11
  };

  private final Ieee ieee;
  private final double log2e;
  private final double ln2High;
  private final double ln2Low;
  private final double[] exp;
  private final double[] expm1;
  private final double underflow;
  private final double overflow;
  private final double minusOne;

  private Exponential(
      Ieee ieee, double log2e, double[] ln2, double[] exp, double[] expm1, double[] limits) {
    this.ieee = ieee;
    this.log2e = log2e;
    this.ln2High = ln2[0];
    this.ln2Low = ln2[1];
    this.exp = exp;
    this.expm1 = expm1;
    this.underflow = limits[0];
    this.overflow = limits[1];
    this.minusOne = limits[2];
  }

  static Exponential of(Precision precision) {
    return precision == Precision.FLOAT ? FLOAT : DOUBLE;
  }

  /// eˣ, within 0.90 ulp in float and 0.82 in double.
  ///
  /// 2ᵏ is applied in two factors, 2^⌊k/2⌋ and 2^(k−⌊k/2⌋), so that one rule serves the whole
  /// range: the second product alone overflows to ∞ or is rounded to a denormal.
  ///
  /// Where the result vanishes it is not computed: a product that underflows takes a CPU some 150
  /// cycles, and x = −∞ is what hides a score.
  ///
  /// @param isNeverPositive whether it is known that x ≤ 0, which saves a limit
  Expr exp(Expr x, boolean isNeverPositive) {
    Expr zero = Expr.number(0);
    Expr vanishes = less(x, Expr.number(underflow));
    Expr bounded = select(vanishes, zero, x);
    Expr y = expOfSum(isNeverPositive ? bounded : atMost(bounded, overflow), null, null);
    return select(vanishes, zero, y);
  }

  /// e^(x + tail), where x lies within the limits of exp and |tail| ≤ ulp(x), or the tail is null;
  /// times a factor near 1 in two words, or null.
  private Expr expOfSum(Expr x, @Nullable Expr tail, @Nullable Pair factor) {
    Expr shifter = Expr.number(ieee.shifter() + 2 * ieee.bias());
    Expr shifted = shifted(x, shifter);
    Expr r = remainder(x, shifted.minus(shifter));
    Expr power = polynomial(tail == null ? r : r.plus(tail), exp);
    Expr product = factor == null ? power : power.fma(factor.high(), power.times(factor.low()));
    return scaled(product, Bits.of(shifted));
  }

  /// A number times 2ᵏ, rounded once more only where it overflows or is denormal.
  ///
  /// @param k a word whose low bits are k + 2 bias
  private Expr scaled(Expr number, Bits k) {
    Bits half = k.shiftRight(1);
    return number.times(ieee.powerOfTwo(half)).times(ieee.powerOfTwo(k.minus(half)));
  }

  /// 2ˣ
  ///
  /// ```
  /// 2ˣ = 2ᵏ 2ʳ,  k = round(x),  r = x − k in [−½, ½], exactly
  /// ```
  Expr exp2(Expr x) {
    boolean single = ieee == Ieee.FLOAT;
    Expr bounded = atMost(atLeast(x, single ? -152 : -1080), single ? 129 : 1025);
    Expr shifter = Expr.number(ieee.shifter() + 2 * ieee.bias());
    Expr shifted = bounded.plus(shifter);
    Expr r = bounded.minus(shifted.minus(shifter));
    return scaled(polynomial(r, single ? FLOAT_EXP2 : DOUBLE_EXP2), Bits.of(shifted));
  }

  /// e^(high + low) · factor, for high ≤ 0 down to where the result vanishes.
  Expr exp(Expr high, Expr low, Pair factor) {
    Expr isInRange = less(Expr.number(underflow), high);
    return expOfSum(atLeast(high, underflow), select(isInRange, low, Expr.number(0)), factor);
  }

  /// e^(high + low) for an unevaluated sum whose high part may be anything; where that is infinite
  /// or far out of range the low part does not count.
  Expr exp(Expr high, Expr low) {
    Expr near = less(high.abs(), Expr.number(-underflow));
    return expOfSum(
        atMost(atLeast(high, underflow), overflow), select(near, low, Expr.number(0)), null);
  }

  /// x + shifter, rounded to a whole number of ln 2.
  Expr shifted(Expr x, Expr shifter) {
    return x.fma(Expr.number(log2e), shifter);
  }

  /// x − k ln 2
  Expr remainder(Expr x, Expr k) {
    return k.fma(Expr.number(-ln2Low), k.fma(Expr.number(-ln2High), x));
  }

  /// eˣ − 1, within 1.44 ulp in float and 1.73 in double.
  ///
  /// ```
  /// 2 (2ᵏ⁻¹ p + (2ᵏ⁻¹ − ½)),  p = eʳ − 1
  /// ```
  ///
  /// With k = 0 this is p itself. For tiny x the result is x, which keeps −0 and denormals.
  Expr expm1(Expr x) {
    Expr bounded = atMost(atLeast(x, minusOne), overflow);
    Expr shifter = Expr.number(ieee.shifter() + ieee.bias() - 1);
    Expr shifted = shifted(bounded, shifter);
    Expr r = remainder(bounded, shifted.minus(shifter));
    Expr p = r.square().fma(polynomial(r, expm1), r);
    Expr scale = ieee.powerOfTwo(Bits.of(shifted));
    Expr y = p.fma(scale, scale.minus(0.5)).times(2);
    return select(less(x.abs(), Expr.number(ieee.tiny())), x, y);
  }

  /// The logistic function 1 ÷ (1 + e⁻ˣ), within 2.03 ulp in float and 1.73 in double.
  Expr sigmoid(Expr x) {
    Odds odds = odds(x);
    return odds.yes().over(odds.sum());
  }

  /// Its derivative, e⁻ˣ ÷ (1 + e⁻ˣ)², within 3.66 ulp in float and 3.41 in double: a product of
  /// two quotients, of which one is the function itself. Nothing cancels, and only the last product
  /// rounds to a denormal.
  Expr sigmoidSlope(Expr x) {
    Odds odds = odds(x);
    return odds.yes().over(odds.sum()).times(odds.no.over(odds.sum()));
  }

  /// Two numbers whose quotient is eˣ.
  ///
  /// ```
  /// c 2^(k+j) eʳ,  c 2ʲ,  x = k ln 2 + r,  j = round(−½ x / ln 2),  c = 1½
  /// ```
  ///
  /// Both powers stay in range for every x that matters, so the far left tail needs no branch:
  /// there the division is the only step that rounds to a denormal. The factor c keeps both terms
  /// away from where an ulp is largest beside the number, just above a power of two (without it
  /// 2.40 ulp of the logistic function were measured).
  ///
  /// @param power c eʳ
  /// @param scale 2^(k+j)
  /// @param no c 2ʲ
  private record Odds(Expr power, Expr scale, Expr no) {
    Expr yes() {
      return power.times(scale);
    }

    Expr sum() {
      return power.fma(scale, no);
    }
  }

  private Odds odds(Expr x) {
    double c = 1.5;
    Expr bounded = atMost(atLeast(x, underflow), -underflow);
    Expr shifter = Expr.number(ieee.shifter());
    Expr shifted = shifted(bounded, shifter);
    double[] scaled = Arrays.stream(exp).map(coefficient -> ieee.round(c * coefficient)).toArray();
    Expr power = polynomial(remainder(bounded, shifted.minus(shifter)), scaled);
    Expr biased = Expr.number(ieee.shifter() + ieee.bias());
    Bits j = Bits.of(bounded.fma(Expr.number(-log2e / 2), biased));
    Expr scale = ieee.powerOfTwo(j.plus(Bits.of(shifted)));
    return new Odds(power, scale, ieee.powerOfTwo(j).times(c));
  }
}
