package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.operation.Padding;

class PartsTest {
  private static final Tensor X = Tensor.arange(DType.FLOAT64, 6).reshape(2, 3);

  @Test
  void partsAndWholesAreInverse() {
    List<Tensor> parts = X.split(1, 2, 0, 1);
    assertThat(parts)
        .extracting(Tensor::shape)
        .containsExactly(Shape.of(2, 2), Shape.of(2, 0), Shape.of(2, 1));
    assertThat(parts.get(0).concat(1, parts.get(1), parts.get(2)).sameBits(X)).isTrue();
    assertThat(X.chunk(-1, 2)).extracting(t -> t.shape().size(1)).containsExactly(2, 1);
    assertThat(Tensor.zeros(5).chunk(0, 4)).as("two each").hasSize(3);
    assertThat(Tensor.zeros(2).chunk(0, 5)).hasSize(2);
    assertThat(Tensor.zeros(0).chunk(0, 3)).hasSize(3);
    assertThat(X.stack(0, X, X).shape()).isEqualTo(Shape.of(3, 2, 3));
    assertThat(X.stack(-1, X).get(1, 2, 1)).isEqualTo(5);
    assertThat(Tensor.scalar(1f).stack(0, Tensor.scalar(2f)).toFloats()).containsExactly(1, 2);
  }

  @Test
  void axesOfSizeOneComeAndGo() {
    Tensor x = X.reshape(1, 2, 1, 3);
    assertThat(x.squeeze().shape()).isEqualTo(Shape.of(2, 3));
    assertThat(x.squeeze(2).shape()).isEqualTo(Shape.of(1, 2, 3));
    assertThat(x.squeeze(0, -2).shape()).isEqualTo(Shape.of(2, 3));
    assertThat(X.unsqueeze(-1).shape()).isEqualTo(Shape.of(2, 3, 1));
    assertThat(X.unsqueeze(1).shape()).isEqualTo(Shape.of(2, 1, 3));
    assertThat(Tensor.scalar(1f).unsqueeze(0).shape()).isEqualTo(Shape.of(1));
    assertThat(Tensor.scalar(1f).flatten().shape()).isEqualTo(Shape.of(1));
    assertThat(x.swapAxes(-1, 1).shape()).isEqualTo(Shape.of(1, 3, 1, 2));
    assertThat(X.unsqueeze(0).expand(4, -1, -1).shape()).isEqualTo(Shape.of(4, 2, 3));
  }

  @Test
  void elementsRepeatTurnAndRoll() {
    Tensor x = Tensor.of(1f, 2, 3);
    assertThat(x.tile(2).toFloats()).containsExactly(1, 2, 3, 1, 2, 3);
    assertThat(x.tile(2, 1).shape()).isEqualTo(Shape.of(2, 3));
    assertThat(x.repeat(0, 2).toFloats()).containsExactly(1, 1, 2, 2, 3, 3);
    assertThat(x.flip(0).toFloats()).containsExactly(3, 2, 1);
    assertThat(X.flip().toDoubles()).containsExactly(5, 4, 3, 2, 1, 0);
    assertThat(x.roll(0, 1).toFloats()).containsExactly(3, 1, 2);
    assertThat(x.roll(0, -1).toFloats()).containsExactly(2, 3, 1);
    assertThat(x.roll(0, Integer.MIN_VALUE).toFloats()).containsExactly(3, 1, 2);
    assertThat(Tensor.zeros(0, 2).roll(0, 3).shape()).isEqualTo(Shape.of(0, 2));
    assertThat(Tensor.scalar(4f).flip().item()).isEqualTo(4);
  }

  @Test
  void anAxisIsPaddedInEveryMode() {
    Tensor x = Tensor.of(1f, 2, 3, 4);
    assertThat(x.pad(Padding.REFLECT, 0, 2, 3).toFloats())
        .containsExactly(3, 2, 1, 2, 3, 4, 3, 2, 1);
    assertThat(x.pad(Padding.REPLICATE, 0, 2, 5).toFloats())
        .containsExactly(1, 1, 1, 2, 3, 4, 4, 4, 4, 4, 4);
    assertThat(x.pad(Padding.CIRCULAR, 0, 4, 1).toFloats())
        .containsExactly(1, 2, 3, 4, 1, 2, 3, 4, 1);
    assertThat(x.pad(-1.5, 0, 1, 0).toFloats()).containsExactly(-1.5f, 1, 2, 3, 4);
    assertThat(Tensor.zeros(0).pad(7.0, 0, 1, 1).toFloats()).containsExactly(7, 7);
    Tensor y = x.tracked();
    assertThat(y.pad(Padding.REPLICATE, 0, 2, 0).sum().backward().of(y).toFloats())
        .containsExactly(3, 1, 1, 1);
  }

