package org.thalweg.autodiff.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.kernel.Simd;
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
      count[j] = isEdge ? 1 + random.nextInt(size) : size;
      first[j] = j * stride + (isEdge ? random.nextInt(2) : 0);
    }
    return new Spans(first, count, count, step);
  }

  @Test
  void theFirstOfTheLargestAndTheFirstThatIsNotANumber() {
    Random random = new Random(1);
    for (int trial = 0; trial < 2000; trial++) {
      int windows = 1 + random.nextInt(80);
      int stride = random.nextInt(4);
      int size = 1 + random.nextInt(4);
      int step = 1 + random.nextInt(3);
      int rows = 1 + random.nextInt(3);
      int width = windows * stride + size * step + 2;
      Spans across = spans(random, windows, stride, size, step);
      // Now and then the array ends with the last window.
      float[] x = new float[rows * width + (trial % 2 == 0 ? 0 : random.nextInt(40))];
      boolean isHard = trial % 3 > 0;
      for (int i = 0; i < x.length; i++) {
        x[i] = isHard ? HARD[random.nextInt(HARD.length)] : random.nextInt(6) - 3;
      }
      for (LargestKernel kernel : kernels()) {
        float[] y = new float[windows + 1];
        int[] at = new int[windows + 1];
        y[windows] = 7;
        at[windows] = -7;
        kernel.row(x, 1, 1, rows, width, across, 0, windows, y, at, 0);
        check(x, rows, width, across, y, at);
        assertThat(y[windows]).isEqualTo(7);
        assertThat(at[windows]).isEqualTo(-7);
      }
    }
  }

  private static void check(float[] x, int rows, int width, Spans across, float[] y, int[] at) {
    for (int j = 0; j < across.size(); j++) {
      int best = 1 + across.first(j);
      for (int u = 0; u < rows; u++) {
        for (int v = 0; v < across.count(j); v++) {
          int i = 1 + across.first(j) + u * width + v * across.step();
          if (x[i] > x[best] || (Float.isNaN(x[i]) && !Float.isNaN(x[best]))) {
            best = i;
          }
        }
      }
      assertThat(at[j]).isEqualTo(best - 1);
      assertThat(Float.floatToRawIntBits(y[j])).isEqualTo(Float.floatToRawIntBits(x[best]));
    }
  }
}
