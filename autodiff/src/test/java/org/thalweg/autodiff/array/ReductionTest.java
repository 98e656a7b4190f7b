package org.thalweg.autodiff.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ReductionTest {
  @Test
  void aShapeOfOtherSizeIsRefused() {
    Array x = Array.full(DType.FLOAT32, Shape.of(2, 3), 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reduction.SUM.apply(x, Shape.of(4096), 0))
        .withMessage(
            "sum: of shape [2, 3] along axes [0] 3 elements are left, and [4096] has 4096: give the"
                + " shape of what is left");
    assertThatIllegalArgumentException().isThrownBy(() -> Reduction.SUM.apply(x, Shape.of(1), 1));
  }

  private static Array numbers(int... sizes) {
    Array x = Array.uninitialised(DType.FLOAT32, Shape.of(sizes));
    for (int i = 0; i < x.elements(); i++) {
      x.floats()[i] = i - 1.5f;
    }
    return x;
  }

  @Test
  void alongAxesOfOneElementEveryReductionIsACopy() {
    Array x = numbers(2, 1, 3, 1);
    for (Reduction reduction : Reduction.values()) {
      Array y = reduction.apply(x, 1, 3);
      assertThat(y.shape()).isEqualTo(x.shape());
      assertThat(y.floats()).isEqualTo(x.floats()).isNotSameAs(x.floats());
    }
  }

  @Test
  void aSumOfNegativeZerosIsZeroAndWhatWasNotRepeatedStays() {
    Array x = Array.full(DType.FLOAT32, Shape.of(2, 1), -0.0);
    assertThat(Reduction.SUM.apply(x, 1).floats()).startsWith(0.0f, 0.0f);
    assertThat(Reduction.sumTo(x, Shape.of(1)).floats()).startsWith(0.0f);
    assertThat(Reduction.sumTo(x, Shape.of(2, 1)).floats()).startsWith(-0.0f, -0.0f);
  }

  @Test
  void aSumToAShapeOfAsManyElementsSharesTheMemory() {
    Array x = numbers(1, 1, 3);
    Array row = Reduction.sumTo(x, Shape.of(3));
    assertThat(row.shape()).isEqualTo(Shape.of(3));
    assertThat(row.floats()).isSameAs(x.floats());
  }

  @Test
  void aSumToASmallerShapeAddsUpWhatWasRepeated() {
    assertThat(Reduction.sumTo(numbers(2, 3), Shape.of(3)).floats()).containsExactly(0, 2, 4);
    assertThat(Reduction.sumTo(numbers(2, 3), Shape.of(2, 1)).floats())
        .containsExactly(-1.5f, 7.5f);
    assertThat(Reduction.sumTo(numbers(0, 3), Shape.of(3)).floats()).containsExactly(0, 0, 0);
  }

  @Test
  void whatDoesNotBroadcastOrIsWholeIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reduction.sumTo(numbers(2, 3), Shape.of(2)))
        .withMessageStartingWith("sumTo: shape [2] does not broadcast to [2, 3]");
    Array whole = Array.zeros(DType.INT32, Shape.of(1, 3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reduction.sumTo(whole, Shape.of(3)))
        .withMessageStartingWith("sumTo: ");
  }
}
