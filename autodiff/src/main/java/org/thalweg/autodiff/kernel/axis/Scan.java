package org.thalweg.autodiff.kernel.axis;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.autodiff.kernel.Pool.Span;

/// Running sums, running products and linear recurrences along the middle axis of `[outer, n,
/// inner]`, forwards or backwards. Arrays are `float[]` or `double[]`, all of one type.
///
/// Everything is computed in double precision, and each output rounded once. The order of the
/// operations depends on n alone. Products and recurrences go from one end to the other. Sums do so
/// in cells of 1024 elements, and what lies before a cell is added to each of its sums: four cells
/// can then be summed at a time, errors stay small, and a running sum of numbers that are not
/// negative never falls.
public final class Scan {
  /// Elements that are worth a second thread.
  private static final int GRAIN = 1 << 15;

  /// Elements of one cell.
  private static final int CELL = 1024;

  private static final int CELLS_AT_ONCE = 4;

  /// Elements that are converted to double at a time.
  private static final int BLOCK = CELL * CELLS_AT_ONCE;

  /// Columns that go side by side.
  private static final int MOST_COLUMNS = 256;

  /// Replaces some rows of `width` columns by their outputs; a block never ends within a cell but
  /// at the end of all.
  private interface Step {
    /// @param x the operands, overwritten
    /// @param b the second operands, where there are any
    /// @param row where the block begins, counted from the end where the scan does
    /// @param state of each column; from `width` on, what lies before its cell
    void run(double[] x, double[] b, int row, int rows, int width, double[] state);
  }

  private Scan() {}

  /// `y[j] = x[0] + … + x[j]`; backwards, `x[j] + … + x[n − 1]`.
  public static void sums(Object x, int outer, int n, int inner, boolean isBackwards, Object y) {
    new Walk(Scan::sum, 0, x, null, n, inner, isBackwards, y, false).run(outer);
  }

  /// `y[j] = x[0] · … · x[j]`; backwards, `x[j] · … · x[n − 1]`.
  public static void products(
      Object x, int outer, int n, int inner, boolean isBackwards, Object y) {
    new Walk(Scan::product, 1, x, null, n, inner, isBackwards, y, false).run(outer);
  }

  /// `y[j] = x[0] · … · x[j − 1]`, 1 for j = 0; backwards, `x[j + 1] · … · x[n − 1]`.
  public static void productsBefore(
      Object x, int outer, int n, int inner, boolean isBackwards, Object y) {
    new Walk(Scan::productBefore, 1, x, null, n, inner, isBackwards, y, false).run(outer);
  }

  /// `y[0] = 0, y[j + 1] = b[j] + a[j]·y[j]`; backwards, `y[n − 1] = 0, y[j − 1] = b[j] +
  /// a[j]·y[j]`.
  public static void recurrence(
      Object a, Object b, int outer, int n, int inner, boolean isBackwards, Object y) {
    new Walk(Scan::recur, 0, a, b, n, inner, isBackwards, y, false).run(outer);
  }

  /// `y = x[0] · … · x[n − 1]` of shape `[outer, inner]`, 1 for n = 0: the last of [#products].
  public static void product(Object x, int outer, int n, int inner, Object y) {
    new Walk(Scan::product, 1, x, null, n, inner, false, y, true).run(outer);
  }

