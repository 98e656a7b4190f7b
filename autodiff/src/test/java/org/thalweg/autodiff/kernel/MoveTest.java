package org.thalweg.autodiff.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MoveTest {
  private final int threads = Pool.threads();

  @AfterEach
  void restoreThreads() {
    Pool.setThreads(threads);
  }

  @ParameterizedTest
  @ValueSource(classes = {float.class, double.class, int.class})
  void anyBoxIsCopiedElementByElement(Class<?> type) {
    for (int seed = 0; seed < 400; seed++) {
      checkRandomBox(type, new Random(seed), seed % 6, "seed " + seed);
    }
  }

  /// A random slice, permutation and broadcast of a dense x into a random slice of y.
  private static void checkRandomBox(Class<?> type, Random random, int rank, String name) {
    int most = rank < 3 ? 40 : 7;
    int[] sizes = new int[rank];
    int[] xSizes = new int[rank];
    int[] ySizes = new int[rank];
    int[] xSteps = new int[rank];
    int[] ySteps = new int[rank];
    List<Integer> order = new ArrayList<>();
    for (int k = 0; k < rank; k++) {
      order.add(k);
      sizes[k] = random.nextInt(12) == 0 ? 0 : 1 + random.nextInt(most);
      int kind = random.nextInt(8);
      xSteps[k] = kind < 4 ? 1 : kind == 4 ? 0 : kind == 5 ? 2 : kind == 6 ? -1 : -3;
      ySteps[k] = random.nextInt(3) == 0 ? 2 : 1;
      xSizes[k] = Math.max(1, sizes[k] * Math.abs(xSteps[k]));
      ySizes[k] = Math.max(1, sizes[k] * ySteps[k]);
    }
    Collections.shuffle(order, random);
    int[] xStrides = strides(xSizes, order);
    int[] yStrides = Move.dense(ySizes);
    int offset = random.nextInt(3);
    int xFrom = offset;
    for (int k = 0; k < rank; k++) {
      if (xSteps[k] < 0) {
        xFrom += (xSizes[k] - 1) * xStrides[k];
      }
      xStrides[k] *= xSteps[k];
      yStrides[k] *= ySteps[k];
    }
    Object x = numbered(type, offset + product(xSizes), 1);
    Object y = numbered(type, product(ySizes) + 2, -7);
    Object expected = numbered(type, product(ySizes) + 2, -7);
    copyNaively(x, xFrom, xStrides, expected, 1, yStrides, sizes, 0);
    Move.copy(x, xFrom, xStrides, y, 1, yStrides, sizes);
    assertThat(y).as(name).isEqualTo(expected);
  }

  /// The strides of a dense array whose axes stand in memory in another order.
  private static int[] strides(int[] sizes, List<Integer> order) {
    int[] strides = new int[sizes.length];
    int stride = 1;
    for (int axis : order) {
      strides[axis] = stride;
      stride *= sizes[axis];
    }
    return strides;
  }

  private static void copyNaively(
      Object x, int xAt, int[] xStrides, Object y, int yAt, int[] yStrides, int[] sizes, int axis) {
    if (axis == sizes.length) {
      Array.set(y, yAt, Array.get(x, xAt));
      return;
    }
    for (int i = 0; i < sizes[axis]; i++) {
      copyNaively(
          x,
          xAt + i * xStrides[axis],
          xStrides,
          y,
          yAt + i * yStrides[axis],
          yStrides,
          sizes,
          axis + 1);
    }
  }

  private static int product(int[] sizes) {
    return Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
  }

  private static Object numbered(Class<?> type, int n, int step) {
    Object array = Array.newInstance(type, n);
    for (int i = 0; i < n; i++) {
      if (array instanceof int[] ints) {
        ints[i] = i * step;
      } else if (array instanceof float[] floats) {
        floats[i] = i * step;
      } else {
        ((double[]) array)[i] = i * step;
      }
    }
    return array;
  }

  @Test
  void everyPermutationOfALargeArrayIsTheSameOnAnyNumberOfThreads() {
    int[] sizes = {9, 40, 33, 50};
    float[] x = (float[]) numbered(float.class, product(sizes), 1);
    int[] before = Move.dense(sizes);
    int[][] orders = {
      {0, 1, 2, 3}, {3, 2, 1, 0}, {0, 2, 1, 3}, {0, 1, 3, 2}, {1, 0, 3, 2}, {3, 0, 1, 2}
    };
    long regions = Pool.regions();
    for (int[] order : orders) {
      int[] to = new int[4];
      int[] strides = new int[4];
      for (int k = 0; k < 4; k++) {
        to[k] = sizes[order[k]];
        strides[k] = before[order[k]];
      }
      float[] expected = new float[x.length];
      copyNaively(x, 0, strides, expected, 0, Move.dense(to), to, 0);
      for (int count = 1; count <= 4; count++) {
        Pool.setThreads(count);
        float[] y = new float[x.length];
        Move.gather(x, 0, strides, y, to);
        assertThat(Arrays.equals(y, expected)).as(Arrays.toString(order)).isTrue();
      }
    }
    assertThat(Pool.regions()).as("regions with several threads").isGreaterThan(regions);
  }

  /// One row, a few that do not follow each other, repeated numbers, and steps.
  @Test
  void aFewLongRowsAreSharedAmongThreads() {
    int[][] cases = {{1, 140_003, 1}, {2, 70_001, 1}, {3, 80_000, 0}, {2, 66_000, 2}};
    for (int[] one : cases) {
      int[] sizes = {one[0], one[1]};
      int[] strides = {2 * one[1] + 5, one[2]};
      float[] x = (float[]) numbered(float.class, one[0] * strides[0], 1);
      float[] expected = new float[product(sizes)];
      copyNaively(x, 1, strides, expected, 0, Move.dense(sizes), sizes, 0);
      for (int count = 1; count <= 4; count++) {
        Pool.setThreads(count);
        long regions = Pool.regions();
        float[] y = new float[expected.length];
        Move.gather(x, 1, strides, y, sizes);
        assertThat(Arrays.equals(y, expected)).as("%s, %d", Arrays.toString(one), count).isTrue();
        assertThat(Pool.regions() - regions).isEqualTo(count == 1 ? 0 : 1);
      }
    }
  }

  @Test
  void aMatrixIsTransposedOnAnyNumberOfThreads() {
    int rows = 701;
    int columns = 903;
    double[] x = (double[]) numbered(double.class, rows * columns, 1);
    for (int count = 1; count <= 4; count++) {
      Pool.setThreads(count);
      double[] y = new double[x.length];
      Move.gather(x, 0, new int[] {1, columns}, y, new int[] {columns, rows});
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          if (y[j * rows + i] != x[i * columns + j]) {
            assertThat(y[j * rows + i]).as("%d, %d", i, j).isEqualTo(x[i * columns + j]);
          }
        }
      }
    }
  }

  @Test
  void partsAreConcatenatedAndPaddedByRows() {
    int[] y = new int[12];
    Move.rows(new int[] {1, 2, 3, 4, 5, 6}, 0, 3, y, 0, 6, 2, 3);
    Move.rows(new int[] {7, 8, 9, 10}, 0, 2, y, 3, 6, 2, 2);
    assertThat(y).containsExactly(1, 2, 3, 7, 8, 0, 4, 5, 6, 9, 10, 0);
    Move.rows(new int[0], 0, 0, y, 0, 6, 2, 0);
    assertThat(y[0]).isEqualTo(1);
  }

  /// Rows of one element, rows that follow each other, and enough of them for several threads.
  @ParameterizedTest
  @ValueSource(classes = {float.class, double.class, int.class})
  void rowsAreCopiedOnAnyNumberOfThreads(Class<?> type) {
    int[][] cases = {
      {300, 1000, 1003, 1001},
      {300, 1000, 1000, 1000},
      {140_000, 1, 4, 3},
      {5, 1, 1, 1},
      {1, 200_000, 7, 9},
      {2, 100_000, 100_001, 100_000},
    };
    for (int[] one : cases) {
      int rows = one[0];
      int length = one[1];
      Object x = numbered(type, 3 + rows * one[2] + length, 1);
      for (int count = 1; count <= 4; count++) {
        Pool.setThreads(count);
        Object y = Array.newInstance(type, 2 + rows * one[3] + length);
        Move.rows(x, 3, one[2], y, 2, one[3], rows, length);
        Object wanted = Array.newInstance(type, 2 + rows * one[3] + length);
        for (int row = 0; row < rows; row++) {
          System.arraycopy(x, 3 + row * one[2], wanted, 2 + row * one[3], length);
        }
        assertThat(y).isEqualTo(wanted);
      }
    }
  }

  @Test
  void aScalarIsRepeated() {
    float[] y = new float[7];
    Move.copy(new float[] {3, 4}, 1, new int[] {0}, y, 1, new int[] {1}, new int[] {5});
    assertThat(y).containsExactly(0, 4, 4, 4, 4, 4, 0);
    Move.copy(new float[] {5}, 0, new int[0], y, 6, new int[0], new int[0]);
    assertThat(y[6]).isEqualTo(5);
  }

  @Test
  void anotherArrayIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Move.copy(
                    new long[1], 0, new int[] {1}, new long[1], 0, new int[] {1}, new int[] {1}))
        .withMessage("copy: cannot move [long[]]: give float[], double[] or int[]");
  }
}
