package org.thalweg.optim;

import java.util.List;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.Shape;

/// A [Rule] at work on a plain Java array, which every step changes in place.
///
/// ```java
/// double[] x = {-1.2, 1};
/// ArrayOptimizer optimizer = new Adam(0.01).over(x);
/// optimizer.step(gradientAt(x));
/// ```
public final class ArrayOptimizer {
  private final Array x;
  private final Stepper stepper;
  private long steps;

  ArrayOptimizer(Rule rule, Object array) {
    int length = java.lang.reflect.Array.getLength(array);
    this.x = Array.wrap(array, Shape.of(length));
    this.stepper = new Stepper(rule, x.dtype(), List.of(x));
  }

  /// Changes the array by its gradient.
  ///
  /// @throws IllegalArgumentException where the array is not `double[]`, or lengths differ
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
    stepper.gradient(0, Array.wrap(gradient, Shape.of(length)));
    stepper.prepare(steps + 1);
    stepper.run();
    steps++;
  }

  /// How many steps have been made.
  public long steps() {
    return steps;
  }
}
