package org.thalweg.optim.gradient;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Start;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;

/// Follow the regularised leader: rates per element as in AdaGrad, and weights that are exactly 0.
///
/// ```
/// G⁺ = G + g²,   σ = (√G⁺ − √G) / η
/// z ← z + g + 2 λₛ θ − σ θ,   G ← G⁺
/// θ ← (clip(z, −λ₁, λ₁) − z) / (√G / η + 2 λ₂ + β / η)
/// ```
///
/// Equals `keras.optimizers.Ftrl(η, l1_regularization_strength=λ₁, l2_regularization_strength=λ₂,
/// l2_shrinkage_regularization_strength=λₛ, beta=β)`. McMahan et al., 2013.
///
/// @param learningRate η, above 0; 0.001 by default
/// @param initial G before the first step; 0.1 by default
/// @param l1 λ₁; 0 by default
/// @param l2 λ₂; 0 by default
/// @param shrinkage λₛ; 0 by default
/// @param beta β; 0 by default
public record Ftrl(
    Schedule learningRate,
    double initial,
    Schedule l1,
    Schedule l2,
    Schedule shrinkage,
    Schedule beta)
    implements Rule {
  /// Without penalties.
  public Ftrl(double learningRate) {
    this(learningRate, 0, 0);
  }

  /// With penalties.
  public Ftrl(double learningRate, double l1, double l2) {
    this(Schedule.constant(learningRate), 0.1, l1, l2, 0, 0);
  }

  /// With numbers that stay.
  public Ftrl(
      Schedule learningRate, double initial, double l1, double l2, double shrinkage, double beta) {
    this(
        learningRate,
        initial,
        Schedule.constant(l1),
        Schedule.constant(l2),
        Schedule.constant(shrinkage),
        Schedule.constant(beta));
  }

  /// Checks the values.
  public Ftrl {
    learningRate = Checks.rate("ftrl", learningRate);
    Checks.notNegative("ftrl", "initial", initial);
    l1 = Checks.notNegative("ftrl", "l1", l1);
    l2 = Checks.notNegative("ftrl", "l2", l2);
    shrinkage = Checks.notNegative("ftrl", "shrinkage", shrinkage);
    beta = Checks.notNegative("ftrl", "beta", beta);
  }

  @Override
  public Update update(Symbols s) {
    Expr theta = s.parameter();
    Expr g = s.gradient();
    Expr before = s.state("G", Start.value(initial));
    Expr sum = before.plus(g.square());
    Expr inverse = s.number("1/η", n -> 1 / n.at(learningRate));
    Expr sigma = sum.sqrt().minus(before.sqrt()).times(inverse);
    Expr pull =
        shrinkage.isConstant(0) ? g : g.plus(s.scheduled("2λₛ", shrinkage.times(2)).times(theta));
    Expr z = s.state("z").plus(pull).minus(sigma.times(theta));
    Expr more = s.number("2λ₂+β/η", n -> 2 * n.at(l2) + n.at(beta) / n.at(learningRate));
    Expr curvature = sum.sqrt().times(inverse).plus(more);
    Expr most = s.scheduled("λ₁", l1);
    Expr next = z.clamp(most.negated(), most).minus(z).over(curvature);
    return Update.of(next).with("G", sum).with("z", z);
  }
}
