package org.thalweg.optim.matrix;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;

/// Adam's direction, as long for each parameter as the parameter is: for large batches.
///
/// ```
/// m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²
/// u = m̂ / (√v̂ + ε) + λ θ,   m̂ = m / (1 − β₁ᵗ),   v̂ = v / (1 − β₂ᵗ)
/// θ ← θ − η · ‖θ‖/‖u‖ · u,   the ratio 1 where a norm is 0
/// ```
///
/// Equals Optax `lamb(η, b1=β₁, b2=β₂, eps=ε, weight_decay=λ)`. In Keras decay comes first and
/// apart: `new Decayed(Lamb.keras(η), η, λ)`. Two passes: one for the norms, one for the step. You
/// et al., 2020, algorithm 2.
///
/// @param learningRate η
/// @param beta1 β₁; 0.9 by default
/// @param beta2 β₂; 0.999 by default
/// @param epsilon ε; 10⁻⁶ by default
/// @param decay λ; 0 by default
public record Lamb(
    Schedule learningRate, Schedule beta1, Schedule beta2, double epsilon, Schedule decay)
    implements Rule {
  /// Without decay, and with Optax's other values.
  public Lamb(double learningRate) {
    this(learningRate, 0);
  }

  /// With Optax's other values.
  public Lamb(double learningRate, double decay) {
    this(Schedule.constant(learningRate), 0.9, 0.999, 1e-6, decay);
  }

  /// With numbers that stay.
  public Lamb(Schedule learningRate, double beta1, double beta2, double epsilon, double decay) {
    this(
        learningRate,
        Schedule.constant(beta1),
        Schedule.constant(beta2),
        epsilon,
        Schedule.constant(decay));
  }

  /// Checks the values.
  public Lamb {
    learningRate = Checks.rate("lamb", learningRate);
    beta1 = Checks.fraction("lamb", "beta1", beta1);
    beta2 = Checks.fraction("lamb", "beta2", beta2);
    Checks.notNegative("lamb", "epsilon", epsilon);
    decay = Checks.notNegative("lamb", "decay", decay);
  }

  /// With the values of `keras.optimizers.Lamb`: ε = 10⁻⁷.
  public static Lamb keras(double learningRate) {
    return new Lamb(Schedule.constant(learningRate), 0.9, 0.999, 1e-7, 0);
  }

  @Override
  public Update update(Symbols s) {
    Expr g = s.gradient();
    Expr theta = s.parameter();
    Expr m = s.average("β₁", beta1, s.state("m"), g);
    Expr v = s.average("β₂", beta2, s.state("v"), g.square());
    Expr mHat = m.times(s.number("1/(1−β₁ᵗ)", n -> 1 / (1 - n.power(beta1))));
    Expr vHat = v.times(s.number("1/(1−β₂ᵗ)", n -> 1 / (1 - n.power(beta2))));
    Expr u = mHat.over(vHat.sqrt().plus(s.constant("ε", epsilon)));
    u = decay.isConstant(0) ? u : u.plus(theta.times(s.scheduled("λ", decay)));
    Expr eta = s.scheduled("η", learningRate);
    Expr step = eta.times(Norms.trust(s.norm(theta), s.norm(u))).times(u);
    return Update.of(theta.minus(step)).with("m", m).with("v", v);
  }
}
