package org.thalweg.optim.adaptive;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;

/// Descent scaled by an average of the squared gradient.
///
/// ```
/// E ← ρ E + (1 − ρ) g²
/// θ ← θ − η g / (√E + ε)
/// ```
///
/// centered, with E − M² for E in the second line, M ← ρ M + (1 − ρ) g; with momentum, the rate
/// outside (PyTorch) or inside (Keras, Optax) of what is carried on:
///
/// ```
/// b ← μ b + g / (√E + ε),   θ ← θ − η b
/// b ← μ b + η g / (√E + ε),   θ ← θ − b
/// ```
///
/// Equals `torch.optim.RMSprop(lr=η, alpha=ρ, eps=ε, momentum=μ, centered=…)`. Tieleman and Hinton,
/// 2012; centered: Graves, 2013.
///
/// @param learningRate η; 0.01 by default
/// @param rho ρ; 0.99 by default
/// @param epsilon ε; 10⁻⁸ outside of the root by default
/// @param isCentered whether the square of the average gradient is taken off
/// @param momentum μ; 0 for none
/// @param isRateInside whether η is in what is carried on; not by default
public record RmsProp(
    Schedule learningRate,
    Schedule rho,
    Epsilon epsilon,
    boolean isCentered,
    Schedule momentum,
    boolean isRateInside)
    implements Rule {
  /// With PyTorch's values.
  public RmsProp() {
    this(0.01);
  }

  /// With PyTorch's other values.
  public RmsProp(double learningRate) {
    this(Schedule.constant(learningRate), 0.99, Epsilon.outside(1e-8));
  }

  /// Neither centered nor with momentum.
  public RmsProp(Schedule learningRate, double rho, Epsilon epsilon) {
    this(learningRate, rho, epsilon, false, 0, false);
  }

  /// With numbers that stay.
  public RmsProp(
      Schedule learningRate,
      double rho,
      Epsilon epsilon,
      boolean isCentered,
      double momentum,
      boolean isRateInside) {
    this(
        learningRate,
        Schedule.constant(rho),
        epsilon,
        isCentered,
        Schedule.constant(momentum),
        isRateInside);
  }

  /// Checks the values.
  public RmsProp {
    learningRate = Checks.rate("rmsProp", learningRate);
    rho = Checks.fraction("rmsProp", "rho", rho);
    momentum = Checks.fraction("rmsProp", "momentum", momentum);
  }

  /// With the values of `keras.optimizers.RMSprop`: ρ = 0.9, ε = 10⁻⁷ inside of the root, the rate
  /// inside of the momentum.
  public static RmsProp keras(double learningRate) {
    return new RmsProp(Schedule.constant(learningRate), 0.9, Epsilon.inside(1e-7), false, 0, true);
  }

  /// With the values of Optax `rmsprop`: ρ = 0.9, ε = 10⁻⁸ inside of the root, the rate inside of
  /// the momentum.
  public static RmsProp optax(double learningRate) {
    return new RmsProp(Schedule.constant(learningRate), 0.9, Epsilon.inside(1e-8), false, 0, true);
  }

  /// With the square of the average gradient taken off.
  public RmsProp centered() {
    return new RmsProp(learningRate, rho, epsilon, true, momentum, isRateInside);
  }

  /// With momentum.
  public RmsProp momentum(double mu) {
    return momentum(Schedule.constant(mu));
  }

  /// With momentum that changes.
  public RmsProp momentum(Schedule mu) {
    return new RmsProp(learningRate, rho, epsilon, isCentered, mu, isRateInside);
  }

  @Override
  public Update update(Symbols s) {
    Expr g = s.gradient();
    Expr eta = s.scheduled("η", learningRate);
    Expr e = s.average("ρ", rho, s.state("E"), g.square());
    Expr spread = e;
    Update states = Update.of(s.parameter()).with("E", e);
    if (isCentered) {
      Expr mean = s.average("ρ", rho, s.state("M"), g);
      spread = e.minus(mean.square());
      states = states.with("M", mean);
    }
    Expr root = epsilon.root(s, spread);
    if (momentum.isConstant(0)) {
      return states.to(s.parameter().minus(eta.times(g).over(root)));
    }
    Expr push = isRateInside ? eta.times(g).over(root) : g.over(root);
    Expr b = s.scheduled("μ", momentum).times(s.state("b")).plus(push);
    return states.to(s.parameter().minus(isRateInside ? b : eta.times(b))).with("b", b);
  }
}
