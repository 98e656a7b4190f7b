package org.thalweg.checker.text;

import java.util.Locale;
import org.thalweg.autodiff.array.Shape;

/// Numbers and places as a report writes them.
public final class Words {
  private Words() {}

  /// Seven digits.
  public static String number(double value) {
    return value == 0 || !Double.isFinite(value) ? plain(value) : digits(value, "%.7g", "%.6e");
  }

  /// Two digits.
  public static String small(double value) {
    return value == 0 || !Double.isFinite(value)
        ? plain(value)
        : String.format(Locale.ROOT, "%.1e", value);
  }

  private static String plain(double value) {
    return value == 0 ? "0" : Double.toString(value);
  }

  private static String digits(double value, String fixed, String scientific) {
    double size = Math.abs(value);
    boolean isPlain = size >= 1e-4 && size < 1e6;
    return String.format(Locale.ROOT, isPlain ? fixed : scientific, value);
  }

  /// The index along each axis, such as `[17, 403]`.
  public static int[] index(Shape shape, int flat) {
    int[] index = new int[shape.rank()];
    int left = flat;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      index[axis] = left % shape.size(axis);
      left /= shape.size(axis);
    }
    return index;
  }
}
