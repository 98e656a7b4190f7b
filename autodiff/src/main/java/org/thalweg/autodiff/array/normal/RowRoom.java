package org.thalweg.autodiff.array.normal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.kernel.FreeList;
import org.thalweg.autodiff.kernel.Reduce;

/// What one thread needs to work on a few rows at a time, used again from call to call: passes over
/// them, results of rows, and numbers that are made of them. The first long row makes the room
/// longer, for those after it. What many rows or still longer ones need beyond that is made for
/// them.
final class RowRoom implements AutoCloseable {
  private static final int MOST_IDLE = 64;

  /// More elements than this are not kept: 512 KiB of floats.
  static final int MOST_KEPT = 1 << 17;

  private static final FreeList<RowRoom> FLOATS =
      new FreeList<>(MOST_IDLE, () -> new RowRoom(DType.FLOAT32));
  private static final FreeList<RowRoom> DOUBLES =
      new FreeList<>(MOST_IDLE, () -> new RowRoom(DType.FLOAT64));

  private final DType dtype;
  private final RowCall call;
  private final double[][] results = new double[3][];

  /// Results of more rows, as long as they are asked for.
  private final double[] @Nullable [] manyResults = new double[3][];

  private final double[] scratch = new double[Reduce.SCRATCH];
  private double[] cells = new double[16];
  private final Object few;
  private Object many;
  private int kept = RowBlocks.AT_ONCE;

  /// More elements, as long as they are asked for.
  private @Nullable Object more;

  private RowRoom(DType dtype) {
    this.dtype = dtype;
    this.call = new RowCall(dtype);
    for (int k = 0; k < results.length; k++) {
      results[k] = RowStatistics.room(RowBlocks.MOST_ROWS);
    }
    this.few = array(dtype, 2 * RowBlocks.MOST_ROWS);
    this.many = array(dtype, kept);
  }

  private static Object array(DType dtype, int length) {
    return Array.persistent(dtype, Shape.of(length)).data();
  }

  /// A room for rows of a layout, the caller's until it is closed.
  static RowRoom take(RowLayout layout, DType dtype) {
    RowRoom taken = dtype == DType.FLOAT32 ? FLOATS.take() : DOUBLES.take();
    taken.call.begin(layout);
    return taken;
  }

  /// Passes over the rows.
  RowCall call() {
    return call;
  }

  /// For a result of each of some rows, with room for the work on it: the same until this is
  /// closed.
  ///
  /// @param which 0, 1 or 2
  /// @param rows not more than at the first time, where that was more than a few
  double[] results(int which, int rows) {
    if (rows <= RowBlocks.MOST_ROWS) {
      return results[which];
    }
    double[] there = manyResults[which];
    if (there == null) {
      there = RowStatistics.room(rows);
      manyResults[which] = there;
    }
    return there;
  }

  /// For the work on one row: [Reduce#SCRATCH] elements.
  double[] scratch() {
    return scratch;
  }

  /// For so many results of parts of a row, which stand until the next are asked for.
  double[] cells(int count) {
    if (count > cells.length) {
      cells = new double[count];
    }
    return cells;
  }

  /// For two numbers of each of the rows that are taken at a time.
  Object numbers() {
    return few;
  }

  /// For the elements of the rows that are taken at a time: the same until this is closed.
  ///
  /// @param count not more than at the first time, where that was more than usual
  Object elements(int count) {
    if (count <= MOST_KEPT) {
      if (count > kept) {
        many = array(dtype, count);
        kept = count;
      }
      return many;
    }
    Object there = more;
    if (there == null) {
      there = array(dtype, count);
      more = there;
    }
    return there;
  }

  @Override
  public void close() {
    call.close();
    more = null;
    Arrays.fill(manyResults, null);
    if (dtype == DType.FLOAT32) {
      FLOATS.give(this);
    } else {
      DOUBLES.give(this);
    }
  }
}
