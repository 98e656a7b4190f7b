package org.thalweg.optim.adaptive;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;

/// Nesterov's momentum from differences of gradients, scaled as [Adam] is.
///
/// ```
/// d = g − (g before),   0 at first
/// m ← β₁ m + (1 − β₁) g
/// v ← β₂ v + (1 − β₂) d
/// n ← β₃ n + (1 − β₃) (g + (1 − β₂) d)²
/// θ ← (1 − η λ) θ − η · (m̂ + (1 − β₂) v̂) / (√(n̂ + ε₀) + ε)
/// ```
///
/// with m̂ = m / (1 − β₁ᵗ) and so on. Equals Optax `adan(η)`; in the paper β stands for 1 − β, and
/// decay divides by 1 + η λ. Xie et al., 2022.
///
/// @param learningRate η; 0.001 in the paper
/// @param beta1 β₁; 0.98 by default
/// @param beta2 β₂; 0.92 by default
/// @param beta3 β₃; 0.99 by default
/// @param epsilon ε and ε₀; both 10⁻⁸ by default
/// @param decay λ; 0 by default
public record Adan(
    Schedule learningRate,
    Schedule beta1,
    Schedule beta2,
    Schedule beta3,
    Epsilon epsilon,
    Schedule decay)
    implements Rule {
  /// With Optax's other values.
  public Adan(double learningRate) {
    this(learningRate, 0);
  }

  /// With Optax's other values.
  public Adan(double learningRate, double decay) {
    this(Schedule.constant(learningRate), 0.98, 0.92, 0.99, new Epsilon(1e-8, 1e-8, false), decay);
  }

  /// With numbers that stay.
  public Adan(
      Schedule learningRate,
      double beta1,
      double beta2,
      double beta3,
      Epsilon epsilon,
      double decay) {
    this(
        learningRate,
        Schedule.constant(beta1),
        Schedule.constant(beta2),
        Schedule.constant(beta3),
        epsilon,
        Schedule.constant(decay));
  }

  /// Checks the values.
  public Adan {
    learningRate = Checks.rate("adan", learningRate);
    beta1 = Checks.fraction("adan", "beta1", beta1);
    beta2 = Checks.fraction("adan", "beta2", beta2);
    beta3 = Checks.fraction("adan", "beta3", beta3);
    decay = Checks.notNegative("adan", "decay", decay);
  }

  @Override
  public Update update(Symbols s) {
    Expr g = s.gradient();
    Expr isLater = s.number("t>1", n -> n.step() > 1 ? 1 : 0);
    Expr rest = s.scheduled("1−β₂", beta2.complement());
    Expr d = Expr.where(isLater, g.minus(s.state("g before")), Expr.number(0));
    Expr m = s.average("β₁", beta1, s.state("m"), g);
    Expr v = s.average("β₂", beta2, s.state("v"), d);
    Expr n2 = s.average("β₃", beta3, s.state("n"), g.plus(rest.times(d)).square());
    Expr mHat = m.times(s.number("1/(1−β₁ᵗ)", n -> 1 / (1 - n.power(beta1))));
    Expr vHat = v.times(s.number("1/(1−β₂ᵗ)", n -> 1 / (1 - n.power(beta2))));
    Expr nHat = n2.times(s.number("1/(1−β₃ᵗ)", n -> 1 / (1 - n.power(beta3))));
    Expr step = mHat.plus(rest.times(vHat)).over(epsilon.root(s, nHat));
    Expr shrink = s.number("1−ηλ", n -> 1 - n.at(learningRate) * n.at(decay));
    Expr eta = s.scheduled("η", learningRate);
    return Update.of(shrink.times(s.parameter()).minus(eta.times(step)))
        .with("m", m)
        .with("v", v)
        .with("n", n2)
        .with("g before", g);
  }
}
