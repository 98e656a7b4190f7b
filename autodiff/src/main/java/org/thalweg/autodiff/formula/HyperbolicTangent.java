package org.thalweg.autodiff.formula;

import static org.thalweg.autodiff.formula.Ieee.atMost;
import static org.thalweg.autodiff.formula.Ieee.polynomial;

/// The hyperbolic tangent.
///
/// ```
/// |x| = 2j ln 2 + y,  j whole,  |y| ≤ ln 2,  t = tanh y by an odd polynomial,  s = 16ʲ
/// tanh |x| = a ÷ (a + 2 (1 − t)),  a = (s − 1) + (s + 1) t
/// ```
///
/// The quotient is the addition theorem. With j = 0 it is t itself, and the nearer it is to 1 the less
/// an error of its numerator, which is also in its divisor, matters. It never exceeds 1.
final class HyperbolicTangent {
  private static final double[] FLOAT = {
    -0.33333197f, 0.13329281f, -0.05357088f, 0.020124922f, -0.00516943f
  };
  private static final double[] DOUBLE = {
    -0.3333333333333312,
    0.13333333333303213,
    -0.05396825395335241,
    0.021869488165478814,
    -0.00886323010923412,
    0.0035920773550553176,
    -0.0014555165277455597,
    0.0005886550999313478,
    -0.00023501143061686538,
    8.837326871393592e-05,
    -2.7271627445347042e-05,
    4.8734877702149595e-06
  };

  private HyperbolicTangent() {}

  static Expr tanh(Expr x, Precision precision) {
    Ieee ieee = Ieee.of(precision);
    boolean single = ieee == Ieee.FLOAT;
    Expr bounded = atMost(x.abs(), single ? 9.5 : 19.5);
    // The exponent field of 2s = 2^(4j+1) is 4j + bias + 1 = 4 (j + (bias + 1) / 4).
    Expr shifter = Expr.number(ieee.shifter() + (ieee.bias() + 1) / 4);
    Expr perStep = Expr.number(single ? 0.7213475f : 0.7213475204444817);
    Expr shifted = bounded.fma(perStep, shifter);
    Expr step = Expr.number(single ? -1.3862944f : -1.3862943611198906);
    Expr y = shifted.minus(shifter).fma(step, bounded);
    Expr z = y.square();
    Expr t = y.times(z).fma(polynomial(z, single ? FLOAT : DOUBLE), y);
    Expr twoS = shifted.toBits().shiftLeft(ieee.fractionBits() + 2).fromBits();
    Expr twoA = t.fma(twoS.plus(2), twoS.minus(2));
    return ieee.withSignOf(x, twoA.over(twoA.plus(t.fma(-4, 4))));
  }
}
