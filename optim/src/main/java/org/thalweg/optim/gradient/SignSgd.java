package org.thalweg.optim.gradient;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;

/// Steps of one length, against the sign of the gradient.
///
/// ```
/// θ ← θ − η sign(g),   sign(0) = 0
/// ```
///
/// Equals Optax `sign_sgd(η)`. Bernstein et al., 2018.
///
/// @param learningRate η
public record SignSgd(Schedule learningRate) implements Rule {
  /// With a rate that stays.
  public SignSgd(double learningRate) {
    this(Schedule.constant(learningRate));
  }

  /// Checks the rate.
  public SignSgd {
    learningRate = Checks.rate("signSgd", learningRate);
  }

  @Override
  public Update update(Symbols s) {
    Expr eta = s.scheduled("η", learningRate);
    return Update.of(s.parameter().minus(eta.times(s.gradient().sign())));
  }
}
