package org.thalweg.autodiff.kernel.axis;

import java.util.Arrays;
import org.thalweg.autodiff.kernel.Parts;
import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.autodiff.kernel.Pool.Chunk;
import org.thalweg.autodiff.kernel.Pool.Span;

/// Elements by position along the middle axis of `[outer, n, inner]`, taken or added up: each
/// method that takes has one that adds, its transpose.
///
/// | | taken | added |
/// |---|---|---|
/// | whole slabs | `y[o, j, i] = x[o, at[j], i]` | `y[o, at[j], i] += x[o, j, i]` |
/// | elements | `y[o, j, i] = x[o, at[o, j, i], i]` | `y[o, at[o, j, i], i] += x[o, j, i]` |
///
/// What goes to one place is added in the order of j, in the precision of the arrays, on any number
/// of threads. The caller has checked the positions, and that arrays are as long as their shapes
/// say; those of x and y are of one type, `float[]`, `double[]` or (taken only) `int[]`.
public final class Take {
  /// Elements that are worth a second thread.
  private static final int GRAIN = 1 << 16;

  /// Columns that two threads do not share a cache line of.
  private static final int TILE = 16;

  /// From how many elements on a copy is faster than a loop.
  private static final int LONG = 8;

  private Take() {}

  /// Takes slabs: x is `[outer, n, inner]`, y `[outer, count, inner]`. Where a position is
  /// `skipped`, zeros are written; −1 skips none.
  public static void slabs(
      Object x, int outer, int n, int inner, int[] at, int count, int skipped, Object y) {
    boolean hasRuns = (long) inner * count >= (long) LONG * runs(at, count);
    rows(
        outer,
        count,
        inner,
        (o, first, stop) -> {
          int from = o * n;
          int to = o * count;
          for (int j = first; j < stop; ) {
            int end = j + 1;
            if (at[j] == skipped) {
              clear(y, (to + j) * inner, (to + end) * inner);
            } else if (hasRuns) {
              while (end < stop && at[end] == at[end - 1] + 1 && at[end] != skipped) {
                end++;
              }
              System.arraycopy(x, (from + at[j]) * inner, y, (to + j) * inner, (end - j) * inner);
            } else {
              while (end < stop && at[end] != skipped) {
                end++;
              }
              copy(x, from * inner, inner, at, j, end, y, to * inner);
            }
            j = end;
          }
        });
  }

  /// How many runs of positions that follow each other there are.
  private static int runs(int[] at, int count) {
    int runs = 1;
    for (int j = 1; j < count; j++) {
      runs += at[j] == at[j - 1] + 1 ? 0 : 1;
    }
    return runs;
  }

  /// A part of the second axis at one place of the first.
  private interface Row {
    void run(int o, int first, int stop);
  }

  /// Shares out `[outer, count]` slabs of `inner` elements.
  private static void rows(int outer, int count, int inner, Row row) {
    long elements = (long) outer * count * inner;
    if (elements == 0) {
      return;
    }
    Span body =
        (first, stop) -> {
          for (int unit = first; unit < stop; ) {
            int o = unit / count;
            int end = Math.min(stop, (o + 1) * count);
            row.run(o, unit - o * count, end - o * count);
            unit = end;
          }
        };
    Pool.share(outer * count, Pool.parts(elements, GRAIN), body);
  }

  private static void clear(Object y, int from, int to) {
    switch (y) {
      case float[] f -> Arrays.fill(f, from, to, 0);
      case double[] d -> Arrays.fill(d, from, to, 0);
      default -> Arrays.fill((int[]) y, from, to, 0);
    }
  }

  /// Short slabs, element by element.
  private static void copy(
      Object x, int from, int inner, int[] at, int first, int stop, Object y, int to) {
    switch (x) {
      case float[] a -> {
        float[] b = (float[]) y;
        for (int j = first; j < stop; j++) {
          for (int i = 0; i < inner; i++) {
            b[to + j * inner + i] = a[from + at[j] * inner + i];
          }
        }
      }
      case double[] a -> {
        double[] b = (double[]) y;
        for (int j = first; j < stop; j++) {
          for (int i = 0; i < inner; i++) {
            b[to + j * inner + i] = a[from + at[j] * inner + i];
          }
        }
      }
      default -> {
        int[] a = (int[]) x;
        int[] b = (int[]) y;
        for (int j = first; j < stop; j++) {
          for (int i = 0; i < inner; i++) {
            b[to + j * inner + i] = a[from + at[j] * inner + i];
          }
        }
      }
    }
  }

