package org.thalweg.optim.wrapper;

import java.util.stream.IntStream;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Transform;
import org.thalweg.optim.engine.Checks;

/// Limits on gradients: see `Rule.with`.
public final class Clip {
  private static final double PYTORCH = 1e-6;
  private static final double ADAPTIVE = 1e-3;

  private Clip() {}

  /// Each element limited to [−most, most].
  public static Transform value(double most) {
    return value(Schedule.constant(most));
  }

  /// [#value(double)] with a limit that changes.
  public static Transform value(Schedule most) {
    return new ByValue(most);
  }

  /// The gradient of each parameter shortened to a norm.
  ///
  /// ```
  /// g ← g · min(1, most / ‖g‖)
  /// ```
  public static Transform norm(double most) {
    return norm(Schedule.constant(most));
  }

  /// [#norm(double)] with a limit that changes.
  public static Transform norm(Schedule most) {
    return new ByNorm(most);
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
    return globalNorm(Schedule.constant(most));
  }

  /// [#globalNorm(double)] with a limit that changes.
  public static Transform globalNorm(Schedule most) {
    return new ByGlobalNorm(most, 0);
  }

  /// [#globalNorm] as `torch.nn.utils.clip_grad_norm_` has it.
  ///
  /// ```
  /// g ← g · min(1, most / (‖(g₁, g₂, …)‖ + 10⁻⁶))
  /// ```
  public static Transform globalNormPyTorch(double most) {
    return globalNormPyTorch(Schedule.constant(most));
  }

  /// [#globalNormPyTorch(double)] with a limit that changes.
  public static Transform globalNormPyTorch(Schedule most) {
    return new ByGlobalNorm(most, PYTORCH);
  }

  /// The gradient of each row shortened in proportion to the row of the parameter.
  ///
  /// ```
  /// g ← g · min(1, λ max(‖θ‖, 10⁻³) / ‖g‖)
  /// ```
  ///
  /// A row is what belongs to one index of the first axis, as the weights of a unit; a vector is
  /// one row. Equals Optax `adaptive_grad_clip(λ)`, whose weights are `[in, out]`. Brock et al.,
  /// 2021.
  public static Transform adaptive(double lambda) {
    return adaptive(Schedule.constant(lambda));
  }

  /// [#adaptive(double)] with a limit that changes.
  public static Transform adaptive(Schedule lambda) {
    return new Adaptive(lambda);
  }

  private static Schedule checked(Schedule most, String what) {
    return Checks.notNegative("clip", "the largest " + what, most);
  }

  private static Expr factor(Expr most, Expr norm) {
    // NaN where the norm is: then nothing of the gradient can be trusted.
    return Expr.where(norm.atMost(most), Expr.number(1), most.over(norm));
  }

  private record ByValue(Schedule most) implements Transform {
    private ByValue {
      most = checked(most, "value");
    }

    @Override
    public Expr apply(Symbols s, Expr g) {
      Expr limit = s.scheduled("most", most);
      return g.clamp(limit.negated(), limit);
    }
  }

  private record ByNorm(Schedule most) implements Transform {
    private ByNorm {
      most = checked(most, "norm");
    }

    @Override
    public Expr apply(Symbols s, Expr g) {
      return g.times(factor(s.scheduled("most", most), s.norm(g)));
    }
  }

  private record ByGlobalNorm(Schedule most, double epsilon) implements Transform {
    private ByGlobalNorm {
      most = checked(most, "norm");
    }

    @Override
    public Expr apply(Symbols s, Expr g) {
      Expr norm = s.totalNorm("‖g‖", g);
      Expr limit = s.scheduled("most", most);
      return epsilon == 0
          ? g.times(factor(limit, norm))
          : g.times(limit.over(norm.plus(s.constant("ε clip", epsilon))).min(1));
    }
  }

  private record Adaptive(Schedule lambda) implements Transform {
    private Adaptive {
      lambda = checked(lambda, "norm");
    }

    @Override
    public Expr apply(Symbols s, Expr g) {
      Expr least = s.constant("least", ADAPTIVE);
      Expr most = rows(s, s.parameter()).max(least).times(s.scheduled("λ clip", lambda));
      return g.times(factor(most, rows(s, g)));
    }

    private static Expr rows(Symbols s, Expr of) {
      int rank = s.shape().rank();
      if (rank < 2) {
        return s.norm(of);
      }
      int[] axes = IntStream.range(1, rank).toArray();
      return s.computed("rows", t -> t.square().sumKept(axes).sqrt(), of);
    }
  }
}
