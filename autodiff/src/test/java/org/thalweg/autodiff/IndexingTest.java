package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
}
