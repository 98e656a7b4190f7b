package org.thalweg.checker.cause;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.Shape;

/// Whether the analytic derivatives are the right numbers in the wrong places, or summed or spread
/// along the wrong axes.
final class Arrangement {
  /// So many places along an axis are tried.
  private static final int MOST_SHIFTS = 64;

  private final Comparison all;
  private final Shape shape;

  private Arrangement(Comparison all) {
    this.all = all;
    this.shape = all.shape();
  }

  /// What has happened to the elements as a whole; `null` where nothing simple has.
  static @Nullable String of(Comparison all) {
    Arrangement arrangement = new Arrangement(all);
    String axis = all.count(all.failed()) < 2 ? null : arrangement.axis();
    String moved = axis == null ? arrangement.moved() : null;
    return axis != null ? axis : moved != null ? moved : arrangement.error();
  }

  private @Nullable String moved() {
    int n = all.elements();
    if (shape.rank() >= 2) {
      int rows = shape.size(-2 + shape.rank());
      int columns = shape.size(shape.rank() - 1);
      int matrix = rows * columns;
      if (matrix > 0 && all.isMoved(i -> transposed(i, rows, columns, matrix))) {
        return "it is the derivative of the transposed element: transposed?";
      }
    }
    if (all.isMoved(i -> n - 1 - i)) {
      return "it is the derivative of the element counted from the end: reversed?";
    }
    if (all.isMoved(i -> (i + 1) % n) || all.isMoved(i -> (i + n - 1) % n)) {
      return "it is the derivative of the next element: shifted by one?";
    }
    String rolled = rolled();
    return rolled != null ? rolled : permuted();
  }

  /// The place of an element in the transposed matrix.
  private static int transposed(int flat, int rows, int columns, int matrix) {
    int inside = flat % matrix;
    return flat - inside + inside % rows * columns + inside / rows;
  }

  private @Nullable String rolled() {
    int[] strides = shape.strides();
    for (int axis = 0; axis < shape.rank(); axis++) {
      int size = shape.size(axis);
      int stride = strides[axis];
      for (int shift = 1; shift < Math.min(size, MOST_SHIFTS); shift++) {
        int by = shift;
        if (all.isMoved(i -> i + ((i / stride % size + by) % size - i / stride % size) * stride)) {
          return "it is the derivative " + by + " further along axis " + axis + ": rolled?";
        }
      }
    }
    return null;
  }

  /// The same numbers in another order, where all elements were checked.
  private @Nullable String permuted() {
    if (all.count(all.checked()) < all.elements() || all.count(all.failed()) < 2) {
      return null;
    }
    double[] a = all.analytic().clone();
    double[] n = all.numeric().clone();
    Arrays.sort(a);
    Arrays.sort(n);
    for (int i = 0; i < a.length; i++) {
      if (!Comparison.isClose(a[i], n[i])) {
        return null;
      }
    }
    return "they are the right derivatives in another order: permuted?";
  }

  /// Constant along one axis where the derivative is constant along another.
  private @Nullable String axis() {
    for (int wrong = 0; wrong < shape.rank(); wrong++) {
      for (int right = 0; right < shape.rank(); right++) {
        if (wrong != right
            && all.isConstantAlong(wrong, all.analytic())
            && all.isConstantAlong(right, all.numeric())
            && !all.isConstantAlong(right, all.analytic())) {
          return "it is the same all along axis "
              + wrong
              + " and should be along axis "
              + right
              + ": the wrong axis?";
        }
      }
    }
    return null;
  }

  /// A term that is missing is the same all along an axis.
  private @Nullable String error() {
    if (all.count(all.failed()) < 2) {
      return null;
    }
    double[] errors = all.errors();
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (all.isConstantAlong(axis, errors) && !all.isConstantAlong(axis, all.numeric())) {
        return "it is off by the same all along axis "
            + axis
            + ": a sum along a broadcast axis, or a term with one, left out?";
      }
    }
    return null;
  }
}
