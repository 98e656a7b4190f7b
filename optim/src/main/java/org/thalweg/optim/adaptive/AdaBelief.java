package org.thalweg.optim.adaptive;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;

/// [Adam] scaled by how far gradients are from what their average made expect.
///
/// ```
/// m ← β₁ m + (1 − β₁) g
/// s ← β₂ s + (1 − β₂) (g − m)² + ε₀
/// θ ← θ − η · m̂ / (√ŝ + ε),   m̂ = m / (1 − β₁ᵗ),   ŝ = s / (1 − β₂ᵗ)
/// ```
///
/// Equals Optax `adabelief(η, b1=β₁, b2=β₂, eps=ε, eps_root=ε₀)`; ε₀ is stored with s. Zhuang et
/// al., 2020.
///
/// @param learningRate η; 0.001 in the paper
/// @param beta1 β₁; 0.9 by default
/// @param beta2 β₂; 0.999 by default
/// @param epsilon ε; 10⁻¹⁶ by default
/// @param epsilonStored ε₀; 10⁻¹⁶ by default
public record AdaBelief(
    Schedule learningRate, Schedule beta1, Schedule beta2, double epsilon, double epsilonStored)
    implements Rule {
  /// With Optax's other values.
  public AdaBelief(double learningRate) {
    this(Schedule.constant(learningRate), 0.9, 0.999, 1e-16, 1e-16);
  }

  /// With numbers that stay.
  public AdaBelief(
      Schedule learningRate, double beta1, double beta2, double epsilon, double epsilonStored) {
    this(learningRate, Schedule.constant(beta1), Schedule.constant(beta2), epsilon, epsilonStored);
  }

  /// Checks the values.
  public AdaBelief {
    learningRate = Checks.rate("adaBelief", learningRate);
    beta1 = Checks.fraction("adaBelief", "beta1", beta1);
    beta2 = Checks.fraction("adaBelief", "beta2", beta2);
    Checks.notNegative("adaBelief", "epsilon", epsilon);
    Checks.notNegative("adaBelief", "epsilonStored", epsilonStored);
  }

  @Override
  public Update update(Symbols s) {
    Expr g = s.gradient();
    Expr m = s.average("β₁", beta1, s.state("m"), g);
    Expr surprise = g.minus(m);
    Expr spread =
        s.average("β₂", beta2, s.state("s"), surprise.square())
            .plus(s.constant("ε₀", epsilonStored));
    Expr eta = s.number("η/(1−β₁ᵗ)", n -> n.at(learningRate) / (1 - n.power(beta1)));
    Expr step = eta.times(m).over(Epsilon.outside(epsilon).corrected(s, spread, beta2));
    return Update.of(s.parameter().minus(step)).with("m", m).with("s", spread);
  }
}
