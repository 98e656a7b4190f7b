package org.thalweg.optim;

/// What a state of a [Rule] holds before the first step.
public sealed interface Start {
  /// Zeros: what most moments start from.
  Start ZERO = new Value(0);

  /// The parameter itself, as it is before its first step.
  Start PARAMETER = new Copy();

  /// One value everywhere.
  static Start value(double value) {
    return new Value(value);
  }

  /// One value everywhere.
  ///
  /// @param value the value
  record Value(double value) implements Start {}

  /// A copy of the parameter.
  record Copy() implements Start {}
}
