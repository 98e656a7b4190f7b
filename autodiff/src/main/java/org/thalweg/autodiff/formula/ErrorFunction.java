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
    -0.37612638903183476,
    0.11283791670946859,
    -0.02686617064415048,
    0.0052239776193243916,
    -0.0008548326792849182,
    0.0001205532729091411,
    -1.4925553765664714e-05,
    1.64609520447004e-06,
    -1.6355759577526194e-07,
    1.4743714083858293e-08,
    -1.200196529261076e-09,
    8.490006548720839e-11,
    -4.6314973349662035e-12,
    1.4119929613702094e-13
  };
  private static final double[] DOUBLE_FAR = {
    0.9999978568821527,
    -0.1410317844943483,
    -0.06968365936438203,
    -0.0019762274971868395,
    0.00642452800973788,
    0.00036123643152230484,
    -0.000650733454792901,
    0.00016978429133662735,
    -3.92143093940958e-05,
    1.012233841658192e-05,
    -1.9213477835153314e-06,
    2.0910965091674828e-07,
    -8.780681874602659e-09,
    -5.481356497317427e-10,
    7.910063277639492e-11,
    -2.7054430522978277e-12
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
