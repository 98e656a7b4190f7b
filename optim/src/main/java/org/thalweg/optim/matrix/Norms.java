package org.thalweg.optim.matrix;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Symbols;

/// What rules for whole tensors make of norms.
final class Norms {
  private Norms() {}

  /// ‖θ‖ / ‖u‖, 1 where a norm is 0.
  static Expr trust(Expr parameter, Expr update) {
    return trust(parameter, update, parameter.over(update));
  }

  /// The ratio, 1 where a norm is 0.
  static Expr trust(Expr parameter, Expr update, Expr ratio) {
    Expr zero = Expr.number(0);
    Expr isZero = parameter.equalTo(zero).plus(update.equalTo(zero));
    return Expr.where(isZero, Expr.number(1), ratio);
  }

  /// The root of the mean of squares; 0 of nothing.
  static Expr rootMeanSquare(Symbols s, Expr of) {
    double scale = Math.sqrt(1.0 / Math.max(1, s.shape().elements()));
    return s.norm(of).times(s.constant("1/√n", scale));
  }
}
