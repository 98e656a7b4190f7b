package org.thalweg.autodiff.kernel;

import java.util.Arrays;

/// Moves elements between arrays of one type, `float[]`, `double[]` or `int[]`: no arithmetic, so
/// that nothing here can change a bit.
///
/// All of it is one loop nest over sizes, with a stride for every axis on either side:
///
/// | operation | strides of x | strides of y |
/// |---|---|---|
/// | permute the axes | those of x, permuted | dense |
/// | slice, from an offset, with steps | those of x, times the steps | dense |
/// | broadcast | 0 along repeated axes | dense |
/// | concatenate, one part | dense | those of y |
/// | pad: write a slice into zeros | dense | those of y, times the steps |
public final class Move {
  /// Elements that are worth a second thread.
  private static final int GRAIN = 1 << 16;

  /// Columns that are worth being a unit of work: threads share a few long rows too.
  private static final int LONG = GRAIN / 2;

  /// The side of the square tiles in which a matrix is transposed: one cache line of floats.
  private static final int TILE = 16;

  /// The steps through x that have a faster loop where y is dense.
  private static final int COPY = 1;

  private static final int FILL = 0;

  private Move() {}

  /// Copies a box of elements: the one at `xFrom + Σ iₖ·xStrides[k]` to `yFrom + Σ iₖ·yStrides[k]`,
  /// for all indices `0 ≤ iₖ < sizes[k]`. Strides may be negative, those of x 0. No two elements
  /// may go to one place, and x and y must not overlap.
  public static void copy(
      Object x, int xFrom, int[] xStrides, Object y, int yFrom, int[] yStrides, int[] sizes) {
    Nest nest = new Nest(x, xFrom, xStrides, y, yFrom, yStrides, sizes);
    Pool.share(nest.units, Pool.parts(nest.elements, GRAIN), nest);
  }

  /// Writes a dense array of the given sizes from index 0 on, its elements read at the given
  /// strides from an offset; a stride of 0 repeats.
  public static void gather(Object x, int offset, int[] strides, Object y, int[] sizes) {
    copy(x, offset, strides, y, 0, dense(sizes), sizes);
  }

  /// Copies rows of contiguous elements: row i from `from + i·step` to `to + i·toStep`. x and y
  /// must not overlap.
  public static void rows(
      Object x, int from, int step, Object y, int to, int toStep, int rows, int length) {
    if (rows > 1 && step == length && toStep == length) {
      rows(x, from, 0, y, to, 0, 1, rows * length);
      return;
    }
    int parts = Pool.parts((long) rows * length, GRAIN);
    if (length == 1 && parts == 1) {
      run(x, from, step, y, to, toStep, rows);
    } else if (length == 1 || rows < parts) {
      int[] strides = {step, 1};
      copy(x, from, strides, y, to, new int[] {toStep, 1}, new int[] {rows, length});
    } else {
      Pool.share(
          rows, parts, (first, stop) -> rows(x, from, step, y, to, toStep, first, stop, length));
    }
  }

  private static void rows(
      Object x, int from, int step, Object y, int to, int toStep, int first, int stop, int length) {
    for (int row = first; row < stop; row++) {
      run(x, from + row * step, 1, y, to + row * toStep, 1, length);
    }
  }

  /// The strides of a dense row-major array: 1 for the last axis.
  public static int[] dense(int... sizes) {
    int[] strides = new int[sizes.length];
    int stride = 1;
    for (int axis = sizes.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= sizes[axis];
    }
    return strides;
  }

  /// Copies `n` elements at constant steps: what every copy ends in.
  private static void run(Object x, int xAt, int xStep, Object y, int yAt, int yStep, int n) {
    int kind = yStep == 1 && (xStep == COPY || xStep == FILL) ? xStep : -1;
    switch (x) {
      case float[] a -> {
        float[] b = (float[]) y;
        switch (kind) {
          case COPY -> System.arraycopy(a, xAt, b, yAt, n);
          case FILL -> Arrays.fill(b, yAt, yAt + n, a[xAt]);
          default -> {
            for (int i = 0; i < n; i++) {
              b[yAt + i * yStep] = a[xAt + i * xStep];
            }
          }
        }
      }
      case double[] a -> {
        double[] b = (double[]) y;
        switch (kind) {
          case COPY -> System.arraycopy(a, xAt, b, yAt, n);
          case FILL -> Arrays.fill(b, yAt, yAt + n, a[xAt]);
          default -> {
            for (int i = 0; i < n; i++) {
              b[yAt + i * yStep] = a[xAt + i * xStep];
            }
          }
        }
      }
      case int[] a -> {
        int[] b = (int[]) y;
        switch (kind) {
          case COPY -> System.arraycopy(a, xAt, b, yAt, n);
          case FILL -> Arrays.fill(b, yAt, yAt + n, a[xAt]);
          default -> {
            for (int i = 0; i < n; i++) {
              b[yAt + i * yStep] = a[xAt + i * xStep];
            }
          }
        }
      }
      default ->
          throw new IllegalArgumentException(
              "copy: cannot move ["
                  + x.getClass().getSimpleName()
                  + "]: give float[], double[] or int[]");
    }
  }

  /// One copy, its axes put in order: planes of `rows × columns`, the columns running along the
  /// axis on which y is dense, the rows along the one on which x is, or the next best.
  private static final class Nest implements Pool.Span {
    final Object x;
    final int xFrom;
    final Object y;
    final int yFrom;

    /// Sizes and strides of the axes that are left, columns last and rows before them.
    final int[] sizes;

