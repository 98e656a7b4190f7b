package org.thalweg.optim.engine;

import java.util.List;
import java.util.function.DoublePredicate;
import org.thalweg.optim.Schedule;

/// The ranges of hyper-parameters for which a recurrence is defined. A number is checked at once, a
/// schedule at each step.
public final class Checks {
  private static final Range FRACTION =
      new Range(x -> x >= 0 && x < 1, "a value from 0 to below 1");
  private static final Range SHARE = new Range(x -> x >= 0 && x <= 1, "a value from 0 to 1");
  private static final Range NOT_NEGATIVE =
      new Range(x -> x >= 0 && x < Double.POSITIVE_INFINITY, "0 or a positive number");
  private static final Range POSITIVE =
      new Range(x -> x > 0 && x < Double.POSITIVE_INFINITY, "a positive number");

  private Checks() {}

  private record Range(DoublePredicate isInside, String use) {
    void check(String rule, String name, double value) {
      if (!isInside.test(value)) {
        throw new IllegalArgumentException(rule + ": " + name + " is " + value + ": use " + use);
      }
    }

    Schedule check(String rule, String name, Schedule schedule) {
      return switch (schedule) {
        case Schedule.Constant(double value) -> {
          check(rule, name, value);
          yield schedule;
        }
        case Limited limited -> new Limited(limited.schedule, rule, name, this);
        default -> new Limited(schedule, rule, name, this);
      };
    }
  }

  /// A schedule whose value is checked at each step. A step asks for all of them before it changes
  /// anything.
  private record Limited(Schedule schedule, String rule, String name, Range range)
      implements Schedule {
    @Override
    public double at(long step) {
      double value = schedule.at(step);
      if (!range.isInside.test(value)) {
        throw new IllegalArgumentException(
            rule + ": " + name + " is " + value + " at step " + step + ": use " + range.use);
      }
      return value;
    }

    @Override
    public List<Schedule> parts() {
      return List.of(schedule);
    }

    @Override
    public String toString() {
      return schedule.toString();
    }
  }

  /// A value from 0 to below 1.
  ///
  /// @throws IllegalArgumentException where the value is not in [0, 1)
  public static void fraction(String rule, String name, double value) {
    FRACTION.check(rule, name, value);
  }

  /// Values from 0 to below 1.
  ///
  /// @return the schedule, which refuses to give others
  /// @throws IllegalArgumentException where it is a constant that is not in [0, 1)
  public static Schedule fraction(String rule, String name, Schedule schedule) {
    return FRACTION.check(rule, name, schedule);
  }

  /// 0 or a positive, finite value.
  ///
  /// @throws IllegalArgumentException where the value is negative, infinite or NaN
  public static void notNegative(String rule, String name, double value) {
    NOT_NEGATIVE.check(rule, name, value);
  }

  /// 0 or positive, finite values.
  ///
  /// @return the schedule, which refuses to give others
  /// @throws IllegalArgumentException where it is a constant that is negative, infinite or NaN
  public static Schedule notNegative(String rule, String name, Schedule schedule) {
    return NOT_NEGATIVE.check(rule, name, schedule);
  }

  /// A learning rate: 0 or positive, finite values.
  ///
  /// @return the schedule, which refuses to give others
  /// @throws IllegalArgumentException where it is a constant that is negative, infinite or NaN
  public static Schedule rate(String rule, Schedule rate) {
    return notNegative(rule, "learningRate", rate);
  }

  /// Values from 0 to 1.
  ///
  /// @return the schedule, which refuses to give others
  /// @throws IllegalArgumentException where it is a constant that is not in [0, 1]
  public static Schedule share(String rule, String name, Schedule schedule) {
    return SHARE.check(rule, name, schedule);
  }

  /// A positive, finite value.
  ///
  /// @throws IllegalArgumentException where the value is not positive and finite
  public static void positive(String rule, String name, double value) {
    POSITIVE.check(rule, name, value);
  }

  /// A count of 0 or more.
  ///
  /// @throws IllegalArgumentException where the value is negative
  public static void countOrNone(String rule, String name, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(
          rule + ": " + name + " is " + value + ": use 0 or a larger number");
    }
  }

  /// A count of 1 or more.
  ///
  /// @throws IllegalArgumentException where the value is below 1
  public static void count(String rule, String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          rule + ": " + name + " is " + value + ": use 1 or a larger number");
    }
  }
}
