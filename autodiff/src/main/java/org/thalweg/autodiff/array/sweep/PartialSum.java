package org.thalweg.autodiff.array.sweep;

/// A sum in double precision with an exponent of its own: a sum of squares may be far outside of
/// what a double holds while its root is not.
///
/// ```
/// value = sum · 2^exponent
/// ```
final class PartialSum {
  private double sum;
  private int exponent;

  void clear() {
    sum = 0;
    exponent = 0;
  }

  void add(PartialSum other) {
    add(other.sum, other.exponent);
  }

  /// Adds term · 2^termExponent, the exponent even.
  void add(double term, int termExponent) {
    if (termExponent == exponent) {
      sum += term;
    } else if (sum == 0) {
      sum = term;
      exponent = termExponent;
    } else if (termExponent > exponent) {
      sum = Math.scalb(sum, exponent - termExponent) + term;
      exponent = termExponent;
    } else {
      sum += Math.scalb(term, termExponent - exponent);
    }
  }

  double value() {
    return Math.scalb(sum, exponent);
  }

  double root() {
    return Math.scalb(Math.sqrt(sum), exponent / 2);
  }
}
