package org.thalweg.optim;

import java.util.Optional;
import org.thalweg.autodiff.formula.Expr;

/// A rule whose gradients are changed first.
record Transformed(Rule rule, Transform transform) implements Wrapper {
  @Override
  public Update update(Symbols s) {
    return rule.update(seen(s));
  }

  @Override
  public Optional<Expr> probe(Symbols s) {
    return rule.probe(seen(s));
  }

  /// g ← −g
  enum Negated implements Transform {
    GRADIENT;

    @Override
    public Expr apply(Symbols s, Expr gradient) {
      return gradient.negated();
    }

    @Override
    public String toString() {
      return "−g";
    }
  }

  private Symbols seen(Symbols s) {
    return s.with(s.parameter(), transform.apply(s, s.gradient()));
  }

  @Override
  public String toString() {
    return rule + " with " + transform;
  }
}
