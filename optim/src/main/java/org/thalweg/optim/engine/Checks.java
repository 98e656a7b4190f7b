package org.thalweg.optim.engine;

/// The ranges of hyper-parameters for which a recurrence is defined.
public final class Checks {
  private Checks() {}

  public static void fraction(String rule, String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          rule + ": " + name + " is " + value + ": use a value from 0 to below 1");
    }
  }

  public static void notNegative(String rule, String name, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          rule + ": " + name + " is " + value + ": use 0 or a positive number");
    }
  }
}
