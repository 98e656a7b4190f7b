package org.thalweg.autodiff.formula.elementary;

import static org.thalweg.autodiff.formula.Masks.equal;
import static org.thalweg.autodiff.formula.Masks.less;
import static org.thalweg.autodiff.formula.Masks.or;
import static org.thalweg.autodiff.formula.Masks.select;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Precision;

/// Length and direction of the point (a, b), for coordinates of every size: those whose squares
/// overflow or vanish are first multiplied by a power of two.
///
/// @param a the first coordinate, multiplied
/// @param length the length of the point multiplied
/// @param back what undoes the multiplication
record Hypotenuse(Expr a, Expr length, Expr back) {
  private static final Expr ZERO = Expr.number(0);
  private static final Expr ONE = Expr.number(1);
  private static final Expr INFINITY = Expr.number(Double.POSITIVE_INFINITY);

  private static Hypotenuse of(Expr a, Expr b, Precision precision) {
    boolean single = precision == Precision.FLOAT;
    int large = single ? 60 : 500;
    int down = single ? -80 : -600;
    int up = single ? 100 : 600;
    Expr isSteep = less(a.abs(), b.abs());
    Expr longer = select(isSteep, b, a);
    Expr shorter = select(isSteep, a, b);
    Expr size = longer.abs();
    Expr isLarge = less(power(large), size);
    Expr isSmall = less(size, power(-large));
    Expr scale = select(isLarge, power(down), select(isSmall, power(up), ONE));
    Expr back = select(isLarge, power(-down), select(isSmall, power(-up), ONE));
    Expr x = longer.times(scale);
    Expr y = shorter.times(scale);
    return new Hypotenuse(a.times(scale), x.fma(x, y.square()).sqrt(), back);
  }

  private static Expr power(int exponent) {
    return Expr.number(Math.scalb(1.0, exponent));
  }

  /// √(a² + b²); ∞ where one of them is infinite.
  static Expr hypot(Expr a, Expr b, Precision precision) {
    Hypotenuse scaled = of(a, b, precision);
    Expr isFar = or(equal(a.abs(), INFINITY), equal(b.abs(), INFINITY));
    return select(isFar, INFINITY, scaled.length.times(scaled.back));
  }

  /// a ÷ √(a² + b²), and a where both are 0.
  static Expr direction(Expr a, Expr b, Precision precision) {
    Hypotenuse scaled = of(a, b, precision);
    return scaled.a.over(select(equal(scaled.length, ZERO), ONE, scaled.length));
  }
}
