package org.thalweg.optim.adaptive;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Numbers;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;

/// Descent along averages of the gradient, scaled by an average of its square.
///
/// ```
/// m ← β₁ m + (1 − β₁) g
/// v ← β₂ v + (1 − β₂) g²
/// θ ← θ − η · m̂ / (√v̂ + ε),   m̂ = m / (1 − β₁ᵗ),   v̂ = v / (1 − β₂ᵗ)
/// ```
///
/// Equals `torch.optim.Adam(lr=η, betas=(β₁, β₂), eps=ε)` and Optax `adam`; [#keras] has the form
/// of Keras. With ε = 0 an element whose gradient is 0 from the first step on becomes 0/0 = NaN, as
/// in PyTorch. Kingma and Ba, 2015, algorithm 1.
///
/// @param learningRate η; 0.001 by default
/// @param beta1 β₁; 0.9 by default
/// @param beta2 β₂; 0.999 by default
/// @param epsilon ε; 10⁻⁸ outside of the root by default
/// @param isCorrected whether m and v are divided by their bias corrections; yes by default.
///   Without, the first step is (1 − β₁)/√(1 − β₂) times as long
/// @param amsGrad whether v is the largest so far; not by default
public record Adam(
    Schedule learningRate,
    Schedule beta1,
    Schedule beta2,
    Epsilon epsilon,
    boolean isCorrected,
    AmsGrad amsGrad)
    implements Rule {
  /// Whether v is the largest average of squares so far. Reddi, Kale and Kumar, 2018.
  public enum AmsGrad {
    /// The average itself.
    OFF,
    /// The largest average, corrected afterwards: PyTorch, Keras.
    LARGEST,
    /// The largest corrected average: Optax.
    LARGEST_CORRECTED
  }

  /// With η = 0.001 and the paper's other values.
  public Adam() {
    this(1e-3);
  }

  /// With the paper's other values.
  public Adam(double learningRate) {
    this(Schedule.constant(learningRate));
  }

  /// With the paper's other values.
  public Adam(Schedule learningRate) {
    this(learningRate, 0.9, 0.999, 1e-8);
  }

  /// With all values given.
  public Adam(double learningRate, double beta1, double beta2, double epsilon) {
    this(Schedule.constant(learningRate), beta1, beta2, epsilon);
  }

  /// With all values given, ε outside of the root.
  public Adam(Schedule learningRate, Schedule beta1, Schedule beta2, double epsilon) {
    this(learningRate, beta1, beta2, Epsilon.outside(epsilon), true, AmsGrad.OFF);
  }

  /// With all values given, ε outside of the root.
  public Adam(Schedule learningRate, double beta1, double beta2, double epsilon) {
    this(learningRate, beta1, beta2, Epsilon.outside(epsilon), true, AmsGrad.OFF);
  }

  /// With numbers that stay.
  public Adam(
      Schedule learningRate,
      double beta1,
      double beta2,
      Epsilon epsilon,
      boolean isCorrected,
      AmsGrad amsGrad) {
    this(
        learningRate,
        Schedule.constant(beta1),
        Schedule.constant(beta2),
        epsilon,
        isCorrected,
        amsGrad);
  }

  /// Checks the values.
  public Adam {
    learningRate = Checks.rate("adam", learningRate);
    beta1 = Checks.fraction("adam", "beta1", beta1);
    beta2 = Checks.fraction("adam", "beta2", beta2);
  }

  /// With the values of `keras.optimizers.Adam`: ε̂ = 10⁻⁷.
  public static Adam keras(double learningRate) {
    return new Adam(learningRate).epsilon(Epsilon.hat(1e-7));
  }

  /// With the values of Optax `adam`, which are the paper's.
  public static Adam optax(double learningRate) {
    return new Adam(learningRate);
  }

  /// With another ε.
  public Adam epsilon(Epsilon other) {
    return new Adam(learningRate, beta1, beta2, other, isCorrected, amsGrad);
  }

  /// Without bias correction.
  public Adam uncorrected() {
    return new Adam(learningRate, beta1, beta2, epsilon, false, amsGrad);
  }

  /// With the largest v so far.
  public Adam amsGrad(AmsGrad form) {
    return new Adam(learningRate, beta1, beta2, epsilon, isCorrected, form);
  }

  @Override
  public Update update(Symbols s) {
    return step(s, s.parameter());
  }

  /// A step from `theta`, which [AdamW] has shortened before.
  Update step(Symbols s, Expr theta) {
    Expr g = s.gradient();
    Expr m = s.average("β₁", beta1, s.state("m"), g);
    Expr v = s.average("β₂", beta2, s.state("v"), g.square());
    Expr largest =
        switch (amsGrad) {
          case OFF -> v;
          case LARGEST -> s.state("v max").max(v);
          case LARGEST_CORRECTED ->
              s.state("v max").max(v.times(s.number("1/c₂", n -> 1 / correction(n, beta2))));
        };
    // The corrections are the same for every element: one division an element is left.
    boolean isLater = isCorrected && amsGrad != AmsGrad.LARGEST_CORRECTED;
    Expr eta =
        s.number(
            "η/(1−β₁ᵗ)",
            n ->
                n.at(learningRate)
                    / correction(n, beta1)
                    * (isLater && epsilon.isHat() ? Math.sqrt(correction(n, beta2)) : 1));
    boolean isDivided = isLater && !epsilon.isHat();
    Expr root = isDivided ? epsilon.corrected(s, largest, beta2) : epsilon.root(s, largest);
    Expr step = eta.times(m).over(root);
    Update update = Update.of(theta.minus(step)).with("m", m).with("v", v);
    return amsGrad == AmsGrad.OFF ? update : update.with("v max", largest);
  }

  private double correction(Numbers n, Schedule beta) {
    return isCorrected ? 1 - n.power(beta) : 1;
  }
}