  /// Takes elements: x is `[outer, n, inner]`, `at` and y are `[outer, count, inner]`.
  public static void elements(
      Object x, int outer, int n, int inner, int[] at, int count, Object y) {
    rows(
        outer,
        count,
        inner,
        (o, first, stop) -> {
          int from = o * n * inner;
          int to = o * count * inner;
          pick(x, from, inner, at, to + first * inner, to + stop * inner, y);
        });
  }

  /// The elements `first … stop − 1` of y.
  private static void pick(Object x, int from, int inner, int[] at, int first, int stop, Object y) {
    switch (x) {
      case float[] a -> {
        float[] b = (float[]) y;
        for (int k = first; k < stop; k += inner) {
          for (int i = 0; i < inner; i++) {
            b[k + i] = a[from + at[k + i] * inner + i];
          }
        }
      }
      case double[] a -> {
        double[] b = (double[]) y;
        for (int k = first; k < stop; k += inner) {
          for (int i = 0; i < inner; i++) {
            b[k + i] = a[from + at[k + i] * inner + i];
          }
        }
      }
      default -> {
        int[] a = (int[]) x;
        int[] b = (int[]) y;
        for (int k = first; k < stop; k += inner) {
          for (int i = 0; i < inner; i++) {
            b[k + i] = a[from + at[k + i] * inner + i];
          }
        }
      }
    }
  }

  /// Adds slabs: x is `[outer, count, inner]`, y `[outer, n, inner]`. Those whose position is
  /// `skipped` are left out; −1 leaves out none.
  public static void addSlabs(
      Object x, int outer, int count, int inner, int[] at, int skipped, int n, Object y) {
    columns(
        outer,
        count,
        inner,
        (o, first, stop) -> {
          for (int j = 0; j < count; j++) {
            if (at[j] != skipped) {
              int from = (o * count + j) * inner;
              int to = (o * n + at[j]) * inner;
              add(x, from + first, y, to + first, stop - first);
            }
          }
        });
  }

  private static void add(Object x, int from, Object y, int to, int n) {
    if (x instanceof float[] a) {
      float[] b = (float[]) y;
      for (int i = 0; i < n; i++) {
        b[to + i] += a[from + i];
      }
    } else {
      double[] a = (double[]) x;
      double[] b = (double[]) y;
      for (int i = 0; i < n; i++) {
        b[to + i] += a[from + i];
      }
    }
  }

  /// Shares out `[outer, inner]` columns of `count` elements, those of one thread side by side.
  private static void columns(int outer, int count, int inner, Row row) {
    long elements = (long) outer * count * inner;
    if (elements == 0) {
      return;
    }
    int wanted = Pool.parts(elements, GRAIN);
    int strips = outer >= wanted ? 1 : Math.max(1, Math.min(inner / TILE, wanted));
    Chunk body =
        unit -> {
          int strip = unit % strips;
          int first = Parts.begin(inner, strip, strips);
          row.run(unit / strips, first, Parts.begin(inner, strip + 1, strips));
        };
    Pool.shareEach(outer * strips, wanted, body);
  }

  /// Adds elements: x and `at` are `[outer, count, inner]`, y is `[outer, n, inner]`.
  public static void addElements(
      Object x, int outer, int count, int inner, int[] at, int n, Object y) {
    columns(
        outer,
        count,
        inner,
        (o, first, stop) -> {
          int to = o * n * inner;
          for (int j = 0; j < count; j++) {
            int row = (o * count + j) * inner;
            put(x, row + first, row + stop, inner, at, y, to - row);
          }
        });
  }

  /// Adds the elements `first … stop − 1` of x; `shift` takes a place in x to that in row 0 of y.
  private static void put(Object x, int first, int stop, int inner, int[] at, Object y, int shift) {
    if (x instanceof float[] a) {
      float[] b = (float[]) y;
      for (int k = first; k < stop; k++) {
        b[shift + k + at[k] * inner] += a[k];
      }
    } else {
      double[] a = (double[]) x;
      double[] b = (double[]) y;
      for (int k = first; k < stop; k++) {
        b[shift + k + at[k] * inner] += a[k];
      }
    }
  }
}
