package org.thalweg.autodiff.array;

import java.util.Arrays;

/// Arrays that are broadcast together, seen row by row: a row is what lies along the last axis of
/// the shape that they are broadcast to.
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
    int[][] strides = new int[arrays.length][];
    long broadcast = 0;
    for (int k = 0; k < arrays.length; k++) {
      strides[k] = arrays[k].shape().stridesIn(shape);
      int rank = strides[k].length;
      broadcast |= rank == 0 || strides[k][rank - 1] == 0 ? 1L << k : 0;
    }
    return new RowStarts(shape.sizes(), strides, broadcast);
  }

  /// Bit k is set where array k has one element for all of a row.
  public long broadcast() {
    return broadcast;
  }

  /// Whether an array advances along a row.
  public boolean advances(int array) {
    return (broadcast >>> array & 1) == 0;
  }

  /// Says where each array stands at the beginning of a row.
  ///
  /// @param starts one for each array, overwritten
  public void place(int row, int[] starts) {
    Arrays.fill(starts, 0);
    int left = row;
    for (int axis = sizes.length - 2; axis >= 0; axis--) {
      int index = left % sizes[axis];
      left /= sizes[axis];
      for (int k = 0; k < starts.length; k++) {
        starts[k] += index * strides[k][axis];
      }
    }
  }
}
