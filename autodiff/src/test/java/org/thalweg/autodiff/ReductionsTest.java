package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Naive;
import org.thalweg.autodiff.array.Shape;

class ReductionsTest {
  /// What many numbers are as one, by name, and by a plain loop.
  enum Kind {
    SUM(Tensor::sum, Tensor::sumKept, v -> v.stream().mapToDouble(x -> x).sum()),
    MEAN(Tensor::mean, Tensor::meanKept, v -> SUM.naive.applyAsDouble(v) / v.size()),
    MAX(Tensor::max, Tensor::maxKept, v -> v.stream().mapToDouble(x -> x).max().orElseThrow()),
    MIN(Tensor::min, Tensor::minKept, v -> v.stream().mapToDouble(x -> x).min().orElseThrow()),
    VARIANCE(Tensor::variance, Tensor::varianceKept, Kind::variance),
    LOG_SUM_EXP(
        Tensor::logSumExp,
        Tensor::logSumExpKept,
        v -> Math.log(v.stream().mapToDouble(Math::exp).sum()));

    interface OverAxes {
      Tensor apply(Tensor x, int... axes);
    }

    final OverAxes dropped;
    final OverAxes kept;
    final ToDoubleFunction<List<Double>> naive;

    Kind(OverAxes dropped, OverAxes kept, ToDoubleFunction<List<Double>> naive) {
      this.dropped = dropped;
      this.kept = kept;
      this.naive = naive;
    }

    private static double variance(List<Double> v) {
      double mean = MEAN.naive.applyAsDouble(v);
      return v.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum() / v.size();
    }
  }

