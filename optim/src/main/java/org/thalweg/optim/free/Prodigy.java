package org.thalweg.optim.free;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Numbers;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Start;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;

/// Adam without a rate to choose: it estimates d, how far the solution is.
///
/// ```
/// δ = d η √(1 − β₂ᵗ) / (1 − β₁ᵗ),   β₃ = √β₂
/// m ← β₁ m + (1 − β₁) d g,   v ← β₂ v + (1 − β₂) d² g²
/// r ← β₃ r + δ d/d₀ · ⟨g, θ₀ − θ⟩,   s ← β₃ s + δ d/d₀ · g
/// d⁺ = max(d, c r / ‖s‖₁)
/// θ ← (1 − λ δ) θ − δ m / (√v + d⁺ ε),   d ← d⁺
/// ```
///
/// d, r and the sums are of all parameters of the rule. Equals Optax `contrib.prodigy(η, betas=(β₁,
/// β₂), eps=ε, estim_lr0=d₀, estim_lr_coef=c, weight_decay=λ)`. Two passes. Mishchenko and Defazio,
/// 2023.
///
/// @param learningRate η, a factor; 1 by default
/// @param beta1 β₁; 0.9 by default
/// @param beta2 β₂; 0.999 by default
/// @param epsilon ε; 10⁻⁸ by default
/// @param initial d₀; 10⁻⁶ by default
/// @param coefficient c; 1 by default
/// @param decay λ; 0 by default
public record Prodigy(
    Schedule learningRate,
    Schedule beta1,
    Schedule beta2,
    double epsilon,
    double initial,
    double coefficient,
    Schedule decay)
    implements Rule {
  private static final String DISTANCE = "d";
  private static final String NUMERATOR = "r";
  private static final String GAIN = "⟨g,θ₀−θ⟩";
  private static final String LENGTH = "‖s‖₁";

  /// With the paper's values.
  public Prodigy() {
    this(1);
  }

  /// With the paper's other values.
  public Prodigy(double learningRate) {
    this(Schedule.constant(learningRate), 0.9, 0.999, 1e-8, 1e-6, 1, 0);
  }

  /// With numbers that stay.
  public Prodigy(
      Schedule learningRate,
      double beta1,
      double beta2,
      double epsilon,
      double initial,
      double coefficient,
      double decay) {
    this(
        learningRate,
        Schedule.constant(beta1),
        Schedule.constant(beta2),
        epsilon,
        initial,
        coefficient,
        Schedule.constant(decay));
  }

  /// Checks the values.
  public Prodigy {
    learningRate = Checks.rate("prodigy", learningRate);
    beta1 = Checks.fraction("prodigy", "beta1", beta1);
    beta2 = Checks.fraction("prodigy", "beta2", beta2);
    Checks.positive("prodigy", "epsilon", epsilon);
    Checks.positive("prodigy", "initial", initial);
    Checks.positive("prodigy", "coefficient", coefficient);
    decay = Checks.notNegative("prodigy", "decay", decay);
  }

  @Override
  public Update update(Symbols s) {
    Expr theta = s.parameter();
    Expr g = s.gradient();
    Expr scaled = s.scalar(DISTANCE, initial).times(g);
    s.scalar(NUMERATOR, 0);
    Expr m = s.average("β₁", beta1, s.state("m"), scaled);
    Expr v = s.average("β₂", beta2, s.state("v"), scaled.square());
    Expr weight = s.number("δ/d₀", n -> rate(n) / initial);
    Expr sum =
        s.number("β₃", n -> Math.sqrt(n.at(beta2))).times(s.state("s")).plus(weight.times(scaled));
    s.total(GAIN, g.times(s.state("θ₀", Start.PARAMETER).minus(theta)));
    s.total(LENGTH, sum.abs());
    Expr root = v.sqrt().plus(s.number("d⁺ε", n -> distance(n) * epsilon));
    Expr shrink = s.number("1−λδ", n -> 1 - n.at(decay) * rate(n));
    Expr step = s.number("δ", this::rate).times(m).over(root);
    return Update.of(shrink.times(theta).minus(step))
        .with("m", m)
        .with("v", v)
        .with("s", sum)
        .withScalar(DISTANCE, this::distance)
        .withScalar(NUMERATOR, this::numerator);
  }

  private double rate(Numbers n) {
    double correction = Math.sqrt(1 - n.power(beta2)) / (1 - n.power(beta1));
    return n.scalar(DISTANCE) * n.at(learningRate) * correction;
  }

  private double numerator(Numbers n) {
    double weight = n.scalar(DISTANCE) / initial * rate(n);
    return Math.sqrt(n.at(beta2)) * n.scalar(NUMERATOR) + weight * n.total(GAIN);
  }

  private double distance(Numbers n) {
    double length = n.total(LENGTH);
    double before = n.scalar(DISTANCE);
    return length == 0 ? before : Math.max(before, coefficient * numerator(n) / length);
  }
}
