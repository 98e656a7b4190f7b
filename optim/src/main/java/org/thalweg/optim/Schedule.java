package org.thalweg.optim;

import java.util.List;
import org.thalweg.optim.engine.Checks;
import org.thalweg.optim.engine.Composed;

/// The value of a hyper-parameter at each step: a pure function of the step's number, which starts
/// at 1.
///
/// ```java
/// Schedule rate = Schedules.linear(0, 1e-3, 100).then(100, Schedules.cosine(1e-3, 0, 900));
/// ```
///
/// Those that there are: `org.thalweg.optim.schedule.Schedules`. A lambda is one too.
@FunctionalInterface
public interface Schedule {
  /// The value at a step.
  ///
  /// @param step from 1
  double at(long step);

  /// The schedules that this one is made of.
  default List<Schedule> parts() {
    return List.of();
  }

  /// The same value at every step.
  static Schedule constant(double value) {
    return new Constant(value);
  }

  /// Whether this is [#constant] of a value: a rule may leave out what has no effect.
  default boolean isConstant(double value) {
    return false;
  }

  /// 1 − this: the weight of what is new in an average that keeps this share of what was before.
  default Schedule complement() {
    return new Composed("1 − " + this, t -> 1 - at(t), this);
  }

  /// This times a factor.
  default Schedule times(double factor) {
    return times(constant(factor));
  }

  /// The product of two: what PyTorch's `ChainedScheduler` makes of schedulers that multiply.
  default Schedule times(Schedule factor) {
    return new Composed(this + " · " + factor, t -> at(t) * factor.at(t), this, factor);
  }

  /// This for so many steps, then another one, which begins anew with its step 1: `SequentialLR` of
  /// PyTorch, `join_schedules` of Optax.
  ///
  /// @throws IllegalArgumentException where steps are negative
  default Schedule then(long steps, Schedule next) {
    Checks.countOrNone("then", "steps", steps);
    return new Composed(
        this + " for " + steps + ", then " + next,
        t -> t <= steps ? at(t) : next.at(t - steps),
        this,
        next);
  }

  /// This times a factor that grows from 1/steps to 1 in the first steps.
  ///
  /// ```
  /// min(1, t/steps) · at(t)
  /// ```
  ///
  /// @throws IllegalArgumentException where steps are negative
  default Schedule warmedUp(long steps) {
    Checks.countOrNone("warmedUp", "steps", steps);
    return new Composed(
        this + " warmed up in " + steps, t -> at(t) * Math.min(1, (double) t / steps), this);
  }

  /// This by epochs: its step 1 is the first epoch.
  default Schedule perEpoch(long stepsPerEpoch) {
    if (stepsPerEpoch < 1) {
      throw new IllegalArgumentException(
          "perEpoch: an epoch has " + stepsPerEpoch + " steps: use 1 or a larger number");
    }
    return new Composed(this + " per " + stepsPerEpoch, t -> at((t - 1) / stepsPerEpoch + 1), this);
  }

  /// The same value at every step.
  ///
  /// @param value the value
  record Constant(double value) implements Schedule {
    @Override
    public double at(long step) {
      return value;
    }

    @Override
    public boolean isConstant(double other) {
      return value == other;
    }

    @Override
    public Schedule complement() {
      return new Constant(1 - value);
    }

    @Override
    public String toString() {
      return Double.toString(value);
    }
  }
}
