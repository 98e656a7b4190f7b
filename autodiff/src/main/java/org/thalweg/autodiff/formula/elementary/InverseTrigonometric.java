package org.thalweg.autodiff.formula.elementary;

import static org.thalweg.autodiff.formula.Masks.equal;
import static org.thalweg.autodiff.formula.Masks.less;
import static org.thalweg.autodiff.formula.Masks.select;
import static org.thalweg.autodiff.formula.elementary.Ieee.atMost;
import static org.thalweg.autodiff.formula.elementary.Ieee.polynomial;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Precision;

/// The angles whose sine, cosine or tangent is known.
///
/// ```
/// asin x = x + x z p(z),  z = x²                       |x| below ½
/// asin x = π/2 − 2 asin √z,  z = (1 − x)/2             from ½ on
/// atan q = q + q z p(z),  z = q²                       0 ≤ q ≤ 1
/// atan x = π/2 − atan(1/x)                             beyond 1
/// ```
///
/// π, π/2, the root and the quotient are taken in two words, so that only the last sum rounds. The
/// polynomials are minimax fits (`src/test/python/elementary.py`).
final class InverseTrigonometric {
  private static final InverseTrigonometric FLOAT =
      new InverseTrigonometric(
          Ieee.FLOAT,
          new double[] {3.1415927f, -8.742278e-8f},
          new double[] {
            0.1666666f, 0.07500522f, 0.044513714f, 0.031832937f, 0.014350145f, 0.03763185f
          },
          new double[] {
            -0.333333f,
            0.1999853f,
            -0.14264014f,
            0.109508604f,
            -0.08399203f,
            0.05787873f,
            -0.031093346f,
            0.010866148f,
            -0.0017821125f
          });
  private static final InverseTrigonometric DOUBLE =
      new InverseTrigonometric(
          Ieee.DOUBLE,
          new double[] {3.141592653589793, 1.2246467991473532e-16},
          new double[] {
            0.1666666666666676,
            0.0749999999997081,
            0.04464285717464462,
            0.030381942704821772,
            0.022372215100455388,
            0.017351609564749626,
            0.013980854152565416,
            0.011398607120706582,
            0.010782113169817337,
            0.0036988670176507895,
            0.021726948543953805,
            -0.02102817706759084,
            0.03264772249720901
          },
          new double[] {
            -0.3333333333333307,
            0.19999999999951748,
            -0.14285714282587833,
            0.11111111007329785,
            -0.09090907007508903,
            0.07692279884789614,
            -0.06666404384468332,
            0.058805295508938496,
            -0.05253525540212942,
            0.047223438818999264,
            -0.04219231267388648,
            0.03664289989861414,
            -0.02990532313123026,
            0.021986544202159345,
            -0.013902064581800386,
            0.007197514342116696,
            -0.002885414676619157,
            0.0008314895630922108,
            -0.00015219575440730666,
            1.3228441871072946e-05
          });

  private static final Expr ZERO = Expr.number(0);
  private static final Expr ONE = Expr.number(1);
  private static final Expr INFINITY = Expr.number(Double.POSITIVE_INFINITY);

  private final Ieee ieee;
  private final double[] asin;
  private final double[] atan;
  private final Pair pi;
  private final Pair halfPi;

  private InverseTrigonometric(Ieee ieee, double[] pi, double[] asin, double[] atan) {
    this.ieee = ieee;
    this.asin = asin;
    this.atan = atan;
    this.pi = new Pair(Expr.number(pi[0]), Expr.number(pi[1]));
    this.halfPi = new Pair(Expr.number(pi[0] / 2), Expr.number(pi[1] / 2));
  }

  static InverseTrigonometric of(Precision precision) {
    return precision == Precision.FLOAT ? FLOAT : DOUBLE;
  }

