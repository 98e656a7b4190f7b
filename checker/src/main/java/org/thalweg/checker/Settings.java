package org.thalweg.checker;

import org.jspecify.annotations.Nullable;

/// How to check.
///
/// @param order the highest order
/// @param seed of everything random; `null` for one that follows from the shapes
/// @param entries the most elements of a tensor that are checked one by one
/// @param tolerance how far derivatives may be apart relatively, beyond numeric errors
/// @param inconclusive the largest share of elements that may be inconclusive
/// @param vacuous the largest share of elements that may be vacuous
record Settings(
    int order,
    @Nullable Long seed,
    int entries,
    double tolerance,
    double inconclusive,
    double vacuous) {
  static final Settings FUNCTION = new Settings(1, null, 256, 1e-6, 0.05, 0.5);
  static final Settings MODEL = FUNCTION.entries(64);

  Settings order(int other) {
    return new Settings(other, seed, entries, tolerance, inconclusive, vacuous);
  }

  Settings seed(long other) {
    return new Settings(order, other, entries, tolerance, inconclusive, vacuous);
  }

  Settings entries(int other) {
    return new Settings(order, seed, other, tolerance, inconclusive, vacuous);
  }

  Settings tolerance(double other) {
    return new Settings(order, seed, entries, other, inconclusive, vacuous);
  }

  Settings shares(double newInconclusive, double newVacuous) {
    return new Settings(order, seed, entries, tolerance, newInconclusive, newVacuous);
  }
}
