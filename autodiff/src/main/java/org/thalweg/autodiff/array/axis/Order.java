package org.thalweg.autodiff.array.axis;

import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.kernel.axis.Sort;

/// Where elements go when they are sorted along an axis. The order is stable, the zeros are equal,
/// NaN is larger than all numbers.
public final class Order {
  private Order() {}

  /// The positions of the first `count` elements in order, as INT32: the axis has that size then.
  ///
  /// @param operation the name of the operation, for messages
  /// @throws IllegalArgumentException where there is no such axis, or it has fewer elements
  public static Array positions(
      Array x, int axis, boolean isDescending, int count, String operation) {
    Shape shape = x.shape();
    int counted = shape.axis(axis);
    int n = shape.size(counted);
    if (count < 0 || count > n) {
      throw new IllegalArgumentException(
          operation
              + ": k = "
              + count
              + " is not in 0 … "
              + n
              + ", the size of axis "
              + axis
              + " of "
              + shape
              + ": choose another");
    }
    Array y = Array.uninitialised(DType.INT32, shape.with(counted, count));
    if (y.elements() > 0) {
      int outer = shape.product(0, counted);
      int inner = shape.product(counted + 1, shape.rank());
      Sort.positions(x.data(), outer, n, inner, isDescending, count, y.ints());
    }
    return y;
  }

  /// The positions of the lower medians along an axis, which stays with size 1, as INT32: the first
  /// of equal elements, or the first NaN where there is one.
  ///
  /// @throws IllegalArgumentException where there is no such axis, or it is empty
  public static Array medians(Array x, int axis) {
    Shape shape = x.shape();
    int counted = shape.axis(axis);
    int n = shape.size(counted);
    Array y = Array.uninitialised(DType.INT32, shape.with(counted, 1));
    if (n == 0 && y.elements() > 0) {
      throw new IllegalArgumentException(
          "median: shape " + shape + " has nothing along axis " + axis + ": check its size");
    }
    int outer = shape.product(0, counted);
    Sort.medians(x.data(), outer, n, shape.product(counted + 1, shape.rank()), y.ints());
    return y;
  }
}
