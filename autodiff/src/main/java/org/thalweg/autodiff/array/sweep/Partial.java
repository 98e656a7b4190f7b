package org.thalweg.autodiff.array.sweep;

import java.util.Arrays;
import org.thalweg.autodiff.array.sweep.Sweep.Measure;
import org.thalweg.autodiff.kernel.Reduce;
import org.thalweg.autodiff.kernel.Reduce.Operation;

/// A measure of some elements, in double precision with an exponent of its own: a sum of squares
/// may be far outside of what a double holds while its root is not.
///
/// ```
/// amount · 2^exponent
/// ```
final class Partial {
  /// Where the sum of squares of doubles may have lost bits, or all of them.
  private static final double TINY = 1e-280;

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

  private void largest(double other) {
    amount = Math.max(amount, other);
  }

  /// Adds term · 2^termExponent, the exponent even.
  private void add(double term, int termExponent) {
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

  /// Adds elements: so few that one thread has them in its cache, 8,192 at most.
  ///
  /// @param scratch of [Reduce#SCRATCH] elements
  void add(Measure measure, Object y, int from, int n, double[] scratch) {
    switch (measure) {
      case SUM -> add(Reduce.few(Operation.SUM, y, from, n, scratch), 0);
      case NORM -> addSquares(y, from, n, scratch);
      case LARGEST ->
          largest(
              Math.max(
                  Reduce.few(Operation.MAX, y, from, n, scratch),
                  -Reduce.few(Operation.MIN, y, from, n, scratch)));
    }
  }

  private void addSquares(Object y, int from, int n, double[] scratch) {
    double squares = Reduce.fewSquares(y, from, n, scratch);
    // Squares of floats neither overflow nor vanish in double precision.
    boolean isLost = squares < TINY || squares == Double.POSITIVE_INFINITY;
    if (y instanceof double[] doubles && isLost) {
      addScaled(doubles, from, n);
    } else {
      add(squares, 0);
    }
  }

  private void addScaled(double[] y, int from, int n) {
    double largest = 0;
    for (int i = from; i < from + n; i++) {
      largest = Math.max(largest, Math.abs(y[i]));
    }
    if (largest == 0 || !Double.isFinite(largest)) {
      add(largest, 0);
      return;
    }
    int exponent = Math.getExponent(largest);
    double squares = 0;
    for (int i = from; i < from + n; i++) {
      double scaled = Math.scalb(y[i], -exponent);
      squares += scaled * scaled;
    }
    add(squares, 2 * exponent);
  }

  double value(Measure measure) {
    return measure == Measure.NORM
        ? Math.scalb(Math.sqrt(amount), exponent / 2)
        : Math.scalb(amount, exponent);
  }
}
