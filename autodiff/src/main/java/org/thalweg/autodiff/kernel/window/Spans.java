package org.thalweg.autodiff.kernel.window;

/// The windows along one axis, without what is padding: window `j` covers the elements
///
/// ```
/// first[j] + i·step      for 0 ≤ i < count[j]
/// ```
///
/// Those from one to another are *regular*: as large as any, and a stride apart.
public final class Spans {
  final int[] first;
  final int[] count;
  final int[] divisor;
  final int step;

  private final int most;
  private final int stride;
  private final int regularFirst;
  private final int regularStop;

  /// Shares the arrays.
  ///
  /// @param divisor how many elements each window counts in a mean
  public Spans(int[] first, int[] count, int[] divisor, int step) {
    this.first = first;
    this.count = count;
    this.divisor = divisor;
    this.step = step;
    int largest = 0;
    for (int one : count) {
      largest = Math.max(largest, one);
    }
    int begin = 0;
    while (begin < count.length && count[begin] < largest) {
      begin++;
    }
    int end = begin;
    int distance = begin + 1 < count.length ? first[begin + 1] - first[begin] : 1;
    while (end < count.length
        && count[end] == largest
        && first[end] - first[begin] == (end - begin) * distance) {
      end++;
    }
    most = largest;
    stride = distance;
    regularFirst = begin;
    regularStop = end;
  }

  /// The number of windows.
  public int size() {
    return first.length;
  }

  /// The first element of a window.
  public int first(int window) {
    return first[window];
  }

  /// How many elements a window has.
  public int count(int window) {
    return count[window];
  }

  /// How many elements the largest has.
  public int most() {
    return most;
  }

  /// How far apart the elements of a window are.
  public int step() {
    return step;
  }

  /// How far apart regular windows are; 0 where they begin at the same element.
  public int stride() {
    return stride;
  }

  /// The first regular window.
  public int regularFirst() {
    return regularFirst;
  }

  /// The window after the last regular one.
  public int regularStop() {
    return regularStop;
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
