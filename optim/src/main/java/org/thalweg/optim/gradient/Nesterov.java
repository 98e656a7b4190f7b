package org.thalweg.optim.gradient;

import java.util.Optional;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;

/// Momentum with a real look-ahead: the gradient is taken where the momentum leads.
///
/// ```
/// v ← μ v − η ∇L(θ + μ v)
/// θ ← θ + v
/// ```
///
/// A step needs the loss as a function, `step(() -> loss)`. In the forms without a look-ahead of
/// PyTorch and Keras it is φ = θ + μ v that is stored. Nesterov, 1983; Sutskever et al., 2013.
///
/// @param learningRate η
/// @param momentum μ
public record Nesterov(Schedule learningRate, Schedule momentum) implements Rule {
  /// With a rate that stays.
  public Nesterov(double learningRate, double momentum) {
    this(Schedule.constant(learningRate), momentum);
  }

  /// With numbers that stay.
  public Nesterov(Schedule learningRate, double momentum) {
    this(learningRate, Schedule.constant(momentum));
  }

  /// Checks the values.
  public Nesterov {
    learningRate = Checks.rate("nesterov", learningRate);
    momentum = Checks.fraction("nesterov", "momentum", momentum);
  }

  @Override
  public Optional<Expr> probe(Symbols s) {
    return Optional.of(s.parameter().plus(carried(s)));
  }

  @Override
  public Update update(Symbols s) {
    Expr eta = s.scheduled("η", learningRate);
    Expr v = carried(s).minus(eta.times(s.gradient()));
    return Update.of(s.parameter().plus(v)).with("v", v);
  }

  private Expr carried(Symbols s) {
    return s.scheduled("μ", momentum).times(s.state("v"));
  }
}
