package org.thalweg.optim.wrapper;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Transform;
import org.thalweg.optim.engine.Checks;

/// Weight decay in the gradient.
///
/// ```
/// g ← g + λ θ
/// ```
///
/// The gradient of a penalty λ/2 ‖θ‖², and `weight_decay` of PyTorch's SGD, Adagrad, Adam and so
/// on. Under a rule with rates per element this is not the decay of [Decayed].
///
/// @param lambda λ
public record Decay(Schedule lambda) implements Transform {
  /// With numbers that stay.
  public Decay(double lambda) {
    this(Schedule.constant(lambda));
  }

  /// Checks the value.
  public Decay {
    lambda = Checks.notNegative("decay", "lambda", lambda);
  }

  @Override
  public Expr apply(Symbols s, Expr gradient) {
    return gradient.plus(s.scheduled("λ", lambda).times(s.parameter()));
  }
}
