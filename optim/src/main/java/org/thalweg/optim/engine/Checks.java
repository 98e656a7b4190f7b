package org.thalweg.optim.engine;

import org.thalweg.optim.Schedule;

/// The ranges of hyper-parameters for which a recurrence is defined.
public final class Checks {
  private Checks() {}

  /// A value from 0 to below 1.
  ///
  /// @throws IllegalArgumentException where the value is not in [0, 1)
  public static void fraction(String rule, String name, double value) {
    check(value >= 0 && value < 1, rule, name, value, "a value from 0 to below 1");
  }

  /// 0 or a positive, finite value.
  ///
  /// @throws IllegalArgumentException where the value is negative, infinite or NaN
  public static void notNegative(String rule, String name, double value) {
    boolean isGood = value >= 0 && value < Double.POSITIVE_INFINITY;
    check(isGood, rule, name, value, "0 or a positive number");
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

  /// A value from 0 to 1.
  ///
  /// @throws IllegalArgumentException where the value is not in [0, 1]
  public static void share(String rule, String name, double value) {
    check(value >= 0 && value <= 1, rule, name, value, "a value from 0 to 1");
  }

  /// A learning rate, if it is one that stays: 0 or a positive, finite value.
  ///
  /// @throws IllegalArgumentException where it is negative, infinite or NaN
  public static void rate(String rule, Schedule rate) {
    if (rate instanceof Schedule.Constant(double value)) {
      notNegative(rule, "learningRate", value);
    }
  }

  /// A positive, finite value.
  ///
  /// @throws IllegalArgumentException where the value is not positive and finite
  public static void positive(String rule, String name, double value) {
    boolean isGood = value > 0 && value < Double.POSITIVE_INFINITY;
    check(isGood, rule, name, value, "a positive number");
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

  private static void check(boolean isGood, String rule, String name, double value, String use) {
    if (!isGood) {
      throw new IllegalArgumentException(rule + ": " + name + " is " + value + ": use " + use);
    }
  }
}