  Expr asin(Expr x) {
    Expr a = x.abs();
    Expr isNear = less(a, Expr.number(0.5));
    Expr half = ONE.minus(a).times(0.5);
    Expr cubic = cubic(select(isNear, a.square(), half));
    Pair root = Pair.root(half, ZERO, ieee);
    Expr far = sum(halfPi, Expr.number(-2), root.high(), root.high().fma(cubic, root.low()));
    return ieee.withSignOf(x, select(isNear, a.fma(cubic, a), far));
  }

  Expr acos(Expr x) {
    Expr a = x.abs();
    Expr isNear = less(a, Expr.number(0.5));
    Expr isLeft = less(x, ZERO);
    Expr half = ONE.minus(a).times(0.5);
    Expr cubic = cubic(select(isNear, a.square(), half));
    Pair root = Pair.root(half, ZERO, ieee);
    Pair corner = choose(isLeft, pi, new Pair(ZERO, ZERO));
    Expr factor = select(isLeft, Expr.number(-2), Expr.number(2));
    return sum(
        choose(isNear, halfPi, corner),
        select(isNear, Expr.number(-1), factor),
        select(isNear, x, root.high()),
        select(isNear, x.times(cubic), root.high().fma(cubic, root.low())));
  }

  /// asin t ÷ t − 1 for z = t².
  private Expr cubic(Expr z) {
    return z.times(polynomial(z, asin));
  }

  Expr atan(Expr x) {
    // Beyond the limit it is π/2.
    Expr a = atMost(x.abs(), 0x1p60);
    Expr isSteep = less(ONE, a);
    Pair quotient = quotient(select(isSteep, ONE, a), select(isSteep, a, ONE));
    Pair corner = choose(isSteep, halfPi, new Pair(ZERO, ZERO));
    Expr sign = select(isSteep, Expr.number(-1), ONE);
    return ieee.withSignOf(x, angle(corner, sign, quotient));
  }

  Expr atan2(Expr y, Expr x) {
    Expr up = y.abs();
    Expr side = x.abs();
    Expr isSteep = less(side, up);
    Expr large = select(isSteep, up, side);
    Expr small = select(isSteep, side, up);
    Expr isFar = equal(large, INFINITY);
    // Two infinities have the angle of two ones.
    Expr divisor = select(isFar, ONE, select(equal(large, ZERO), ONE, large));
    Expr dividend = select(isFar, select(equal(small, INFINITY), ONE, small.times(0)), small);
    Pair quotient = quotient(dividend, divisor);
    Expr isLeft = less(ieee.withSignOf(x, ONE), ZERO);
    Expr plus = select(isLeft, Expr.number(-1), ONE);
    Expr sign = select(isSteep, plus.negated(), plus);
    Pair corner = choose(isSteep, halfPi, choose(isLeft, pi, new Pair(ZERO, ZERO)));
    return ieee.withSignOf(y, angle(corner, sign, quotient));
  }

  private static Pair quotient(Expr a, Expr b) {
    return new Pair(a, ZERO).over(new Pair(b, ZERO));
  }

  /// corner ± atan q
  private Expr angle(Pair corner, Expr sign, Pair quotient) {
    Expr q = quotient.high();
    Expr z = q.square();
    // The slope of atan is 1 ÷ (1 + z), about 1 − z/2: enough for the low word.
    Expr low = z.fma(-0.5, 1).times(quotient.low());
    return sum(corner, sign, q, q.times(z).fma(polynomial(z, atan), low));
  }

  /// base + sign · (a + small), rounded nearly once; |a| is below the base, or that is 0.
  private static Expr sum(Pair base, Expr sign, Expr a, Expr small) {
    Pair sum = Pair.sum(base.high(), a.times(sign));
    return sum.high().plus(sum.low().plus(small.fma(sign, base.low())));
  }

  private static Pair choose(Expr mask, Pair a, Pair b) {
    return new Pair(select(mask, a.high(), b.high()), select(mask, a.low(), b.low()));
  }
}
