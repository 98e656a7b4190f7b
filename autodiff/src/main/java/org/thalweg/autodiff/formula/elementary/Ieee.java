package org.thalweg.autodiff.formula.elementary;

import static org.thalweg.autodiff.formula.Masks.less;
import static org.thalweg.autodiff.formula.Masks.select;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Precision;

/// What the elementary functions need to know of an IEEE 754 binary format, and the few moves on
/// bits that they share.
///
/// @param fractionBits the stored bits of the fraction, 23 or 52
/// @param bias the exponent bits of 1
/// @param shifter 1.5 · 2^fractionBits: x + shifter is rounded to a whole number, which then stands
///   in the lowest bits of the sum
/// @param signBit a word with only the sign bit set
/// @param minNormal the smallest normal number
record Ieee(int fractionBits, int bias, double shifter, long signBit, double minNormal) {
  static final Ieee FLOAT = new Ieee(23, 127, 0x1.8p23, Integer.MIN_VALUE, Float.MIN_NORMAL);
  static final Ieee DOUBLE = new Ieee(52, 1023, 0x1.8p52, Long.MIN_VALUE, Double.MIN_NORMAL);

  static Ieee of(Precision precision) {
    return precision == Precision.FLOAT ? FLOAT : DOUBLE;
  }

  /// Below this |x|, x is what f(x) = x + O(x²) is rounded to; x/4 is exact above it.
  double tiny() {
    return this == FLOAT ? 0x1p-30 : 0x1p-60;
  }

  /// The sign bit of x alone.
  Bits sign(Expr x) {
    return Bits.of(x).and(Bits.literal(signBit));
  }

  /// A magnitude with the sign of x. The magnitude may have that sign already, but no other.
  Expr withSignOf(Expr x, Expr magnitude) {
    return Bits.of(magnitude).or(sign(x)).toNumber();
  }

  /// 2ᵏ from a word whose low bits are k + bias; higher bits do not matter.
  Expr powerOfTwo(Bits biased) {
    return biased.shiftLeft(fractionBits).toNumber();
  }

  /// The word of 2ᵏ.
  long powerOfTwoBits(int k) {
    return (long) (k + bias) << fractionBits;
  }

  /// The nearest number of this format.
  double round(double x) {
    return this == FLOAT ? (float) x : x;
  }

  /// The word of a number of this format.
  long bits(double x) {
    return this == FLOAT ? Float.floatToRawIntBits((float) x) : Double.doubleToRawLongBits(x);
  }

  /// c₀ + c₁x + c₂x² + …, by Horner's rule with fused steps.
  static Expr polynomial(Expr x, double... coefficients) {
    Expr sum = Expr.number(coefficients[coefficients.length - 1]);
    for (int i = coefficients.length - 2; i >= 0; i--) {
      sum = sum.fma(x, Expr.number(coefficients[i]));
    }
    return sum;
  }

  /// x limited from above; NaN stays NaN.
  static Expr atMost(Expr x, double limit) {
    Expr bound = Expr.number(limit);
    return select(less(bound, x), bound, x);
  }

  /// x limited from below; NaN stays NaN.
  static Expr atLeast(Expr x, double limit) {
    Expr bound = Expr.number(limit);
    return select(less(x, bound), bound, x);
  }
}
