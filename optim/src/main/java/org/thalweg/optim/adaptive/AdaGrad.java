package org.thalweg.optim.adaptive;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;

/// Descent with a rate of its own for each element, the smaller the more it has moved.
///
/// ```
/// G ← G + g²
/// θ ← θ − η g / (√G + ε),   0 where G = 0
/// ```
///
/// Equals `torch.optim.Adagrad(lr=η, eps=ε)`. Duchi, Hazan and Singer, 2011.
///
/// @param learningRate η; 0.01 by default
/// @param epsilon ε, which may be 0; 10⁻¹⁰ by default
public record AdaGrad(Schedule learningRate, double epsilon) implements Rule {
  /// With ε = 10⁻¹⁰.
  public AdaGrad(double learningRate) {
    this(learningRate, 1e-10);
  }

  /// With both given.
  public AdaGrad(double learningRate, double epsilon) {
    this(Schedule.constant(learningRate), epsilon);
  }

  /// Checks the values.
  public AdaGrad {
    Checks.notNegative("adaGrad", "epsilon", epsilon);
  }

  @Override
  public Update update(Symbols s) {
    Expr g = s.gradient();
    Expr eta = s.scheduled("η", learningRate);
    Expr epsilon = s.constant("ε", this.epsilon);
    Expr sum = s.state("G").plus(g.square());
    Expr step = eta.times(g).over(sum.sqrt().plus(epsilon));
    Expr zero = Expr.number(0);
    return Update.of(s.parameter().minus(Expr.where(sum.equalTo(zero), zero, step))).with("G", sum);
  }
}
