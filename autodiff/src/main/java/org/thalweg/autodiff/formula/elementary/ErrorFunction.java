package org.thalweg.autodiff.formula.elementary;

import static org.thalweg.autodiff.formula.Masks.less;
import static org.thalweg.autodiff.formula.Masks.select;
import static org.thalweg.autodiff.formula.elementary.Ieee.atMost;
import static org.thalweg.autodiff.formula.elementary.Ieee.polynomial;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Precision;

/// The error function, within 1.41 ulp in float and 1.48 in double, and its complement.
///
/// ```
/// erf x = x + x q(x²)          |x| below 1.125 (float), 1.375 (double)
///       = ±(1 − w(|x|)ⁿ)       beyond, n = 4 (float), 8 (double)
/// ```
///
/// The n-th root of erfc is so smooth that one polynomial of low degree covers the whole tail, and
/// a power by squaring costs less than an exponential. Minimax fits of our own
/// (`src/test/python/elementary.py`), the second weighted by the slope of the power.
final class ErrorFunction {
  private static final double[] FLOAT_NEAR = {
    0.12837917f,
    -0.37612602f,
    0.11283256f,
    -0.02683922f,
    0.005160253f,
    -0.0007765732f,
    7.063275e-05f
  };
  private static final double[] FLOAT_FAR = {
    1.0054988f,
    -0.30878675f,
    -0.06342435f,
    -0.050480768f,
    0.06612258f,
    -0.02221361f,
    0.0032342286f,
    -0.00017949817f
  };
  private static final double[] DOUBLE_NEAR = {
    0.12837916709551256,
    -0.3761263890318345,
    0.11283791670945073,
    -0.026866170643811478,
    0.00522397761634802,
    -0.0008548326646253884,
    0.00012055322800425129,
    -1.4925462940983357e-05,
    1.6459696848725108e-06,
    -1.634371738409716e-07,
    1.4663547612505685e-08,
    -1.1638652326449903e-09,
    7.420659240786644e-11,
    -2.7883503504273423e-12
  };
  private static final double[] DOUBLE_FAR = {
    0.9999986165752695,
    -0.14103674148868517,
    -0.06966870175504392,
    -0.002003909901793676,
    0.006459662854664509,
    0.0003288480107528903,
    -0.0006283354333315768,
    0.00015795395501443826,
    -3.440319466180629e-05,
    8.616099967192278e-06,
    -1.5613298166384754e-06,
    1.4460142384241692e-07,
    -3.9391411003281094e-10,
    -1.2949597585104274e-09,
    1.198268672032226e-10,
    -3.730654592248641e-12
  };

  /// The first coefficient of the tail in two words, then the others.
  private static final double[] FLOAT_TAIL_START = {1.2648382f, -3.425975e-08f};

  private static final double[] FLOAT_TAIL = {
    -0.12235677f,
    -0.09902447f,
    0.15763035f,
    -0.10296955f,
    0.032755636f,
    0.00095424266f,
    -0.0043510664f,
    0.00041654965f,
    0.0005397418f
  };
  private static final double[] DOUBLE_TAIL_START = {1.2648381843668615, 2.2998731304266683e-17};
  private static final double[] DOUBLE_TAIL = {
    -0.1223567630824043,
    -0.09902453957360276,
    0.15762991902321818,
    -0.10296705603849922,
    0.032760893268690944,
    0.0009318928152018476,
    -0.00438207834112876,
    0.0004918658445248112,
    0.0006321243506314592,
    -8.847950770084146e-05,
    -0.00011352242450224369,
    6.267442708847228e-06,
    2.2699891942916665e-05,
    2.6041454077072097e-06,
    -4.218760003292049e-06,
    -1.574820437051632e-06,
    5.29528923563709e-07,
    5.187715093316937e-07,
    2.8398031952691206e-08,
    -1.1276036906728173e-07,
    -3.507624321374187e-08,
    1.2864731790660183e-08,
    6.774930648048505e-09
  };

  private static final double TAIL_CENTRE = 2.5;

  private ErrorFunction() {}

  static Expr erf(Expr x, Precision precision) {
    boolean single = precision == Precision.FLOAT;
    Expr a = x.abs();
    Expr near = x.fma(polynomial(x.square(), single ? FLOAT_NEAR : DOUBLE_NEAR), x);
    Expr root = polynomial(atMost(a, single ? 4 : 6), single ? FLOAT_FAR : DOUBLE_FAR);
    Expr power = root.square().square();
    Expr far = Expr.number(1).minus(single ? power : power.square());
    Expr isNear = less(a, Expr.number(single ? 1.125 : 1.375));
    return select(isNear, near, Ieee.of(precision).withSignOf(x, far));
  }

  /// 1 − erf x, to the last places far to the right too, where it vanishes.
  ///
  /// ```
  /// erfc x = e^(−x²) g(x) ÷ (1 + 2x),  g a polynomial in s = (x − 2½) ÷ (x + 2½)   from ¼ on
  ///        = 1 − erf x                                                             below
  /// ```
  ///
  /// x², the polynomial and its quotient are kept in two words. Shepherd and Laframboise, 1981,
  /// have the form; the coefficients are an interpolation of our own
  /// (`src/test/python/elementary.py`).
  static Expr erfc(Expr x, Precision precision) {
    boolean single = precision == Precision.FLOAT;
    Expr one = Expr.number(1);
    // Beyond the limit the result is 0.
    Expr a = atMost(x, single ? 10.2f : 27.5);
    Expr s = a.minus(TAIL_CENTRE).over(a.plus(TAIL_CENTRE));
    double[] start = single ? FLOAT_TAIL_START : DOUBLE_TAIL_START;
    Expr rest = s.times(polynomial(s, single ? FLOAT_TAIL : DOUBLE_TAIL));
    Pair g = Pair.sum(Expr.number(start[0]), rest).plus(Expr.number(start[1]));
    Pair factor = g.over(Pair.anySum(one, a.plus(a)));
    Pair square = Pair.product(a, a);
    Expr far =
        Exponential.of(precision).exp(square.high().negated(), square.low().negated(), factor);
    return select(less(x, Expr.number(0.25)), one.minus(erf(x, precision)), far);
  }
}
