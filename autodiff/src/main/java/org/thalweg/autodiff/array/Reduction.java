package org.thalweg.autodiff.array;

import java.util.Arrays;
import org.thalweg.autodiff.kernel.Reduce;

/// Makes one element of many, along any axes, with the same bits on any number of threads.
public enum Reduction {
  /// The sum; 0 over nothing.
  SUM(Reduce.Operation.SUM),
  /// The largest; NaN wins.
  MAX(Reduce.Operation.MAX),
  /// The smallest; NaN wins.
  MIN(Reduce.Operation.MIN);

  private final Reduce.Operation operation;

  Reduction(Reduce.Operation operation) {
    this.operation = operation;
  }

  /// Reduces along some axes (counted from the front, ascending), which stay with size 1.
  ///
  /// @throws IllegalArgumentException where the type is INT32, or nothing is left for an extreme
  public Array apply(Array x, int... axes) {
    checkFloating(x);
    Shape kept = x.shape().reduced(axes, true);
    if (axes.length == 0) {
      // Not x itself, which may be a parameter: values of operations do not change.
      return x.copy();
    }
    int last = axes[axes.length - 1];
    boolean isOneBlock = last - axes[0] == axes.length - 1;
    if (!isOneBlock) {
      return apply(together(x, axes), blockAtEnd(x.shape().rank(), axes.length)).reshape(kept);
    }
    int outer = product(x.shape(), 0, axes[0]);
    int n = product(x.shape(), axes[0], last + 1);
    int inner = product(x.shape(), last + 1, x.shape().rank());
    if (n == 0 && this != SUM) {
      throw new IllegalArgumentException(
          name().toLowerCase(java.util.Locale.ROOT)
              + ": shape "
              + x.shape()
              + " has nothing along axes "
              + Arrays.toString(axes)
              + ": check that it is not empty");
    }
    Array y = Array.uninitialised(x.dtype(), kept);
    Reduce.values(operation, x.data(), 0, outer, n, inner, y.data(), 0);
    return y;
  }

  /// The index of the largest element along an axis, which is dropped; the first of equal ones.
  ///
  /// @throws IllegalArgumentException where the type is INT32, or the axis has size 0
  public static Array argMax(Array x, int axis) {
    checkFloating(x);
    if (x.shape().size(axis) == 0) {
      throw new IllegalArgumentException(
          "argmax: shape " + x.shape() + " has nothing along axis " + axis + ": check its size");
    }
    Array y = Array.uninitialised(DType.INT32, x.shape().reduced(new int[] {axis}, false));
    int outer = product(x.shape(), 0, axis);
    int inner = product(x.shape(), axis + 1, x.shape().rank());
    Reduce.positions(
        Reduce.Operation.MAX, x.data(), 0, outer, x.shape().size(axis), inner, y.ints(), 0);
    return y;
  }

  private static void checkFloating(Array x) {
    if (!x.dtype().isFloating()) {
      throw new IllegalArgumentException(
          "reduce: INT32 has no arithmetic, shape "
              + x.shape()
              + ": use to(FLOAT32) or to(FLOAT64) first");
    }
  }

  /// The array with the reduced axes moved to the end.
  private static Array together(Array x, int... axes) {
    int rank = x.shape().rank();
    int[] order = new int[rank];
    int next = 0;
    for (int axis = 0; axis < rank; axis++) {
      if (Arrays.binarySearch(axes, axis) < 0) {
        order[next++] = axis;
      }
    }
    System.arraycopy(axes, 0, order, next, axes.length);
    return Layout.permute(x, order);
  }

  private static int[] blockAtEnd(int rank, int count) {
    int[] axes = new int[count];
    Arrays.setAll(axes, k -> rank - count + k);
    return axes;
  }

  private static int product(Shape shape, int from, int to) {
    int product = 1;
    for (int axis = from; axis < to; axis++) {
      product *= shape.size(axis);
    }
    return product;
  }
}
