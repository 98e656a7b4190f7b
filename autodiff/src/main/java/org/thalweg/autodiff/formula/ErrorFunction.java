package org.thalweg.autodiff.formula;

import static org.thalweg.autodiff.formula.Ieee.atMost;
import static org.thalweg.autodiff.formula.Ieee.polynomial;

/// The error function.
///
/// ```
/// erf x = x + x q(x²)          |x| below 1.125 (float), 1.5 (double)
///       = ±(1 − w(|x|)ⁿ)       beyond, n = 4 (float), 8 (double)
/// ```
///
/// The n-th root of erfc is so smooth that one polynomial of low degree covers the whole tail, and a
/// power by squaring costs less than an exponential. Minimax fits of our own
/// (`src/test/python/elementary.py`), the second weighted by the slope of the power.
final class ErrorFunction {
  private ErrorFunction() {}

  private static final double[] FLOAT_NEAR = {
    0.12837917f,
    -0.37612602f,
    0.11283256f,
    -0.02683922f,
    0.005160253f,
    -0.0007765731f,
    7.0632654e-05f
  };
  private static final double[] FLOAT_FAR = {
    1.0054988f,
    -0.30878678f,
    -0.06342423f,
    -0.050480958f,
    0.06612273f,
    -0.02221368f,
    0.0032342453f,
    -0.0001794998f
  };
  private static final double[] DOUBLE_NEAR = {
    0.12837916709551256,
    -0.37612638903183476,
    0.1128379167094686,
    -0.02686617064415078,
    0.005223977619326779,
    -0.000854832679295045,
    0.00012055327293593975,
    -1.4925553813619276e-05,
    1.6460952646417848e-06,
    -1.6355764926524706e-07,
    1.4743747511392243e-08,
    -1.2002108458165285e-09,
    8.490405583095108e-11,
    -4.632147988403347e-12,
    1.412463162484214e-13
  };
  private static final double[] DOUBLE_FAR = {
    0.9999978570444138,
    -0.1410317855631545,
    -0.06968365610597381,
    -0.0019762335950570336,
    0.006424535842605177,
    0.0003612291173308653,
    -0.0006507283265012476,
    0.00016978154252093278,
    -3.92131739023443e-05,
    1.0121976981463117e-05,
    -1.921259866862264e-06,
    2.0909360417303935e-07,
    -8.778554679249336e-09,
    -5.48328975156466e-10,
    7.911140287881543e-11,
    -2.7057202888708734e-12
  };

  static Expr erf(Expr x, Precision precision) {
    boolean single = precision == Precision.FLOAT;
    Expr a = x.abs();
    Expr near = x.fma(polynomial(x.square(), single ? FLOAT_NEAR : DOUBLE_NEAR), x);
    Expr root = polynomial(atMost(a, single ? 4 : 6), single ? FLOAT_FAR : DOUBLE_FAR);
    Expr power = root.square().square();
    Expr far = Expr.number(1).minus(single ? power : power.square());
    Expr isNear = Expr.less(a, Expr.number(single ? 1.125 : 1.5));
    return Expr.select(isNear, near, Ieee.of(precision).withSignOf(x, far));
  }
}
