package org.thalweg.autodiff.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.kernel.Simd;
import org.thalweg.autodiff.kernel.window.Grid;
import org.thalweg.autodiff.kernel.window.LargestKernel;
import org.thalweg.autodiff.kernel.window.ScalarLargest;
import org.thalweg.autodiff.kernel.window.Spans;

/// Each kernel that finds largest elements beside the definition, among values that are hard to
/// compare.
class LargestTest {
  private static final float[] HARD = {
    0f,
    -0f,
    1,
    -1,
    Float.NaN,
    Float.intBitsToFloat(0xffc00001),
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MAX_VALUE
  };

  private static List<LargestKernel> kernels() {
    List<LargestKernel> kernels = new ArrayList<>(List.of(new ScalarLargest()));
    if (Simd.available()) {
      kernels.add(Simd.load("window.VectorLargest", LargestKernel.class));
    }
    return kernels;
  }

  /// Windows of which the first and the last may be smaller, and others may be out of line.
  private static Spans spans(Random random, int windows, int stride, int size, int step) {
    int[] first = new int[windows];
    int[] count = new int[windows];
    for (int j = 0; j < windows; j++) {
      boolean isEdge = j == 0 || j == windows - 1 || random.nextInt(40) == 0;
      boolean isOther = isEdge && random.nextBoolean();
      count[j] = isOther ? 1 + random.nextInt(size) : size;
      first[j] = j * stride + (isOther ? random.nextInt(2) : 0);
    }
    return new Spans(first, count, count, step);
  }

  /// Most rows of windows fill less than a vector of 16, many less than half of one.
  private static int windows(Random random) {
    return 1 + random.nextInt(random.nextBoolean() ? 8 : random.nextBoolean() ? 20 : 80);
  }

  private static Grid grid(Random random) {
    int windows = windows(random);
    int stride = random.nextInt(6);
    int size = 1 + random.nextInt(4);
    int step = 1 + random.nextInt(3);
    int rows = 1 + random.nextInt(7);
    int strideDown = random.nextInt(4);
    int sizeDown = 1 + random.nextInt(3);
    int stepDown = 1 + random.nextInt(2);
    return new Grid(
        spans(random, rows, strideDown, sizeDown, stepDown),
        spans(random, windows, stride, size, step),
        // As small as may be, at times: then vectors reach into the next plane, and the next.
        (rows - 1) * strideDown + 1 + (sizeDown - 1) * stepDown + 1 + random.nextInt(2),
        (windows - 1) * stride + 1 + (size - 1) * step + 1 + random.nextInt(2));
  }

  private static float[] values(Random random, int n) {
    float[] x = new float[n];
    boolean isHard = random.nextInt(3) > 0;
    for (int i = 0; i < n; i++) {
      x[i] = isHard ? HARD[random.nextInt(HARD.length)] : random.nextInt(6) - 3;
    }
    return x;
  }

  @Test
  void theFirstOfTheLargestAndTheFirstThatIsNotANumber() {
    Random random = new Random(1);
    for (int trial = 0; trial < 3000; trial++) {
      Grid grid = grid(random);
      int first = random.nextInt(2);
      int stop = first + 1 + random.nextInt(4);
      // Now and then the array ends with the last plane.
      int planes = stop + random.nextInt(2);
      float[] x = values(random, planes * grid.plane());
      for (LargestKernel kernel : kernels()) {
        float[] y = new float[planes * grid.windows()];
        int[] at = new int[y.length];
        Arrays.fill(y, 7);
        Arrays.fill(at, -7);
        kernel.planes(x, first, stop, grid, y, at);
        for (int plane = 0; plane < planes; plane++) {
          if (plane >= first && plane < stop) {
            check(x, plane, grid, y, at);
          } else {
            int from = plane * grid.windows();
            assertThat(Arrays.copyOfRange(y, from, from + grid.windows())).containsOnly(7);
            assertThat(Arrays.copyOfRange(at, from, from + grid.windows())).containsOnly(-7);
          }
        }
      }
    }
  }

  private static void check(float[] x, int plane, Grid grid, float[] y, int[] at) {
    int k = plane * grid.windows();
    for (int r = 0; r < grid.down().size(); r++) {
      for (int c = 0; c < grid.across().size(); c++) {
        int best = largest(x, plane * grid.plane(), grid, r, c);
        assertThat(at[k]).isEqualTo(best - plane * grid.plane());
        assertThat(Float.floatToRawIntBits(y[k])).isEqualTo(Float.floatToRawIntBits(x[best]));
        k++;
      }
    }
  }

  private static int largest(float[] x, int from, Grid grid, int r, int c) {
    int best = from + grid.down().first(r) * grid.width() + grid.across().first(c);
    for (int u = 0; u < grid.down().count(r); u++) {
      for (int v = 0; v < grid.across().count(c); v++) {
        int row = grid.down().first(r) + u * grid.down().step();
        int column = grid.across().first(c) + v * grid.across().step();
        int i = from + row * grid.width() + column;
        if (x[i] > x[best] || (Float.isNaN(x[i]) && !Float.isNaN(x[best]))) {
          best = i;
        }
      }
    }
    return best;
  }
}
