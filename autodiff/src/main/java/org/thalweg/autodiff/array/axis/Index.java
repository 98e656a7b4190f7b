package org.thalweg.autodiff.array.axis;

import java.util.Arrays;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.kernel.axis.Take;

/// Elements by INT32 position along an axis, which are checked before anything is read. What takes
/// has a transpose that adds: [#select] and [#accumulate], [#gather] and [#scatter]. What goes to
/// one place is added in the order of the positions.
public final class Index {
  /// A position that is not skipped: none is.
  public static final int NONE = -1;

  private Index() {}

  /// Slabs by position: x with its axis replaced by the axes of the positions.
  ///
  /// @param skipped the position that gives zeros; [#NONE] where each gives what is there
  /// @param operation the name of the operation, for messages
  /// @throws IllegalArgumentException where there is no such axis, or a position is out of range or
  ///   not INT32
  public static Array select(Array x, int axis, Array positions, int skipped, String operation) {
    int counted = axis(x.shape(), axis, operation);
    int size = x.shape().size(counted);
    checkPositions(operation, positions, size);
    int[] sizes = x.shape().sizes();
    int[] at = positions.shape().sizes();
    int[] all = Arrays.copyOf(sizes, sizes.length - 1 + at.length);
    System.arraycopy(at, 0, all, counted, at.length);
    System.arraycopy(sizes, counted + 1, all, counted + at.length, sizes.length - counted - 1);
    Array y = Array.uninitialised(x.dtype(), Shape.of(all));
    if (y.elements() > 0) {
      Take.slabs(
          x.data(),
          x.shape().product(0, counted),
          size,
          x.shape().product(counted + 1, sizes.length),
          positions.ints(),
          positions.elements(),
          skipped,
          y.data());
    }
    return y;
  }

  /// Slabs added up by position into zeros: the transpose of [#select]. The axes of the positions,
  /// which x has from an axis on, become one of the given size.
  ///
  /// @param skipped the position whose slabs are left out; [#NONE] where all count
  /// @throws IllegalArgumentException where x does not have the axes of the positions, or is INT32,
  ///   or a position is out of range or not INT32
  public static Array accumulate(
      Array x, int axis, Array positions, int size, int skipped, String operation) {
    int[] at = positions.shape().sizes();
    int[] sizes = x.shape().sizes();
    checkSize(operation, size);
    checkPositions(operation, positions, size);
    x.checkFloating(operation);
    boolean fits = axis >= 0 && axis + at.length <= sizes.length;
    if (!fits || !Arrays.equals(at, Arrays.copyOfRange(sizes, axis, axis + at.length))) {
      throw new IllegalArgumentException(
          operation
              + ": "
              + x.dtype()
              + " "
              + x.shape()
              + " does not have the shape of the indices, "
              + positions.shape()
              + ", from axis "
              + axis
              + " on: give one slab for each index");
    }
    int[] all = new int[sizes.length - at.length + 1];
    System.arraycopy(sizes, 0, all, 0, axis);
    all[axis] = size;
    System.arraycopy(sizes, axis + at.length, all, axis + 1, all.length - axis - 1);
    Array y = Array.zeros(x.dtype(), Shape.of(all));
    if (x.elements() > 0) {
      Take.addSlabs(
          x.data(),
          x.shape().product(0, axis),
          positions.elements(),
          x.shape().product(axis + at.length, sizes.length),
          positions.ints(),
          skipped,
          size,
          y.data());
    }
    return y;
  }

  /// Elements by position: each is read where its position says along the axis, and at its own
  /// place along the others. The result has the shape of the positions.
  ///
  /// @throws IllegalArgumentException where there is no such axis, sizes along another axis differ,
  ///   or a position is out of range or not INT32
  public static Array gather(Array x, int axis, Array positions, String operation) {
    int counted = axis(x.shape(), axis, operation);
    int size = x.shape().size(counted);
    checkFits(operation, x.shape(), counted, positions);
    checkPositions(operation, positions, size);
    Array y = Array.uninitialised(x.dtype(), positions.shape());
    if (y.elements() > 0) {
      Take.elements(
          x.data(),
          x.shape().product(0, counted),
          size,
          x.shape().product(counted + 1, x.shape().rank()),
          positions.ints(),
          positions.shape().size(counted),
          y.data());
    }
    return y;
  }

