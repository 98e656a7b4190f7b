package org.thalweg.autodiff.kernel.window;

/// Largest elements in plain Java.
///
/// Numbers are compared as whole numbers in the same order, NaN above all and the zeros equal:
/// among unpredictable numbers that is a choice of registers where a comparison of fractions is a
/// branch.
public final class ScalarLargest implements LargestKernel {
  /// Makes the kernel.
  public ScalarLargest() {}

  private static int key(float value) {
    int bits = Float.floatToIntBits(value + 0f);
    return bits ^ (bits >> 31 >>> 1);
  }

  private static long key(double value) {
    long bits = Double.doubleToLongBits(value + 0d);
    return bits ^ (bits >> 63 >>> 1);
  }

  @Override
  public void planes(float[] x, int first, int stop, Grid grid, float[] y, int[] at) {
    for (int plane = first; plane < stop; plane++) {
      block(x, plane, grid, 0, grid.down().size(), 0, grid.across().size(), y, at);
    }
  }

  /// The same for `double`.
  void planes(double[] x, int first, int stop, Grid grid, double[] y, int[] at) {
    for (int plane = first; plane < stop; plane++) {
      block(x, plane, grid, 0, grid.down().size(), 0, grid.across().size(), y, at);
    }
  }

  /// For the windows of one plane in the rows `top … bottom − 1` and the columns `left … right −
  /// 1`.
  public void block(
      float[] x,
      int plane,
      Grid grid,
      int top,
      int bottom,
      int left,
      int right,
      float[] y,
      int[] at) {
    Spans down = grid.down();
    Spans across = grid.across();
    int from = plane * grid.plane();
    int rowStep = down.step * grid.width();
    int step = across.step;
    for (int r = top; r < bottom; r++) {
      int rows = down.count[r];
      int to = plane * grid.windows() + r * across.size();
      for (int c = left; c < right; c++) {
        int begin = from + grid.corner(r, c);
        int columns = across.count[c];
        int place = begin;
        int most = key(x[begin]);
        for (int u = 0; u < rows; u++) {
          int i = begin + u * rowStep;
          for (int v = 0; v < columns; v++, i += step) {
            int key = key(x[i]);
            place = key > most ? i : place;
            most = Math.max(key, most);
          }
        }
        y[to + c] = x[place];
        at[to + c] = place - from;
      }
    }
  }

  private static void block(
      double[] x,
      int plane,
      Grid grid,
      int top,
      int bottom,
      int left,
      int right,
      double[] y,
      int[] at) {
    Spans down = grid.down();
    Spans across = grid.across();
    int from = plane * grid.plane();
    int rowStep = down.step * grid.width();
    int step = across.step;
    for (int r = top; r < bottom; r++) {
      int rows = down.count[r];
      int to = plane * grid.windows() + r * across.size();
      for (int c = left; c < right; c++) {
        int begin = from + grid.corner(r, c);
        int columns = across.count[c];
        int place = begin;
        long most = key(x[begin]);
        for (int u = 0; u < rows; u++) {
          int i = begin + u * rowStep;
          for (int v = 0; v < columns; v++, i += step) {
            long key = key(x[i]);
            place = key > most ? i : place;
            most = Math.max(key, most);
          }
        }
        y[to + c] = x[place];
        at[to + c] = place - from;
      }
    }
  }
}
