package org.thalweg.optim.adaptive;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Numbers;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;

/// [Adam] whose scale is rectified, and left out while v is an average of too few gradients.
///
/// ```
/// ρ∞ = 2 / (1 − β₂) − 1,   ρ = ρ∞ − 2 t β₂ᵗ / (1 − β₂ᵗ)
/// r = √[(ρ − 4) (ρ − 2) ρ∞ / ((ρ∞ − 4) (ρ∞ − 2) ρ)]
/// θ ← θ − η · m̂ · r / (√v̂ + ε)     where ρ ≥ threshold
/// θ ← θ − η · m̂                    else
/// ```
///
/// Equals `torch.optim.RAdam(lr=η)`, where ε is a [hat][Epsilon#hat] and ρ must be above 5. Liu et
/// al., 2020.
///
/// @param learningRate η; 0.001 by default
/// @param beta1 β₁; 0.9 by default
/// @param beta2 β₂; 0.999 by default
/// @param epsilon ε; a hat of 10⁻⁸ by default
/// @param threshold the least ρ for a rectified step; the next number above 5 by default
public record RAdam(
    Schedule learningRate, Schedule beta1, Schedule beta2, Epsilon epsilon, double threshold)
    implements Rule {
  private static final double LEAST = 4;

  /// With PyTorch's values.
  public RAdam() {
    this(1e-3);
  }

  /// With PyTorch's other values.
  public RAdam(double learningRate) {
    this(Schedule.constant(learningRate), 0.9, 0.999);
  }

  /// With PyTorch's ε and threshold.
  public RAdam(Schedule learningRate, double beta1, double beta2) {
    this(learningRate, beta1, beta2, Epsilon.hat(1e-8), Math.nextUp(5.0));
  }

  /// With numbers that stay.
  public RAdam(
      Schedule learningRate, double beta1, double beta2, Epsilon epsilon, double threshold) {
    this(learningRate, Schedule.constant(beta1), Schedule.constant(beta2), epsilon, threshold);
  }

  /// Checks the values.
  public RAdam {
    learningRate = Checks.rate("rAdam", learningRate);
    beta1 = Checks.fraction("rAdam", "beta1", beta1);
    beta2 = Checks.fraction("rAdam", "beta2", beta2);
    if (!(threshold > LEAST)) {
      throw new IllegalArgumentException(
          "rAdam: threshold is " + threshold + ": use a number above 4, where r is real");
    }
  }

  /// With the values of Optax `radam`: ε = 10⁻⁸ outside of the root, ρ from 5.
  public static RAdam optax(double learningRate) {
    return new RAdam(Schedule.constant(learningRate), 0.9, 0.999, Epsilon.outside(1e-8), 5);
  }

  @Override
  public Update update(Symbols s) {
    Expr g = s.gradient();
    Expr m = s.average("β₁", beta1, s.state("m"), g);
    Expr v = s.average("β₂", beta2, s.state("v"), g.square());
    Expr rectified = s.number("ηr/(1−β₁ᵗ)", n -> rate(n) * rectification(n) * hat(n));
    Expr plain = s.number("η/(1−β₁ᵗ)", this::rate);
    Expr scale = s.number("1/(1−β₂ᵗ)", n -> epsilon.isHat() ? 1 : 1 / correction(n));
    Expr root = epsilon.root(s, v.times(scale));
    Expr isRectified = s.number("ρ≥threshold", n -> rectification(n) == 0 ? 0 : 1);
    Expr step = Expr.where(isRectified, rectified.times(m).over(root), plain.times(m));
    return Update.of(s.parameter().minus(step)).with("m", m).with("v", v);
  }

  private double rate(Numbers n) {
    return n.at(learningRate) / (1 - n.power(beta1));
  }

  private double correction(Numbers n) {
    return 1 - n.power(beta2);
  }

  private double hat(Numbers n) {
    return epsilon.isHat() ? Math.sqrt(correction(n)) : 1;
  }

  /// r; 0 where ρ is too small.
  private double rectification(Numbers n) {
    double most = 2 / (1 - n.at(beta2)) - 1;
    double rho = most - 2 * n.step() * n.power(beta2) / correction(n);
    return rho < threshold
        ? 0
        : Math.sqrt((rho - 4) * (rho - 2) * most / ((most - 4) * (most - 2) * rho));
  }
}
