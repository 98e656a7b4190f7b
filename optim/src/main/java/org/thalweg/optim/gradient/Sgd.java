package org.thalweg.optim.gradient;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;

/// Stochastic gradient descent, with momentum in its accumulating form.
///
/// ```
/// v ← μ v + g
/// θ ← θ − η v
/// ```
///
/// Equals `torch.optim.SGD(lr=η, momentum=μ)` and Optax `sgd(η, momentum=μ)`. Polyak, 1964; with μ
/// = 0 Robbins and Monro, 1951.
///
/// @param learningRate η
/// @param momentum μ, 0 for none
public record Sgd(Schedule learningRate, double momentum) implements Rule {
  /// Without momentum.
  public Sgd(double learningRate) {
    this(learningRate, 0);
  }

  /// With momentum.
  public Sgd(double learningRate, double momentum) {
    this(Schedule.constant(learningRate), momentum);
  }

  /// Checks the values.
  public Sgd {
    Checks.fraction("sgd", "momentum", momentum);
  }

  @Override
  public Update update(Symbols s) {
    Expr theta = s.parameter();
    Expr g = s.gradient();
    Expr eta = s.scheduled("η", learningRate);
    if (momentum == 0) {
      return Update.of(theta.minus(eta.times(g)));
    }
    Expr mu = s.constant("μ", momentum);
    Expr v = mu.times(s.state("v")).plus(g);
    return Update.of(theta.minus(eta.times(v))).with("v", v);
  }
}
