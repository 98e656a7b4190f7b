package org.thalweg.optim.gradient;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;

/// Steps of one length, against the sign of the momentum.
///
/// ```
/// c = β₁ m + (1 − β₁) g          with m as it was
/// m ← β₂ m + (1 − β₂) g
/// θ ← (1 − η λ) θ − η sign(c)
/// ```
///
/// Equals Optax `lion(η, b1=β₁, b2=β₂, weight_decay=λ)` and `keras.optimizers.Lion`. Chen et al.,
/// 2023.
///
/// @param learningRate η; 10⁻⁴ in the paper
/// @param beta1 β₁; 0.9 by default
/// @param beta2 β₂; 0.99 by default
/// @param decay λ; 0 by default
public record Lion(Schedule learningRate, Schedule beta1, Schedule beta2, Schedule decay)
    implements Rule {
  /// Without decay.
  public Lion(double learningRate) {
    this(learningRate, 0);
  }

  /// With the paper's other values.
  public Lion(double learningRate, double decay) {
    this(Schedule.constant(learningRate), 0.9, 0.99, decay);
  }

  /// With numbers that stay.
  public Lion(Schedule learningRate, double beta1, double beta2, double decay) {
    this(
        learningRate, Schedule.constant(beta1), Schedule.constant(beta2), Schedule.constant(decay));
  }

  /// Checks the values.
  public Lion {
    learningRate = Checks.rate("lion", learningRate);
    beta1 = Checks.fraction("lion", "beta1", beta1);
    beta2 = Checks.fraction("lion", "beta2", beta2);
    decay = Checks.notNegative("lion", "decay", decay);
  }

  /// With the values of Optax `lion`: λ = 0.001.
  public static Lion optax(double learningRate) {
    return new Lion(learningRate, 1e-3);
  }

  @Override
  public Update update(Symbols s) {
    Expr g = s.gradient();
    Expr m = s.state("m");
    Expr c = s.average("β₁", beta1, m, g);
    Expr shrink = s.number("1−ηλ", n -> 1 - n.at(learningRate) * n.at(decay));
    Expr eta = s.scheduled("η", learningRate);
    return Update.of(shrink.times(s.parameter()).minus(eta.times(c.sign())))
        .with("m", s.average("β₂", beta2, m, g));
  }
}
