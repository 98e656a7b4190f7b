package org.thalweg.autodiff.kernel.window;

import java.util.Arrays;
import org.thalweg.autodiff.kernel.Pool;

/// Images in wider frames, zeros around them: planes `[planes, height, width]` are copied into
/// planes of other sizes, element (0, 0) to (top, left). What does not fit is left out.
///
/// A plane is one thread's.
///
/// @param height the rows of an image
/// @param width the columns of an image
/// @param top how many rows come before it, 0 at least
/// @param left how many columns come before it, 0 at least
/// @param wideHeight the rows of a frame
/// @param wideWidth the columns of a frame
public record Border(int height, int width, int top, int left, int wideHeight, int wideWidth) {
  /// Elements that are worth a second thread.
  private static final int GRAIN = 1 << 17;

  /// Elements that are cleared at a time, narrow rows and all, before rows are copied among them:
  /// one call for each gap would take longer than the copies.
  private static final int BAND = 1 << 10;

  /// Writes all of y, both `float[]` or both `double[]`.
  public void copy(Object x, int planes, Object y) {
    int size = wideHeight * wideWidth;
    int parts = Pool.parts((long) planes * size, GRAIN);
    Pool.shareEach(planes, parts, plane -> plane(x, plane * height * width, y, plane * size));
  }

  private int rows() {
    return left < wideWidth ? Math.min(height, wideHeight - top) : 0;
  }

  /// Where a row of an image begins in its frame.
  private int row(int frame, int row) {
    return frame + (top + row) * wideWidth + left;
  }

  private void plane(Object x, int from, Object y, int to) {
    int columns = Math.min(width, wideWidth - left);
    int band = 1 + BAND / (wideWidth + 1);
    int at = to;
    for (int first = 0; first < rows(); first += band) {
      int stop = Math.min(rows(), first + band);
      clear(y, at, row(to, stop - 1));
      for (int row = first; row < stop; row++) {
        at = row(to, row);
        System.arraycopy(x, from + row * width, y, at, columns);
        at += columns;
      }
    }
    clear(y, at, to + wideHeight * wideWidth);
  }

  private static void clear(Object y, int from, int to) {
    if (y instanceof float[] floats) {
      Arrays.fill(floats, from, to, 0);
    } else {
      Arrays.fill((double[]) y, from, to, 0);
    }
  }
}
