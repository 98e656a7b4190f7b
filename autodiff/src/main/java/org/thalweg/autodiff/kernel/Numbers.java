package org.thalweg.autodiff.kernel;

import java.util.Arrays;

/// A few numbers of an array of either type, `float[]` or `double[]`: for what is done once for a
/// row, not for each element.
public final class Numbers {
  private Numbers() {}

  /// The number at a place, which is exact.
  public static double get(Object numbers, int at) {
    return numbers instanceof float[] floats ? floats[at] : ((double[]) numbers)[at];
  }

  /// Puts a number at a place, rounded to the type.
  public static void set(Object numbers, int at, double value) {
    if (numbers instanceof float[] floats) {
      floats[at] = (float) value;
    } else {
      ((double[]) numbers)[at] = value;
    }
  }

  /// Puts a number, rounded to the type, at all places from `from` to before `stop`.
  public static void fill(Object numbers, int from, int stop, double value) {
    if (numbers instanceof float[] floats) {
      Arrays.fill(floats, from, stop, (float) value);
    } else {
      Arrays.fill((double[]) numbers, from, stop, value);
    }
  }
}
