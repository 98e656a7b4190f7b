package org.thalweg.benchmarks.work;

/// A limit of the machine, and how near a work can come to it.
///
/// @param work the work, measured in the same run on the same threads
/// @param repetitions how many repetitions of it, or what part of one, a work needs at least
public record Limit(Ceiling work, double repetitions) {
  /// What a work needs of that which is limited, at least.
  public double amount() {
    return repetitions * work.amount();
  }
}
