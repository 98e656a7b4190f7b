package org.thalweg.autodiff.kernel.window;

/// The windows that get a kernel compiled: at each stride, whole vectors and parts of them.
final class LargestWarmUp {
  private static final int WINDOWS = 37;
  private static final int WIDTH = 2 * WINDOWS + 40;

  private final float[] x = new float[4 * WIDTH];
  private final float[] y = new float[WINDOWS];
  private final int[] at = new int[WINDOWS];
  private final Spans[] spans = {spans(1), spans(2), spans(3)};

  LargestWarmUp() {}

  private static Spans spans(int stride) {
    int[] first = new int[WINDOWS];
    int[] count = new int[WINDOWS];
    for (int j = 0; j < WINDOWS; j++) {
      first[j] = Math.max(0, j * stride - 1);
      count[j] = j == 0 ? 2 : 3;
    }
    return new Spans(first, count, count, 1);
  }

  /// Looks through them all once.
  void run(LargestKernel kernel) {
    for (Spans across : spans) {
      kernel.row(x, 0, 0, 2, WIDTH, across, 0, WINDOWS, y, at, 0);
      // Where the array ends before the vectors.
      kernel.row(x, 0, 3 * WIDTH, 1, WIDTH, across, 0, WINDOWS, y, at, 0);
    }
  }
}
