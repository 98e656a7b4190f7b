package org.thalweg.optim;

import java.util.List;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.optim.engine.Goal;
import org.thalweg.optim.engine.Runner;

/// A [Rule] at work on a plain Java array, which every step changes in place.
///
/// ```java
/// double[] x = {-1.2, 1};
/// ArrayOptimizer optimizer = new Adam(0.01).over(x);
/// optimizer.step(gradientAt(x));
/// ```
public final class ArrayOptimizer {
  private final Rule rule;
  private final Array x;
  private final Runner runner;
  private long steps;

  ArrayOptimizer(Rule rule, Object array) {
    int length = java.lang.reflect.Array.getLength(array);
    this.rule = rule;
    this.x = Array.wrap(array, Shape.of(length));
    this.runner = new Runner(rule, Optimizer.name(rule), List.of(x));
  }

  /// Changes the array by its gradient.
  ///
  /// @throws IllegalArgumentException where the array is not `double[]`, or lengths differ
  /// @throws IllegalStateException where the rule takes its gradient elsewhere
  public void step(double... gradient) {
    step((Object) gradient, gradient.length);
  }

  /// Changes the array by its gradient.
  ///
  /// @throws IllegalArgumentException where the array is not `float[]`, or lengths differ
  public void step(float... gradient) {
    step((Object) gradient, gradient.length);
  }

  private void step(Object gradient, int length) {
    if (runner.hasProbe()) {
      throw new IllegalStateException(
          "step: "
              + Optimizer.name(rule)
              + " takes its gradient at another place than the array: give the gradient as a"
              + " function, step(x -> …)");
    }
    update(gradient, length);
  }

  private void update(Object gradient, int length) {
    runner.gradient(0, Array.wrap(gradient, Shape.of(length)));
    Scope.run(
        () -> {
          runner.prepare(Goal.UPDATE, steps + 1);
          runner.run(Goal.UPDATE);
        });
    steps++;
  }

  /// Moves the array to where the rule wants the gradient, computes that with it, moves it back and
  /// makes the step: for rules that look ahead.
  ///
  /// @param gradientAt the gradient at the array's values; called twice where the place depends on
  ///   the gradient
  public void step(java.util.function.UnaryOperator<double[]> gradientAt) {
    double[] values = x.doubles();
    double[] here = values.clone();
    if (runner.hasProbe()) {
      runner.includeAll();
      if (runner.probeNeedsGradient()) {
        runner.gradient(0, Array.wrap(gradientAt.apply(here.clone()), x.shape()));
      }
      Scope.run(
          () -> {
            runner.prepare(Goal.PROBE, steps + 1);
            runner.run(Goal.PROBE);
          });
    }
    double[] gradient;
    try {
      gradient = gradientAt.apply(values.clone());
    } finally {
      System.arraycopy(here, 0, values, 0, values.length);
    }
    update(gradient, gradient.length);
  }

  /// How many steps have been made.
  public long steps() {
    return steps;
  }

  /// The rule.
  public Rule rule() {
    return rule;
  }
}