  @Test
  void trianglesAndDiagonals() {
    assertThat(X.triu(0).toDoubles()).containsExactly(0, 1, 2, 0, 4, 5);
    assertThat(X.tril(-1).toDoubles()).containsExactly(0, 0, 0, 3, 0, 0);
    assertThat(X.diagonal(1).toDoubles()).containsExactly(1, 5);
    assertThat(X.diagonal(-1).toDoubles()).containsExactly(3);
    assertThat(X.diagonal(3).shape()).isEqualTo(Shape.of(0));
    assertThat(Tensor.of(1f, 2).diagonalMatrix().toFloats()).containsExactly(1, 0, 0, 2);
    Tensor x = Tensor.of(new double[][] {{1, Double.NaN}, {Double.NaN, 4}});
    assertThat(x.triu(1).tril(0).toDoubles()).as("nothing is multiplied").containsOnly(0);
  }

  @Test
  void gradientsAreSlopesToSecondOrder() {
    Tensor x = Numeric.random(1, 3, 4, 2);
    Numeric.check("split", t -> t.split(1, 1, 3).get(1).times(t.split(1, 3, 1).get(0)), x);
    Numeric.check("chunk", t -> t.chunk(0, 2).get(0).square(), x);
    Numeric.check("stack", t -> t.stack(1, t.square(), t).square(), x);
    Numeric.check("flip", t -> t.flip(0, -1).times(t), x);
    Numeric.check("roll", t -> t.roll(1, 3).times(t), x);
    Numeric.check("tile", t -> t.tile(2, 1, 3).square(), x);
    Numeric.check("repeat", t -> t.repeat(1, 3).square(), x);
    Numeric.check("expand", t -> t.expand(2, -1, -1, -1).square(), x);
    for (Padding mode : Padding.values()) {
      Numeric.check("pad " + mode, t -> t.pad(mode, 1, 2, 3).square(), x);
    }
    Numeric.check("pad", t -> t.pad(2.0, 1, 2, 3).square(), x);
    Numeric.check("triu", t -> t.triu(1).square(), x);
    Numeric.check("tril", t -> t.tril(1).square(), x);
    Numeric.check("diagonal", t -> t.diagonal(-1).square(), x);
    Numeric.check("diagonalMatrix", t -> t.diagonalMatrix().square(), Numeric.random(2, 2, 3));
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void largeTensorsMoveAsAPlainLoopDoes(DType dtype) {
    int rows = 211;
    int columns = 1009;
    Tensor x = Tensor.arange(rows * columns).reshape(rows, columns).to(dtype);
    Tensor rolled = x.roll(1, 7);
    Tensor flipped = x.flip(0);
    Tensor repeated = x.repeat(0, 2);
    Tensor padded = x.pad(Padding.CIRCULAR, 1, 100, 3);
    for (int i = 0; i < rows; i += 3) {
      for (int j = 0; j < columns; j += 5) {
        boolean isRight =
            rolled.get(i, j) == x.get(i, Math.floorMod(j - 7, columns))
                && flipped.get(i, j) == x.get(rows - 1 - i, j)
                && repeated.get(2 * i + 1, j) == x.get(i, j)
                && padded.get(i, j) == x.get(i, Math.floorMod(j - 100, columns));
        if (!isRight) {
          assertThat(isRight).as("at %d %d", i, j).isTrue();
        }
      }
    }
  }

  @Test
  void aLongRepetitionHasAnExactGradient() {
    Tensor x = Tensor.of(0.5f, 0.25f).tracked();
    Tensor weights = Tensor.full(DType.FLOAT32, 0.1f, 2_000_000);
    assertThat(x.tile(1_000_000).times(weights).sum().backward().of(x).get(0))
        .isCloseTo(0.1f * 1e6, within(0.1));
  }

  private static void refused(Runnable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call::run).withMessage(message);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    refused(
        () -> X.split(1, 1, 1),
        "split: sizes [1, 1] do not cut axis 1 of [2, 3]: give sizes that add up to 3");
    refused(
        () -> X.split(1, 4, -1),
        "split: sizes [4, -1] do not cut axis 1 of [2, 3]: give sizes that add up to 3");
    refused(() -> X.chunk(0, 0), "chunk: 0 parts: use 1 or more");
    refused(
        () -> X.stack(0, Tensor.zeros(2, 3)),
        "stack: FLOAT64 [2, 3] and FLOAT32 [2, 3] differ: give tensors of one type and shape");
    refused(
        () -> X.stack(0, X.transpose()),
        "stack: FLOAT64 [2, 3] and FLOAT64 [3, 2] differ: give tensors of one type and shape");
    refused(
        () -> X.stack(3, X),
        "stack: there is no place for a new axis 3 in shape [2, 3]: use -3 to 2");
    refused(
        () -> X.unsqueeze(-4),
        "unsqueeze: there is no place for a new axis -4 in shape [2, 3]: use -3 to 2");
    refused(() -> X.squeeze(0), "squeeze: axis 0 of [2, 3] has size 2: only axes of size 1 can go");
    refused(
        () -> X.expand(-1, -1, -1),
        "expand: sizes [-1, -1, -1] of [2, 3] have no size for axis 0: give 0 or more, or -1 for"
            + " an axis that is there");
    refused(
        () -> X.expand(2, 4),
        "broadcastTo: shape [2, 3] does not broadcast to [2, 4]: sizes are aligned at the last axis"
            + " and must be equal or 1");
    refused(
        () -> X.sumTo(Shape.of(2)),
        "sumTo: shape [2] does not broadcast to [2, 3]: sizes are aligned at the last axis and must"
            + " be equal or 1");
    refused(() -> X.tile(2), "tile: repeats [2] leave out axes of [2, 3]: give one for each axis");
    refused(() -> X.tile(1, -1), "tile: -1 times is negative: use 0 or more");
    refused(() -> X.repeat(0, -2), "repeat: -2 times is negative: use 0 or more");
    refused(
        () -> X.pad(Padding.REFLECT, 1, 3, 0),
        "pad: REFLECT by 3 and 0 is more than axis 1 of [2, 3] can give: use 2 at most");
    refused(
        () -> X.pad(Padding.CIRCULAR, 1, 0, 4),
        "pad: CIRCULAR by 0 and 4 is more than axis 1 of [2, 3] can give: use 3 at most");
    refused(
        () -> Tensor.zeros(0).pad(Padding.REPLICATE, 0, 1, 0),
        "pad: REPLICATE by 1 and 0 is more than axis 0 of [0] can give: use 0 at most");
    refused(
        () -> X.pad(0.0, 0, -1, 0),
        "pad: by -1 and 0 along axis 0 is negative: use 0 or more, or slice");
    refused(
        () -> X.pad(Padding.REFLECT, 0, 0, -1),
        "pad: by 0 and -1 along axis 0 is negative: use 0 or more, or slice");
    refused(
        () -> Tensor.ints(1).pad(0.5, 0, 1, 0),
        "pad: 0.5 is not a whole number in the range of INT32: use another type");
    refused(() -> Tensor.of(1f).triu(0), "triu: shape [1] has no two axes: reshape it first");
    refused(
        () -> Tensor.of(1f).diagonal(0), "diagonal: shape [1] has no two axes: reshape it first");
    refused(
        () -> Tensor.scalar(1f).diagonalMatrix(),
        "axis: there is no axis -1 in shape []: a scalar has none");
    refused(() -> X.swapAxes(0, 2), "axis: there is no axis 2 in shape [2, 3]: use -2 to 1");
    refused(() -> X.flip(0, -2), "axis: axis 0 is named twice in [0, -2]");
  }

