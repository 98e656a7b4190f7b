package org.thalweg.optim.adaptive;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;

/// [Adam] with weight decay apart from the gradient.
///
/// ```
/// θ ← (1 − η λ) θ,   then a step of Adam
/// ```
///
/// Equals `torch.optim.AdamW(lr=η, weight_decay=λ)`. Loshchilov and Hutter, 2019, algorithm 2.
///
/// @param adam η, β₁, β₂ and ε
/// @param decay λ; 0.01 by default
public record AdamW(Adam adam, Schedule decay) implements Rule {
  /// With λ = 0.01 and Adam's other values.
  public AdamW(double learningRate) {
    this(learningRate, 0.01);
  }

  /// With Adam's other values.
  public AdamW(double learningRate, double decay) {
    this(new Adam(learningRate), decay);
  }

  /// With numbers that stay.
  public AdamW(Adam adam, double decay) {
    this(adam, Schedule.constant(decay));
  }

  /// Checks the values.
  public AdamW {
    decay = Checks.notNegative("adamW", "decay", decay);
  }

  /// With the values of `keras.optimizers.AdamW`: λ = 0.004, ε̂ = 10⁻⁷.
  public static AdamW keras(double learningRate) {
    return new AdamW(Adam.keras(learningRate), 0.004);
  }

  /// With the values of Optax `adamw`: λ = 10⁻⁴.
  public static AdamW optax(double learningRate) {
    return new AdamW(Adam.optax(learningRate), 1e-4);
  }

  @Override
  public Update update(Symbols s) {
    Expr shrink = s.number("1−ηλ", n -> 1 - n.at(adam.learningRate()) * n.at(decay));
    return adam.step(s, s.parameter().times(shrink));
  }
}
