package org.thalweg.autodiff.array;

import org.thalweg.autodiff.kernel.Move;

/// Arrays with elements moved: arranged anew, taken out, put together, taken by index.
public final class Layout {
  private Layout() {}

  /// Axes in another order: axis k of the result is axis `order[k]` of x.
  public static Array permute(Array x, int... order) {
    int[] sizes = new int[order.length];
    int[] strides = new int[order.length];
    int[] before = x.shape().strides();
    for (int k = 0; k < order.length; k++) {
      sizes[k] = x.shape().size(order[k]);
      strides[k] = before[order[k]];
    }
    return gathered(x, 0, strides, Shape.of(sizes));
  }

  /// What broadcasting does, carried out.
  public static Array broadcastTo(Array x, Shape shape) {
    if (x.elements() == 1) {
      return Array.full(x.dtype(), shape, x.get(0));
    }
    return gathered(x, 0, Broadcast.aligned(x.shape(), shape), shape);
  }

  /// The elements `from … to − 1` along an axis.
  public static Array slice(Array x, int axis, int from, int to) {
    int[] strides = x.shape().strides();
    return gathered(x, from * strides[axis], strides, x.shape().with(axis, to - from));
  }

  /// Zeros of a larger size along an axis, with x in it from an index on.
  public static Array embed(Array x, int axis, int from, int size) {
    Array y = Array.zeros(x.dtype(), x.shape().with(axis, size));
    place(x, axis, y, from);
    return y;
  }

  /// Arrays one after the other along an axis.
  public static Array concat(Array[] xs, int axis) {
    long size = 0;
    for (Array x : xs) {
      size += x.shape().size(axis);
    }
    if (size > Shape.MOST_ELEMENTS) {
      throw new IllegalArgumentException(
          "concat: the sizes along axis "
              + axis
              + " add up to "
              + size
              + ", over "
              + Shape.MOST_ELEMENTS
              + ": join fewer");
    }
    Array y = Array.uninitialised(xs[0].dtype(), xs[0].shape().with(axis, (int) size));
    int from = 0;
    for (Array x : xs) {
      place(x, axis, y, from);
      from += x.shape().size(axis);
    }
    return y;
  }

  private static void place(Array x, int axis, Array y, int from) {
    int inner = axis == x.shape().rank() ? 1 : x.shape().strides()[axis];
    int length = x.shape().size(axis) * inner;
    int rows = length == 0 ? 0 : x.elements() / length;
    int step = y.shape().size(axis) * inner;
    Move.rows(x.data(), 0, length, y.data(), from * inner, step, rows, length);
  }

  private static Array gathered(Array x, int offset, int[] strides, Shape shape) {
    Array y = Array.uninitialised(x.dtype(), shape);
    Move.gather(x.data(), offset, strides, y.data(), shape.sizes());
    return y;
  }

  /// Rows of `[n, …]` by index.
  ///
  /// @throws IllegalArgumentException where an index is out of range or not INT32, or x has no rows
  public static Array gatherRows(Array x, Array indices) {
    if (x.shape().rank() == 0) {
      throw new IllegalArgumentException("gatherRows: a scalar has no rows: reshape it to [1]");
    }
    checkRange("gatherRows", indices, x.shape().size(0));
    Shape row = x.shape().reduced(new int[] {0}, false);
    int[] sizes =
        java.util.Arrays.copyOf(indices.shape().sizes(), indices.shape().rank() + row.rank());
    System.arraycopy(row.sizes(), 0, sizes, indices.shape().rank(), row.rank());
    Array y = Array.uninitialised(x.dtype(), Shape.of(sizes));
    Move.gatherRows(x.data(), indices.ints(), indices.elements(), row.elements(), y.data());
    return y;
  }

  /// Rows added up by index into zeros, in index order.
  ///
  /// @throws IllegalArgumentException where an index is out of range or not INT32, or shapes do not
  ///   fit
  public static Array scatterAddRows(Array g, Array indices, int rows) {
    checkRange("scatterAddRows", indices, rows);
    int lead = indices.shape().rank();
    boolean fits = g.dtype().isFloating() && g.shape().rank() >= lead;
    for (int axis = 0; fits && axis < lead; axis++) {
      fits = g.shape().size(axis) == indices.shape().size(axis);
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "scatterAddRows: "
              + g.dtype()
              + " "
              + g.shape()
              + " does not begin with the shape of the indices, "
              + indices.shape()
              + ": give one row for each index");
    }
    int[] all = g.shape().sizes();
    int[] sizes = new int[all.length - lead + 1];
    sizes[0] = rows;
    System.arraycopy(all, lead, sizes, 1, all.length - lead);
    Array y = Array.zeros(g.dtype(), Shape.of(sizes));
    int length = rows == 0 ? 0 : y.elements() / rows;
    Move.scatterAddRows(g.data(), indices.ints(), indices.elements(), length, y.data());
    return y;
  }

  /// One element of each row of `[n, m]` by indices `[n]`: `[n, 1]`.
  ///
  /// @throws IllegalArgumentException where an index is out of range or not INT32, or shapes do not
  ///   fit
  public static Array pick(Array x, Array indices, String operation) {
    if (x.shape().rank() != 2
        || indices.shape().rank() != 1
        || indices.elements() != x.shape().size(0)) {
      throw new IllegalArgumentException(
          operation
              + ": "
              + x.shape()
              + " and indices "
              + indices.shape()
              + " do not fit: give [n, m] and [n]");
    }
    int columns = x.shape().size(1);
    checkRange(operation, indices, columns);
    Array y = Array.uninitialised(x.dtype(), Shape.of(indices.elements(), 1));
    int[] index = indices.ints();
    for (int i = 0; i < indices.elements(); i++) {
      System.arraycopy(x.data(), i * columns + index[i], y.data(), i, 1);
    }
    return y;
  }

  /// A column `[n, 1]` written into zeros `[n, columns]`, one element a row, by index.
  public static Array spread(Array column, Array indices, int columns) {
    checkRange("spread", indices, columns);
    Array y = Array.zeros(column.dtype(), Shape.of(indices.elements(), columns));
    int[] index = indices.ints();
    for (int i = 0; i < indices.elements(); i++) {
      System.arraycopy(column.data(), i, y.data(), i * columns + index[i], 1);
    }
    return y;
  }

  private static void checkRange(String operation, Array indices, int size) {
    if (indices.dtype() != DType.INT32) {
      throw new IllegalArgumentException(
          operation
              + ": indices are "
              + indices.dtype()
              + " "
              + indices.shape()
              + " and must be INT32: make them with Tensor.ints(…) or to(INT32)");
    }
    int[] values = indices.ints();
    for (int i = 0; i < indices.elements(); i++) {
      if (values[i] < 0 || values[i] >= size) {
        throw new IllegalArgumentException(
            operation
                + ": index "
                + values[i]
                + " at position "
                + i
                + " is not in 0 … "
                + (size - 1)
                + ": check the data");
      }
    }
  }
}
