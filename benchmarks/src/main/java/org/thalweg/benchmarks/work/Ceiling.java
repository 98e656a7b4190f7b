package org.thalweg.benchmarks.work;

/// A work that does nothing but reach a limit of the machine: arithmetic without memory, or memory
/// without arithmetic.
public sealed interface Ceiling extends Work permits FmaPeak, Streams {
  /// What a repetition does of that which is limited: floating-point operations, a multiply-add
  /// being two, or bytes that are read and written.
  double amount();
}
