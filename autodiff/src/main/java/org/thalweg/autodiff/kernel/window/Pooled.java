package org.thalweg.autodiff.kernel.window;

import java.util.Arrays;
import org.thalweg.autodiff.kernel.Pool;

/// What windows of images have in them: planes `[planes, height, width]` of a `float[]` or
/// `double[]`, each window being one of rows and one of columns. A plane is one thread's.
public final class Pooled {
  /// Elements of windows that are worth a second thread.
  private static final int GRAIN = 1 << 15;

  private final Spans down;
  private final Spans across;
  private final int height;
  private final int width;

  /// Windows on images of one size.
  public Pooled(Spans down, Spans across, int height, int width) {
    this.down = down;
    this.across = across;
    this.height = height;
    this.width = width;
  }

  /// Does something for each plane.
  private interface Plane {
    void run(int plane);
  }

  private void each(int planes, Plane body) {
    int parts = Math.min(planes, Pool.parts(planes * down.elements() * across.elements(), GRAIN));
    if (planes == 0) {
      return;
    }
    Pool.run(
        parts,
        part -> {
          int stop = (int) ((part + 1L) * planes / parts);
          for (int plane = (int) ((long) part * planes / parts); plane < stop; plane++) {
            body.run(plane);
          }
        });
  }

  /// The place of the largest element of each window in its plane: the first of equal ones, the
  /// first NaN where there is one.
  public void largest(Object x, int planes, int[] at) {
    int size = height * width;
    int windows = down.size() * across.size();
    if (x instanceof float[] f) {
      each(planes, plane -> largest(f, plane * size, at, plane * windows));
    } else {
      double[] d = (double[]) x;
      each(planes, plane -> largest(d, plane * size, at, plane * windows));
    }
  }

  private void largest(float[] x, int from, int[] at, int to) {
    int next = to;
    for (int r = 0; r < down.size(); r++) {
      int firstRow = from + down.first[r] * width;
      int rows = down.count[r];
      for (int c = 0; c < across.size(); c++) {
        int first = firstRow + across.first[c];
        int columns = across.count[c];
        int place = first;
        float most = x[first];
        for (int u = 0; u < rows; u++) {
          int row = first + u * down.step * width;
          for (int v = 0; v < columns; v++) {
            int i = row + v * across.step;
            float value = x[i];
            // What is not a number is not at most anything either, and stays where it has come.
            boolean isMore = !(value <= most) && !Float.isNaN(most);
            most = isMore ? value : most;
            place = isMore ? i : place;
          }
        }
        at[next++] = place - from;
      }
    }
  }

  private void largest(double[] x, int from, int[] at, int to) {
    int next = to;
    for (int r = 0; r < down.size(); r++) {
      int firstRow = from + down.first[r] * width;
      int rows = down.count[r];
      for (int c = 0; c < across.size(); c++) {
        int first = firstRow + across.first[c];
        int columns = across.count[c];
        int place = first;
        double most = x[first];
        for (int u = 0; u < rows; u++) {
          int row = first + u * down.step * width;
          for (int v = 0; v < columns; v++) {
            int i = row + v * across.step;
            double value = x[i];
            boolean isMore = !(value <= most) && !Double.isNaN(most);
            most = isMore ? value : most;
            place = isMore ? i : place;
          }
        }
        at[next++] = place - from;
      }
    }
  }

  /// The mean of each window: its sum in double, row by row, divided and rounded once.
  public void mean(Object x, int planes, Object y) {
    int size = height * width;
    int windows = down.size() * across.size();
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
    int size = height * width;
    int windows = down.size() * across.size();
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
    Arrays.fill(x, to, to + height * width, 0);
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
    Arrays.fill(x, to, to + height * width, 0);
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
}
