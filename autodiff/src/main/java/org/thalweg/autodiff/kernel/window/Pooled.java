package org.thalweg.autodiff.kernel.window;

import java.util.Arrays;
import org.thalweg.autodiff.kernel.Parts;
import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.autodiff.kernel.Simd;
import org.thalweg.autodiff.kernel.Twin;

/// What windows of images have in them: planes `[planes, height, width]` of a `float[]` or
/// `double[]`, each window being one of rows and one of columns. A plane is one thread's.
public final class Pooled {
  /// Elements of windows that are worth a second thread.
  private static final int GRAIN = 1 << 15;

  private static final ScalarLargest SCALAR = new ScalarLargest();

  private static final Twin<LargestKernel> LARGEST =
      new Twin<>("largest float", SCALAR, Vectors::largest, () -> new LargestWarmUp()::run);

  private final Grid grid;
  private final Spans down;
  private final Spans across;
  private final int width;

  /// Such windows.
  public Pooled(Grid grid) {
    this.grid = grid;
    down = grid.down();
    across = grid.across();
    width = grid.width();
  }

  private void each(int planes, Pool.Chunk plane) {
    Pool.shareEach(planes, Pool.parts(planes * grid.elements(), GRAIN), plane);
  }

  /// The largest element of each window, and its place in its plane: the first of equal ones, the
  /// first NaN where there is one.
  public void largest(Object x, int planes, Object y, int[] at) {
    // Chunks that stay in a cache, whatever the order in which a kernel looks through them.
    int chunks = (int) Math.min(planes, planes * grid.elements() / GRAIN + 1);
    LargestKernel kernel = LARGEST.get();
    Pool.run(
        chunks,
        chunk -> {
          int first = Parts.begin(planes, chunk, chunks);
          int stop = Parts.begin(planes, chunk + 1, chunks);
          if (x instanceof float[] f) {
            kernel.planes(f, first, stop, grid, (float[]) y, at);
          } else {
            SCALAR.planes((double[]) x, first, stop, grid, (double[]) y, at);
          }
        });
  }

  /// What [#largest] has chosen, of other planes: `y = x[at]`.
  public void take(Object x, int planes, int[] at, Object y) {
    int size = grid.plane();
    int windows = grid.windows();
    if (x instanceof float[] f) {
      float[] to = (float[]) y;
      each(
          planes,
          plane -> {
            for (int i = plane * windows; i < (plane + 1) * windows; i++) {
              to[i] = f[plane * size + at[i]];
            }
          });
    } else {
      double[] d = (double[]) x;
      double[] to = (double[]) y;
      each(
          planes,
          plane -> {
            for (int i = plane * windows; i < (plane + 1) * windows; i++) {
              to[i] = d[plane * size + at[i]];
            }
          });
    }
  }

  /// The transpose of [#take]: zeros, and each number added where it was taken, in the order of the
  /// windows.
  public void put(Object y, int planes, int[] at, Object x) {
    if (x instanceof float[] f) {
      float[] from = (float[]) y;
      each(planes, plane -> put(from, plane, at, f));
    } else {
      double[] d = (double[]) x;
      double[] from = (double[]) y;
      each(planes, plane -> put(from, plane, at, d));
    }
  }

  private void put(float[] y, int plane, int[] at, float[] x) {
    int to = plane * grid.plane();
    int windows = grid.windows();
    Arrays.fill(x, to, to + grid.plane(), 0);
    for (int i = plane * windows; i < (plane + 1) * windows; i++) {
      x[to + at[i]] += y[i];
    }
  }

  private void put(double[] y, int plane, int[] at, double[] x) {
    int to = plane * grid.plane();
    int windows = grid.windows();
    Arrays.fill(x, to, to + grid.plane(), 0);
    for (int i = plane * windows; i < (plane + 1) * windows; i++) {
      x[to + at[i]] += y[i];
    }
  }

  /// The mean of each window: its sum in double, row by row, divided and rounded once.
  public void mean(Object x, int planes, Object y) {
    int size = grid.plane();
    int windows = grid.windows();
    if (x instanceof float[] f) {
      float[] to = (float[]) y;
      each(planes, plane -> mean(f, plane * size, to, plane * windows));
    } else {
      double[] d = (double[]) x;
      double[] to = (double[]) y;
      each(planes, plane -> mean(d, plane * size, to, plane * windows));
    }
  }

  private void mean(float[] x, int from, float[] y, int to) {
    int next = to;
    for (int r = 0; r < down.size(); r++) {
      int firstRow = from + down.first[r] * width;
      for (int c = 0; c < across.size(); c++) {
        double sum = 0;
        for (int u = 0; u < down.count[r]; u++) {
          int row = firstRow + u * down.step * width + across.first[c];
          for (int v = 0; v < across.count[c]; v++) {
            sum += x[row + v * across.step];
          }
        }
        y[next++] = (float) (sum / divisor(r, c));
      }
    }
  }

  private void mean(double[] x, int from, double[] y, int to) {
    int next = to;
    for (int r = 0; r < down.size(); r++) {
      int firstRow = from + down.first[r] * width;
      for (int c = 0; c < across.size(); c++) {
        double sum = 0;
        for (int u = 0; u < down.count[r]; u++) {
          int row = firstRow + u * down.step * width + across.first[c];
          for (int v = 0; v < across.count[c]; v++) {
            sum += x[row + v * across.step];
          }
        }
        y[next++] = sum / divisor(r, c);
      }
    }
  }

  private double divisor(int row, int column) {
    return (double) down.divisor[row] * across.divisor[column];
  }

  /// The transpose of [#mean]: each number, divided, is added to all elements of its window, in the
  /// order of the windows.
  public void spread(Object y, int planes, Object x) {
    int size = grid.plane();
    int windows = grid.windows();
    if (x instanceof float[] f) {
      float[] from = (float[]) y;
      each(planes, plane -> spread(from, plane * windows, f, plane * size));
    } else {
      double[] d = (double[]) x;
      double[] from = (double[]) y;
      each(planes, plane -> spread(from, plane * windows, d, plane * size));
    }
  }

  private void spread(float[] y, int from, float[] x, int to) {
    Arrays.fill(x, to, to + grid.plane(), 0);
    int next = from;
    for (int r = 0; r < down.size(); r++) {
      int firstRow = to + down.first[r] * width;
      for (int c = 0; c < across.size(); c++) {
        float share = (float) (y[next++] / divisor(r, c));
        for (int u = 0; u < down.count[r]; u++) {
          int row = firstRow + u * down.step * width + across.first[c];
          for (int v = 0; v < across.count[c]; v++) {
            x[row + v * across.step] += share;
          }
        }
      }
    }
  }

  private void spread(double[] y, int from, double[] x, int to) {
    Arrays.fill(x, to, to + grid.plane(), 0);
    int next = from;
    for (int r = 0; r < down.size(); r++) {
      int firstRow = to + down.first[r] * width;
      for (int c = 0; c < across.size(); c++) {
        double share = y[next++] / divisor(r, c);
        for (int u = 0; u < down.count[r]; u++) {
          int row = firstRow + u * down.step * width + across.first[c];
          for (int v = 0; v < across.count[c]; v++) {
            x[row + v * across.step] += share;
          }
        }
      }
    }
  }

  private static final class Vectors {
    private Vectors() {}

    static LargestKernel largest() {
      return Simd.load("window.VectorLargest", LargestKernel.class);
    }
  }
}
