package org.thalweg.optim.matrix;

import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Numbers;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Start;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;

/// Momentum of gradients divided by an average of their norms, one for each parameter.
///
/// ```
/// v ← β₂ v + (1 − β₂) ‖g‖²,   ‖g‖² in the first step
/// m ← β₁ m + g / (√v + ε) + λ θ
/// θ ← θ − η m
/// ```
///
/// Equals Optax `novograd(η, b1=β₁, b2=β₂, eps=ε, weight_decay=λ)`. Ginsburg et al., 2019.
///
/// @param learningRate η
/// @param beta1 β₁; 0.9 by default
/// @param beta2 β₂; 0.25 by default
/// @param epsilon ε; 10⁻⁶ by default
/// @param decay λ; 0 by default
public record NovoGrad(
    Schedule learningRate, Schedule beta1, Schedule beta2, double epsilon, Schedule decay)
    implements Rule {
  /// Without decay.
  public NovoGrad(double learningRate) {
    this(learningRate, 0);
  }

  /// With Optax's other values.
  public NovoGrad(double learningRate, double decay) {
    this(Schedule.constant(learningRate), 0.9, 0.25, 1e-6, decay);
  }

  /// With numbers that stay.
  public NovoGrad(Schedule learningRate, double beta1, double beta2, double epsilon, double decay) {
    this(
        learningRate,
        Schedule.constant(beta1),
        Schedule.constant(beta2),
        epsilon,
        Schedule.constant(decay));
  }

  /// Checks the values.
  public NovoGrad {
    learningRate = Checks.rate("novoGrad", learningRate);
    beta1 = Checks.fraction("novoGrad", "beta1", beta1);
    beta2 = Checks.fraction("novoGrad", "beta2", beta2);
    Checks.positive("novoGrad", "epsilon", epsilon);
    decay = Checks.notNegative("novoGrad", "decay", decay);
  }

  @Override
  public Update update(Symbols s) {
    Expr theta = s.parameter();
    Expr g = s.gradient();
    Expr beta = s.number("β₂ₜ", this::share);
    Expr rest = s.number("1−β₂ₜ", n -> 1 - share(n));
    Expr before = s.state("v", Start.ZERO, _ -> Shape.SCALAR);
    Expr v = beta.times(before).plus(rest.times(s.norm(g).square()));
    Expr push = g.over(v.sqrt().plus(s.constant("ε", epsilon)));
    push = decay.isConstant(0) ? push : push.plus(s.scheduled("λ", decay).times(theta));
    Expr m = s.scheduled("β₁", beta1).times(s.state("m")).plus(push);
    return Update.of(theta.minus(s.scheduled("η", learningRate).times(m)))
        .with("m", m)
        .with("v", v);
  }

  /// β₂; 0 in the first step.
  private double share(Numbers n) {
    double beta = n.at(beta2);
    return n.step() == 1 ? 0 : beta;
  }
}
