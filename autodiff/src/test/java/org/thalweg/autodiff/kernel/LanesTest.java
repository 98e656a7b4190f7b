package org.thalweg.autodiff.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.kernel.Reduce.Operation;

/// The vector kernels of reductions against their scalar twins, for every width in one JVM.
class LanesTest {
  private static final int[] SIZES = {
    0, 1, 3, 7, 8, 15, 16, 17, 31, 32, 33, 63, 65, 127, 128, 129, 240, 255, 256, 257, 511, 513,
    1023, 1025, 4096, 4097, 4098, 16_383, 16_384
  };

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void foldsHaveTheBitsOfPlainJava(int bits) {
    forAll(bits, LanesTest::checkFolds);
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void rowsHaveTheBitsOfPlainJava(int bits) {
    forAll(bits, LanesTest::checkRows);
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void indicesAreThoseOfPlainJava(int bits) {
    forAll(bits, LanesTest::checkFinds);
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void dotProductsHaveTheBitsOfPlainJava(int bits) {
    forAll(bits, LanesTest::checkDots);
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void productsAndMomentsOfRowsHaveTheBitsOfPlainJava(int bits) {
    forAll(bits, LanesTest::checkRowsOfProducts);
  }

  private interface Check {
    void run(Lanes scalar, Lanes vector, Object x, Random random);
  }

  private static void forAll(int bits, Check check) {
    assumeTrue(Simd.available());
    Lanes.Factory factory = Simd.load("LanesFactory", Lanes.Factory.class);
    for (Operation operation : Operation.values()) {
      Random random = new Random(bits);
      float[] floats = ReduceData.floats(17_000, random);
      double[] doubles = ReduceData.doubles(17_000, random);
      floats[15_001] = Float.NaN;
      doubles[15_001] = Double.NaN;
      check.run(
          ScalarLanes.of(operation, true), factory.make(operation, true, bits), floats, random);
      check.run(
          ScalarLanes.of(operation, false), factory.make(operation, false, bits), doubles, random);
    }
  }

  private static void checkFolds(Lanes scalar, Lanes vector, Object x, Random random) {
    int least = scalar.lanes();
    int[] strides = {16, 17, 23, 31, 32, 33, 100, 512, 700};
    for (int n : SIZES) {
      for (int stride : strides) {
        int from = random.nextInt(8);
        // As wide as the rows, or a tile of them.
        int width = random.nextBoolean() ? stride : least + random.nextInt(stride - least + 1);
        compareFolds(scalar, vector, x, from, from + n, stride, width);
      }
      compareFolds(scalar, vector, x, 3, 3 + n, least, least);
    }
    // The very end of the array.
    compareFolds(scalar, vector, x, 17_000 - 16 * 33, 17_000, 33, 33);
    compareFolds(scalar, vector, x, 17_000 - 16 * 33 + 20, 17_000, 33, 13);
  }

  private static void compareFolds(
      Lanes scalar, Lanes vector, Object x, int from, int end, int stride, int width) {
    double[] expected = new double[width + Lanes.PADDING];
    double[] y = new double[width + Lanes.PADDING];
    scalar.fold(x, from, end, stride, width, expected);
    vector.fold(x, from, end, stride, width, y);
    for (int l = 0; l < width; l++) {
      assertThat(Double.doubleToLongBits(y[l]))
          .as("%s %d … %d, %d of %d, lane %d", scalar, from, end, width, stride, l)
          .isEqualTo(Double.doubleToLongBits(expected[l]));
    }
  }

  private static void checkRows(Lanes scalar, Lanes vector, Object x, Random random) {
    for (int n : SIZES) {
      int rows = n == 0 ? 2 : Math.min(5, 16_900 / n);
      compareRows(scalar, vector, x, random.nextInt(8), n, rows);
    }
  }

  private static void compareRows(Lanes scalar, Lanes vector, Object x, int from, int n, int rows) {
    double[] expected = new double[Lanes.room(rows)];
    double[] y = new double[Lanes.room(rows)];
    scalar.rows(x, from, n, rows, expected);
    vector.rows(x, from, n, rows, y);
    for (int row = 0; row < rows; row++) {
      assertThat(Double.doubleToLongBits(y[row]))
          .as("%s, row %d of %d", scalar, row, n)
          .isEqualTo(Double.doubleToLongBits(expected[row]));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void rowsOfZerosInfinitiesAndNaNHaveTheBitsOfPlainJava(int bits) {
    double[] some = {0.0, -0.0, 1, -1, 1 / 0.0, -1 / 0.0};
    double negativeNaN = Double.longBitsToDouble(-1);
    forAll(
        bits,
        (scalar, vector, x, random) -> {
          for (int kind = 0; kind < 12; kind++) {
            for (int i = 0; i < 200; i++) {
              double value = some[random.nextInt(kind < 6 ? 1 + kind : 6)];
              boolean isNaN = kind > 9 && random.nextInt(40) == 0;
              set(x, i, isNaN ? random.nextBoolean() ? negativeNaN : Double.NaN : value);
            }
            for (int n : new int[] {1, 3, 7, 8, 16, 21, 64, 65}) {
              compareRows(scalar, vector, x, random.nextInt(5), n, 3);
            }
          }
        });
  }

  private static void set(Object x, int i, double value) {
    if (x instanceof float[] floats) {
      floats[i] = (float) value;
    } else {
      ((double[]) x)[i] = value;
    }
  }

  private static void checkFinds(Lanes scalar, Lanes vector, Object x, Random random) {
    for (int i = 0; i < 300; i++) {
      int from = random.nextInt(500);
      int end = from + random.nextInt(300);
      int stride = random.nextInt(3) == 0 ? 1 + random.nextInt(9) : 1;
      int at = random.nextInt(500);
      double value = x instanceof float[] floats ? floats[at] : ((double[]) x)[at];
      assertThat(vector.find(x, from, end, stride, value))
          .as("%f from %d to %d by %d", value, from, end, stride)
          .isEqualTo(scalar.find(x, from, end, stride, value));
    }
    assertThat(vector.find(x, 0, 17_000, 1, Double.NaN))
        .isEqualTo(scalar.find(x, 0, 17_000, 1, Double.NaN))
        .isNotNegative();
    assertThat(vector.find(x, 0, 17_000, 1, 1234.5)).isEqualTo(-1);
  }

  private static void checkDots(Lanes scalar, Lanes vector, Object x, Random random) {
    for (int n : SIZES) {
      int from = random.nextInt(8);
      double[] expected = new double[Lanes.DOT_LANES];
      double[] y = new double[Lanes.DOT_LANES];
      scalar.dot(x, from, x, 100, n, expected);
      vector.dot(x, from, x, 100, n, y);
      for (int l = 0; l < y.length; l++) {
        assertThat(Double.doubleToLongBits(y[l]))
            .as("%s, %d products, lane %d", scalar, n, l)
            .isEqualTo(Double.doubleToLongBits(expected[l]));
      }
    }
  }

  private static void checkRowsOfProducts(Lanes scalar, Lanes vector, Object x, Random random) {
    for (int n : SIZES) {
      int rows = n == 0 ? 2 : Math.min(5, 16_900 / n);
      double[] shifts = random.doubles(rows).toArray();
      int from = random.nextInt(8);
      compareRowsOfProducts(scalar, vector, x, from, 100 - from, n, n, shifts);
      // The very end of the array, for either.
      int last = 17_000 - n * rows;
      compareRowsOfProducts(scalar, vector, x, last, from, n, n, shifts);
      compareRowsOfProducts(scalar, vector, x, from, last, n, n, shifts);
      // One row for all, at the very end too.
      compareRowsOfProducts(scalar, vector, x, last, from, 0, n, shifts);
      compareRowsOfProducts(scalar, vector, x, from, 17_000 - n, 0, n, shifts);
    }
  }

  private static void compareRowsOfProducts(
      Lanes scalar, Lanes vector, Object x, int from, int other, int step, int n, double[] shifts) {
    int rows = shifts.length;
    double[][] expected = new double[5][Lanes.room(rows)];
    double[][] y = new double[5][Lanes.room(rows)];
    scalar.dots(x, from, x, other, step, n, rows, expected[0]);
    vector.dots(x, from, x, other, step, n, rows, y[0]);
    scalar.moments(x, from, n, rows, shifts, expected[1], expected[2]);
    vector.moments(x, from, n, rows, shifts, y[1], y[2]);
    scalar.crossMoments(x, from, x, other, step, n, rows, shifts, expected[3], expected[4]);
    vector.crossMoments(x, from, x, other, step, n, rows, shifts, y[3], y[4]);
    for (int k = 0; k < y.length; k++) {
      for (int row = 0; row < rows; row++) {
        assertThat(Double.doubleToLongBits(y[k][row]))
            .as("%s, result %d of row %d of %d from %d", scalar, k, row, n, from)
            .isEqualTo(Double.doubleToLongBits(expected[k][row]));
      }
    }
  }
}
