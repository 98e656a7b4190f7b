package org.thalweg.autodiff.array.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.kernel.Pool;

class BlocksTest {
  private static final Formula FORMULA =
      Formula.of(
              List.of("a", "b", "c"),
              in ->
                  List.of(
                      in.get(0).times(in.get(1)).plus(in.get(2)).tanh(),
                      in.get(0).minus(in.get(2)).exp()))
          .named("two");

  /// a and b are the left and the right half of one matrix, c is one row for all; the outputs are
  /// the halves of another matrix, in the other order.
  @ParameterizedTest
  @CsvSource({"1, 1", "3, 17", "5, 16", "400, 131"})
  void halvesOfMatricesAreInputsAndOutputs(int rows, int columns) {
    int threads = Pool.threads();
    Tensor halves = Tensor.normal(1, rows, 2 * columns);
    Tensor row = Tensor.normal(2, columns);
    Tensor left = halves.slice(1, 0, columns);
    Tensor right = halves.slice(1, columns, 2 * columns);
    Array y = Array.zeros(DType.FLOAT32, Shape.of(rows, 2 * columns));
    try {
      Pool.setThreads(2);
      Blocks blocks = new Blocks(FORMULA, DType.FLOAT32, rows, columns);
      blocks.set(0, halves.array(), 0, 2 * columns);
      blocks.set(1, halves.array(), columns, 2 * columns);
      blocks.set(2, row.array(), 0, 0);
      blocks.set(3, y, columns, 2 * columns);
      blocks.set(4, y, 0, 2 * columns);
      blocks.run();
    } finally {
      Pool.setThreads(threads);
    }
    Tensor first = left.times(right).plus(row).tanh();
    Tensor second = left.minus(row).exp();
    assertThat(Tensor.of(y).sameBits(second.concat(1, first))).isTrue();
  }

  @Test
  void anOutputMayBeTheBlockOfAnInput() {
    Formula twice = Formula.of("x", x -> x.times(2)).named("twice");
    Array x = Tensor.of(1f, 2f, 3f, 4f, 5f, 6f).array();
    Blocks blocks = new Blocks(twice, DType.FLOAT32, 2, 1);
    blocks.set(0, x, 1, 3);
    blocks.set(1, x, 1, 3);
    blocks.run();
    assertThat(x.floats()).containsExactly(1, 4, 3, 4, 10, 6);
  }

  @Test
  void blocksOutsideOfTheirArraysAreRefused() {
    Blocks blocks = new Blocks(FORMULA, DType.FLOAT32, 3, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> blocks.set(1, Tensor.zeros(9).array(), 1, 4))
        .withMessage(
            "two: operand 1 is FLOAT32 of 9 elements and is read as FLOAT32 from 1 to 11: give an"
                + " array of that type that holds the block");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> blocks.set(0, Tensor.zeros(DType.FLOAT64, 99).array(), 0, 0))
        .withMessageStartingWith("two: operand 0 is FLOAT64 of 99 elements");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> blocks.set(0, Tensor.zeros(99).array(), -1, 0))
        .withMessageStartingWith("two: operand 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> blocks.set(0, Tensor.zeros(99).array(), 0, -1))
        .withMessageStartingWith("two: operand 0");
  }
}
