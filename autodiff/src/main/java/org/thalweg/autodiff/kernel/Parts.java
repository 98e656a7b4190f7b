package org.thalweg.autodiff.kernel;

/// The sizes of equal parts into which something is cut, in whole steps. The last part may be
/// smaller.
public final class Parts {
  private Parts() {}

  /// The size of so many parts that cover `size`: a multiple of `step`.
  public static int of(int size, int parts, int step) {
    return roundUp((size + parts - 1) / parts, step);
  }

  /// The size of the fewest parts that cover `size`: a multiple of `step`, and at most `most` if
  /// that is possible.
  public static int atMost(int size, int most, int step) {
    int whole = Math.max(step, most / step * step);
    return of(size, (size + whole - 1) / whole, step);
  }

  /// The least multiple of `step` from `size` on.
  public static int roundUp(int size, int step) {
    return (size + step - 1) / step * step;
  }
}
