package org.thalweg.optim.gradient;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Start;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;

/// Steps against the sign of the gradient, longer while that stays and shorter when it turns: for
/// full batches.
///
/// ```
/// Δ ← clip(Δ · (η⁺ where g h > 0, η⁻ where g h < 0, else 1), least, most)
/// h ← 0 where g h < 0, else g
/// θ ← θ − Δ sign(h)
/// ```
///
/// h is the gradient before. Equals `torch.optim.Rprop(lr=initial, etas=(η⁻, η⁺),
/// step_sizes=(least, most))`; Optax 0.2.8 returns each step one step late. Riedmiller and Braun,
/// 1993, in the form without weight backtracking of Igel and Hüsken, 2000.
///
/// @param initial Δ before the first step; 0.01 by default
/// @param shorter η⁻; 0.5 by default
/// @param longer η⁺; 1.2 by default
/// @param least the shortest step; 10⁻⁶ by default
/// @param most the longest step; 50 by default
public record Rprop(double initial, double shorter, double longer, double least, double most)
    implements Rule {
  /// With PyTorch's values.
  public Rprop() {
    this(0.01);
  }

  /// With PyTorch's other values.
  public Rprop(double initial) {
    this(initial, 0.5, 1.2, 1e-6, 50);
  }

  /// Checks the values.
  public Rprop {
    Checks.notNegative("rprop", "initial", initial);
    Checks.fraction("rprop", "shorter", shorter);
    Checks.notNegative("rprop", "longer", longer);
    Checks.notNegative("rprop", "least", least);
    Checks.notNegative("rprop", "most", most);
    if (longer < 1 || least > most) {
      throw new IllegalArgumentException(
          "rprop: longer is "
              + longer
              + " and steps are from "
              + least
              + " to "
              + most
              + ": use a factor from 1 and a range that is not empty");
    }
  }

  @Override
  public Update update(Symbols s) {
    Expr zero = Expr.number(0);
    Expr g = s.gradient();
    Expr agreement = g.times(s.state("h"));
    Expr hasTurned = agreement.lessThan(zero);
    Expr factor =
        Expr.where(
            hasTurned,
            s.constant("η⁻", shorter),
            Expr.where(agreement.greaterThan(zero), s.constant("η⁺", longer), Expr.number(1)));
    Expr delta =
        s.state("Δ", Start.value(initial))
            .times(factor)
            .clamp(s.constant("least", least), s.constant("most", most));
    Expr h = Expr.where(hasTurned, zero, g);
    return Update.of(s.parameter().minus(h.sign().times(delta))).with("Δ", delta).with("h", h);
  }
}
