package org.thalweg.optim;

import java.util.Optional;
import org.thalweg.autodiff.formula.Expr;

/// A rule whose gradients are changed first.
record Transformed(Rule rule, Transform transform) implements Rule {
  @Override
  public Update update(Symbols s) {
    return rule.update(seen(s));
  }

  @Override
  public Optional<Expr> probe(Symbols s) {
    return rule.probe(seen(s));
  }

  @Override
  public Optional<Expr> evaluation(Symbols s) {
    return rule.evaluation(seen(s));
  }

  private Symbols seen(Symbols s) {
    return s.with(s.parameter(), transform.apply(s, s.gradient()));
  }
}
