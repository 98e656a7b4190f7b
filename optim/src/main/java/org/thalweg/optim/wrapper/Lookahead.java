package org.thalweg.optim.wrapper;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Start;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.Wrapper;
import org.thalweg.optim.engine.Checks;

/// Another rule that is called back every k steps: slow weights go a part of the way, and it goes
/// on from there.
///
/// ```
/// θ ← a step of the rule
/// s ← s + α (θ − s),   θ ← s      in every k-th step
/// ```
///
/// Equals Optax `lookahead(rule, sync_period=k, slow_step_size=α)`. Zhang et al., 2019, algorithm
/// 1.
///
/// @param rule which makes the steps
/// @param period k; 5 or 6 in the paper
/// @param share α; 0.5 in the paper
public record Lookahead(Rule rule, int period, Schedule share) implements Wrapper {
  /// With k = 5 and α = 0.5.
  public Lookahead(Rule rule) {
    this(rule, 5, 0.5);
  }

  /// With numbers that stay.
  public Lookahead(Rule rule, int period, double share) {
    this(rule, period, Schedule.constant(share));
  }

  /// Checks the values.
  public Lookahead {
    Checks.count("lookahead", "period", period);
    share = Checks.share("lookahead", "share", share);
  }

  @Override
  public Update update(Symbols s) {
    Update fast = rule.update(s);
    Expr slow = s.state(own("slow"), Start.PARAMETER);
    Expr isDue = s.number("t mod k = 0", n -> n.step() % period == 0 ? 1 : 0);
    Expr met = slow.plus(s.scheduled("α", share).times(fast.parameter().minus(slow)));
    return fast.to(Expr.where(isDue, met, fast.parameter()))
        .with(own("slow"), Expr.where(isDue, met, slow));
  }
}