  private static void sum(double[] x, double[] b, int row, int rows, int width, double[] state) {
    if (width == 1) {
      sum(x, rows, state);
      return;
    }
    if (row % CELL == 0) {
      for (int i = 0; i < width; i++) {
        state[width + i] += state[i];
        state[i] = 0;
      }
    }
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < width; i++) {
        double local = state[i] + x[r * width + i];
        state[i] = local;
        x[r * width + i] = state[width + i] + local;
      }
    }
  }

  /// Whole cells of one column: `state[1]` is the sum of all before.
  private static void sum(double[] x, int rows, double[] state) {
    if (rows == BLOCK) {
      fourCells(x);
    } else {
      for (int cell = 0; cell < rows; cell += CELL) {
        double local = 0;
        for (int k = cell; k < Math.min(rows, cell + CELL); k++) {
          local += x[k];
          x[k] = local;
        }
      }
    }
    for (int cell = 0; cell < rows; cell += CELL) {
      int end = Math.min(rows, cell + CELL);
      double before = state[1];
      for (int k = cell; k < end; k++) {
        x[k] += before;
      }
      state[1] = x[end - 1];
    }
  }

  private static void fourCells(double[] x) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    for (int k = 0; k < CELL; k++) {
      a += x[k];
      b += x[CELL + k];
      c += x[2 * CELL + k];
      d += x[3 * CELL + k];
      x[k] = a;
      x[CELL + k] = b;
      x[2 * CELL + k] = c;
      x[3 * CELL + k] = d;
    }
  }

  private static void product(
      double[] x, double[] b, int row, int rows, int width, double[] state) {
    if (width == 1) {
      double product = state[0];
      for (int r = 0; r < rows; r++) {
        product *= x[r];
        x[r] = product;
      }
      state[0] = product;
      return;
    }
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < width; i++) {
        state[i] *= x[r * width + i];
        x[r * width + i] = state[i];
      }
    }
  }

  private static void productBefore(
      double[] x, double[] b, int row, int rows, int width, double[] state) {
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < width; i++) {
        double before = state[i];
        state[i] = before * x[r * width + i];
        x[r * width + i] = before;
      }
    }
  }

  private static void recur(double[] a, double[] b, int row, int rows, int width, double[] state) {
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < width; i++) {
        double before = state[i];
        state[i] = b[r * width + i] + a[r * width + i] * before;
        a[r * width + i] = before;
      }
    }
  }

  /// One scan over all columns.
  private record Walk(
      Step step,
      double start,
      Object x,
      @Nullable Object b,
      int n,
      int inner,
      boolean isBackwards,
      Object y,
      boolean isReduced) {
    void run(int outer) {
      if (outer == 0 || inner == 0) {
        return;
      }
      int strips = (inner - 1) / MOST_COLUMNS + 1;
      int units = outer * strips;
      Span body =
          (first, stop) -> {
            double[] block = new double[Math.min(BLOCK, n * Math.min(inner, MOST_COLUMNS))];
            double[] second = b == null ? block : new double[block.length];
            for (int unit = first; unit < stop; unit++) {
              int column = unit % strips * MOST_COLUMNS;
              columns(unit / strips, column, Math.min(MOST_COLUMNS, inner - column), block, second);
            }
          };
      Pool.share(units, Pool.parts((long) outer * n * inner, GRAIN), body);
    }

    private void columns(int o, int column, int width, double[] block, double[] second) {
      double[] state = new double[2 * width];
      Arrays.fill(state, 0, width, start);
      int most = Math.min(BLOCK / Integer.highestOneBit(2 * width - 1), width == 1 ? BLOCK : CELL);
      int rowStep = isBackwards ? -inner : inner;
      for (int row = 0; row < n; row += most) {
        int rows = Math.min(most, n - row);
        int at = (o * n + (isBackwards ? n - 1 - row : row)) * inner + column;
        load(x, at, rowStep, rows, width, block);
        if (b != null) {
          load(b, at, rowStep, rows, width, second);
        }
        step.run(block, second, row, rows, width, state);
        if (!isReduced) {
          store(block, y, at, rowStep, rows, width);
        }
      }
      if (isReduced) {
        store(state, y, o * inner + column, width, 1, width);
      }
    }

    private static void load(Object x, int at, int step, int rows, int width, double[] block) {
      if (x instanceof float[] floats) {
        for (int r = 0; r < rows; r++) {
          for (int i = 0; i < width; i++) {
            block[r * width + i] = floats[at + r * step + i];
          }
        }
      } else if (step == width) {
        System.arraycopy(x, at, block, 0, rows * width);
      } else {
        double[] doubles = (double[]) x;
        for (int r = 0; r < rows; r++) {
          for (int i = 0; i < width; i++) {
            block[r * width + i] = doubles[at + r * step + i];
          }
        }
      }
    }

    private static void store(double[] block, Object y, int at, int step, int rows, int width) {
      if (y instanceof float[] floats) {
        for (int r = 0; r < rows; r++) {
          for (int i = 0; i < width; i++) {
            floats[at + r * step + i] = (float) block[r * width + i];
          }
        }
      } else if (step == width) {
        System.arraycopy(block, 0, y, at, rows * width);
      } else {
        double[] doubles = (double[]) y;
        for (int r = 0; r < rows; r++) {
          for (int i = 0; i < width; i++) {
            doubles[at + r * step + i] = block[r * width + i];
          }
        }
      }
    }
  }
}
