package org.thalweg.optim.adaptive;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Numbers;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;
import org.thalweg.optim.schedule.Plateau;
import org.thalweg.optim.schedule.Recurrence;

/// [Adam] with Nesterov's momentum, which grows from half of β₁.
///
/// ```
/// μₜ = β₁ (1 − ½ · 0.96^(ψ t)),   Πₜ = μ₁ · … · μₜ
/// m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²
/// m̄ = μₜ₊₁ m / (1 − Πₜ₊₁) + (1 − μₜ) g / (1 − Πₜ)
/// θ ← θ − η · m̄ / (√v̂ + ε),   v̂ = v / (1 − β₂ᵗ)
/// ```
///
/// Where β₁ changes, μₜ₊₁ has the β₁ of step t, and Πₜ those of the first t steps; it must be a
/// function of the step, no `Plateau`.
///
/// Equals `torch.optim.NAdam(lr=η, momentum_decay=ψ)`. Dozat, 2016. ψ = 1 is the form of Keras, ψ =
/// ∞, where μ stays β₁, that of Optax.
///
/// @param learningRate η; 0.002 by default
/// @param beta1 β₁; 0.9 by default
/// @param beta2 β₂; 0.999 by default
/// @param epsilon ε; 10⁻⁸ by default
/// @param momentumDecay ψ, which may be ∞; 0.004 by default
public record NAdam(
    Schedule learningRate, Schedule beta1, Schedule beta2, double epsilon, double momentumDecay)
    implements Rule {
  private static final double BASE = 0.96;

  /// With PyTorch's values.
  public NAdam() {
    this(2e-3);
  }

  /// With PyTorch's other values.
  public NAdam(double learningRate) {
    this(Schedule.constant(learningRate), 0.9, 0.999, 1e-8, 0.004);
  }

  /// With numbers that stay.
  public NAdam(
      Schedule learningRate, double beta1, double beta2, double epsilon, double momentumDecay) {
    this(learningRate, Schedule.constant(beta1), Schedule.constant(beta2), epsilon, momentumDecay);
  }

  /// Checks the values.
  public NAdam {
    learningRate = Checks.rate("nAdam", learningRate);
    beta1 = Checks.fraction("nAdam", "beta1", beta1);
    beta2 = Checks.fraction("nAdam", "beta2", beta2);
    if (isToldLosses(beta1)) {
      throw new IllegalArgumentException(
          "nAdam: beta1 is "
              + beta1
              + ", and Π needs its values at the steps before: use a function of the step");
    }
    Checks.notNegative("nAdam", "epsilon", epsilon);
    if (!(momentumDecay >= 0)) {
      throw new IllegalArgumentException(
          "nAdam: momentumDecay is " + momentumDecay + ": use 0, a positive number or ∞");
    }
  }

  /// With the values of `keras.optimizers.Nadam`: ψ = 1, ε = 10⁻⁷.
  public static NAdam keras(double learningRate) {
    return new NAdam(Schedule.constant(learningRate), 0.9, 0.999, 1e-7, 1);
  }

  /// With the values of Optax `nadam`: ψ = ∞.
  public static NAdam optax(double learningRate) {
    return new NAdam(Schedule.constant(learningRate), 0.9, 0.999, 1e-8, Double.POSITIVE_INFINITY);
  }

  @Override
  public Update update(Symbols s) {
    Expr g = s.gradient();
    Recurrence product = new Recurrence(1, (before, t) -> before * momentum(beta1.at(t), t));
    Expr m = s.average("β₁", beta1, s.state("m"), g);
    Expr v = s.average("β₂", beta2, s.state("v"), g.square());
    Expr ahead = s.number("ημₜ₊₁/(1−Πₜ₊₁)", n -> ahead(n, product));
    Expr now = s.number("η(1−μₜ)/(1−Πₜ)", n -> now(n, product));
    Expr root = Epsilon.outside(epsilon).corrected(s, v, beta2);
    Expr step = ahead.times(m).plus(now.times(g)).over(root);
    return Update.of(s.parameter().minus(step)).with("m", m).with("v", v);
  }

  private static boolean isToldLosses(Schedule schedule) {
    return schedule instanceof Plateau || schedule.parts().stream().anyMatch(NAdam::isToldLosses);
  }

  private double momentum(double beta, long t) {
    return beta * (1 - 0.5 * StrictMath.pow(BASE, t * momentumDecay));
  }

  private double ahead(Numbers n, Recurrence product) {
    double next = momentum(n.at(beta1), n.step() + 1);
    return n.at(learningRate) * next / (1 - product.at(n.step()) * next);
  }

  private double now(Numbers n, Recurrence product) {
    return n.at(learningRate) * (1 - momentum(n.at(beta1), n.step())) / (1 - product.at(n.step()));
  }
}
