package org.thalweg.autodiff.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LayoutTest {
  private static final int CASES = 150;

  /// Asserts that every element of `y` is what `expected` says for its index.
  private static void check(String what, Array y, DType dtype, ToDoubleFunction<int[]> expected) {
    assertThat(y.dtype()).isEqualTo(dtype);
    Naive.forEach(
        y.shape(),
        index -> {
          double there = y.get(Naive.flat(y.shape(), index));
          if (there != expected.applyAsDouble(index)) {
            assertThat(there)
                .as("%s to %s at %s", what, y.shape(), Arrays.toString(index))
                .isEqualTo(expected.applyAsDouble(index));
          }
        });
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void permutedAxesTakeTheirElementsAlong(DType dtype) {
    for (int seed = 0; seed < CASES; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Array x = Naive.values(random, dtype, Naive.shape(random, 4, 7));
      int[] order = order(random, x.shape().rank());
      Array y = Layout.permute(x, order);
      for (int k = 0; k < order.length; k++) {
        assertThat(y.shape().size(k)).isEqualTo(x.shape().size(order[k]));
      }
      String what = "permute " + x.shape() + " by " + Arrays.toString(order);
      check(
          what,
          y,
          dtype,
          index -> {
            int[] before = new int[index.length];
            for (int k = 0; k < index.length; k++) {
              before[order[k]] = index[k];
            }
            return x.get(Naive.flat(x.shape(), before));
          });
    }
  }

  private static int[] order(SplittableRandom random, int rank) {
    int[] order = new int[rank];
    for (int i = 0; i < rank; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void matricesOfAwkwardSizesAreTransposed(DType dtype) {
    for (int rows : new int[] {1, 15, 16, 17, 65}) {
      for (int columns : new int[] {1, 15, 16, 17, 130}) {
        Array x = Naive.values(new SplittableRandom(rows), dtype, Shape.of(rows, columns));
        Array y = Layout.permute(x, 1, 0);
        check("transpose", y, dtype, i -> x.get(i[1] * columns + i[0]));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void broadcastingRepeatsElements(DType dtype) {
    for (int seed = 0; seed < CASES; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Shape whole = Naive.shape(random, 4, 6);
      Array x = Naive.values(random, dtype, Naive.smaller(random, whole));
      Array y = Layout.broadcastTo(x, whole);
      assertThat(y.shape()).isEqualTo(whole);
      check("broadcast " + x.shape(), y, dtype, index -> Naive.broadcast(x, index));
    }
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void aSliceAndItsPlaceInZerosAreInverse(DType dtype) {
    for (int seed = 0; seed < CASES; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Array x = Naive.values(random, dtype, Shape.of(1 + seed % 5, 1 + seed % 7, 1 + seed % 3));
      int axis = random.nextInt(3);
      int size = x.shape().size(axis);
      int from = random.nextInt(size + 1);
      int to = from + random.nextInt(size - from + 1);
      String what = "slice " + x.shape() + " axis " + axis + " from " + from + " to " + to;
      Array y = Layout.slice(x, axis, from, to);
      assertThat(y.shape()).isEqualTo(x.shape().with(axis, to - from));
      check(
          what,
          y,
          dtype,
          index -> {
            int[] before = index.clone();
            before[axis] += from;
            return x.get(Naive.flat(x.shape(), before));
          });
      Array back = Layout.embed(y, axis, from, size, 0);
      assertThat(back.shape()).isEqualTo(x.shape());
      check(
          "embed after " + what,
          back,
          dtype,
          index -> {
            boolean inside = index[axis] >= from && index[axis] < to;
            return inside ? x.get(Naive.flat(x.shape(), index)) : 0;
          });
    }
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void arraysStandOneAfterTheOtherAlongAnyAxis(DType dtype) {
    for (int seed = 0; seed < CASES; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int axis = random.nextInt(3);
      Shape shape = Shape.of(1 + seed % 4, 1 + seed % 5, 1 + seed % 6);
      Array[] xs = new Array[1 + random.nextInt(4)];
      for (int k = 0; k < xs.length; k++) {
        xs[k] = Naive.values(random, dtype, shape.with(axis, random.nextInt(4)));
      }
      check(
          "concat along " + axis, Layout.concat(xs, axis), dtype, at -> concatenated(xs, axis, at));
    }
  }

  private static double concatenated(Array[] xs, int axis, int... index) {
    int[] left = index.clone();
    int k = 0;
    while (left[axis] >= xs[k].shape().size(axis)) {
      left[axis] -= xs[k++].shape().size(axis);
    }
    return xs[k].get(Naive.flat(xs[k].shape(), left));
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void aDiagonalAndItsPlaceInZerosAreInverse(DType dtype) {
    for (int seed = 0; seed < CASES; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int rows = seed % 6;
      int columns = seed % 7;
      int offset = random.nextInt(-7, 8);
      Array x = Naive.values(random, dtype, Shape.of(1 + seed % 3, rows, columns));
      Array y = Layout.diagonal(x, offset);
      int length = 0;
      for (int i = 0; i < rows; i++) {
        length += i + offset >= 0 && i + offset < columns ? 1 : 0;
      }
      assertThat(y.shape()).isEqualTo(Shape.of(1 + seed % 3, length));
      int row = Math.max(0, -offset);
      String what = "diagonal " + offset + " of " + x.shape();
      check(
          what,
          y,
          dtype,
          at -> x.get(Naive.flat(x.shape(), at[0], row + at[1], row + at[1] + offset)));
      Array back = Layout.ontoDiagonal(y, offset, rows, columns);
      assertThat(back.shape()).isEqualTo(x.shape());
      check(
          "back onto " + what,
          back,
          dtype,
          at -> at[2] - at[1] == offset ? x.get(Naive.flat(x.shape(), at)) : 0);
    }
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void trianglesKeepOneSideOfADiagonal(DType dtype) {
    for (int seed = 0; seed < CASES; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int offset = random.nextInt(-7, 8);
      Array x = Naive.values(random, dtype, Shape.of(1 + seed % 3, seed % 6, seed % 7));
      check(
          "upper " + offset,
          Layout.triangle(x, offset, true),
          dtype,
          at -> at[2] - at[1] >= offset ? x.get(Naive.flat(x.shape(), at)) : 0);
      check(
          "lower " + offset,
          Layout.triangle(x, offset, false),
          dtype,
          at -> at[2] - at[1] <= offset ? x.get(Naive.flat(x.shape(), at)) : 0);
    }
    Array x = Naive.values(new SplittableRandom(1), dtype, Shape.of(3, 3));
    Array nothing = Layout.triangle(x, Integer.MAX_VALUE, true);
    check("far above", nothing, dtype, _ -> 0);
    check("far below", Layout.triangle(x, Integer.MIN_VALUE, false), dtype, _ -> 0);
    assertThat(Layout.diagonal(x, Integer.MIN_VALUE).elements()).isZero();
  }

  @Test
  void wrongArgumentsAreRefused() {
    Array x = Array.zeros(DType.FLOAT32, Shape.of(3, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layout.permute(x, 0, 0))
        .withMessage("permute: order [0, 0] does not name each axis of [3, 2] once: give 2 axes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layout.slice(x, -1, 1, 3))
        .withMessage("slice: 1 to 3 is not inside axis -1 of [3, 2]: use 0 ≤ from ≤ to ≤ 2");
    for (int[] range : new int[][] {{-1, 5}, {3, 5}, {0, 2}, {Integer.MIN_VALUE, 5}}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Layout.embed(x, 0, range[0], range[1], 0))
          .withMessage(
              "embed: [3, 2] from index %d on does not fit into %d along axis 0: make it larger",
              range[0], range[1]);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layout.broadcastTo(x, Shape.of(3, 3)))
        .withMessage(
            "broadcastTo: shape [3, 2] does not broadcast to [3, 3]: sizes are aligned at the last"
                + " axis and must be equal or 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layout.concat(new Array[0], 0))
        .withMessage("concat: there is nothing to join: give one at least");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layout.ontoDiagonal(x, 1, 2, 2))
        .withMessage(
            "diagonalMatrix: the last axis of [3, 2] does not fill diagonal 1 of [2, 2]: choose"
                + " sizes that fit");
    Array row = Array.zeros(DType.FLOAT32, Shape.of(3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layout.diagonal(row, 0))
        .withMessage("diagonal: shape [3] has no two axes: reshape it first");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layout.triangle(row, 0, true))
        .withMessage("triu: shape [3] has no two axes: reshape it first");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layout.triangle(row, 0, false))
        .withMessage("tril: shape [3] has no two axes: reshape it first");
  }

  @Test
  void sizesThatAddUpToTooMuchAreRefused() {
    Array wide = Array.zeros(DType.INT32, Shape.of(1 << 30, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layout.concat(new Array[] {wide, wide}, 0))
        .withMessage(
            "concat: the sizes along axis 0 add up to 2147483648, over 2147483639: join fewer");
  }
}