    final int[] xStrides;
    final int[] yStrides;
    int rank;

    /// Whether x is closer to dense along the rows than along the columns.
    final boolean transposed;

    /// Rows in one unit of work, how often they are in a plane, and into how many pieces its
    /// columns are cut.
    final int band;

    final int bands;
    final int pieces;
    final int units;
    final long elements;

    Nest(Object x, int xFrom, int[] xStrides, Object y, int yFrom, int[] yStrides, int[] sizes) {
      this.x = x;
      this.xFrom = xFrom;
      this.y = y;
      this.yFrom = yFrom;
      // Two axes at least, so that there are rows and columns.
      this.sizes = new int[sizes.length + 2];
      this.xStrides = new int[sizes.length + 2];
      this.yStrides = new int[sizes.length + 2];
      append(1, 0, 0);
      append(1, 0, 0);
      long product = 1;
      for (int axis = 0; axis < sizes.length; axis++) {
        product *= sizes[axis];
        join(sizes[axis], xStrides[axis], yStrides[axis]);
      }
      elements = product;
      moveToEnd(densest(this.yStrides, rank), rank - 1);
      moveToEnd(densest(this.xStrides, rank - 1), rank - 2);
      int last = rank - 1;
      transposed =
          this.sizes[last - 1] > 1
              && Math.abs(this.xStrides[last - 1]) < Math.abs(this.xStrides[last])
              && this.xStrides[last - 1] != 0;
      int planes = 1;
      for (int axis = 0; axis < last - 1; axis++) {
        planes *= this.sizes[axis];
      }
      int rows = this.sizes[last - 1];
      // Whole planes, unless there are too few to share out.
      band = planes >= 64 ? Math.max(1, rows) : TILE;
      bands = (rows + band - 1) / band;
      pieces = transposed ? 1 : Math.max(1, this.sizes[last] / LONG);
      units = elements == 0 ? 0 : planes * bands * pieces;
    }

    private void append(int size, int xStride, int yStride) {
      sizes[rank] = size;
      xStrides[rank] = xStride;
      yStrides[rank++] = yStride;
    }

    /// Appends an axis, as a part of the one before where the two make one on both sides.
    private void join(int size, int xStride, int yStride) {
      int before = rank - 1;
      if (size == 1) {
        return;
      }
      if (sizes[before] > 1
          && xStrides[before] == xStride * size
          && yStrides[before] == yStride * size) {
        sizes[before] *= size;
        xStrides[before] = xStride;
        yStrides[before] = yStride;
      } else {
        append(size, xStride, yStride);
      }
    }

    /// The axis with the smallest stride that is not 0, of the first `count`; the last of equals.
    private int densest(int[] strides, int count) {
      int best = count - 1;
      for (int axis = count - 2; axis >= 0; axis--) {
        boolean smaller = Math.abs(strides[axis]) < Math.abs(strides[best]);
        if (sizes[axis] > 1 && strides[axis] != 0 && (smaller || strides[best] == 0)) {
          best = axis;
        }
      }
      return best;
    }

    private void moveToEnd(int axis, int end) {
      for (int[] numbers : new int[][] {sizes, xStrides, yStrides}) {
        int moved = numbers[axis];
        System.arraycopy(numbers, axis + 1, numbers, axis, end - axis);
        numbers[end] = moved;
      }
    }

    @Override
    public void run(int first, int stop) {
      int outer = rank - 2;
      int[] index = new int[outer];
      int xAt = xFrom;
      int yAt = yFrom;
      int left = first / pieces / bands;
      for (int axis = outer - 1; axis >= 0; axis--) {
        index[axis] = left % sizes[axis];
        left /= sizes[axis];
        xAt += index[axis] * xStrides[axis];
        yAt += index[axis] * yStrides[axis];
      }
      int row = first / pieces % bands * band;
      for (int unit = first; unit < stop; unit++) {
        int rows = Math.min(band, sizes[outer] - row);
        int piece = unit % pieces;
        plane(xAt + row * xStrides[outer], yAt + row * yStrides[outer], rows, piece);
        if (piece < pieces - 1) {
          continue;
        }
        row += band;
        if (row < sizes[outer]) {
          continue;
        }
        row = 0;
        for (int axis = outer - 1; axis >= 0; axis--) {
          xAt += xStrides[axis];
          yAt += yStrides[axis];
          if (++index[axis] < sizes[axis]) {
            break;
          }
          xAt -= sizes[axis] * xStrides[axis];
          yAt -= sizes[axis] * yStrides[axis];
          index[axis] = 0;
        }
      }
    }

    private void plane(int xAt, int yAt, int rows, int piece) {
      int first = Parts.begin(sizes[rank - 1], piece, pieces);
      int stop = Parts.begin(sizes[rank - 1], piece + 1, pieces);
      // Transposed, a tile reads whole cache lines before they are evicted.
      int width = transposed ? TILE : stop - first;
      int height = transposed ? TILE : rows;
      int xRow = xStrides[rank - 2];
      int yRow = yStrides[rank - 2];
      int xColumn = xStrides[rank - 1];
      int yColumn = yStrides[rank - 1];
      for (int top = 0; top < rows; top += height) {
        int bottom = Math.min(rows, top + height);
        for (int column = first; column < stop; column += width) {
          int many = Math.min(width, stop - column);
          int from = xAt + column * xColumn;
          int to = yAt + column * yColumn;
          for (int row = top; row < bottom; row++) {
            Move.run(x, from + row * xRow, xColumn, y, to + row * yRow, yColumn, many);
          }
        }
      }
    }
  }
}
