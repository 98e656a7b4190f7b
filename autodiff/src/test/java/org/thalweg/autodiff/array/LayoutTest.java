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

  private static Array ints(int... values) {
    return Array.wrap(values, Shape.of(values.length));
  }

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
      Array back = Layout.embed(y, axis, from, size);
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
  void rowsAreTakenByIndexOfAnyShape(DType dtype) {
    for (int seed = 0; seed < CASES; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int rows = 1 + random.nextInt(6);
      Shape row = Naive.shape(random, 2, 5);
      int[] sizes = new int[row.rank() + 1];
      sizes[0] = rows;
      System.arraycopy(row.sizes(), 0, sizes, 1, row.rank());
      Array x = Naive.values(random, dtype, Shape.of(sizes));
      Shape asked = Naive.shape(random, 2, 4);
      int[] chosen = random.ints(asked.elements(), 0, rows).toArray();
      Array y = Layout.gatherRows(x, Array.wrap(chosen, asked));
      int length = row.elements();
      assertThat(y.elements()).isEqualTo(asked.elements() * length);
      assertThat(y.shape().rank()).isEqualTo(asked.rank() + row.rank());
      for (int i = 0; i < y.elements(); i++) {
        assertThat(y.get(i)).isEqualTo(x.get(chosen[i / length] * length + i % length));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void rowsWithTheSameIndexAddUpInTheirOrder(DType dtype) {
    // 2^60 − 2^60 + 1 is 1 in this order only.
    Array g = Array.wrap(new double[] {0x1p60, 7, -0x1p60, 1}, Shape.of(4, 1)).to(dtype);
    Array sum = Layout.scatterAddRows(g, ints(2, 0, 2, 2), 4);
    assertThat(sum.shape()).isEqualTo(Shape.of(4, 1));
    assertThat(sum.get(0)).isEqualTo(7);
    assertThat(sum.get(1)).isZero();
    assertThat(sum.get(2)).isEqualTo(1);
    assertThat(sum.get(3)).isZero();
  }

  @Test
  void scatteringIsTheTransposeOfGathering() {
    for (int seed = 0; seed < CASES; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int rows = 1 + random.nextInt(5);
      int length = 1 + random.nextInt(40);
      int many = random.nextInt(30);
      Array index = ints(random.ints(many, 0, rows).toArray());
      Array g = Naive.values(random, DType.FLOAT64, Shape.of(many, length));
      double[] expected = new double[rows * length];
      for (int k = 0; k < many; k++) {
        for (int i = 0; i < length; i++) {
          expected[index.ints()[k] * length + i] += g.get(k * length + i);
        }
      }
      assertThat(Layout.scatterAddRows(g, index, rows).doubles()).containsExactly(expected);
    }
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void oneElementOfEachRowIsPickedAndPutBack(DType dtype) {
    Array x = Naive.values(new SplittableRandom(1), dtype, Shape.of(5, 4));
    Array index = ints(3, 0, 0, 2, 1);
    Array y = Layout.pick(x, index, "pick");
    assertThat(y.shape()).isEqualTo(Shape.of(5, 1));
    check("pick", y, dtype, at -> x.get(at[0] * 4 + index.ints()[at[0]]));
    Array back = Layout.spread(y, index, 4);
    assertThat(back.shape()).isEqualTo(Shape.of(5, 4));
    check("spread", back, dtype, at -> at[1] == index.ints()[at[0]] ? x.get(at[0] * 4 + at[1]) : 0);
  }

  @Test
  void anIndexOutOfRangeIsRefusedBeforeAnythingIsRead() {
    Array x = Array.zeros(DType.FLOAT32, Shape.of(3, 2));
    for (int wrong : new int[] {3, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Layout.gatherRows(x, ints(0, wrong)))
          .withMessage("gatherRows: index %d at position 1 is not in 0 … 2: check the data", wrong);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Layout.scatterAddRows(x, ints(0, 1, wrong), 3))
          .withMessage(
              "scatterAddRows: index %d at position 2 is not in 0 … 2: check the data", wrong);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Layout.pick(x, ints(0, 1, wrong), "pick"))
          .withMessage("pick: index %d at position 2 is not in 0 … 1: check the data", wrong);
    }
  }

  @Test
  void indicesAreWholeNumbers() {
    Array x = Array.zeros(DType.FLOAT32, Shape.of(3, 2));
    Array index = Array.zeros(DType.FLOAT32, Shape.of(3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layout.gatherRows(x, index))
        .withMessage(
            "gatherRows: indices are FLOAT32 [3] and must be INT32: make them with"
                + " Tensor.ints(…) or to(INT32)");
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    Array x = Array.zeros(DType.FLOAT32, Shape.of(3, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layout.pick(x, ints(0, 1), "pick"))
        .withMessage("pick: [3, 2] and indices [2] do not fit: give [n, m] and [n]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layout.scatterAddRows(x, ints(0, 1), 5))
        .withMessage(
            "scatterAddRows: FLOAT32 [3, 2] does not begin with the shape of the indices, [2]:"
                + " give one row for each index");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layout.gatherRows(Array.zeros(DType.FLOAT32, Shape.SCALAR), ints(0)))
        .withMessage("gatherRows: a scalar has no rows: reshape it to [1]");
  }
}
