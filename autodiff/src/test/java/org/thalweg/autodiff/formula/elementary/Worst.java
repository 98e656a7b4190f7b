package org.thalweg.autodiff.formula.elementary;

/// The largest error so far, and where it was.
final class Worst {
  double error;
  double x = Double.NaN;
  double y = Double.NaN;
  long count;

  void add(double atX, double result, double itsError) {
    count++;
    if (itsError > error) {
      error = itsError;
      x = atX;
      y = result;
    }
  }

  void add(Worst other) {
    long all = count + other.count;
    add(other.x, other.y, other.error);
    count = all;
  }

  @Override
  public String toString() {
    return String.format("%.4f ulp at %s, which gave %s (%,d tried)", error, x, y, count);
  }
}
