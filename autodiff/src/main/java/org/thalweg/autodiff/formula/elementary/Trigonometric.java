package org.thalweg.autodiff.formula.elementary;

import static org.thalweg.autodiff.formula.Masks.equal;
import static org.thalweg.autodiff.formula.Masks.less;
import static org.thalweg.autodiff.formula.Masks.select;
import static org.thalweg.autodiff.formula.elementary.Ieee.polynomial;

import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Operator;
import org.thalweg.autodiff.formula.Precision;

/// Sine, cosine and tangent of an angle in radians; the first two within 1.58 ulp in float and 1.38
/// in double.
///
/// ```
/// |x| = k π/2 + r,  |r| ≤ π/4,  sin |x| = ± sin r or ± cos r, as k mod 4 says
/// ```
///
/// π/2 is taken in three words (Cody and Waite, 1980): the first two are subtracted, each by an
/// fma, of which the first is exact; the third is subtracted from the cubic term of the sine, where
/// it does not round r again. Beyond 2¹⁹ (float) and 2³⁰ (double) the library's sine of the element
/// is taken. The polynomials are minimax fits (`src/test/python/elementary.py`).
final class Trigonometric {
  private static final double[] FLOAT_SIN = {-0.16666652f, 0.008332013f, -0.00019495419f};
  private static final double[] FLOAT_COS = {1, -0.5, 0.04166664f, -0.0013887127f, 2.4411438e-05f};
  private static final double[] DOUBLE_SIN = {
    -0.16666666666666616,
    0.008333333333318317,
    -0.00019841269826505843,
    2.7557312543165873e-06,
    -2.505057826044532e-08,
    1.5886393350190807e-10
  };
  private static final double[] DOUBLE_COS = {
    1,
    -0.5,
    0.04166666666666656,
    -0.0013888888888867414,
    2.480158728534134e-05,
    -2.7557313170624564e-07,
    2.0875564638241636e-09,
    -1.1351538213274615e-11
  };
  private static final double[] FLOAT_HALF_PI = {1.5707963f, 7.5497894e-08f, 5.3903025e-15f};
  private static final double[] DOUBLE_HALF_PI = {
    1.5707963267948966, 6.123233995736765e-17, 1.0828566739219139e-32
  };

  private static final double[] FLOAT_TAN = {
    0.33333352f, 0.13332571f, 0.05407098f, 0.021222606f, 0.010995553f, -0.00011877005f, 0.004481559f
  };
  private static final double[] DOUBLE_TAN = {
    0.33333333333333326,
    0.13333333333334677,
    0.05396825396739917,
    0.02186948856374054,
    0.008863234999181593,
    0.003592134698466083,
    0.0014557767103479927,
    0.0005903842572448414,
    0.00023751689672671863,
    0.00010229678895127428,
    2.598212453839434e-05,
    4.003789453629298e-05,
    -2.4983507122556795e-05,
    3.0807785598355186e-05,
    -1.4884857605619288e-05,
    5.009945653170781e-06
  };

  private Trigonometric() {}

  static Expr sin(Expr x, Precision precision) {
    Ieee ieee = Ieee.of(precision);
    Expr near = turned(x.abs(), 0, ieee.sign(x), ieee);
    return Expr.of(Operator.FAR_SIN, isFar(x, ieee), x, near);
  }

  static Expr cos(Expr x, Precision precision) {
    Ieee ieee = Ieee.of(precision);
    Expr near = turned(x.abs(), 1, null, ieee);
    return Expr.of(Operator.FAR_COS, isFar(x, ieee), x, near);
  }

  /// The tangent.
  ///
  /// ```
  /// tan |x| = tan r or −1 ÷ tan r, as k is even or odd,  tan r = r + r³ p(r²)
  /// ```
  ///
  /// r and tan r are kept in two words: the slope and the reciprocal would multiply their errors.
  static Expr tan(Expr x, Precision precision) {
    Ieee ieee = Ieee.of(precision);
    boolean single = ieee == Ieee.FLOAT;
    Expr a = x.abs();
    Expr shifter = Expr.number(ieee.shifter());
    Expr shifted = a.fma(Expr.number(single ? 0.63661975f : 0.6366197723675814), shifter);
    Expr k = shifted.minus(shifter);
    double[] halfPi = single ? FLOAT_HALF_PI : DOUBLE_HALF_PI;
    Pair second = Pair.product(k, Expr.number(-halfPi[1]));
    Pair r = Pair.anySum(k.fma(Expr.number(-halfPi[0]), a), second.high());
    Expr tail = k.fma(Expr.number(-halfPi[2]), r.low().plus(second.low()));

    Expr z = r.high().square();
    Expr cubic = r.high().times(z).times(polynomial(z, single ? FLOAT_TAN : DOUBLE_TAN));
    Expr nearly = r.high().plus(cubic);
    Pair tan = Pair.sum(r.high(), nearly.fma(nearly, Expr.number(1)).fma(tail, cubic));
    Expr minus = new Pair(Expr.number(-1), Expr.number(0)).over(tan).rounded();
    Expr isEven = equal(quadrant(Bits.of(shifted), ieee).toNumber(), Expr.number(0));
    Expr value = select(isEven, tan.high(), minus);
    Expr near = Bits.of(value).plus(ieee.sign(x)).toNumber();
    return Expr.of(Operator.FAR_TAN, isFar(x, ieee), x, near);
  }

  /// The two low bits of k as the sign and the 2 of ±2 or ±0.
  private static Bits quadrant(Bits k, Ieee ieee) {
    return k.shiftLeft(ieee.fractionBits() == 23 ? 30 : 62);
  }

  private static Expr isFar(Expr x, Ieee ieee) {
    return less(Expr.number(ieee == Ieee.FLOAT ? 0x1p19 : 0x1p30), x.abs());
  }

  /// sin(a + quarters · π/2), its sign turned where the sign bit of `sign` is set (null: nowhere).
  private static Expr turned(Expr a, int quarters, @Nullable Bits sign, Ieee ieee) {
    boolean single = ieee == Ieee.FLOAT;
    Expr shifter = Expr.number(ieee.shifter());
    Expr shifted = a.fma(Expr.number(single ? 0.63661975f : 0.6366197723675814), shifter);
    Expr k = shifted.minus(shifter);
    double[] halfPi = single ? FLOAT_HALF_PI : DOUBLE_HALF_PI;
    Expr r = k.fma(Expr.number(-halfPi[1]), k.fma(Expr.number(-halfPi[0]), a));
    Expr tail = k.times(-halfPi[2]);
    Expr z = r.square();
    Expr cubic = r.times(z).fma(polynomial(z, single ? FLOAT_SIN : DOUBLE_SIN), tail);
    Expr sine = r.plus(cubic);
    Expr cosine = polynomial(z, single ? FLOAT_COS : DOUBLE_COS);
    Bits bits = Bits.of(shifted);
    Bits quadrant = quadrant(quarters == 0 ? bits : bits.plus(Bits.literal(quarters)), ieee);
    Expr isEven = equal(quadrant.toNumber(), Expr.number(0));
    Expr value = select(isEven, sine, cosine);
    Bits turn = sign == null ? quadrant : quadrant.plus(sign);
    return Bits.of(value).plus(turn.and(Bits.literal(ieee.signBit()))).toNumber();
  }
}
