package org.thalweg.checker;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// How to check.
///
/// @param order the highest order
/// @param seed of everything random; `null` for one that follows from the shapes
/// @param entries the most elements of a tensor that are checked one by one; 0 where directions
///   alone are
/// @param tolerance how far derivatives may be apart relatively, beyond numeric errors
/// @param inconclusive the largest share of elements that may be inconclusive
/// @param vacuous the largest share of elements that may be vacuous
/// @param isModel whether a Taylor test of all inputs together belongs to the check
/// @param progress who is told of each derivative
record Settings(
    int order,
    @Nullable Long seed,
    int entries,
    double tolerance,
    double inconclusive,
    double vacuous,
    boolean isModel,
    Consumer<Progress> progress) {
  static final Settings FUNCTION = new Settings(1, null, 256, 1e-6, 0.05, 0.5, false, _ -> {});
  static final Settings MODEL = new Settings(1, null, 64, 1e-6, 0.05, 0.5, true, _ -> {});

  Settings order(int other) {
    return new Settings(other, seed, entries, tolerance, inconclusive, vacuous, isModel, progress);
  }

  Settings seed(long other) {
    return new Settings(order, other, entries, tolerance, inconclusive, vacuous, isModel, progress);
  }

  Settings entries(int other) {
    return new Settings(order, seed, other, tolerance, inconclusive, vacuous, isModel, progress);
  }

  Settings tolerance(double other) {
    return new Settings(order, seed, entries, other, inconclusive, vacuous, isModel, progress);
  }

  Settings shares(double newInconclusive, double newVacuous) {
    return new Settings(
        order, seed, entries, tolerance, newInconclusive, newVacuous, isModel, progress);
  }

  Settings progress(Consumer<Progress> other) {
    return new Settings(order, seed, entries, tolerance, inconclusive, vacuous, isModel, other);
  }

  /// Whether no element is checked by itself.
  boolean isFast() {
    return entries == 0;
  }

  /// The methods of a checker that ask for the same, where they are not what is usual.
  String calls(long usedSeed) {
    Settings usual = isModel ? MODEL : FUNCTION;
    StringBuilder calls = new StringBuilder();
    if (order > 1) {
      calls.append(order == 2 ? ".toSecondOrder()" : ".toOrder(" + order + ")");
    }
    if (isFast()) {
      calls.append(".fast()");
    } else if (entries != usual.entries()) {
      calls.append(".withEntries(").append(entries).append(')');
    }
    if (tolerance != usual.tolerance()) {
      calls.append(".withTolerance(").append(tolerance).append(')');
    }
    if (inconclusive != usual.inconclusive() || vacuous != usual.vacuous()) {
      calls.append(".allowing(").append(inconclusive).append(", ").append(vacuous).append(')');
    }
    return calls.append(".withSeed(").append(usedSeed).append("L)").toString();
  }
}
