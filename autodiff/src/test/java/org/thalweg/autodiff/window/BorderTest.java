package org.thalweg.autodiff.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.autodiff.kernel.window.Border;

/// Frames around images beside their definition, on any number of threads.
class BorderTest {
  private static final int PLANES = 520;

  private final int threads = Pool.threads();

  @AfterEach
  void threadsAsBefore() {
    Pool.setThreads(threads);
  }

  @Test
  void everyNumberOfThreadsWritesTheFramesOfTheDefinition() {
    List<Border> borders =
        List.of(
            new Border(28, 27, 1, 2, 30, 31),
            new Border(29, 30, 0, 0, 29, 30),
            new Border(40, 20, 3, 0, 30, 29),
            new Border(5, 50, 30, 7, 36, 27),
            new Border(20, 20, 5, 30, 30, 30),
            // Rows that are cleared a few at a time, and one at a time.
            new Border(13, 200, 2, 3, 17, 210),
            new Border(3, 1500, 1, 2, 4, 1501));
    for (Border border : borders) {
      float[] x = new float[PLANES * border.height() * border.width()];
      double[] wideX = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        x[i] = i + 1;
        wideX[i] = -i - 1;
      }
      double[] expected = framed(x, border);
      for (int count = 1; count <= 3; count++) {
        Pool.setThreads(count);
        long before = Pool.chunksByWorkers();
        // A worker may come too late, so more than one call may be needed.
        do {
          float[] y = new float[expected.length];
          Arrays.fill(y, Float.NaN);
          border.copy(x, PLANES, y);
          check(border, count, y, expected);
        } while (count > 1 && Pool.chunksByWorkers() == before);
        double[] wideY = new double[expected.length];
        Arrays.fill(wideY, Double.NaN);
        border.copy(wideX, PLANES, wideY);
        for (int i = 0; i < wideY.length; i++) {
          // Zeros are +0.
          wideY[i] = wideY[i] == 0 ? wideY[i] : -wideY[i];
        }
        assertThat(wideY).as("%s, %d threads", border, count).isEqualTo(expected);
      }
    }
  }

  private static void check(Border border, int count, float[] y, double[] expected) {
    double[] wide = new double[y.length];
    Arrays.setAll(wide, i -> y[i]);
    assertThat(wide).as("%s, %d threads", border, count).isEqualTo(expected);
  }

  private static double[] framed(float[] x, Border border) {
    int size = border.wideHeight() * border.wideWidth();
    double[] y = new double[PLANES * size];
    for (int i = 0; i < y.length; i++) {
      int row = i % size / border.wideWidth() - border.top();
      int column = i % border.wideWidth() - border.left();
      boolean isInside =
          row >= 0 && row < border.height() && column >= 0 && column < border.width();
      y[i] = isInside ? x[(i / size * border.height() + row) * border.width() + column] : 0;
    }
    return y;
  }
}
