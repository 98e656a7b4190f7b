package org.thalweg.checker.cause;

import java.util.Arrays;
import org.thalweg.autodiff.array.Shape;

/// Analytic and numeric derivatives in the elements of one input, some of which were checked.
public final class Comparison {
  private static final double CLOSE = 1e-5;

  private final Shape shape;
  private final double[] analytic;
  private final double[] numeric;
  private final boolean[] checked;
  private final boolean[] failed;

  /// No derivatives yet.
  ///
  /// @param shape of the input
  public Comparison(Shape shape) {
    this.shape = shape;
    int n = shape.elements();
    analytic = new double[n];
    numeric = new double[n];
    checked = new boolean[n];
    failed = new boolean[n];
    Arrays.fill(analytic, Double.NaN);
    Arrays.fill(numeric, Double.NaN);
  }

  /// An element that was checked.
  public void add(int flat, double analyticValue, double numericValue, boolean hasFailed) {
    analytic[flat] = analyticValue;
    numeric[flat] = numericValue;
    checked[flat] = true;
    failed[flat] = hasFailed;
  }

  Shape shape() {
    return shape;
  }

  /// By flat index; NaN where an element was not checked.
  double[] analytic() {
    return analytic;
  }

  /// By flat index; NaN where an element was not checked.
  double[] numeric() {
    return numeric;
  }

  boolean[] checked() {
    return checked;
  }

  /// Which elements differ.
  boolean[] failed() {
    return failed;
  }

  /// Whether two derivatives are the same but for the error of the numeric one.
  static boolean isClose(double a, double b) {
    return a == b || Math.abs(a - b) <= CLOSE * Math.abs(b);
  }

  int elements() {
    return analytic.length;
  }

  int count(boolean[] which) {
    int count = 0;
    for (boolean is : which) {
      count += is ? 1 : 0;
    }
    return count;
  }

  /// Another element for each.
  @FunctionalInterface
  interface Place {
    int of(int flat);
  }

  /// Whether the analytic derivatives are the numeric ones of other elements: in all pairs of which
  /// both were checked, of which there are at least two, not all alike, and one that failed.
  boolean isMoved(Place from) {
    int pairs = 0;
    boolean hasFailed = false;
    boolean isVaried = false;
    double before = Double.NaN;
    for (int i = 0; i < elements(); i++) {
      int other = checked[i] ? from.of(i) : i;
      if (!checked[i] || !checked[other]) {
        continue;
      }
      if (!isClose(analytic[i], numeric[other])) {
        return false;
      }
      pairs++;
      hasFailed |= failed[i];
      isVaried |= pairs > 1 && !isClose(numeric[other], before);
      before = numeric[other];
    }
    return pairs > 1 && hasFailed && isVaried;
  }

  /// Whether values do not change along an axis, and more than one of them was checked there.
  boolean isConstantAlong(int axis, double[] values) {
    int stride = shape.strides()[axis];
    int size = shape.size(axis);
    boolean isSeen = false;
    for (int i = 0; i < elements(); i++) {
      int next = i + stride;
      boolean hasNext = i / stride % size < size - 1;
      if (hasNext && checked[i] && checked[next]) {
        isSeen = true;
        if (!isClose(values[next], values[i])) {
          return false;
        }
      }
    }
    return isSeen;
  }

  /// Analytic less numeric, without what both have in common by rounding.
  double[] errors() {
    double[] errors = new double[elements()];
    for (int i = 0; i < errors.length; i++) {
      errors[i] = failed[i] ? analytic[i] - numeric[i] : checked[i] ? 0 : Double.NaN;
    }
    return errors;
  }
}
