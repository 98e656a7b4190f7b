package org.thalweg.optim;

import java.util.Collection;
import java.util.Optional;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.formula.Expr;

/// How one step changes a parameter: hyper-parameters and a formula over the parameter, its
/// gradient and what is remembered. A rule has no state of its own; an [Optimizer] keeps that.
///
/// ```java
/// record Descent(double rate) implements Rule {
///   public Update update(Symbols s) {
///     return Update.of(s.parameter().minus(s.gradient().times(s.constant("η", rate))));
///   }
/// }
/// ```
///
/// A formula may use norms, totals and matrix functions of what it computes ([Symbols]): each is
/// measured in a pass before.
@FunctionalInterface
public interface Rule {
  /// The formula of a step. Called when an optimizer is made; again for each shape where it asks
  /// for [Symbols#shape].
  Update update(Symbols s);

  /// Where the gradient is taken, if that is not the parameter itself: a step then needs the loss
  /// as a function. Where it depends on the gradient, the loss is evaluated twice.
  default Optional<Expr> probe(Symbols s) {
    return Optional.empty();
  }

  /// What to evaluate a model with, if that is not the parameter itself: an average.
  default Optional<Expr> evaluation(Symbols s) {
    return Optional.empty();
  }

  /// This rule, given gradients that are changed first. What is added last is done first.
  default Rule with(Transform transform) {
    return new Transformed(this, transform);
  }

  /// This rule uphill: it is given −g.
  default Rule maximised() {
    return with(Transformed.Negated.GRADIENT);
  }

  /// An optimizer of these parameters by this rule.
  ///
  /// @throws IllegalArgumentException where there are none, or two have the same name
  default Optimizer over(Collection<Parameter> parameters) {
    return Optimizer.over(parameters).rest(this);
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
