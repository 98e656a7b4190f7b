package org.thalweg.optim.wrapper;

import java.util.Optional;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Start;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.Wrapper;
import org.thalweg.optim.engine.Checks;
import org.thalweg.optim.engine.Composed;

/// Another rule, and an average of what its parameters were.
///
/// ```
/// a ← (1 − cₜ) a + cₜ θ      after each step
/// ```
///
/// Evaluate inside of `Optimizer.evaluating`, which sets a. a starts at the parameter. Running
/// statistics are not averaged: those of the last step stay, as in PyTorch's `AveragedModel`; in
/// `nn`, `BatchNorm.reestimate` takes them anew.
///
/// @param rule which makes the steps
/// @param share cₜ, by the steps of a parameter
public record Averaged(Rule rule, Schedule share) implements Wrapper {
  /// Checks the shares.
  public Averaged {
    share = Checks.share("averaged", "share", share);
  }

  /// An average that forgets: cₜ = 1 − β, `torch.optim.swa_utils.get_ema_avg_fn(β)` and Keras
  /// `use_ema`.
  public static Averaged exponential(Rule rule, double beta) {
    Checks.fraction("averaged", "beta", beta);
    return new Averaged(rule, Schedule.constant(1 - beta));
  }

  /// The mean of all: cₜ = 1/t. Polyak and Juditsky, 1992.
  public static Averaged mean(Rule rule) {
    return stochastic(rule, 1, 1);
  }

  /// The mean of every so many from a step on, and the parameter itself before: stochastic weight
  /// averaging. Izmailov et al., 2018.
  ///
  /// @param first the first step that is averaged
  /// @param period how many steps there are from one to the next
  public static Averaged stochastic(Rule rule, long first, long period) {
    Checks.count("averaged", "first", first);
    Checks.count("averaged", "period", period);
    return new Averaged(
        rule,
        new Composed(
            "mean of every " + period + " from " + first,
            t -> {
              long since = t - first;
              return since <= 0 ? 1 : since % period == 0 ? 1.0 / (since / period + 1) : 0;
            }));
  }

  @Override
  public Update update(Symbols s) {
    Update step = rule.update(s);
    Expr now = s.number("c", n -> n.atOwn(share));
    Expr rest = s.number("1−c", n -> 1 - n.atOwn(share));
    Expr average = rest.times(average(s)).plus(now.times(step.parameter()));
    return step.with(own("average"), average);
  }

  @Override
  public Optional<Expr> evaluation(Symbols s) {
    return Optional.of(average(s));
  }

  private Expr average(Symbols s) {
    return s.state(own("average"), Start.PARAMETER);
  }
}
