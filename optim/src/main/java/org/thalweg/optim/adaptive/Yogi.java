package org.thalweg.optim.adaptive;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Start;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;

/// [Adam] whose v moves towards g² by steps that do not depend on how far away it is.
///
/// ```
/// m ← β₁ m + (1 − β₁) g
/// v ← v − (1 − β₂) sign(v − g²) g²
/// θ ← θ − η · m̂ / (√v̂ + ε),   m̂ = m / (1 − β₁ᵗ),   v̂ = v / (1 − β₂ᵗ)
/// ```
///
/// Equals Optax `yogi(η, b1=β₁, b2=β₂, eps=ε)`, whose m and v both start at `initial`. Zaheer et
/// al., 2018.
///
/// @param learningRate η; 0.01 in the paper
/// @param beta1 β₁; 0.9 by default
/// @param beta2 β₂; 0.999 by default
/// @param epsilon ε; 10⁻³ by default
/// @param initial m and v before the first step; 10⁻⁶ by default
public record Yogi(
    Schedule learningRate, Schedule beta1, Schedule beta2, double epsilon, double initial)
    implements Rule {
  /// With the paper's other values.
  public Yogi(double learningRate) {
    this(Schedule.constant(learningRate), 0.9, 0.999, 1e-3, 1e-6);
  }

  /// With numbers that stay.
  public Yogi(Schedule learningRate, double beta1, double beta2, double epsilon, double initial) {
    this(learningRate, Schedule.constant(beta1), Schedule.constant(beta2), epsilon, initial);
  }

  /// Checks the values.
  public Yogi {
    learningRate = Checks.rate("yogi", learningRate);
    beta1 = Checks.fraction("yogi", "beta1", beta1);
    beta2 = Checks.fraction("yogi", "beta2", beta2);
    Checks.notNegative("yogi", "epsilon", epsilon);
    Checks.notNegative("yogi", "initial", initial);
  }

  @Override
  public Update update(Symbols s) {
    Expr g = s.gradient();
    Expr squared = g.square();
    Expr m = s.average("β₁", beta1, s.state("m", Start.value(initial)), g);
    Expr before = s.state("v", Start.value(initial));
    Expr towards = before.minus(squared).sign().times(squared);
    Expr v = before.minus(s.scheduled("1−β₂", beta2.complement()).times(towards));
    Expr eta = s.number("η/(1−β₁ᵗ)", n -> n.at(learningRate) / (1 - n.power(beta1)));
    Expr step = eta.times(m).over(Epsilon.outside(epsilon).corrected(s, v, beta2));
    return Update.of(s.parameter().minus(step)).with("m", m).with("v", v);
  }
}
