package org.thalweg.optim.matrix;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;

/// Momentum of gradients that are as long for each parameter as the parameter is: for large
/// batches.
///
/// ```
/// u = g + λ θ
/// v ← μ v + η · c ‖θ‖ / (‖u‖ + ε) · u,   the ratio 1 where a norm is 0
/// θ ← θ − v
/// ```
///
/// Equals Optax `lars(η, weight_decay=λ, trust_coefficient=c, eps=ε, momentum=μ)`. Two passes: one
/// for the norms, one for the step. You, Gitman and Ginsburg, 2017.
///
/// @param learningRate η
/// @param decay λ; 0 by default
/// @param trust c; 0.001 by default
/// @param epsilon ε; 0 by default
/// @param momentum μ; 0.9 by default
public record Lars(
    Schedule learningRate, Schedule decay, Schedule trust, double epsilon, Schedule momentum)
    implements Rule {
  /// Without decay.
  public Lars(double learningRate) {
    this(learningRate, 0);
  }

  /// With the paper's other values.
  public Lars(double learningRate, double decay) {
    this(Schedule.constant(learningRate), decay, 1e-3, 0, 0.9);
  }

  /// With numbers that stay.
  public Lars(Schedule learningRate, double decay, double trust, double epsilon, double momentum) {
    this(
        learningRate,
        Schedule.constant(decay),
        Schedule.constant(trust),
        epsilon,
        Schedule.constant(momentum));
  }

  /// Checks the values.
  public Lars {
    learningRate = Checks.rate("lars", learningRate);
    decay = Checks.notNegative("lars", "decay", decay);
    trust = Checks.notNegative("lars", "trust", trust);
    Checks.notNegative("lars", "epsilon", epsilon);
    momentum = Checks.fraction("lars", "momentum", momentum);
  }

  @Override
  public Update update(Symbols s) {
    Expr theta = s.parameter();
    Expr u =
        decay.isConstant(0)
            ? s.gradient()
            : s.gradient().plus(s.scheduled("λ", decay).times(theta));
    Expr length = s.norm(theta);
    Expr norm = s.norm(u);
    Expr scaled = s.scheduled("c", trust).times(length).over(norm.plus(s.constant("ε", epsilon)));
    Expr ratio = Norms.trust(length, norm, scaled);
    Expr push = s.scheduled("η", learningRate).times(ratio).times(u);
    Expr v = s.scheduled("μ", momentum).times(s.state("v")).plus(push);
    return Update.of(theta.minus(v)).with("v", v);
  }
}