  /// Elements added up by position into zeros of the given size along the axis: the transpose of
  /// [#gather].
  ///
  /// @throws IllegalArgumentException where there is no such axis, x and the positions differ in
  ///   shape, x is INT32, or a position is out of range or not INT32
  public static Array scatter(Array x, int axis, Array positions, int size, String operation) {
    int counted = axis(x.shape(), axis, operation);
    checkSize(operation, size);
    x.checkFloating(operation);
    if (!x.shape().equals(positions.shape())) {
      throw new IllegalArgumentException(
          operation
              + ": values "
              + x.shape()
              + " and indices "
              + positions.shape()
              + " differ in shape: give one index for each value");
    }
    checkPositions(operation, positions, size);
    Array y = Array.zeros(x.dtype(), x.shape().with(counted, size));
    if (x.elements() > 0) {
      Take.addElements(
          x.data(),
          x.shape().product(0, counted),
          x.shape().size(counted),
          x.shape().product(counted + 1, x.shape().rank()),
          positions.ints(),
          size,
          y.data());
    }
    return y;
  }

  /// The places of what is not 0 in row-major order, as INT32 `[k]`. NaN is not 0.
  public static Array nonzero(Array x) {
    int n = x.elements();
    int[] places = new int[n];
    int count = 0;
    switch (x.data()) {
      case float[] f -> {
        for (int i = 0; i < n; i++) {
          places[count] = i;
          count += f[i] == 0 ? 0 : 1;
        }
      }
      case double[] d -> {
        for (int i = 0; i < n; i++) {
          places[count] = i;
          count += d[i] == 0 ? 0 : 1;
        }
      }
      default -> {
        for (int i = 0; i < n; i++) {
          places[count] = i;
          count += x.ints()[i] == 0 ? 0 : 1;
        }
      }
    }
    Array y = Array.uninitialised(DType.INT32, Shape.of(count));
    System.arraycopy(places, 0, y.ints(), 0, count);
    return y;
  }

  private static int axis(Shape shape, int axis, String operation) {
    if (shape.rank() == 0) {
      throw new IllegalArgumentException(operation + ": a scalar has no rows: reshape it to [1]");
    }
    return shape.axis(axis);
  }

  private static void checkSize(String operation, int size) {
    if (size < 0) {
      throw new IllegalArgumentException(
          operation + ": size " + size + " is negative: use 0 or more");
    }
  }

  private static void checkFits(String operation, Shape shape, int axis, Array positions) {
    Shape at = positions.shape();
    if (at.rank() != shape.rank() || !at.with(axis, 1).equals(shape.with(axis, 1))) {
      throw new IllegalArgumentException(
          operation
              + ": "
              + shape
              + " and indices "
              + at
              + " do not fit along axis "
              + axis
              + ": all other sizes must be equal");
    }
  }

  private static void checkPositions(String operation, Array positions, int size) {
    if (positions.dtype() != DType.INT32) {
      throw new IllegalArgumentException(
          operation
              + ": indices are "
              + positions.dtype()
              + " and must be INT32: make them with Tensor.ints(…) or to(INT32)");
    }
    int[] values = positions.ints();
    for (int i = 0; i < positions.elements(); i++) {
      if (values[i] < 0 || values[i] >= size) {
        throw new IllegalArgumentException(
            operation
                + ": index "
                + values[i]
                + " at position "
                + i
                + (size == 0
                    ? " is out of range, the axis is empty: check the data"
                    : " is not in 0 … " + (size - 1) + ": check the data"));
      }
    }
  }
}
