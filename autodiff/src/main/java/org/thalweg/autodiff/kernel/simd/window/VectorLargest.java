package org.thalweg.autodiff.kernel.simd.window;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.thalweg.autodiff.kernel.simd.matmul.FloatTiles;
import org.thalweg.autodiff.kernel.window.LargestKernel;
import org.thalweg.autodiff.kernel.window.ScalarLargest;
import org.thalweg.autodiff.kernel.window.Spans;

/// Largest elements, a window in each lane: where windows of the same size begin at neighbouring
/// elements or at every second one. Others, and those whose vectors would end beyond the array, are
/// left to the scalar kernel.
public final class VectorLargest implements LargestKernel {
  private static final VectorSpecies<Float> FLOATS = FloatTiles.SPECIES;
  private static final VectorSpecies<Integer> INTS =
      VectorShape.forBitSize(FLOATS.vectorBitSize()).withLanes(int.class);
  private static final int LANES = FloatTiles.LANES;

  /// The widest stride whose windows stand in two vectors.
  private static final int MOST_STRIDE = 2;

  private static final int[] PLACES = places();

  private final ScalarLargest scalar = new ScalarLargest();

  /// Makes the kernel, for vectors of the width in use.
  public VectorLargest() {}

  /// Where the elements of a vector stand at stride 1, and at stride 2.
  private static int[] places() {
    int[] places = new int[MOST_STRIDE * LANES];
    for (int i = 0; i < places.length; i++) {
      places[i] = i % LANES * (i / LANES + 1);
    }
    return places;
  }

  @Override
  public void row(
      float[] x,
      int from,
      int row,
      int rows,
      int down,
      Spans across,
      int first,
      int stop,
      float[] y,
      int[] at,
      int to) {
    int begin = Math.max(first, across.regularFirst());
    int end = Math.min(stop, across.regularStop());
    int stride = across.stride();
    if (stride < 1 || stride > MOST_STRIDE || begin >= end) {
      scalar.row(x, from, row, rows, down, across, first, stop, y, at, to);
      return;
    }
    int start = row + across.first(begin);
    int columns = across.count(begin);
    int step = across.step();
    int reach = (rows - 1) * down + (columns - 1) * step + 2 * LANES;
    long room = (long) x.length - reach - start;
    // Each vector of windows needs all that it reads to be there.
    long whole = room < 0 ? 0 : room / ((long) stride * LANES) + 1;
    int n = (int) Math.min(end - begin, whole * LANES);
    scalar.row(x, from, row, rows, down, across, first, begin, y, at, to);
    regular(x, from, start, rows, down, columns, step, stride, n, y, at, to + begin);
    scalar.row(x, from, row, rows, down, across, begin + n, stop, y, at, to);
  }

  private static void regular(
      float[] x,
      int from,
      int start,
      int rows,
      int down,
      int columns,
      int step,
      int stride,
      int n,
      float[] y,
      int[] at,
      int to) {
    IntVector lanes = IntVector.fromArray(INTS, PLACES, (stride - 1) * LANES);
    for (int c = 0; c < n; c += LANES) {
      int first = start + c * stride;
      FloatVector most = every(x, first, lanes);
      IntVector begin = lanes.add(first - from);
      IntVector place = begin;
      for (int u = 0; u < rows; u++) {
        for (int v = 0; v < columns; v++) {
          int shift = u * down + v * step;
          FloatVector value = every(x, first + shift, lanes);
          // What is not a number is not at most anything either, and stays where it has come.
          VectorMask<Float> more =
              value
                  .compare(VectorOperators.LE, most)
                  .not()
                  .and(most.compare(VectorOperators.EQ, most));
          most = most.blend(value, more);
          place = place.blend(begin.add(shift), more.cast(INTS));
        }
      }
      if (c + LANES <= n) {
        most.intoArray(y, to + c);
        place.intoArray(at, to + c);
      } else {
        VectorMask<Integer> here = INTS.indexInRange(c, n);
        most.intoArray(y, to + c, here.cast(FLOATS));
        place.intoArray(at, to + c, here);
      }
    }
  }

  /// The elements at these places of two vectors.
  private static FloatVector every(float[] x, int first, IntVector lanes) {
    IntVector one = FloatVector.fromArray(FLOATS, x, first).reinterpretAsInts();
    IntVector other = FloatVector.fromArray(FLOATS, x, first + LANES).reinterpretAsInts();
    return lanes.selectFrom(one, other).reinterpretAsFloats();
  }
}
