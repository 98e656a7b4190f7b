package org.thalweg.checker.numerics;

/// A line of the table.
sealed interface Entry permits Row, Entry.Proven {
  /// A hazard that cannot be shown by one small call; a test of its own holds it.
  ///
  /// @param hazard what goes wrong elsewhere
  /// @param answer what happens here
  /// @param test the class, and its method after `#`
  record Proven(String hazard, String answer, Class<?> test, String method) implements Entry {}
}
