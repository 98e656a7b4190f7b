package org.thalweg.optim.adaptive;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;

/// [Adam] scaled by v as it was before the gradient, which converges for any β₂.
///
/// ```
/// v ← g²                                          in the first step, which moves nothing
/// m ← β₁ m + (1 − β₁) clip(g / max(√v, ε), c)     c = (t − 1)^¼
/// θ ← θ − η m
/// v ← β₂ v + (1 − β₂) g²
/// ```
///
/// Equals Optax `contrib.adopt(η, b1=β₁, b2=β₂, eps=ε, use_clipping=…)`. Taniguchi et al., 2024.
///
/// @param learningRate η
/// @param beta1 β₁; 0.9 by default
/// @param beta2 β₂; 0.9999 by default
/// @param epsilon ε; 10⁻⁶ by default
/// @param isClipped whether the scaled gradient is limited to ±c; yes by default
public record Adopt(
    Schedule learningRate, Schedule beta1, Schedule beta2, double epsilon, boolean isClipped)
    implements Rule {
  private static final double GROWTH = 0.25;

  /// With the paper's other values.
  public Adopt(double learningRate) {
    this(Schedule.constant(learningRate), 0.9, 0.9999, 1e-6, true);
  }

  /// With numbers that stay.
  public Adopt(
      Schedule learningRate, double beta1, double beta2, double epsilon, boolean isClipped) {
    this(learningRate, Schedule.constant(beta1), Schedule.constant(beta2), epsilon, isClipped);
  }

  /// Checks the values.
  public Adopt {
    learningRate = Checks.rate("adopt", learningRate);
    beta1 = Checks.fraction("adopt", "beta1", beta1);
    beta2 = Checks.fraction("adopt", "beta2", beta2);
    Checks.positive("adopt", "epsilon", epsilon);
  }

  @Override
  public Update update(Symbols s) {
    Expr g = s.gradient();
    Expr v = s.state("v");
    Expr scaled = g.over(v.sqrt().max(s.constant("ε", epsilon)));
    if (isClipped) {
      Expr most = s.number("c", n -> StrictMath.pow(n.step() - 1.0, GROWTH));
      scaled = scaled.clamp(most.negated(), most);
    }
    Expr isLater = s.number("t>1", n -> n.step() > 1 ? 1 : 0);
    Expr m = Expr.where(isLater, s.average("β₁", beta1, s.state("m"), scaled), s.state("m"));
    Expr squares = Expr.where(isLater, s.average("β₂", beta2, v, g.square()), g.square());
    Expr eta = s.scheduled("η", learningRate);
    return Update.of(s.parameter().minus(eta.times(m))).with("m", m).with("v", squares);
  }
}
