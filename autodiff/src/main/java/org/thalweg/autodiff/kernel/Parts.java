package org.thalweg.autodiff.kernel;

/// The parts into which something is cut: where they begin, and the sizes of those that are whole
/// steps, of which the last may be smaller.
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

  /// Where one of so many parts that differ by one at most begins, and the one before it ends.
  public static int begin(int size, int part, int parts) {
    return (int) ((long) size * part / parts);
  }

  /// The least multiple of `step` from `size` on.
  public static int roundUp(int size, int step) {
    return (size + step - 1) / step * step;
  }
}
