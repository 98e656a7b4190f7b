package org.thalweg.optim;

/// The value of a hyper-parameter at each step: a pure function of the step's number, which starts
/// at 1.
@FunctionalInterface
public interface Schedule {
  /// The value at a step.
  ///
  /// @param step from 1
  double at(long step);

  /// The same value at every step.
  static Schedule constant(double value) {
    return new Constant(value);
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
    public String toString() {
      return Double.toString(value);
    }
  }
}
