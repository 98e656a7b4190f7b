package org.thalweg.optim.wrapper;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Transform;
import org.thalweg.optim.engine.Checks;

/// Limits on gradients: see `Rule.with`.
public final class Clip {
  private Clip() {}

  /// Each element limited to [−most, most].
  public static Transform value(double most) {
    Checks.notNegative("clip", "the largest value", most);
    return (_, g) -> g.clamp(-most, most);
  }

  /// The gradient of each parameter shortened to a norm.
  ///
  /// ```
  /// g ← g · min(1, most / ‖g‖)
  /// ```
  public static Transform norm(double most) {
    Checks.notNegative("clip", "the largest norm", most);
    return (s, g) -> g.times(factor(s.constant("most", most), s.norm(g)));
  }

  /// All gradients of the rule's parameters shortened together, their direction kept.
  ///
  /// ```
  /// g ← g · min(1, most / ‖(g₁, g₂, …)‖)
  /// ```
  ///
  /// The exact form, as Optax `clip_by_global_norm`; see [#globalNormPyTorch]. One pass over the
  /// gradients more; the factor enters the same pass as the step.
  public static Transform globalNorm(double most) {
    Checks.notNegative("clip", "the largest norm", most);
    return (s, g) -> g.times(factor(s.constant("most", most), s.totalNorm("‖g‖", g)));
  }

  /// [#globalNorm] as `torch.nn.utils.clip_grad_norm_` has it.
  ///
  /// ```
  /// g ← g · min(1, most / (‖(g₁, g₂, …)‖ + 10⁻⁶))
  /// ```
  public static Transform globalNormPyTorch(double most) {
    Checks.notNegative("clip", "the largest norm", most);
    return (s, g) -> {
      Expr norm = s.totalNorm("‖g‖", g).plus(s.constant("10⁻⁶", 1e-6));
      return g.times(s.constant("most", most).over(norm).min(1));
    };
  }

  private static Expr factor(Expr most, Expr norm) {
    return Expr.where(norm.greaterThan(most), most.over(norm), Expr.number(1));
  }
}
