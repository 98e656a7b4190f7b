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
  public void row(
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
      int to) {
    int step = across.step;
    for (int j = first; j < stop; j++) {
      int begin = row + across.first[j];
      int columns = across.count[j];
      int place = begin;
      int most = key(x[begin]);
      for (int u = 0; u < rows; u++) {
        int i = begin + u * down;
        for (int v = 0; v < columns; v++, i += step) {
          int key = key(x[i]);
          place = key > most ? i : place;
          most = Math.max(key, most);
        }
      }
      y[to + j] = x[place];
      at[to + j] = place - from;
    }
  }

  /// The same for `double`.
  void row(
      double[] x,
      int from,
      int row,
      int rows,
      int down,
      Spans across,
      int first,
      int stop,
      double[] y,
      int[] at,
      int to) {
    int step = across.step;
    for (int j = first; j < stop; j++) {
      int begin = row + across.first[j];
      int columns = across.count[j];
      int place = begin;
      long most = key(x[begin]);
      for (int u = 0; u < rows; u++) {
        int i = begin + u * down;
        for (int v = 0; v < columns; v++, i += step) {
          long key = key(x[i]);
          place = key > most ? i : place;
          most = Math.max(key, most);
        }
      }
      y[to + j] = x[place];
      at[to + j] = place - from;
    }
  }
}
