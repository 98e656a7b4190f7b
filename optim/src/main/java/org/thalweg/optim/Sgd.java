package org.thalweg.optim;

import java.util.List;
import org.thalweg.autodiff.formula.Expr;

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
  public List<String> state() {
    return momentum == 0 ? List.of() : List.of("v");
  }

  @Override
  public Update update(Symbols s) {
    Expr theta = s.parameter();
    Expr g = s.gradient();
    Expr eta = s.number("η", learningRate);
    if (momentum == 0) {
      return Update.of(theta.minus(eta.times(g)));
    }
    Expr mu = s.number("μ", Schedule.constant(momentum));
    Expr v = mu.times(s.state("v")).plus(g);
    return Update.of(theta.minus(eta.times(v))).with("v", v);
  }
}
