package org.thalweg.optim;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.optim.engine.Originals;
import org.thalweg.optim.engine.Runner;
import org.thalweg.optim.engine.Runner.Goal;
import org.thalweg.optim.engine.Saved;
import org.thalweg.optim.schedule.Plateau;

/// A [Rule] at work on a plain Java array, which every step changes in place.
///
/// ```java
/// double[] x = {-1.2, 1};
/// ArrayOptimizer optimizer = new Adam(0.01).over(x);
/// optimizer.step(gradientAt(x));
/// ```
///
/// The array keeps its type: gradients are `double[]` for a `double[]` and `float[]` for a
/// `float[]`. A rule that looks ahead takes the gradient as a function, `step(x -> …)`, and a
/// `double[]`. It is one parameter of one axis: for several, matrices, clipping over groups and
/// sums of batches, see [Optimizer]. Not for several threads at once.
public final class ArrayOptimizer {
  private static final List<String> NAME = List.of("x");
  private static final String OWNER = "0";

  private final Rule rule;
  private final Array x;
  private final Runner runner;
  private final Originals originals;
  private final List<Plateau> plateaus;
  private long steps;
  private boolean isEvaluating;

  /// The gradient of the last step: most callers fill the same array again.
  private @Nullable Array last;

  ArrayOptimizer(Rule rule, Object array) {
    int length = java.lang.reflect.Array.getLength(array);
    this.rule = rule;
    this.x = Array.wrap(array, Shape.of(length));
    this.runner = new Runner(rule, Optimizer.name(rule), List.of(x));
    this.originals = new Originals(List.of(x));
    this.plateaus = Optimizer.plateaus(List.of(runner));
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

  private void checkThatItTrains(String operation) {
    if (isEvaluating) {
      throw new IllegalStateException(
          operation
              + ": the array holds what is to be evaluated, not what is trained: wait until"
              + " evaluating(…) has ended");
    }
  }

  private void update(Object gradient, int length) {
    checkThatItTrains("step");
    Array wrapped = last;
    if (wrapped == null || wrapped.data() != gradient) {
      wrapped = Array.wrap(gradient, Shape.of(length));
      last = wrapped;
    }
    runner.gradient(0, wrapped);
    compute(Goal.UPDATE);
    steps++;
  }

  /// Moves the array to where the rule wants the gradient, computes that with it, moves it back and
  /// makes the step: for rules that look ahead.
  ///
  /// @param gradientAt the gradient at the array's values; called twice where the place depends on
  ///   the gradient
  /// @throws IllegalArgumentException where the array is `float[]`
  public void step(UnaryOperator<double[]> gradientAt) {
    checkThatItTrains("step");
    if (x.dtype() != DType.FLOAT64) {
      throw new IllegalArgumentException(
          "step: the array is float[] and the gradient a function of double[]: optimize a double[]"
              + " by rules that look ahead");
    }
    double[] values = x.doubles();
    double[] gradient;
    originals.hold();
    try {
      if (runner.hasProbe()) {
        runner.includeAll();
        if (runner.probeNeedsGradient()) {
          runner.gradient(0, Array.wrap(gradientAt.apply(values.clone()), x.shape()));
        }
        compute(Goal.PROBE);
      }
      gradient = gradientAt.apply(values.clone());
    } finally {
      originals.restore();
    }
    update(gradient, gradient.length);
  }

  /// Runs a body with the values that are to be evaluated in the array, where the rule has others
  /// than those that it trains: averages. Afterwards the array is what it was, bit for bit, also
  /// where the body throws.
  ///
  /// @throws IllegalStateException inside of another evaluation
  public void evaluating(Runnable body) {
    checkThatItTrains("evaluating");
    originals.hold();
    isEvaluating = true;
    try {
      if (runner.hasEvaluation()) {
        runner.includeAll();
        compute(Goal.EVALUATION);
      }
      body.run();
    } finally {
      originals.restore();
      isEvaluating = false;
    }
  }

  private void compute(Goal goal) {
    if (runner.isAllocating()) {
      Scope.run(() -> run(goal));
    } else {
      run(goal);
    }
  }

  private void run(Goal goal) {
    runner.prepare(goal, steps + 1);
    runner.run(goal);
  }

  /// Everything that the next step depends on but the array: see [Optimizer#state()]; states are
  /// named `x/state`.
  public State state() {
    Saved saved = new Saved(steps, List.of(Optimizer.names(rule)));
    saved.runner(OWNER, runner, NAME);
    Optimizer.save(plateaus, saved);
    return saved.state();
  }

  /// Continues from a [state][#state()]: the next step is the one that would have followed.
  ///
  /// @throws IllegalArgumentException where it is not the state of such a rule on such an array,
  ///   with all differences; nothing is changed then
  public void restore(State state) {
    List<String> differences = Saved.differences(state(), state, 1);
    if (!differences.isEmpty()) {
      throw new IllegalArgumentException(
          "optimizer: the state does not fit "
              + rule
              + " on an array: "
              + String.join("; ", differences));
    }
    Saved.copyRunner(state, OWNER, runner, NAME);
    Optimizer.restore(plateaus, state);
    steps = Saved.steps(state);
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
