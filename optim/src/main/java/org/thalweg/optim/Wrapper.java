package org.thalweg.optim;

import java.util.Optional;
import org.thalweg.autodiff.formula.Expr;

/// A [Rule] around another, which takes gradients and evaluates where that does unless it says
/// otherwise.
public interface Wrapper extends Rule {
  /// The rule inside.
  Rule rule();

  /// The name of a state of this wrapper: with a prime for each wrapper of the same class inside.
  default String own(String state) {
    String own = state;
    Rule inner = rule();
    while (inner instanceof Wrapper wrapper) {
      own += wrapper.getClass() == getClass() ? "′" : "";
      inner = wrapper.rule();
    }
    return own;
  }

  @Override
  default Optional<Expr> probe(Symbols s) {
    return rule().probe(s);
  }

  @Override
  default Optional<Expr> evaluation(Symbols s) {
    return rule().evaluation(s);
  }
}
