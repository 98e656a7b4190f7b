package org.thalweg.optim.convergence;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.Wrapper;

/// Another rule of whose steps a share is made, which a schedule gives: a rule of a user's own.
///
/// @param rule which makes the steps
/// @param share of each
record Falling(Rule rule, Schedule share) implements Wrapper {
  @Override
  public Update update(Symbols s) {
    Update whole = rule.update(s);
    Expr theta = s.parameter();
    Expr step = whole.parameter().minus(theta);
    return whole.to(theta.plus(s.scheduled("share", share).times(step)));
  }
}
