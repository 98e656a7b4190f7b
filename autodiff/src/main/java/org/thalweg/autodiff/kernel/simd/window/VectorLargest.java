package org.thalweg.autodiff.kernel.simd.window;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.thalweg.autodiff.kernel.simd.matmul.FloatTiles;
import org.thalweg.autodiff.kernel.window.Grid;
import org.thalweg.autodiff.kernel.window.LargestKernel;
import org.thalweg.autodiff.kernel.window.ScalarLargest;
import org.thalweg.autodiff.kernel.window.Spans;

/// Largest elements, a window in each lane: where windows of the same size begin a few elements
/// apart. Others, and those whose vectors would end beyond the array, are left to the scalar
/// kernel.
///
/// The elements of a vector of windows are taken out of two vectors that are read: neighbours, or
/// one from each of two rows of windows where a row fills less than half a vector.
public final class VectorLargest implements LargestKernel {
  private static final VectorSpecies<Float> FLOATS = FloatTiles.SPECIES;
  private static final VectorSpecies<Integer> INTS =
      VectorShape.forBitSize(FLOATS.vectorBitSize()).withLanes(int.class);
  private static final int LANES = FloatTiles.LANES;

  /// The widest stride at which windows are worth a vector.
  private static final int MOST_STRIDE = 4;

  private final ScalarLargest scalar = new ScalarLargest();

  /// Makes the kernel, for vectors of the width in use.
  public VectorLargest() {}

  @Override
  public void planes(float[] x, int first, int stop, Grid grid, float[] y, int[] at) {
    Spans down = grid.down();
    Spans across = grid.across();
    int left = across.regularFirst();
    int right = across.regularStop();
    boolean isInOrder = across.stride() > 0 && down.stride() > 0;
    if (!isInOrder || across.stride() > MOST_STRIDE) {
      scalar.planes(x, first, stop, grid, y, at);
      return;
    }
    int top = down.regularFirst();
    int bottom = down.regularStop();
    for (int row = 0; row < top; row++) {
      block(x, first, stop, grid, row, row + 1, left, right, y, at);
    }
    block(x, first, stop, grid, top, bottom, left, right, y, at);
    for (int row = bottom; row < down.size(); row++) {
      block(x, first, stop, grid, row, row + 1, left, right, y, at);
    }
    if (right - left < across.size()) {
      for (int plane = first; plane < stop; plane++) {
        scalar.block(x, plane, grid, 0, down.size(), 0, left, y, at);
        scalar.block(x, plane, grid, 0, down.size(), right, across.size(), y, at);
      }
    }
  }

  /// Windows of one size. Vectors as far as they do not end beyond the array: in all but the last
  /// plane, in all but its last row, for all but the last windows of that.
  private void block(
      float[] x,
      int first,
      int stop,
      Grid grid,
      int top,
      int bottom,
      int left,
      int right,
      float[] y,
      int[] at) {
    int stride = grid.across().stride();
    int size = right - left;
    boolean isPaired = bottom - top > 1 && size == grid.across().size() && isHalf(size, stride);
    int used = isPaired ? 2 * size : Math.min(size, windows(stride));
    int ofRow = isPaired ? LANES : (size - used) * stride + 2 * LANES;
    long last = (stop - 1L) * grid.plane() + grid.corner(bottom - 1, left);
    long beyond =
        last
            + grid.shift(grid.down().count(top) - 1, grid.across().count(left) - 1)
            + ofRow
            - x.length;
    if (beyond <= 0) {
      regular(x, first, stop, grid, top, bottom, left, size, isPaired, used, y, at);
    } else if (stop - first > 1) {
      block(x, first, stop - 1, grid, top, bottom, left, right, y, at);
      block(x, stop - 1, stop, grid, top, bottom, left, right, y, at);
    } else if (bottom - top > 1) {
      block(x, first, stop, grid, top, bottom - 1, left, right, y, at);
      block(x, first, stop, grid, bottom - 1, bottom, left, right, y, at);
    } else {
      long spare = (beyond - 1) / stride + 1;
      int inside = size - spare < used ? 0 : (int) (size - spare);
      if (inside > 0) {
        regular(x, first, stop, grid, top, bottom, left, inside, false, used, y, at);
      }
      scalar.block(x, first, grid, top, bottom, left + inside, right, y, at);
    }
  }

  /// How many windows of a row a vector has at most.
  private static int windows(int stride) {
    return Math.min(LANES, (2 * LANES - 1) / stride + 1);
  }

  /// Whether the windows of two rows fit into one vector, and the elements of each into one.
  private static boolean isHalf(int windows, int stride) {
    return 2 * windows <= LANES && (windows - 1) * stride < LANES;
  }

  private static void regular(
      float[] x,
      int first,
      int stop,
      Grid grid,
      int top,
      int bottom,
      int left,
      int size,
      boolean isPaired,
      int used,
      float[] y,
      int[] at) {
    int rows = grid.down().count(top);
    int columns = grid.across().count(left);
    int stride = grid.across().stride();
    int rowStep = bottom - top == 1 ? 0 : grid.down().stride() * grid.width();
    int together = isPaired ? 2 : 1;
    int windows = isPaired ? used : size;
    int gap = isPaired ? rowStep : LANES;
    int inFirst = isPaired ? size : LANES;
    int corner = grid.corner(top, left);
    IntVector index = IntVector.zero(INTS).addIndex(1);
    IntVector inRow = index.mul(stride);
    VectorMask<Integer> isSecond = index.compare(VectorOperators.GE, inFirst);
    IntVector lanes = inRow.add(LANES - inFirst * stride, isSecond).and(2 * LANES - 1);
    IntVector offsets = inRow.add(gap - inFirst * stride, isSecond);
    VectorMask<Integer> here = index.compare(VectorOperators.LT, used);
    VectorMask<Float> hereToo = here.cast(FLOATS);
    for (int plane = first; plane < stop; plane++) {
      int from = plane * grid.plane();
      int to = plane * grid.windows() + top * grid.across().size() + left;
      for (int next = 0; next < bottom - top; next += together) {
        // The last rows, and the last windows of a row, may be looked through twice.
        int row = Math.min(next, bottom - top - together);
        for (int c = 0; c < windows; c += used) {
          int column = Math.min(c, windows - used);
          int begin = corner + row * rowStep + column * stride;
          FloatVector largest = every(x, from + begin, gap, lanes);
          IntVector place = IntVector.zero(INTS);
          for (int u = 0; u < rows; u++) {
            // The first of all has been read.
            for (int v = u == 0 ? 1 : 0; v < columns; v++) {
              int shift = grid.shift(u, v);
              FloatVector value = every(x, from + begin + shift, gap, lanes);
              // What is not a number is not at most anything either, and stays where it has come.
              VectorMask<Float> more =
                  largest
                      .compare(VectorOperators.EQ, largest)
                      .andNot(value.compare(VectorOperators.LE, largest));
              largest = largest.blend(value, more);
              place = place.blend(shift, more.cast(INTS));
            }
          }
          int out = to + row * grid.across().size() + column;
          largest.intoArray(y, out, hereToo);
          offsets.add(begin).add(place).intoArray(at, out, here);
        }
      }
    }
  }

  /// The elements at these places of two vectors, `gap` apart.
  private static FloatVector every(float[] x, int first, int gap, IntVector lanes) {
    IntVector one = FloatVector.fromArray(FLOATS, x, first).reinterpretAsInts();
    IntVector other = FloatVector.fromArray(FLOATS, x, first + gap).reinterpretAsInts();
    return lanes.selectFrom(one, other).reinterpretAsFloats();
  }
}
