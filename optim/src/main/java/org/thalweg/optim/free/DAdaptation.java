package org.thalweg.optim.free;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Numbers;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;
import org.thalweg.optim.engine.Composed;

/// AdamW without a rate to choose: it estimates d, how far the solution is.
///
/// ```
/// δ = d η √(1 − β₂ᵗ) / (1 − β₁ᵗ),   β = √β₂
/// r ← β r + (1 − β) δ ⟨g, s / (√v + ε)⟩               with s and v as they were
/// m ← β₁ m + (1 − β₁) δ g,   v ← β₂ v + (1 − β₂) g²,   s ← β s + (1 − β) δ g
/// θ ← (1 − λ δ) θ − m / (√v + ε)
/// d ← max(d, r / ((1 − β) ‖s‖₁))
/// ```
///
/// d, r and the sums are of all parameters of the rule. Equals Optax `contrib.dadapt_adamw(η,
/// betas=(β₁, β₂), eps=ε, estim_lr0=d₀, weight_decay=λ)`. Two passes. Defazio and Mishchenko, 2023.
///
/// @param learningRate η, a factor; 1 by default
/// @param beta1 β₁; 0.9 by default
/// @param beta2 β₂; 0.999 by default
/// @param epsilon ε; 10⁻⁸ by default
/// @param initial d₀; 10⁻⁶ by default
/// @param decay λ; 0 by default
public record DAdaptation(
    Schedule learningRate,
    Schedule beta1,
    Schedule beta2,
    double epsilon,
    double initial,
    Schedule decay)
    implements Rule {
  private static final String DISTANCE = "d";
  private static final String NUMERATOR = "r";
  private static final String GAIN = "⟨g,s/√v⟩";
  private static final String LENGTH = "‖s‖₁";

  /// With the paper's values.
  public DAdaptation() {
    this(1);
  }

  /// With the paper's other values.
  public DAdaptation(double learningRate) {
    this(Schedule.constant(learningRate), 0.9, 0.999, 1e-8, 1e-6, 0);
  }

  /// With numbers that stay.
  public DAdaptation(
      Schedule learningRate,
      double beta1,
      double beta2,
      double epsilon,
      double initial,
      double decay) {
    this(
        learningRate,
        Schedule.constant(beta1),
        Schedule.constant(beta2),
        epsilon,
        initial,
        Schedule.constant(decay));
  }

  /// Checks the values.
  public DAdaptation {
    learningRate = Checks.rate("dAdaptation", learningRate);
    beta1 = Checks.fraction("dAdaptation", "beta1", beta1);
    beta2 = Checks.fraction("dAdaptation", "beta2", beta2);
    Checks.positive("dAdaptation", "epsilon", epsilon);
    Checks.positive("dAdaptation", "initial", initial);
    decay = Checks.notNegative("dAdaptation", "decay", decay);
  }

  @Override
  public Update update(Symbols s) {
    Expr g = s.gradient();
    s.scalar(DISTANCE, initial);
    s.scalar(NUMERATOR, 0);
    Schedule beta = new Composed("√" + beta2, t -> Math.sqrt(beta2.at(t)), beta2);
    Expr epsilon = s.constant("ε", this.epsilon);
    Expr moved = s.number("δ", this::rate).times(g);
    Expr sum = s.state("s");
    Expr v = s.state("v");
    s.total(GAIN, g.times(sum.over(v.sqrt().plus(epsilon))));
    Expr m = s.average("β₁", beta1, s.state("m"), moved);
    Expr vNext = s.average("β₂", beta2, v, g.square());
    Expr sumNext = s.average("β", beta, sum, moved);
    s.total(LENGTH, sumNext.abs());
    Expr shrink = s.number("1−λδ", n -> 1 - n.at(decay) * rate(n));
    Expr step = m.over(vNext.sqrt().plus(epsilon));
    return Update.of(shrink.times(s.parameter()).minus(step))
        .with("m", m)
        .with("v", vNext)
        .with("s", sumNext)
        .withScalar(DISTANCE, this::distance)
        .withScalar(NUMERATOR, this::numerator);
  }

  private double rate(Numbers n) {
    double correction = Math.sqrt(1 - n.power(beta2)) / (1 - n.power(beta1));
    return n.scalar(DISTANCE) * n.at(learningRate) * correction;
  }

  private double numerator(Numbers n) {
    double beta = Math.sqrt(n.at(beta2));
    return beta * n.scalar(NUMERATOR) + (1 - beta) * rate(n) * n.total(GAIN);
  }

  private double distance(Numbers n) {
    double length = (1 - Math.sqrt(n.at(beta2))) * n.total(LENGTH);
    double before = n.scalar(DISTANCE);
    return length == 0 ? before : Math.max(before, numerator(n) / length);
  }
}
