package org.thalweg.autodiff.text;

import java.util.Locale;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;

/// Writes tensors for people: as NumPy does, the middle of long axes left out.
public final class Printing {
  /// Axes longer than twice this are shortened to so many at each end, once there are many
  /// elements.
  private static final int EDGE = 3;

  private static final int MOST_ELEMENTS = 100;

  private final Tensor tensor;
  private final StringBuilder text = new StringBuilder();
  private final boolean isShortened;

  private Printing(Tensor tensor) {
    this.tensor = tensor;
    this.isShortened = tensor.elements() > MOST_ELEMENTS;
  }

  /// Type, shape and values.
  public static String of(Tensor tensor) {
    Printing printing = new Printing(tensor);
    Shape shape = tensor.shape();
    String name = tensor instanceof Parameter parameter ? parameter.name() + " " : "";
    printing.text.append(name).append(tensor.dtype()).append(' ').append(shape).append(' ');
    printing.write(0, 0);
    return printing.text.toString();
  }

  private void write(int axis, int flat) {
    Shape shape = tensor.shape();
    if (axis == shape.rank()) {
      text.append(number(tensor.array().get(flat), tensor.dtype()));
      return;
    }
    int size = shape.size(axis);
    int stride = shape.strides()[axis];
    String between = axis == shape.rank() - 1 ? ", " : ",\n" + " ".repeat(axis + 1);
    text.append('[');
    for (int i = 0; i < size; i++) {
      text.append(i == 0 ? "" : between);
      if (isShortened && size > 2 * EDGE && i == EDGE) {
        text.append('…').append(between);
        i = size - EDGE;
      }
      write(axis + 1, flat + i * stride);
    }
    text.append(']');
  }

  private static String number(double value, DType dtype) {
    if (dtype == DType.INT32) {
      return Integer.toString((int) value);
    }
    boolean isPlain = value == 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e6);
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    if (!isPlain) {
      return String.format(Locale.ROOT, "%.4e", value);
    }
    String fixed = String.format(Locale.ROOT, "%.4f", value);
    return fixed.replaceAll("(\\.\\d+?)0+$", "$1");
  }
}
