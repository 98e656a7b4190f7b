package org.thalweg.optim.adaptive;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;

/// [AdamW] along a mixture of a short and a very long average of gradients.
///
/// ```
/// m ← β₁ m + (1 − β₁) g,   M ← β₃ M + (1 − β₃) g,   v ← β₂ v + (1 − β₂) g²
/// θ ← (1 − η λ) θ − η · (m̂ + α M) / (√v̂ + ε)
/// ```
///
/// m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ); M is not corrected. Equals Optax `contrib.ademamix(η,
/// b1=β₁, b2=β₂, b3=β₃, alpha=α)`. Pagliardini, Ablin and Grangier, 2024, where α and β₃ are warmed
/// up.
///
/// @param learningRate η
/// @param beta1 β₁; 0.9 by default
/// @param beta2 β₂; 0.999 by default
/// @param beta3 β₃; 0.9999 by default
/// @param alpha α; 5 by default
/// @param epsilon ε; 10⁻⁸ by default
/// @param decay λ; 0 by default
public record AdEmaMix(
    Schedule learningRate,
    Schedule beta1,
    Schedule beta2,
    Schedule beta3,
    Schedule alpha,
    double epsilon,
    Schedule decay)
    implements Rule {
  /// With Optax's other values.
  public AdEmaMix(double learningRate) {
    this(
        Schedule.constant(learningRate),
        0.9,
        0.999,
        Schedule.constant(0.9999),
        Schedule.constant(5),
        1e-8,
        0);
  }

  /// With numbers that stay.
  public AdEmaMix(
      Schedule learningRate,
      double beta1,
      double beta2,
      Schedule beta3,
      Schedule alpha,
      double epsilon,
      double decay) {
    this(
        learningRate,
        Schedule.constant(beta1),
        Schedule.constant(beta2),
        beta3,
        alpha,
        epsilon,
        Schedule.constant(decay));
  }

  /// Checks the values.
  public AdEmaMix {
    learningRate = Checks.rate("adEmaMix", learningRate);
    beta1 = Checks.fraction("adEmaMix", "beta1", beta1);
    beta2 = Checks.fraction("adEmaMix", "beta2", beta2);
    beta3 = Checks.fraction("adEmaMix", "beta3", beta3);
    alpha = Checks.notNegative("adEmaMix", "alpha", alpha);
    Checks.notNegative("adEmaMix", "epsilon", epsilon);
    decay = Checks.notNegative("adEmaMix", "decay", decay);
  }

  @Override
  public Update update(Symbols s) {
    Expr g = s.gradient();
    Expr m = s.average("β₁", beta1, s.state("m"), g);
    Expr slow = s.average("β₃", beta3, s.state("M"), g);
    Expr v = s.average("β₂", beta2, s.state("v"), g.square());
    Expr mHat = m.times(s.number("1/(1−β₁ᵗ)", n -> 1 / (1 - n.power(beta1))));
    Expr root = Epsilon.outside(epsilon).corrected(s, v, beta2);
    Expr step = mHat.plus(s.scheduled("α", alpha).times(slow)).over(root);
    Expr shrink = s.number("1−ηλ", n -> 1 - n.at(learningRate) * n.at(decay));
    Expr eta = s.scheduled("η", learningRate);
    return Update.of(shrink.times(s.parameter()).minus(eta.times(step)))
        .with("m", m)
        .with("M", slow)
        .with("v", v);
  }
}
