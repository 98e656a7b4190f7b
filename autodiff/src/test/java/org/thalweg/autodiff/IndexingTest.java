package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;

class IndexingTest {
  @Test
  void rowsThatOccurOftenHaveTheSumOfTheirGradients() {
    Tensor x = Tensor.of(new double[][] {{1, 10}, {2, 20}, {3, 30}}).tracked();
    Tensor y = x.gatherRows(Tensor.ints(1, 1, 0, 1));
    assertThat(y.shape()).isEqualTo(Shape.of(4, 2));
    assertThat(y.toDoubles()).containsExactly(2, 20, 2, 20, 1, 10, 2, 20);
    Tensor weights = Tensor.of(new double[][] {{1, 2}, {3, 4}, {5, 6}, {7, 8}});
    assertThat(y.times(weights).sum().backward().of(x).toDoubles())
        .containsExactly(5, 6, 11, 14, 0, 0);
  }

  @Test
  void gradientsAreSlopesToSecondOrder() {
    Tensor x = Numeric.random(1, 4, 3);
    Tensor often = Tensor.ints(3, 0, 3, 3, 1);
    Numeric.check("gatherRows", t -> t.gatherRows(often).square().times(t.sum()), x);
    Tensor square = Tensor.ints(3, 0, 3, 1).reshape(2, 2);
    Numeric.check("gatherRows by a matrix", t -> t.gatherRows(square).square(), x);
    Tensor places = Tensor.ints(2, 0, 2, 2);
    Numeric.check("scatterAddRows", t -> t.scatterAddRows(places, 3).square(), x);
    Tensor one = Tensor.ints(2, 0, 1, 1);
    Numeric.check("pick", t -> t.pick(one).square(), x);
  }

  @Test
  void indicesOfAnyShapeGiveRowsInThatShape() {
    Tensor x = Tensor.arange(DType.FLOAT32, 12).reshape(3, 2, 2);
    assertThat(x.gatherRows(Tensor.ints(2, 0, 1, 1, 0, 2).reshape(2, 3)).shape())
        .isEqualTo(Shape.of(2, 3, 2, 2));
    assertThat(x.gatherRows(Tensor.scalar(DType.INT32, 2)).toFloats())
        .containsExactly(8, 9, 10, 11);
    assertThat(x.gatherRows(Tensor.ints()).shape()).isEqualTo(Shape.of(0, 2, 2));
    assertThat(Tensor.of(5f, 6f).gatherRows(Tensor.ints(1, 1)).toFloats()).containsExactly(6, 6);
    assertThat(Tensor.arange(4).gatherRows(Tensor.ints(3)).dtype()).isEqualTo(DType.INT32);
  }

  @Test
  void scatteredRowsLandOnTheirPlacesAndAddUp() {
    Tensor x = Tensor.of(new float[][] {{1, 2}, {3, 4}, {5, 6}});
    Tensor y = x.scatterAddRows(Tensor.ints(3, 0, 3), 4);
    assertThat(y.shape()).isEqualTo(Shape.of(4, 2));
    assertThat(y.toFloats()).containsExactly(3, 4, 0, 0, 0, 0, 6, 8);
    assertThat(x.slice(0, 0, 0).scatterAddRows(Tensor.ints(), 2).toFloats())
        .containsExactly(0, 0, 0, 0);
  }

  @Test
  void oneElementOfEachRowIsPicked() {
    Tensor x = Tensor.of(new double[][] {{1, 2, 3}, {4, 5, 6}}).tracked();
    Tensor y = x.pick(Tensor.ints(2, 0));
    assertThat(y.shape()).isEqualTo(Shape.of(2));
    assertThat(y.toDoubles()).containsExactly(3, 4);
    assertThat(y.sum().backward().of(x).toDoubles()).containsExactly(0, 0, 1, 1, 0, 0);
  }

