package org.thalweg.autodiff.array.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.Reduction;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.kernel.Pool;

class SummedColumnsTest {
  /// One output is written, two are summed.
  private static final Formula FORMULA =
      Formula.of(
          List.of("x", "y"),
          in -> {
            var x = in.get(0);
            var y = in.get(1);
            return List.of(x.times(y).plus(x.exp()), x.times(y), x.minus(y).exp());
          });

  private final int before = Pool.threads();

  @AfterEach
  void threadsAsBefore() {
    Pool.setThreads(before);
  }

  /// Threads share cells, the chains of one or of several cells, or columns of a few chains; the
  /// last chain is whole or not. Which thread takes what is chance, so it is tried more than once.
  @ParameterizedTest
  @CsvSource({
    "12, 900",
    "16, 1500",
    "17, 1200",
    "100, 700",
    "640, 300",
    "1000, 100",
    "1024, 64",
    "1025, 130",
    "1700, 90",
    "2500, 64",
    "5000, 64"
  })
  void sumsAreThoseOfWholeOutputsOnAnyNumberOfThreads(int rows, int columns) {
    Random random = new Random(rows);
    Shape shape = Shape.of(rows, columns);
    Shape row = Shape.of(columns);
    float[] x = new float[rows * columns];
    float[] y = new float[rows * columns];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextFloat() - 0.5f;
      y[i] = random.nextFloat();
    }
    Array[] inputs = {Array.wrap(x, shape), Array.wrap(y, shape)};
    Pool.setThreads(1);
    Array[] whole = SummedColumns.apply(FORMULA, shape, new Shape[] {shape, shape, shape}, inputs);
    float[] first = Reduction.sumTo(whole[1], row).floats();
    float[] second = Reduction.sumTo(whole[2], row).floats();

    for (int threads : new int[] {1, 2, 3, 7}) {
      Pool.setThreads(threads);
      for (int repetition = 0; repetition < 6; repetition++) {
        Array[] found = SummedColumns.apply(FORMULA, shape, new Shape[] {shape, row, row}, inputs);
        assertThat(found[0].floats()).isEqualTo(whole[0].floats());
        assertThat(found[1].floats()).isEqualTo(first);
        assertThat(found[2].floats()).isEqualTo(second);
      }
    }
  }
}
