package org.thalweg.autodiff.kernel.matmul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.kernel.Pool;

/// Products in parts, of which one object after the other is used again.
@Tag("alone")
class PartedTest {
  private static final Products LARGE = new Products(200, 150, 800, 0, 1);
  private static final Products OTHER = new Products(170, 260, 300, 1, 0);

  private final int threads = Pool.threads();
  private final Random random = new Random(1);
  private final float[] a = LARGE.a(0, random);
  private final float[] b = LARGE.b(0, random);
  private final double[] otherA = Products.widen(OTHER.a(0, random));
  private final double[] otherB = Products.widen(OTHER.b(0, random));

  @AfterEach
  void threadsAsBefore() {
    Pool.setThreads(threads);
  }

  private static float[] result(Products q, float[] a, float[] b, Matmul.Epilogue epilogue) {
    float[] c = new float[q.m() * q.n()];
    q.multiply(a, 0, b, 0, c, 0, epilogue);
    return c;
  }

  private static double[] result(Products q, double[] a, double[] b) {
    double[] c = new double[q.m() * q.n()];
    q.multiply(a, 0, b, 0, c, 0, Matmul.Epilogue.NONE);
    return c;
  }

  @Test
  void oneThatFailsLeavesNoTraceInTheNext() {
    Pool.setThreads(1);
    float[] expected = result(LARGE, a, b, Matmul.Epilogue.NONE);
    double[] other = result(OTHER, otherA, otherB);
    for (int count = 1; count <= 3; count++) {
      Pool.setThreads(count);
      for (int failing : new int[] {0, LARGE.m() - 1}) {
        assertThatIllegalStateException()
            .isThrownBy(
                () ->
                    result(
                        LARGE,
                        a,
                        b,
                        (row, _, rows, _) -> {
                          if (row <= failing && failing < row + rows) {
                            throw new IllegalStateException("row " + failing);
                          }
                        }))
            .withMessage("row " + failing);
        assertThat(result(OTHER, otherA, otherB)).isEqualTo(other);
        assertThat(result(LARGE, a, b, Matmul.Epilogue.NONE)).isEqualTo(expected);
      }
    }
  }

  @Test
  void whatFinishesOneMayMultiplyItself() {
    Pool.setThreads(1);
    float[] expected = result(LARGE, a, b, Matmul.Epilogue.NONE);
    double[] other = result(OTHER, otherA, otherB);
    for (int count = 1; count <= 3; count++) {
      Pool.setThreads(count);
      boolean[] isRight = new boolean[LARGE.m()];
      float[] c =
          result(
              LARGE,
              a,
              b,
              (row, _, rows, _) ->
                  Arrays.fill(
                      isRight,
                      row,
                      row + rows,
                      Arrays.equals(result(OTHER, otherA, otherB), other)));
      assertThat(c).isEqualTo(expected);
      assertThat(isRight).doesNotContain(false);
    }
  }
}
