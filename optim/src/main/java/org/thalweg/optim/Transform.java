package org.thalweg.optim;

import org.thalweg.autodiff.formula.Expr;

/// What is done to a gradient before a [Rule] sees it, in the same pass over memory: clipping, a
/// penalty, another sign.
///
/// ```java
/// Optimizer optimizer = new Adam(1e-3).with(Clip.globalNorm(1)).over(model.parameters());
/// ```
@FunctionalInterface
public interface Transform {
  /// The gradient that the rule is given.
  ///
  /// @param s the quantities of the step
  /// @param gradient the gradient so far
  Expr apply(Symbols s, Expr gradient);
}