  /// All sets of axes of a rank, the empty one left out (it stands for all).
  private static List<int[]> sets(int rank) {
    List<int[]> sets = new ArrayList<>();
    for (int bits = 1; bits < 1 << rank; bits++) {
      int chosen = bits;
      sets.add(
          java.util.stream.IntStream.range(0, rank).filter(k -> (chosen >> k & 1) == 1).toArray());
    }
    return sets;
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void anyAxesAreReducedAsAPlainLoopDoes(Kind kind) {
    Tensor x = Numeric.random(1, 3, 2, 4, 3);
    for (int[] axes : sets(4)) {
      Tensor kept = kind.kept.apply(x, axes);
      Tensor dropped = kind.dropped.apply(x, axes);
      assertThat(kept.shape()).isEqualTo(x.shape().reduced(axes, true));
      assertThat(dropped.shape()).isEqualTo(x.shape().reduced(axes, false));
      assertThat(dropped.toDoubles()).containsExactly(kept.toDoubles());
      Naive.forEach(
          kept.shape(),
          index ->
              assertThat(kept.get(index))
                  .as("%s over %s", kind, Arrays.toString(axes))
                  .isCloseTo(kind.naive.applyAsDouble(group(x, axes, index)), within(1e-14)));
    }
  }

  /// The elements that reduce to one index of the result.
  private static List<Double> group(Tensor x, int[] axes, int... index) {
    List<Double> group = new ArrayList<>();
    Naive.forEach(
        x.shape(),
        at -> {
          boolean isHere = true;
          for (int axis = 0; axis < at.length; axis++) {
            isHere &= Arrays.binarySearch(axes, axis) >= 0 || at[axis] == index[axis];
          }
          if (isHere) {
            group.add(x.get(at));
          }
        });
    return group;
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void negativeAxesCountFromTheEndAndNoneStandsForAll(Kind kind) {
    Tensor x = Numeric.random(2, 3, 4, 5);
    assertThat(kind.dropped.apply(x, -1).sameBits(kind.dropped.apply(x, 2))).isTrue();
    assertThat(kind.dropped.apply(x, -1, 0).sameBits(kind.dropped.apply(x, 0, 2))).isTrue();
    assertThat(kind.dropped.apply(x).shape()).isEqualTo(Shape.SCALAR);
    assertThat(kind.dropped.apply(x).sameBits(kind.dropped.apply(x, 0, 1, 2))).isTrue();
    assertThat(kind.kept.apply(x).shape()).isEqualTo(Shape.of(1, 1, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kind.dropped.apply(x, 3))
        .withMessage("axis: there is no axis 3 in shape [3, 4, 5]: use -3 to 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kind.dropped.apply(x, 0, -3))
        .withMessage("axis: axis 0 is named twice in [0, -3]: name each axis once");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void gradientsAreSlopesToSecondOrder(Kind kind) {
    Tensor x = Numeric.random(3, 3, 2, 4).plus(Tensor.arange(DType.FLOAT64, 4));
    for (int[] axes : sets(3)) {
      String what = kind + " over " + Arrays.toString(axes);
      Numeric.check(what, t -> kind.dropped.apply(t, axes), x);
    }
    Numeric.check(kind + " kept", t -> kind.kept.apply(t, 1).times(t), x);
  }

  @Test
  void overNothingThereIsASumAndNoExtreme() {
    Tensor none = Tensor.zeros(2, 0);
    assertThat(none.sum(1).toFloats()).containsExactly(0, 0);
    assertThat(none.sum().item()).isZero();
    assertThat(none.mean(1).toFloats()).containsExactly(Float.NaN, Float.NaN);
    assertThat(none.logSumExp(1).toFloats())
        .containsExactly(Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY);
    assertThat(none.max(0).shape()).as("no groups at all").isEqualTo(Shape.of(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> none.max(1))
        .withMessage("max: shape [2, 0] has nothing along axes [1]: check that it is not empty");
    assertThatIllegalArgumentException()
        .isThrownBy(none::min)
        .withMessage("min: shape [2, 0] has nothing along axes [0, 1]: check that it is not empty");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> none.argmax(1))
        .withMessage("argmax: shape [2, 0] has nothing along axis 1: check its size");
  }

  @Test
  void gradientsOfNothingAreEmpty() {
    Parameter w = new Parameter("w", Tensor.zeros(2, 0));
    for (Tensor loss : List.of(w.sum(), w.mean(), w.logSumExp(), w.square().sum(0).sum())) {
      assertThat(loss.backward().of(w).shape()).isEqualTo(Shape.of(2, 0));
    }
  }

  @Test
  void equalExtremesShareTheGradientEvenly() {
    Tensor x = Tensor.of(2.0, 5.0, 5.0, 1.0).tracked();
    assertThat(x.max().backward().of(x).toDoubles()).containsExactly(0, 0.5, 0.5, 0);
    Tensor y = Tensor.of(new double[][] {{3, 3, 3}, {1, 0, 0}}).tracked();
    assertThat(y.min(1).sum().backward().of(y).toDoubles())
        .containsExactly(1 / 3.0, 1 / 3.0, 1 / 3.0, 0, 0.5, 0.5);
    Tensor a = Tensor.of(2.0).tracked();
    Tensor b = Tensor.of(2.0).tracked();
    Gradients gradients = a.max(b).sum().backward();
    assertThat(gradients.of(a).item()).isEqualTo(0.5);
    assertThat(gradients.of(b).item()).isEqualTo(0.5);
  }

  @Test
  void notANumberWinsAndTakesTheGradient() {
    Tensor x = Tensor.of(new double[][] {{2, Double.NaN, 9}, {1, 3, 2}}).tracked();
    for (Tensor extreme : List.of(x.max(1), x.min(1))) {
      assertThat(extreme.get(0)).isNaN();
      assertThat(extreme.get(1)).isNotNaN();
    }
    assertThat(x.max(1).sum().backward().of(x).toDoubles()).containsExactly(0, 1, 0, 0, 1, 0);
    assertThat(x.argmax(1).toInts()).containsExactly(1, 1);
  }

  @Test
  void theFirstOfEqualsIsTheLargest() {
    Tensor x = Tensor.of(new float[][] {{1, 7, 7}, {7, 1, 7}});
    assertThat(x.argmax(1).toInts()).containsExactly(1, 0);
    assertThat(x.argmax(-2).toInts()).containsExactly(1, 0, 0);
    assertThat(x.argmax(1).dtype()).isEqualTo(DType.INT32);
    assertThat(Tensor.of(-0f, 0f).argmax(0).item()).as("zeros are equal").isZero();
  }

  @Test
  void theVarianceOfALargeOffsetIsRight() {
    for (float offset : new float[] {0, 1e4f, 1e6f}) {
      float[] values = new float[1000];
      for (int i = 0; i < values.length; i++) {
        values[i] = offset + (i % 2 == 0 ? 1 : -1);
      }
      assertThat(Tensor.of(values).variance().item()).as("offset %f", offset).isEqualTo(1);
    }
    assertThat(Tensor.of(5f).variance().item()).isZero();
  }

  @Test
  void longSumsLoseNothing() {
    assertThat(Tensor.ones(1 << 25).sum().item()).isEqualTo(1 << 25);
    Tensor tenths = Tensor.full(DType.FLOAT32, 0.1f, 10_000_000);
    assertThat(tenths.sum().item() / (0.1f * 1e7)).isCloseTo(1, within(2e-7));
    assertThat(tenths.mean().item() / 0.1f).isCloseTo(1, within(2e-7));
  }
}
