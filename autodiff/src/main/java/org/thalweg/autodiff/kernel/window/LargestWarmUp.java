package org.thalweg.autodiff.kernel.window;

import org.thalweg.autodiff.kernel.Simd;

/// The windows that get a kernel compiled: rows that fill vectors, end within one, or share one, of
/// whatever width vectors are; windows at the edges that are smaller, and windows too far apart;
/// planes at whose end vectors would read on.
final class LargestWarmUp {
  private static final int PLANES = 3;

  /// Windows that are less than half of a vector.
  private static final int FEW = Math.max(1, Simd.bits() / Float.SIZE / 2 - 1);

  private final Grid[] grids = {
    grid(3, 1, 5, 80),
    grid(3, 2, 5, 80),
    grid(2, 2, 6, 2 * FEW),
    grid(1, 1, 6, FEW),
    grid(2, 4, 6, 80),
    grid(2, 5, 6, 80)
  };

  private final float[] x = new float[PLANES * 6 * 80];
  private final float[] y = new float[x.length];
  private final int[] at = new int[x.length];

  LargestWarmUp() {}

  private static Grid grid(int size, int stride, int height, int width) {
    return new Grid(spans(size, stride, height), spans(size, stride, width), height, width);
  }

  /// Windows of an axis, with one element of padding on either side where they overlap.
  private static Spans spans(int size, int stride, int length) {
    int before = size > stride ? 1 : 0;
    int windows = (length + 2 * before - size) / stride + 1;
    int[] first = new int[windows];
    int[] count = new int[windows];
    for (int j = 0; j < windows; j++) {
      int start = j * stride - before;
      first[j] = Math.max(0, start);
      count[j] = Math.min(length, start + size) - first[j];
    }
    return new Spans(first, count, count, 1);
  }

  /// Looks through them all once.
  void run(LargestKernel kernel) {
    for (Grid grid : grids) {
      kernel.planes(x, 0, PLANES, grid, y, at);
      int end = x.length / grid.plane();
      kernel.planes(x, end - 1, end, grid, y, at);
    }
  }
}
