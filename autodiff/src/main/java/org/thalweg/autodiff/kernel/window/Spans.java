package org.thalweg.autodiff.kernel.window;

/// The windows along one axis, without what is padding: window `j` covers the elements
///
/// ```
/// first[j] + i·step      for 0 ≤ i < count[j]
/// ```
public final class Spans {
  final int[] first;
  final int[] count;
  final int[] divisor;
  final int step;

  /// Shares the arrays.
  ///
  /// @param divisor how many elements each window counts in a mean
  public Spans(int[] first, int[] count, int[] divisor, int step) {
    this.first = first;
    this.count = count;
    this.divisor = divisor;
    this.step = step;
  }

  /// The number of windows.
  public int size() {
    return first.length;
  }

  /// How many elements all windows have together.
  public long elements() {
    long all = 0;
    for (int one : count) {
      all += one;
    }
    return all;
  }
}
