package org.thalweg.autodiff.array.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Machine;
import org.thalweg.autodiff.array.Shape;

@Tag("alone")
class PackedMatrixTest {
  private static Array drawn(DType dtype, int rows, int columns, long seed) {
    Random random = new Random(seed);
    double[] values =
        IntStream.range(0, rows * columns).mapToDouble(_ -> random.nextGaussian()).toArray();
    Array array = Array.uninitialised(dtype, Shape.of(rows, columns));
    for (int i = 0; i < values.length; i++) {
      if (dtype == DType.FLOAT64) {
        array.doubles()[i] = values[i];
      } else {
        array.floats()[i] = (float) values[i];
      }
    }
    return array;
  }

  /// Shapes of every path: one row, parts of tiles, columns that fill no panel, several blocks,
  /// sums that are cut in double; before the kernel is compiled and after it.
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "1, 40, 7",
    "4, 32, 16",
    "5, 33, 385",
    "12, 64, 128",
    "16, 512, 128",
    "17, 128, 512",
    "31, 70, 2000",
    "300, 40, 2000",
    "3, 5, 0",
    "3, 5, 24577"
  })
  void rowsHaveTheBitsOfTheProduct(int m, int n, int k) {
    for (int turn = 0; turn < 2; turn++) {
      for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
        Array a = drawn(dtype, m, k, 1);
        for (boolean transpose : new boolean[] {false, true}) {
          Array b = transpose ? drawn(dtype, n, k, 2) : drawn(dtype, k, n, 2);
          Array expected = MatrixProduct.apply(a, false, b, transpose);
          for (PackedMatrix packed :
              List.of(PackedMatrix.of(b, transpose), PackedMatrix.unpacked(b, transpose))) {
            Array c = Array.full(dtype, Shape.of(m + 2, n), 77);
            packed.multiply(a, 0, m, c, n);
            assertThat(values(c, n, m * n)).isEqualTo(values(expected, 0, m * n));
            packed.multiply(a, (m - 1) * k, 1, c, 0);
            assertThat(values(c, 0, n)).isEqualTo(values(expected, (m - 1) * n, n));
            assertThat(values(c, (m + 1) * n, n)).containsOnly(77);
          }
        }
      }
      Machine.awaitWarmUp();
    }
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32", "FLOAT64"})
  void noRowsAreNoWork(DType dtype) {
    PackedMatrix packed = PackedMatrix.of(drawn(dtype, 3, 4, 1), false);
    Array c = Array.full(dtype, Shape.of(4), 77);
    packed.multiply(drawn(dtype, 1, 3, 2), 0, 0, c, 0);
    assertThat(values(c, 0, 4)).containsOnly(77);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Array b = drawn(DType.FLOAT32, 3, 4, 1);
    PackedMatrix packed = PackedMatrix.of(b, false);
    Array a = drawn(DType.FLOAT32, 2, 3, 2);
    Array c = Array.full(DType.FLOAT32, Shape.of(2, 4), 77);
    assertThatThrownBy(() -> packed.multiply(a, 1, 2, c, 0))
        .hasMessage(
            "packed matrix: A is FLOAT32 of 6 elements, and 2 rows of 3 FLOAT32 are wanted from 1:"
                + " give an array that holds them");
    assertThatThrownBy(() -> packed.multiply(a, 0, 2, c, 1)).hasMessageContaining("C is FLOAT32");
    assertThatThrownBy(() -> packed.multiply(drawn(DType.FLOAT64, 2, 3, 2), 0, 2, c, 0))
        .hasMessageContaining("A is FLOAT64");
    assertThatThrownBy(() -> PackedMatrix.of(Array.full(DType.FLOAT32, Shape.of(3), 1), false))
        .hasMessage("packed matrix: FLOAT32 [3] is no matrix of floating numbers: give [k, n]");
    assertThat(values(c, 0, 8)).containsOnly(77);
  }

  private static double[] values(Array array, int from, int count) {
    return IntStream.range(from, from + count)
        .mapToDouble(i -> array.dtype() == DType.FLOAT64 ? array.doubles()[i] : array.floats()[i])
        .toArray();
  }
}
