package org.thalweg.autodiff.array;

import java.util.Arrays;
import org.thalweg.autodiff.kernel.Move;

/// Arrays with elements moved: arranged anew, taken out, put together. Every type moves.
///
/// Every method throws `IllegalArgumentException` where there is no such axis.
public final class Layout {
  private Layout() {}

  /// Axes in another order: axis k of the result is axis `order[k]` of x.
  ///
  /// @throws IllegalArgumentException where an axis is missing or named twice
  public static Array permute(Array x, int... order) {
    Shape shape = x.shape();
    int[] counted = order(shape, order);
    int[] before = shape.strides();
    int[] sizes = new int[counted.length];
    int[] strides = new int[counted.length];
    for (int k = 0; k < counted.length; k++) {
      sizes[k] = shape.size(counted[k]);
      strides[k] = before[counted[k]];
    }
    return gathered(x, 0, strides, Shape.of(sizes));
  }

  /// Each axis once, in some order, counted from the front.
  ///
  /// @throws IllegalArgumentException where an axis is missing or named twice
  public static int[] order(Shape shape, int... axes) {
    int[] counted = new int[axes.length];
    for (int k = 0; k < axes.length; k++) {
      counted[k] = shape.axis("permute", axes[k]);
    }
    int[] sorted = counted.clone();
    Arrays.sort(sorted);
    if (!Arrays.equals(sorted, shape.axes())) {
      throw new IllegalArgumentException(
          "permute: order "
              + Arrays.toString(axes)
              + " does not name each axis of "
              + shape
              + " once: give "
              + shape.rank()
              + " axes");
    }
    return counted;
  }

  /// What broadcasting does, carried out.
  ///
  /// @throws IllegalArgumentException where x does not broadcast to the shape
  public static Array broadcastTo(Array x, Shape shape) {
    int[] repeated = x.shape().repeatedAxes(shape, "broadcastTo");
    if (x.elements() == 1 && repeated.length > 0) {
      return Array.full(x.dtype(), shape, x.get(0));
    }
    return gathered(x, 0, x.shape().stridesIn(shape), shape);
  }

  /// The elements `from … to − 1` along an axis.
  ///
  /// @throws IllegalArgumentException where the range is not inside the axis
  public static Array slice(Array x, int axis, int from, int to) {
    int counted = x.shape().axis(axis);
    int size = x.shape().size(counted);
    if (from < 0 || to < from || to > size) {
      throw new IllegalArgumentException(
          "slice: "
              + from
              + " to "
              + to
              + " is not inside axis "
              + axis
              + " of "
              + x.shape()
              + ": use 0 ≤ from ≤ to ≤ "
              + size);
    }
    Array y = Array.uninitialised(x.dtype(), x.shape().with(counted, to - from));
    int inner = x.shape().product(counted + 1, x.shape().rank());
    int length = (to - from) * inner;
    int rows = length == 0 ? 0 : y.elements() / length;
    Move.rows(x.data(), from * inner, size * inner, y.data(), 0, length, rows, length);
    return y;
  }

  /// One value of a larger size along an axis, with x in it from an index on.
  ///
  /// @throws IllegalArgumentException where x does not fit there, or x is INT32 and the value no
  ///   whole number in range
  public static Array embed(Array x, int axis, int from, int size, double value) {
    int counted = x.shape().axis(axis);
    int before = x.shape().size(counted);
    if (from < 0 || from > size - before) {
      throw new IllegalArgumentException(
          "embed: "
              + x.shape()
              + " from index "
              + from
              + " on does not fit into "
              + size
              + " along axis "
              + axis
              + ": make it larger");
    }
    Array y = Array.full(x.dtype(), x.shape().with(counted, size), value);
    place(x, counted, y, from);
    return y;
  }

