package org.thalweg.optim;

import java.util.Collection;
import java.util.List;
import org.thalweg.autodiff.Parameter;

/// How one step changes a parameter: hyper-parameters, the names of what is remembered between
/// steps, and a formula. A rule has no state of its own; an [Optimizer] keeps that.
///
/// ```java
/// record Descent(double rate) implements Rule {
///   public Update update(Symbols s) {
///     return Update.of(s.parameter().minus(s.gradient().times(s.number("η", t -> rate))));
///   }
/// }
/// ```
public interface Rule {
  /// The names of what the rule remembers for each element: none by default.
  default List<String> state() {
    return List.of();
  }

  /// The formula of a step. Called once, when an optimizer is made.
  Update update(Symbols s);

  /// An optimizer of these parameters by this rule.
  ///
  /// @throws IllegalArgumentException where two parameters have the same name
  default Optimizer over(Collection<Parameter> parameters) {
    return new Optimizer(this, parameters);
  }

  /// An optimizer of a plain array, which it changes in place.
  default ArrayOptimizer over(double... x) {
    return new ArrayOptimizer(this, x);
  }

  /// An optimizer of a plain array, which it changes in place.
  default ArrayOptimizer over(float... x) {
    return new ArrayOptimizer(this, x);
  }
}
