package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;

class ShapesTest {
  private static final Tensor X = Tensor.arange(DType.FLOAT64, 24).reshape(2, 3, 4);

  @Test
  void reshapingKeepsTheOrderAndSharesTheMemory() {
    Tensor y = X.reshape(6, 4);
    assertThat(y.toDoubles()).containsExactly(X.toDoubles());
    assertThat(y.array().data()).isSameAs(X.array().data());
    assertThat(X.reshape(2, 3, 4)).isSameAs(X);
  }

  @Test
  void oneOpenSizeIsFound() {
    assertThat(X.reshape(-1).shape()).isEqualTo(Shape.of(24));
    assertThat(X.reshape(4, -1).shape()).isEqualTo(Shape.of(4, 6));
    assertThat(X.reshape(2, -1, 2, 2).shape()).isEqualTo(Shape.of(2, 3, 2, 2));
    assertThat(Tensor.zeros(0, 3).reshape(-1, 3).shape()).isEqualTo(Shape.of(0, 3));
    assertThat(Tensor.scalar(1f).reshape(-1).shape()).isEqualTo(Shape.of(1));
    assertThat(Tensor.zeros(1, 1).reshape().shape()).isEqualTo(Shape.SCALAR);
  }

  @Test
  void sizesThatDoNotFillAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> X.reshape(5, 5))
        .withMessage("reshape: shape [2, 3, 4] has 24 elements and [5, 5] has 25: keep the number");
    for (int[] sizes : new int[][] {{5, -1}, {0, -1}}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> X.reshape(sizes))
          .withMessage(
              "reshape: [2, 3, 4] with 24 elements does not fill %s: choose sizes whose product"
                  + " divides it",
              java.util.Arrays.toString(sizes));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> X.reshape(-1, 2, -1))
        .withMessage("reshape: two sizes are -1 in [-1, 2, -1]: only one can be found");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> X.reshape(-2, 12))
        .withMessage("shape: a size is negative, [-2, 12]: use 0 or more");
  }

  @Test
  void axesAreExchanged() {
    assertThat(X.transpose().shape()).isEqualTo(Shape.of(2, 4, 3));
    assertThat(X.transpose().get(1, 3, 2)).isEqualTo(X.get(1, 2, 3));
    Tensor y = X.permute(2, 0, 1);
    assertThat(y.shape()).isEqualTo(Shape.of(4, 2, 3));
    assertThat(y.get(3, 1, 2)).isEqualTo(X.get(1, 2, 3));
    assertThat(X.permute(-1, 0, 1).sameBits(y)).isTrue();
    assertThat(Tensor.scalar(3f).permute().item()).isEqualTo(3);
  }

  @Test
  void anOrderNamesEachAxisOnce() {
    for (int[] order : new int[][] {{0, 1}, {0, 0, 1}, {0, 1, 2, 0}, {}, {0, 1, -2}}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> X.permute(order))
          .withMessage(
              "permute: order %s does not name each axis of [2, 3, 4] once: give 3 axes",
              java.util.Arrays.toString(order));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> X.permute(0, 1, 3))
        .withMessage("permute: there is no axis 3 in shape [2, 3, 4]: use -3 to 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.of(1f).transpose())
        .withMessage("transpose: shape [1] has no two axes: reshape it first");
  }

  @Test
  void aSliceIsAPartOfOneAxis() {
    Tensor y = X.slice(-1, 1, 3);
    assertThat(y.shape()).isEqualTo(Shape.of(2, 3, 2));
    assertThat(y.get(1, 2, 0)).isEqualTo(X.get(1, 2, 1));
    assertThat(X.slice(0, 1, 1).shape()).isEqualTo(Shape.of(0, 3, 4));
    assertThat(X.slice(1, 0, 3).sameBits(X)).isTrue();
  }

  @Test
  void aRangeOutsideOfTheAxisIsRefused() {
    for (int[] range : new int[][] {{-1, 2}, {2, 1}, {0, 4}, {4, 4}}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> X.slice(1, range[0], range[1]))
          .withMessage(
              "slice: %d to %d is not inside axis 1 of [2, 3, 4]: use 0 ≤ from ≤ to ≤ 3",
              range[0], range[1]);
    }
  }

  @Test
  void tensorsJoinAlongAnAxis() {
    Tensor y = X.concat(1, X.slice(1, 0, 1), X.slice(1, 2, 2));
    assertThat(y.shape()).isEqualTo(Shape.of(2, 4, 4));
    assertThat(y.slice(1, 0, 3).sameBits(X)).isTrue();
    assertThat(y.slice(1, 3, 4).sameBits(X.slice(1, 0, 1))).isTrue();
    assertThat(X.concat(-3, X).shape()).isEqualTo(Shape.of(4, 3, 4));
    assertThat(Tensor.ints(1).concat(0, Tensor.ints(2)).toInts()).containsExactly(1, 2);
    assertThat(X.concat(0).sameBits(X)).isTrue();
  }

  @Test
  void whatDoesNotJoinIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> X.concat(1, Tensor.zeros(DType.FLOAT64, 2, 3, 5)))
        .withMessage(
            "concat: FLOAT64 [2, 3, 4] and FLOAT64 [2, 3, 5] do not join along axis 1: types and"
                + " all other sizes must be equal");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> X.concat(1, Tensor.zeros(2, 3, 4)))
        .withMessageContaining("FLOAT64 [2, 3, 4] and FLOAT32 [2, 3, 4] do not join");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> X.concat(1, Tensor.zeros(DType.FLOAT64, 2, 3)))
        .withMessageContaining("and FLOAT64 [2, 3] do not join");
  }

  @Test
  void broadcastingIsCarriedOut() {
    Tensor row = Tensor.of(1.0, 2.0);
    Tensor y = row.broadcastTo(Shape.of(3, 2));
    assertThat(y.toDoubles()).containsExactly(1, 2, 1, 2, 1, 2);
    assertThat(row.broadcastTo(Shape.of(2))).isSameAs(row);
    assertThat(row.reshape(2, 1).broadcastTo(Shape.of(2, 0)).shape()).isEqualTo(Shape.of(2, 0));
    for (Shape wrong : new Shape[] {Shape.of(3), Shape.of(2, 1), Shape.SCALAR, Shape.of(2, 3)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> row.broadcastTo(wrong))
          .withMessage(
              "broadcastTo: shape [2] does not broadcast to %s: sizes are aligned at the last axis"
                  + " and must be equal or 1",
              wrong);
    }
  }

  @Test
  void gradientsAreSlopesToSecondOrder() {
    Tensor x = Numeric.random(1, 2, 3, 2);
    Numeric.check("reshape", t -> t.reshape(3, -1).square(), x);
    Numeric.check("transpose", t -> t.transpose().square(), x);
    Numeric.check("permute", t -> t.permute(2, 0, 1).square(), x);
    Numeric.check("slice", t -> t.slice(1, 1, 3).square(), x);
    Numeric.check("concat", t -> t.concat(1, t.square(), t.slice(1, 0, 1)).square(), x);
    Numeric.check("broadcastTo", t -> t.broadcastTo(Shape.of(4, 2, 3, 2)).square(), x);
    Numeric.check("sumTo", t -> t.sumTo(Shape.of(3, 1)).square(), x);
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLOAT32", "FLOAT64", "INT32"})
  void everyTypeMoves(DType dtype) {
    Tensor x = X.to(dtype);
    for (Tensor y :
        new Tensor[] {
          x.reshape(-1), x.transpose(), x.slice(0, 0, 1), x.concat(0, x), x.permute(1, 2, 0)
        }) {
      assertThat(y.dtype()).isEqualTo(dtype);
    }
    assertThat(x.permute(1, 2, 0).get(2, 3, 1)).isEqualTo(X.get(1, 2, 3));
  }
}
