package org.thalweg.optim;

import java.util.Optional;
import org.thalweg.autodiff.formula.Expr;

/// A [Rule] around another, which takes gradients and evaluates where that does unless it says
/// otherwise.
public interface Wrapper extends Rule {
  /// The rule inside.
  Rule rule();

  @Override
  default Optional<Expr> probe(Symbols s) {
    return rule().probe(s);
  }

  @Override
  default Optional<Expr> evaluation(Symbols s) {
    return rule().evaluation(s);
  }
}