  /// Arrays one after the other along an axis.
  ///
  /// @throws IllegalArgumentException where there is none, types or the sizes of another axis
  ///   differ, or there are too many elements
  public static Array concat(Array[] xs, int axis) {
    if (xs.length == 0) {
      throw new IllegalArgumentException("concat: there is nothing to join: give one at least");
    }
    Array x = xs[0];
    int counted = x.shape().axis(axis);
    long size = 0;
    for (Array other : xs) {
      checkJoin(x, other, counted);
      size += other.shape().size(counted);
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
    Array y = Array.uninitialised(x.dtype(), x.shape().with(counted, (int) size));
    int from = 0;
    for (Array one : xs) {
      place(one, counted, y, from);
      from += one.shape().size(counted);
    }
    return y;
  }

  private static void checkJoin(Array x, Array other, int axis) {
    boolean fits =
        other.dtype() == x.dtype()
            && other.shape().rank() == x.shape().rank()
            && other.shape().with(axis, 0).equals(x.shape().with(axis, 0));
    if (!fits) {
      throw new IllegalArgumentException(
          "concat: "
              + x.dtype()
              + " "
              + x.shape()
              + " and "
              + other.dtype()
              + " "
              + other.shape()
              + " do not join along axis "
              + axis
              + ": types and all other sizes must be equal");
    }
  }

  /// Copies x into y along an axis, from an index on.
  private static void place(Array x, int axis, Array y, int from) {
    int inner = x.shape().product(axis + 1, x.shape().rank());
    int length = x.shape().size(axis) * inner;
    int rows = x.elements() == 0 ? 0 : x.elements() / length;
    int step = y.shape().size(axis) * inner;
    Move.rows(x.data(), 0, length, y.data(), from * inner, step, rows, length);
  }

  /// A diagonal of each matrix `[…, rows, columns]` as `[…, n]`: element i is that in row `i −
  /// min(offset, 0)`, `offset` columns to the right of the main diagonal.
  ///
  /// @throws IllegalArgumentException where there are no two axes
  public static Array diagonal(Array x, int offset) {
    Shape shape = x.shape();
    checkMatrices("diagonal", shape);
    int length = onDiagonal(shape.size(-2), shape.size(-1), offset);
    int[] sizes = Arrays.copyOf(shape.sizes(), shape.rank() - 1);
    sizes[sizes.length - 1] = length;
    int from = length == 0 ? 0 : firstOnDiagonal(shape.size(-1), offset);
    return gathered(x, from, diagonalStrides(shape), Shape.of(sizes));
  }

  /// Zeros `[…, rows, columns]` with the last axis of x on a diagonal: the transpose of
  /// [#diagonal].
  ///
  /// @throws IllegalArgumentException where the diagonal does not have the size of the last axis,
  ///   or there are too many elements
  public static Array ontoDiagonal(Array x, int offset, int rows, int columns) {
    int last = x.shape().axis(-1);
    int length = x.shape().size(last);
    if (rows < 0 || columns < 0 || onDiagonal(rows, columns, offset) != length) {
      throw new IllegalArgumentException(
          "diagonalMatrix: the last axis of "
              + x.shape()
              + " does not fill diagonal "
              + offset
              + " of ["
              + rows
              + ", "
              + columns
              + "]: choose sizes that fit");
    }
    int[] sizes = Arrays.copyOf(x.shape().sizes(), last + 2);
    sizes[last] = rows;
    sizes[last + 1] = columns;
    Array y = Array.zeros(x.dtype(), Shape.of(sizes));
    if (x.elements() > 0) {
      int[] own = x.shape().sizes();
      int from = firstOnDiagonal(columns, offset);
      Move.copy(x.data(), 0, Move.dense(own), y.data(), from, diagonalStrides(y.shape()), own);
    }
    return y;
  }

  private static int onDiagonal(int rows, int columns, int offset) {
    long first = Math.max(0, -(long) offset);
    long stop = Math.min(rows, columns - (long) offset);
    return (int) Math.max(0, stop - first);
  }

  private static int firstOnDiagonal(int columns, int offset) {
    return offset >= 0 ? offset : -offset * columns;
  }

  /// The strides of matrices, the last two as one along a diagonal.
  private static int[] diagonalStrides(Shape matrices) {
    int[] strides = Arrays.copyOf(matrices.strides(), matrices.rank() - 1);
    strides[strides.length - 1] = matrices.size(-1) + 1;
    return strides;
  }

  /// Each matrix `[…, rows, columns]` with zeros below (upper) or above a diagonal, which lies
  /// `offset` columns to the right of the main one and stays.
  ///
  /// @throws IllegalArgumentException where there are no two axes
  public static Array triangle(Array x, int offset, boolean isUpper) {
    Shape shape = x.shape();
    checkMatrices(isUpper ? "triu" : "tril", shape);
    int rows = shape.size(-2);
    int columns = shape.size(-1);
    Array y = Array.zeros(x.dtype(), shape);
    for (int row = 0; x.elements() > 0 && row < rows; row++) {
      long diagonal = row + (long) offset + (isUpper ? 0 : 1);
      int edge = Math.clamp(diagonal, 0, columns);
      int from = row * columns + (isUpper ? edge : 0);
      int length = isUpper ? columns - edge : edge;
      int step = rows * columns;
      Move.rows(x.data(), from, step, y.data(), from, step, x.elements() / step, length);
    }
    return y;
  }

  private static void checkMatrices(String operation, Shape shape) {
    if (shape.rank() < 2) {
      throw new IllegalArgumentException(
          operation + ": shape " + shape + " has no two axes: reshape it first");
    }
  }

  private static Array gathered(Array x, int offset, int[] strides, Shape shape) {
    Array y = Array.uninitialised(x.dtype(), shape);
    Move.gather(x.data(), offset, strides, y.data(), shape.sizes());
    return y;
  }
}
