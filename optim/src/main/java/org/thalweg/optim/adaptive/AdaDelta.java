package org.thalweg.optim.adaptive;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;

/// Steps as long as those before, in the units of the parameter.
///
/// ```
/// E ← ρ E + (1 − ρ) g²
/// Δ = √(D + ε) / √(E + ε) · g         with D as it was
/// D ← ρ D + (1 − ρ) Δ²
/// θ ← θ − η Δ
/// ```
///
/// Equals `torch.optim.Adadelta(lr=η, rho=ρ, eps=ε)`, Optax `adadelta`. Zeiler, 2012, with η = 1.
///
/// @param learningRate η; 1 by default
/// @param rho ρ; 0.9 by default
/// @param epsilon ε; 10⁻⁶ by default
public record AdaDelta(Schedule learningRate, Schedule rho, double epsilon) implements Rule {
  /// With the paper's η = 1.
  public AdaDelta() {
    this(1);
  }

  /// With PyTorch's other values.
  public AdaDelta(double learningRate) {
    this(Schedule.constant(learningRate), 0.9, 1e-6);
  }

  /// With numbers that stay.
  public AdaDelta(Schedule learningRate, double rho, double epsilon) {
    this(learningRate, Schedule.constant(rho), epsilon);
  }

  /// Checks the values.
  public AdaDelta {
    learningRate = Checks.rate("adaDelta", learningRate);
    rho = Checks.fraction("adaDelta", "rho", rho);
    Checks.positive("adaDelta", "epsilon", epsilon);
  }

  /// With the values of `keras.optimizers.Adadelta`: ρ = 0.95, ε = 10⁻⁷.
  public static AdaDelta keras(double learningRate) {
    return new AdaDelta(Schedule.constant(learningRate), 0.95, 1e-7);
  }

  @Override
  public Update update(Symbols s) {
    Expr g = s.gradient();
    Expr eta = s.scheduled("η", learningRate);
    Expr epsilon = s.constant("ε", this.epsilon);
    Expr d = s.state("D");
    Expr e = s.average("ρ", rho, s.state("E"), g.square());
    Expr delta = d.plus(epsilon).sqrt().over(e.plus(epsilon).sqrt()).times(g);
    return Update.of(s.parameter().minus(eta.times(delta)))
        .with("E", e)
        .with("D", s.average("ρ", rho, d, delta.square()));
  }
}
