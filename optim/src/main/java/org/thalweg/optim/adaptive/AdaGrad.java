package org.thalweg.optim.adaptive;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Start;
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
/// Equals `torch.optim.Adagrad(lr=η, eps=ε)`, whose `lr_decay` is a rate of
/// `Schedules.inverseTime`. Duchi, Hazan and Singer, 2011.
///
/// @param learningRate η; 0.01 by default
/// @param epsilon ε, which may be 0; 10⁻¹⁰ outside of the root by default
/// @param initial G before the first step; 0 by default
public record AdaGrad(Schedule learningRate, Epsilon epsilon, double initial) implements Rule {
  /// With ε = 10⁻¹⁰.
  public AdaGrad(double learningRate) {
    this(learningRate, 1e-10);
  }

  /// With ε = 10⁻¹⁰.
  public AdaGrad(Schedule learningRate) {
    this(learningRate, Epsilon.outside(1e-10), 0);
  }

  /// With ε outside of the root.
  public AdaGrad(double learningRate, double epsilon) {
    this(Schedule.constant(learningRate), Epsilon.outside(epsilon), 0);
  }

  /// Checks the values.
  public AdaGrad {
    learningRate = Checks.rate("adaGrad", learningRate);
    Checks.notNegative("adaGrad", "initial", initial);
  }

  /// With the values of `keras.optimizers.Adagrad`: ε = 10⁻⁷ inside of the root, G from 0.1.
  public static AdaGrad keras(double learningRate) {
    return new AdaGrad(Schedule.constant(learningRate), Epsilon.inside(1e-7), 0.1);
  }

  /// With the values of Optax `adagrad`, which are those of Keras.
  public static AdaGrad optax(double learningRate) {
    return keras(learningRate);
  }

  @Override
  public Update update(Symbols s) {
    Expr g = s.gradient();
    Expr eta = s.scheduled("η", learningRate);
    Expr sum = s.state("G", Start.value(initial)).plus(g.square());
    Expr step = eta.times(g).over(epsilon.root(s, sum));
    Expr zero = Expr.number(0);
    return Update.of(s.parameter().minus(Expr.where(sum.equalTo(zero), zero, step))).with("G", sum);
  }
}
