package org.thalweg.autodiff.kernel.window;

/// One way of finding the largest elements of a row of windows: scalar or on the Vector API.
///
/// Window `j` covers, for `0 ≤ u < rows` and `0 ≤ v < across.count[j]`,
///
/// ```
/// x[row + across.first[j] + u·down + v·across.step]
/// ```
///
/// Its largest element is the first of equal ones, the first NaN where there is one.
public interface LargestKernel {
  /// For the windows `first … stop − 1`: writes the largest element to `y[to + j]`, and where it
  /// stands, counted from `from`, to `at[to + j]`.
  void row(
      float[] x,
      int from,
      int row,
      int rows,
      int down,
      Spans across,
      int first,
      int stop,
      float[] y,
      int[] at,
      int to);
}
