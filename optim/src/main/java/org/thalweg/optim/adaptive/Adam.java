package org.thalweg.optim.adaptive;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;

/// Descent along averages of the gradient, scaled by an average of its square.
///
/// ```
/// m ← β₁ m + (1 − β₁) g
/// v ← β₂ v + (1 − β₂) g²
/// θ ← θ − η · m̂ / (√v̂ + ε),   m̂ = m / (1 − β₁ᵗ),   v̂ = v / (1 − β₂ᵗ)
/// ```
///
/// Equals `torch.optim.Adam(lr=η, betas=(β₁, β₂), eps=ε)` and Optax `adam`. Kingma and Ba, 2015,
/// algorithm 1.
///
/// @param learningRate η; 0.001 by default
/// @param beta1 β₁; 0.9 by default
/// @param beta2 β₂; 0.999 by default
/// @param epsilon ε, which may be 0; 10⁻⁸ by default
public record Adam(Schedule learningRate, double beta1, double beta2, double epsilon)
    implements Rule {
  /// With η = 0.001 and the paper's other values.
  public Adam() {
    this(1e-3);
  }

  /// With the paper's other values.
  public Adam(double learningRate) {
    this(learningRate, 0.9, 0.999, 1e-8);
  }

  /// With all values given.
  public Adam(double learningRate, double beta1, double beta2, double epsilon) {
    this(Schedule.constant(learningRate), beta1, beta2, epsilon);
  }

  /// Checks the values.
  public Adam {
    Checks.fraction("adam", "beta1", beta1);
    Checks.fraction("adam", "beta2", beta2);
    Checks.notNegative("adam", "epsilon", epsilon);
  }

  @Override
  public Update update(Symbols s) {
    return step(s, s.parameter());
  }

  /// A step from `theta`, which [AdamW] has shortened before.
  Update step(Symbols s, Expr theta) {
    Expr g = s.gradient();
    Expr m = s.average("β₁", beta1, s.state("m"), g);
    Expr v = s.average("β₂", beta2, s.state("v"), g.square());
    // The corrections are the same for every element: one division an element is left.
    Expr eta = s.number("η/(1−β₁ᵗ)", n -> n.at(learningRate) / (1 - n.power(beta1)));
    Expr scale = s.number("1/√(1−β₂ᵗ)", n -> 1 / Math.sqrt(1 - n.power(beta2)));
    Expr epsilon = s.constant("ε", this.epsilon);
    Expr step = eta.times(m).over(v.sqrt().times(scale).plus(epsilon));
    return Update.of(theta.minus(step)).with("m", m).with("v", v);
  }
}