  @Test
  void sizesBeyondEveryArrayAreRefusedBeforeAnythingIsDone() {
    Tensor wide = Tensor.zeros(65_536);
    refused(
        () -> wide.tile(65_536),
        "tile: an axis would have size 4294967296, over 2147483639: split it");
    refused(
        () -> wide.tile(65_536, 1),
        "shape: [65536, 65536] has more than 2147483639 elements: split it");
    refused(
        () -> wide.repeat(0, Integer.MAX_VALUE),
        "repeat: an axis would have size 140737488289792, over 2147483639: split it");
    refused(
        () -> wide.diagonalMatrix(),
        "shape: [65536, 65536] has more than 2147483639 elements: split it");
    refused(
        () -> wide.expand(65_536, -1),
        "shape: [65536, 65536] has more than 2147483639 elements: split it");
    refused(
        () -> wide.pad(0.0, 0, Integer.MAX_VALUE, 7),
        "pad: an axis would have size 2147549190, over 2147483639: split it");
    refused(
        () -> wide.pad(Padding.REPLICATE, 0, Integer.MAX_VALUE, Integer.MAX_VALUE),
        "pad: an axis would have size 4295032830, over 2147483639: split it");
    refused(
        () -> wide.reshape(-1, 1).pad(0.0, 1, 65_536, 0),
        "shape: [65536, 65537] has more than 2147483639 elements: split it");
  }
}
