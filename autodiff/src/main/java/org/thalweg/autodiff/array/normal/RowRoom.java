package org.thalweg.autodiff.array.normal;

import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.kernel.FreeList;

/// What one thread needs to work on a few rows at a time, used again from call to call: results of
/// rows, and numbers that are made of them. What many or long rows need beyond that is made for
/// them.
final class RowRoom implements AutoCloseable {
  private static final int MOST_IDLE = 64;
  private static final FreeList<RowRoom> FLOATS =
      new FreeList<>(MOST_IDLE, () -> new RowRoom(DType.FLOAT32));
  private static final FreeList<RowRoom> DOUBLES =
      new FreeList<>(MOST_IDLE, () -> new RowRoom(DType.FLOAT64));

  private final DType dtype;
  private final double[][] results = new double[3][];
  private final Object few;
  private final Object many;
  private @Nullable Object more;
  private int moreLength;

  private RowRoom(DType dtype) {
    this.dtype = dtype;
    for (int k = 0; k < results.length; k++) {
      results[k] = RowStatistics.room(RowBlocks.MOST_ROWS);
    }
    this.few = array(dtype, 2 * RowBlocks.MOST_ROWS);
    this.many = array(dtype, RowBlocks.AT_ONCE);
  }

  private static Object array(DType dtype, int length) {
    return Array.persistent(dtype, Shape.of(length)).data();
  }

  /// A room, the caller's until it is closed.
  static RowRoom take(DType dtype) {
    return dtype == DType.FLOAT32 ? FLOATS.take() : DOUBLES.take();
  }

  /// For a result of each of some rows, with room for the work on it.
  ///
  /// @param which 0, 1 or 2
  double[] results(int which, int rows) {
    return rows <= RowBlocks.MOST_ROWS ? results[which] : RowStatistics.room(rows);
  }

  /// For two numbers of each of the rows that are taken at a time.
  Object numbers() {
    return few;
  }

  /// For the elements of the rows that are taken at a time: the same until this is closed, where
  /// they are not more.
  Object elements(int count) {
    if (count <= RowBlocks.AT_ONCE) {
      return many;
    }
    Object there = more;
    if (there == null || count > moreLength) {
      there = array(dtype, count);
      more = there;
      moreLength = count;
    }
    return there;
  }

  @Override
  public void close() {
    more = null;
    if (dtype == DType.FLOAT32) {
      FLOATS.give(this);
    } else {
      DOUBLES.give(this);
    }
  }
}
