package org.thalweg.autodiff.array;

import java.util.Arrays;

/// Arrays that are broadcast together, seen row by row: a row is what lies along the last axis of
/// the shape that they are broadcast to, or along the last ones where these are merged.
public final class RowStarts {
  private final int[] sizes;
  private final int[][] strides;
  private final long broadcast;

  private RowStarts(int[] sizes, int[][] strides, long broadcast) {
    this.sizes = sizes;
    this.strides = strides;
    this.broadcast = broadcast;
  }

  /// The rows of some arrays, 64 at most.
  ///
  /// @param shape what each of them broadcasts to
  public static RowStarts of(Shape shape, Array... arrays) {
    return of(shape.sizes(), shape.rank(), strides(shape, arrays));
  }

  /// The same with rows as long as can be: axes along which all arrays advance alike are one.
  ///
  /// @param shape what each of them broadcasts to
  public static RowStarts merged(Shape shape, Array... arrays) {
    int[] sizes = shape.sizes();
    int[][] strides = strides(shape, arrays);
    return of(sizes, merge(sizes, strides), strides);
  }

  private static RowStarts of(int[] sizes, int rank, int[][] strides) {
    long broadcast = 0;
    for (int k = 0; k < strides.length; k++) {
      broadcast |= rank == 0 || strides[k][rank - 1] == 0 ? 1L << k : 0;
    }
    return new RowStarts(Arrays.copyOf(sizes, rank), strides, broadcast);
  }

  /// How far arrays advance along the axes of a shape that they broadcast to, in arrays of their
  /// own: 0 where they are broadcast.
  private static int[][] strides(Shape shape, Array... arrays) {
    int[][] strides = new int[arrays.length][];
    for (int k = 0; k < strides.length; k++) {
      strides[k] = arrays[k].shape().stridesIn(shape);
    }
    return strides;
  }

  /// Makes one axis of those along which all arrays advance alike, and none of those of size 1.
  ///
  /// @param sizes of the axes, those that are left at the beginning then
  /// @param strides by array and axis, likewise
  /// @return how many axes are left
  private static int merge(int[] sizes, int[][] strides) {
    int merged = 0;
    for (int axis = 0; axis < sizes.length; axis++) {
      if (sizes[axis] == 1) {
        continue;
      }
      if (merged > 0 && advanceAlike(strides, merged - 1, axis, sizes[axis])) {
        sizes[merged - 1] *= sizes[axis];
        move(strides, axis, merged - 1);
      } else {
        sizes[merged] = sizes[axis];
        move(strides, axis, merged);
        merged++;
      }
    }
    return merged;
  }

  private static boolean advanceAlike(int[][] strides, int outer, int axis, int size) {
    for (int[] stride : strides) {
      if (stride[outer] != stride[axis] * size) {
        return false;
      }
    }
    return true;
  }

  private static void move(int[][] strides, int from, int to) {
    for (int[] stride : strides) {
      stride[to] = stride[from];
    }
  }

  /// How many arrays there are.
  int arrays() {
    return strides.length;
  }

  /// The length of a row.
  public int columns() {
    return sizes.length == 0 ? 1 : sizes[sizes.length - 1];
  }

  /// How many rows, this one first, follow each other at equal steps.
  public int run(int row) {
    int inRun = sizes.length < 2 ? 1 : sizes[sizes.length - 2];
    return inRun - row % inRun;
  }

  /// Bit k is set where array k has one element for all of a row.
  public long broadcast() {
    return broadcast;
  }

  /// Whether an array advances along a row.
  private boolean advances(int array) {
    return (broadcast >>> array & 1) == 0;
  }

  /// Where an array stands at a column of a row.
  public int at(int array, int row, int column) {
    int[] own = strides[array];
    int at = advances(array) ? column : 0;
    int left = row;
    for (int axis = sizes.length - 2; axis >= 0; axis--) {
      at += left % sizes[axis] * own[axis];
      left /= sizes[axis];
    }
    return at;
  }

  /// How much further an array stands in each of the rows that [follow][#run].
  public int step(int array) {
    return sizes.length < 2 ? 0 : strides[array][sizes.length - 2];
  }
}
