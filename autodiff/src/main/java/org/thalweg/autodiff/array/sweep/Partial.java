package org.thalweg.autodiff.array.sweep;

import java.util.Arrays;
import org.thalweg.autodiff.array.sweep.Sweep.Measure;

/// A measure of some elements, in double precision with an exponent of its own: a sum of squares
/// may be far outside of what a double holds while its root is not.
///
/// ```
/// amount · 2^exponent
/// ```
final class Partial {
  private double amount;
  private int exponent;

  static Partial[] some(int count) {
    Partial[] some = new Partial[count];
    Arrays.setAll(some, _ -> new Partial());
    return some;
  }

  void clear() {
    amount = 0;
    exponent = 0;
  }

  void set(Partial other) {
    amount = other.amount;
    exponent = other.exponent;
  }

  void add(Measure measure, Partial other) {
    if (measure == Measure.LARGEST) {
      largest(other.amount);
    } else {
      add(other.amount, other.exponent);
    }
  }

  void largest(double other) {
    amount = Math.max(amount, other);
  }

  /// Adds term · 2^termExponent, the exponent even.
  void add(double term, int termExponent) {
    if (termExponent == exponent) {
      amount += term;
    } else if (amount == 0) {
      amount = term;
      exponent = termExponent;
    } else if (termExponent > exponent) {
      amount = Math.scalb(amount, exponent - termExponent) + term;
      exponent = termExponent;
    } else {
      amount += Math.scalb(term, termExponent - exponent);
    }
  }

  double value(Measure measure) {
    return measure == Measure.NORM
        ? Math.scalb(Math.sqrt(amount), exponent / 2)
        : Math.scalb(amount, exponent);
  }
}
