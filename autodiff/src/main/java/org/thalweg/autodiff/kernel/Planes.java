package org.thalweg.autodiff.kernel;

import org.thalweg.autodiff.kernel.Reduce.Operation;

/// Reductions over the first and the last of three axes: over all pixels of a channel in a batch of
/// images, where each image has its channels in planes.
///
/// ```
/// y[c] = x[0, c, 0] ∘ x[0, c, 1] ∘ … ∘ x[1, c, 0] ∘ …
/// ```
///
/// The bits are those that [Reduce] gives where the planes of a channel follow each other: they are
/// put together for one of its cells at a time, in memory that stays in a cache.
public final class Planes {
  /// Elements that are worth a second thread.
  private static final int GRAIN = 1 << 16;

  private static final int KEPT = 64;

  private static final FreeList<float[]> FLOATS =
      new FreeList<>(KEPT, () -> new float[Reduce.cell(new float[0])]);

  private static final FreeList<double[]> DOUBLES =
      new FreeList<>(KEPT, () -> new double[Reduce.cell(new double[0])]);

  private Planes() {}

  /// Reduces the first and the last axis of `x`, `[images, channels, pixels]`, none of them 0, and
  /// stores the result in `y`. Both are `float[]` or both `double[]`.
  public static void reduce(
      Operation operation, Object x, int images, int channels, int pixels, Object y) {
    int n = images * pixels;
    int cell = Reduce.cell(x);
    int cells = (n - 1) / cell + 1;
    double[] partial = new double[channels * cells];
    Pool.shareEach(
        partial.length,
        Pool.parts((long) channels * n, GRAIN),
        k -> {
          int channel = k / cells;
          int first = (k - channel * cells) * cell;
          int count = Math.min(cell, n - first);
          int from = channel * pixels;
          int step = channels * pixels;
          partial[k] =
              x instanceof float[]
                  ? cell(operation, x, from, step, pixels, first, count, FLOATS)
                  : cell(operation, x, from, step, pixels, first, count, DOUBLES);
        });
    Reduce.values(operation, partial, 0, channels, cells, 1, y, 0);
  }

  /// The reduction of `count` elements from `first` on, of planes that begin at `from` and every
  /// `step` elements.
  private static <T> double cell(
      Operation operation,
      Object x,
      int from,
      int step,
      int pixels,
      int first,
      int count,
      FreeList<T> rooms) {
    T room = rooms.take();
    try {
      int plane = first / pixels;
      int pixel = first - plane * pixels;
      int next = 0;
      while (next < count) {
        int many = Math.min(pixels - pixel, count - next);
        System.arraycopy(x, from + plane * step + pixel, room, next, many);
        next += many;
        plane++;
        pixel = 0;
      }
      return Reduce.all(operation, room, 0, count);
    } finally {
      rooms.give(room);
    }
  }
}
