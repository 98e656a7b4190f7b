package org.thalweg.autodiff.array;

import java.util.Arrays;
import org.thalweg.autodiff.kernel.Planes;
import org.thalweg.autodiff.kernel.Reduce;

/// Makes one element of many, along any axes, with the same bits on any number of threads.
public enum Reduction {
  /// The sum; 0 over nothing.
  SUM(Reduce.Operation.SUM),
  /// The largest; NaN wins.
  MAX(Reduce.Operation.MAX),
  /// The smallest; NaN wins.
  MIN(Reduce.Operation.MIN);

  /// Planes of fewer pixels are moved together first. Measured: as fast for 64 × 64 planes of 64 to
  /// 196 pixels, seven times as fast for 64 × 512 of one; of 784 it takes half as long again.
  private static final int FEWEST_PIXELS = 256;

  private final Reduce.Operation operation;

  Reduction(Reduce.Operation operation) {
    this.operation = operation;
  }

  /// Reduces along some axes (counted from the front, ascending), which stay with size 1.
  ///
  /// @throws IllegalArgumentException where the type is INT32, or nothing is left for an extreme
  public Array apply(Array x, int... axes) {
    return apply(x, x.shape().reduced(axes, true), axes);
  }

  /// Reduces along some axes (counted from the front, ascending).
  ///
  /// @param made the shape of what is made, which has an element for each that is left
  /// @throws IllegalArgumentException where the type is INT32, nothing is left for an extreme, or
  ///   `made` has another number of elements
  public Array apply(Array x, Shape made, int... axes) {
    x.checkFloating(operation.label());
    if (axes.length == 0) {
      // Not x itself, which may be a parameter: values of operations do not change.
      return x.copy().reshape(made);
    }
    check(x.shape(), made, axes);
    int last = axes[axes.length - 1];
    if (last - axes[0] == axes.length - 1) {
      return ofBlock(x, axes, made);
    }
    int rank = x.shape().rank();
    int first = leading(axes);
    int behind = rank - (axes.length - first);
    int pixels = x.shape().product(behind, rank);
    if (first > 0 && axes[first] == behind && pixels >= FEWEST_PIXELS && x.elements() > 0) {
      Array y = Array.uninitialised(x.dtype(), made);
      int images = x.shape().product(0, first);
      Planes.reduce(operation, x.data(), images, y.elements(), pixels, y.data());
      return y;
    }
    return apply(together(x, axes), made, blockAtEnd(rank, axes.length));
  }

  private void check(Shape shape, Shape made, int... axes) {
    long left = 1;
    for (int axis = 0, next = 0; axis < shape.rank(); axis++) {
      if (next < axes.length && axes[next] == axis) {
        next++;
      } else {
        left *= shape.size(axis);
      }
    }
    if (left != made.elements()) {
      throw new IllegalArgumentException(
          operation.label()
              + ": of shape "
              + shape
              + " along axes "
              + Arrays.toString(axes)
              + " "
              + left
              + " elements are left, and "
              + made
              + " has "
              + made.elements()
              + ": give the shape of what is left");
    }
  }

  private Array ofBlock(Array x, int[] axes, Shape made) {
    int stop = axes[axes.length - 1] + 1;
    int outer = x.shape().product(0, axes[0]);
    int n = x.shape().product(axes[0], stop);
    int inner = x.shape().product(stop, x.shape().rank());
    if (n == 0 && this != SUM) {
      throw new IllegalArgumentException(
          operation.label()
              + ": shape "
              + x.shape()
              + " has nothing along axes "
              + Arrays.toString(axes)
              + ": check that it is not empty");
    }
    Array y = Array.uninitialised(x.dtype(), made);
    Reduce.values(operation, x.data(), 0, outer, n, inner, y.data(), 0);
    return y;
  }

  /// The sum over the axes along which a smaller shape broadcasts to that of x. Where nothing is
  /// repeated it shares the memory of x, and −0 stays −0.
  ///
  /// @throws IllegalArgumentException where it does not broadcast to that, or x is INT32
  public static Array sumTo(Array x, Shape smaller) {
    x.checkFloating("sumTo");
    int[] axes = smaller.repeatedAxes(x.shape(), "sumTo");
    return smaller.elements() == x.elements() ? x.reshape(smaller) : SUM.apply(x, smaller, axes);
  }

  /// The index of the largest or smallest element along an axis, which is dropped; the first of
  /// equal ones, the first NaN where there is one.
  ///
  /// @throws IllegalArgumentException where the type is INT32, the axis has size 0, or this is a
  ///   sum
  public Array position(Array x, int axis) {
    String name = this == MIN ? "argmin" : "argmax";
    x.checkFloating(name);
    Shape shape = x.shape();
    int counted = shape.axis(axis);
    if (shape.size(counted) == 0) {
      throw new IllegalArgumentException(
          name + ": shape " + shape + " has nothing along axis " + axis + ": check its size");
    }
    Array y = Array.uninitialised(DType.INT32, shape.reduced(new int[] {counted}, false));
    int outer = shape.product(0, counted);
    int inner = shape.product(counted + 1, shape.rank());
    Reduce.positions(operation, x.data(), 0, outer, shape.size(counted), inner, y.ints(), 0);
    return y;
  }

  /// How many of the axes are the first ones of an array.
  private static int leading(int... axes) {
    int count = 0;
    while (count < axes.length && axes[count] == count) {
      count++;
    }
    return count;
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
}