  @Test
  void wrongIndicesAreRefusedByValueAndPosition() {
    Tensor x = Tensor.zeros(3, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> x.gatherRows(Tensor.ints(0, 3)))
        .withMessage("gatherRows: index 3 at position 1 is not in 0 … 2: check the data");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> x.gatherRows(Tensor.of(0f)))
        .withMessageStartingWith("gatherRows: indices are FLOAT32 and must be INT32");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> x.pick(Tensor.ints(0, 1, -1)))
        .withMessage("pick: index -1 at position 2 is not in 0 … 1: check the data");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> x.pick(Tensor.ints(0)))
        .withMessage("pick: [3, 2] and indices [1] do not fit: give [n, m] and [n]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.scalar(1f).gatherRows(Tensor.ints(0)))
        .withMessage("gatherRows: a scalar has no rows: reshape it to [1]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.scalar(1f).pick(Tensor.ints(0)))
        .withMessage("pick: [] and indices [1] do not fit: give [n, m] and [n]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> x.scatterAddRows(Tensor.ints(0, 1), 2))
        .withMessageContaining("does not have the shape of the indices, [2]");
  }

  @Test
  void elementsAreTakenFromAndAddedToPlacesAlongAnAxis() {
    Tensor x = Tensor.of(new double[][] {{1, 2, 3}, {4, 5, 6}});
    Tensor indices = Tensor.ints(new int[] {2, 0, 1, 1}, Shape.of(2, 2));
    assertThat(x.gather(1, indices).toDoubles()).containsExactly(3, 1, 5, 5);
    Tensor rows = Tensor.ints(new int[] {1, 0, 1}, Shape.of(1, 3));
    assertThat(x.gather(-2, rows).toDoubles()).containsExactly(4, 2, 6);
    Tensor source = Tensor.of(new double[][] {{10, 20}, {30, 40}});
    assertThat(x.scatterAdd(1, indices, source).toDoubles()).containsExactly(21, 2, 13, 4, 75, 6);
    assertThat(x.indexSelect(1, Tensor.ints(2, 2, 0)).toDoubles())
        .containsExactly(3, 3, 1, 6, 6, 4);
    assertThat(x.indexAdd(1, Tensor.ints(2, 2), source).toDoubles())
        .containsExactly(1, 2, 33, 4, 5, 76);
    assertThat(x.maskedSelect(x.greaterThan(Tensor.of(3.0))).toDoubles()).containsExactly(4, 5, 6);
    assertThat(x.maskedSelect(Tensor.of(1.0, 0.0, -1.0)).toDoubles()).containsExactly(1, 3, 4, 6);
    assertThat(Tensor.ints(2, 0).oneHot(3, DType.FLOAT32).toFloats())
        .containsExactly(0, 0, 1, 1, 0, 0);
    assertThat(Tensor.scalar(DType.INT32, 1).oneHot(2, DType.FLOAT64).shape())
        .isEqualTo(Shape.of(2));
  }

  @Test
  void gradientsAlongAnAxisAreSlopesToSecondOrder() {
    Tensor x = Numeric.random(1, 3, 4, 2);
    Tensor source = Numeric.random(2, 3, 5, 2);
    Tensor places = Tensor.ints(3, 0, 3, 3, 1);
    Tensor indices =
        Tensor.ints(
            Draws.uniform(DType.FLOAT32, 3, 0, Shape.of(30))
                .times(4)
                .floor()
                .to(DType.INT32)
                .toInts(),
            Shape.of(3, 5, 2));
    Numeric.check("gather", t -> t.gather(1, indices).square(), x);
    Numeric.check("scatterAdd", t -> t.scatterAdd(1, indices, source).square(), x);
    Numeric.check("scatterAdd", t -> x.scatterAdd(1, indices, t).square(), source);
    Numeric.check("indexSelect", t -> t.indexSelect(1, places).square(), x);
    Numeric.check("indexAdd", t -> t.indexAdd(1, places, source).square(), x);
    Numeric.check("indexAdd", t -> x.indexAdd(1, places, t).square(), source);
    Tensor mask = x.greaterThan(Tensor.of(0.0));
    Numeric.check("maskedSelect", t -> t.maskedSelect(mask).square(), x);
  }

  @Test
  void theRowForPaddingGetsNoGradientOfAnyOrder() {
    Tensor table = Numeric.random(1, 4, 2).tracked();
    Tensor indices = Tensor.ints(2, 0, 2, 3, 0);
    Tensor y = table.embedding(indices, 2);
    assertThat(y.sameBits(table.gatherRows(indices))).isTrue();
    Tensor loss = y.times(y).times(y).sum();
    Tensor slope = Derivatives.of(loss, List.of(table)).get(0);
    Tensor expected = table.detach().square().times(3);
    for (int column = 0; column < 2; column++) {
      assertThat(slope.get(0, column)).isCloseTo(2 * expected.get(0, column), within(1e-15));
      assertThat(slope.get(1, column)).isZero();
      assertThat(slope.get(2, column)).as("padding").isZero();
      assertThat(slope.get(3, column)).isCloseTo(expected.get(3, column), within(1e-15));
    }
    Tensor second = Derivatives.of(slope.sum(), List.of(table)).get(0);
    assertThat(second.get(2, 0)).isZero();
    assertThat(second.get(3, 1)).isCloseTo(6 * table.get(3, 1), within(1e-14));
  }

  @Test
  void whatDoesNotFitAlongAnAxisIsRefused() {
    Tensor x = Tensor.zeros(3, 2);
    Tensor at = Tensor.ints(0, 1);
    refused(
        () -> x.gather(1, Tensor.ints(new int[] {0, 1, 2}, Shape.of(3, 1))),
        "gather: index 2 at position 2 is not in 0 … 1: check the data");
    refused(
        () -> x.gather(1, at),
        "gather: [3, 2] and indices [2] do not fit along axis 1: all other sizes must be equal");
    refused(
        () -> Tensor.scalar(1f).gather(0, at), "gather: a scalar has no axes: reshape it to [1]");
    refused(
        () -> x.scatterAdd(0, at, Tensor.zeros(2, 3)),
        "scatterAdd: [3, 2] and source [2, 3] do not fit along axis 0: all other sizes must be"
            + " equal");
    refused(
        () -> x.scatterAdd(0, at, Tensor.zeros(1, 2)),
        "scatterAdd: values [1, 2] and indices [2] differ in shape: give one index for each value");
    refused(
        () -> x.scatterAdd(0, at, Tensor.zeros(DType.FLOAT64, 1, 2)),
        "scatterAdd: types FLOAT32 and FLOAT64 do not mix: use to(FLOAT32) or to(FLOAT64) on one");
    refused(
        () -> Tensor.ints(1).scatterAdd(0, at, Tensor.ints(1)),
        "scatterAdd: INT32 has no arithmetic, shape [1]: use to(FLOAT32) or to(FLOAT64) first");
    refused(
        () -> x.indexSelect(0, at.reshape(1, 2)),
        "indexSelect: indices [1, 2] have 2 axes: give one, [k]");
    refused(
        () -> x.indexSelect(0, Tensor.ints(-1)),
        "indexSelect: index -1 at position 0 is not in 0 … 2: check the data");
    refused(
        () -> x.indexAdd(1, at, Tensor.zeros(3, 3)),
        "indexAdd: [3, 2] and source [3, 3] do not fit along axis 1: give one slab for each of 2"
            + " indices");
    refused(
        () -> x.indexAdd(1, Tensor.ints(0, 2), x),
        "indexAdd: index 2 at position 1 is not in 0 … 1: check the data");
    refused(
        () -> x.embedding(at, 3),
        "embedding: row 3 for padding is not in table [3, 2]: use one of its rows, or gatherRows"
            + " without padding");
    refused(
        () -> x.embedding(Tensor.ints(4), 0),
        "embedding: index 4 at position 0 is not in 0 … 2: check the data");
    refused(
        () -> at.oneHot(1, DType.FLOAT32),
        "oneHot: index 1 at position 1 is not in 0 … 0: check the data");
    refused(() -> at.oneHot(-1, DType.FLOAT32), "oneHot: size -1 is negative: use 0 or more");
    refused(
        () -> at.oneHot(2, DType.INT32),
        "oneHot: the result is to be INT32: use FLOAT32 or FLOAT64");
    refused(
        () -> Tensor.of(1f).oneHot(2, DType.FLOAT32),
        "oneHot: indices are FLOAT32 and must be INT32: make them with Tensor.ints(…) or"
            + " to(INT32)");
    refused(
        () -> x.maskedSelect(Tensor.ints(1)),
        "maskedSelect: the mask is INT32 [1] and the tensor FLOAT32: use to(FLOAT32) on the mask");
    refused(
        () -> x.maskedSelect(Tensor.zeros(3)),
        "maskedSelect: shape [3] does not broadcast to [3, 2]: sizes are aligned at the last axis"
            + " and must be equal or 1");
    refused(
        () -> Tensor.zeros(0).gather(0, Tensor.ints(0)),
        "gather: index 0 at position 0 is out of range, the axis is empty: check the data");
    refused(
        () -> Tensor.ints(1, 2).oneHot(1 << 30, DType.FLOAT32),
        "shape: [2, 1073741824] has more than 2147483639 elements: split it");
  }

  private static void refused(Runnable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call::run).withMessage(message);
  }
}
