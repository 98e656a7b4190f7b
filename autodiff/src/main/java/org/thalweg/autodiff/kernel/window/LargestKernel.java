package org.thalweg.autodiff.kernel.window;

/// One way of finding the largest elements of windows: scalar or on the Vector API.
///
/// The largest element is the first of equal ones, the first NaN where there is one.
public interface LargestKernel {
  /// For all windows of the planes `first … stop − 1` of x: writes the largest element to y, and
  /// where it stands in its plane to `at`.
  void planes(float[] x, int first, int stop, Grid grid, float[] y, int[] at);
}
