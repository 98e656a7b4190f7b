package org.thalweg.checker.numerics;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;

/// Numbers as the table compares and prints them.
final class Numbers {
  private Numbers() {}

  /// Whether a number is the expected one, rounded to the type, to so many units in the last place.
  static boolean agree(double there, double expected, DType dtype, double ulps) {
    double rounded = dtype == DType.FLOAT32 ? (float) expected : expected;
    if (rounded == 0 || !Double.isFinite(rounded)) {
      boolean isMinusZero = Double.doubleToRawLongBits(rounded) == Long.MIN_VALUE;
      return isMinusZero
          ? Double.doubleToRawLongBits(there) == Long.MIN_VALUE
          : there == rounded || (Double.isNaN(there) && Double.isNaN(rounded));
    }
    double ulp = dtype == DType.FLOAT32 ? Math.ulp((float) rounded) : Math.ulp(rounded);
    return Math.abs(there - rounded) <= ulps * ulp;
  }

  static boolean agree(double[] there, double[] expected, DType dtype, double ulps) {
    boolean agree = there.length == expected.length;
    for (int i = 0; agree && i < there.length; i++) {
      agree = agree(there[i], expected[i], dtype, ulps);
    }
    return agree;
  }

  /// Elements in brackets; a matrix by rows.
  static String text(Tensor x) {
    Shape shape = x.shape();
    if (shape.rank() == 2 && shape.elements() > 0) {
      int columns = shape.size(1);
      double[] all = x.toDoubles();
      return Arrays.stream(all.length == 0 ? new int[0] : rows(shape))
          .mapToObj(i -> text(Arrays.copyOfRange(all, i * columns, (i + 1) * columns)))
          .collect(Collectors.joining(", ", "[", "]"));
    }
    if (shape.rank() > 1) {
      return "zeros " + shape;
    }
    return shape.rank() == 0 ? text(x.item()) : text(x.toDoubles());
  }

  private static int[] rows(Shape shape) {
    int[] rows = new int[shape.size(0)];
    Arrays.setAll(rows, i -> i);
    return rows;
  }

  static String text(double[] values) {
    return Arrays.stream(values)
        .mapToObj(Numbers::text)
        .collect(Collectors.joining(", ", "[", "]"));
  }

  /// Four digits, whole numbers in full.
  static String text(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    String sign = Double.doubleToRawLongBits(value) < 0 ? "−" : "";
    double size = Math.abs(value);
    if (Double.isInfinite(size)) {
      return sign + "∞";
    }
    if (size == Math.rint(size) && size < 1e7) {
      return sign + (long) size;
    }
    if (size >= 1e-3 && size < 1e5) {
      String fixed = String.format(Locale.ROOT, "%.5f", size);
      return sign + fixed.replaceAll("\\.?0+$", "");
    }
    String scientific = String.format(Locale.ROOT, "%.3e", size);
    return sign
        + scientific
            .replaceAll("\\.?0+e", "e")
            .replace("e+", "e")
            .replaceAll("e(-?)0*(\\d)", "e$1$2")
            .replace("e-", "e−");
  }
}
