package org.thalweg.optim.adaptive;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;

/// [Adam] with the largest gradient, fading, for the root of the average square.
///
/// ```
/// m ← β₁ m + (1 − β₁) g
/// u ← max(β₂ u, |g| + ε)
/// θ ← θ − η / (1 − β₁ᵗ) · m / u
/// ```
///
/// Equals `torch.optim.Adamax(lr=η, betas=(β₁, β₂), eps=ε)` and Optax `adamax`; in Keras ε is added
/// outside, to u where it divides. Kingma and Ba, 2015, algorithm 2.
///
/// @param learningRate η; 0.002 by default
/// @param beta1 β₁; 0.9 by default
/// @param beta2 β₂; 0.999 by default
/// @param epsilon ε; 10⁻⁸ by default
/// @param isOutside whether ε is added to u and not to |g|; not by default
public record AdaMax(
    Schedule learningRate, Schedule beta1, Schedule beta2, double epsilon, boolean isOutside)
    implements Rule {
  /// With PyTorch's values.
  public AdaMax() {
    this(2e-3);
  }

  /// With PyTorch's other values.
  public AdaMax(double learningRate) {
    this(Schedule.constant(learningRate), 0.9, 0.999, 1e-8, false);
  }

  /// With numbers that stay.
  public AdaMax(
      Schedule learningRate, double beta1, double beta2, double epsilon, boolean isOutside) {
    this(learningRate, Schedule.constant(beta1), Schedule.constant(beta2), epsilon, isOutside);
  }

  /// Checks the values.
  public AdaMax {
    learningRate = Checks.rate("adaMax", learningRate);
    beta1 = Checks.fraction("adaMax", "beta1", beta1);
    beta2 = Checks.fraction("adaMax", "beta2", beta2);
    Checks.positive("adaMax", "epsilon", epsilon);
  }

  /// With the values of `keras.optimizers.Adamax`: ε = 10⁻⁷, outside.
  public static AdaMax keras(double learningRate) {
    return new AdaMax(Schedule.constant(learningRate), 0.9, 0.999, 1e-7, true);
  }

  @Override
  public Update update(Symbols s) {
    Expr g = s.gradient();
    Expr epsilon = s.constant("ε", this.epsilon);
    Expr m = s.average("β₁", beta1, s.state("m"), g);
    Expr faded = s.scheduled("β₂", beta2).times(s.state("u"));
    Expr u = faded.max(isOutside ? g.abs() : g.abs().plus(epsilon));
    Expr eta = s.number("η/(1−β₁ᵗ)", n -> n.at(learningRate) / (1 - n.power(beta1)));
    Expr step = eta.times(m).over(isOutside ? u.plus(epsilon) : u);
    return Update.of(s.parameter().minus(step)).with("m", m).with("u", u);
  }
}
