package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import com.google.common.base.CaseFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Naive;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.array.Shape;

class ReductionsTest {
  /// What many numbers are as one, by name, and by a plain loop.
  enum Kind {
    SUM(Tensor::sum, Tensor::sumKept, v -> v.stream().mapToDouble(x -> x).sum()),
    MEAN(Tensor::mean, Tensor::meanKept, v -> SUM.naive.applyAsDouble(v) / v.size()),
    MAX(Tensor::max, Tensor::maxKept, v -> v.stream().mapToDouble(x -> x).max().orElseThrow()),
    MIN(Tensor::min, Tensor::minKept, v -> v.stream().mapToDouble(x -> x).min().orElseThrow()),
    VARIANCE(Tensor::variance, Tensor::varianceKept, Kind::variance),
    STANDARD_DEVIATION(
        Tensor::standardDeviation,
        Tensor::standardDeviationKept,
        v -> Math.sqrt(VARIANCE.naive.applyAsDouble(v))),
    SAMPLE_VARIANCE(Tensor::sampleVariance, Tensor::sampleVarianceKept, Kind::sampleVariance),
    SAMPLE_STANDARD_DEVIATION(
        Tensor::sampleStandardDeviation,
        Tensor::sampleStandardDeviationKept,
        v -> Math.sqrt(sampleVariance(v))),
    PROD(Tensor::prod, Tensor::prodKept, v -> v.stream().reduce(1.0, (a, b) -> a * b)),
    NORM(
        (x, axes) -> x.norm(2, axes),
        (x, axes) -> x.normKept(2, axes),
        v -> Math.sqrt(v.stream().mapToDouble(x -> x * x).sum())),
    NORM_3(
        (x, axes) -> x.norm(3, axes),
        (x, axes) -> x.normKept(3, axes),
        v -> Math.cbrt(v.stream().mapToDouble(x -> Math.abs(x * x * x)).sum())),
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

    /// The name of the method, as messages have it.
    String operation() {
      return this == NORM_3
          ? "norm"
          : CaseFormat.UPPER_UNDERSCORE.to(CaseFormat.LOWER_CAMEL, name());
    }

    private static double variance(List<Double> v) {
      double mean = MEAN.naive.applyAsDouble(v);
      return v.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum() / v.size();
    }

    private static double sampleVariance(List<Double> v) {
      return variance(v) * v.size() / (v.size() - 1);
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
        .withMessage(kind.operation() + ": there is no axis 3 in shape [3, 4, 5]: use -3 to 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kind.dropped.apply(x, 0, -3))
        .withMessage(kind.operation() + ": axis 0 is named twice in [0, -3]: name each axis once");
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

  /// A chain is every sixteenth of 256 elements: after 1 each 2⁻²⁴ is half a unit, and lost.
  @Test
  void aSumIsOffBySeventeenRoundingsAtMost() {
    double tiny = 0x1p-24;
    float[] numbers = new float[256];
    for (int i = 0; i < numbers.length; i += 16) {
      numbers[i] = i == 0 ? 1 : (float) tiny;
    }
    double exact = 1 + 15 * tiny;
    double sum = Tensor.of(numbers).sum().item();
    assertThat(sum).isEqualTo(1);
    assertThat(exact - sum).isEqualTo(15 * tiny).isLessThan(17 * tiny * exact);
    assertThat(Tensor.of(numbers).to(DType.FLOAT64).sum().item()).isEqualTo(exact);
  }

  @Test
  void aChainThatOverflowsIsInfiniteWhateverElseThereIs() {
    float most = Float.MAX_VALUE;
    float[] oneChain = new float[256];
    oneChain[0] = most;
    oneChain[16] = most;
    oneChain[32] = -most;
    assertThat(Tensor.of(oneChain).sum().item()).isInfinite();
    // Beside each other they are in chains of their own, and meet in double precision.
    assertThat(Tensor.of(most, most, -most).sum().item()).isEqualTo(most);
  }

  @Test
  void integersAreRefusedByTheNameOfTheOperation() {
    Tensor x = Tensor.ints(1, 2);
    Map<String, UnaryOperator<Tensor>> calls = new LinkedHashMap<>();
    calls.put("sum", Tensor::sum);
    calls.put("prod", Tensor::prod);
    calls.put("mean", Tensor::mean);
    calls.put("variance", Tensor::variance);
    calls.put("standardDeviation", Tensor::standardDeviation);
    calls.put("sampleVariance", Tensor::sampleVariance);
    calls.put("sampleStandardDeviation", Tensor::sampleStandardDeviation);
    calls.put("norm", t -> t.norm(2));
    calls.put("normalized", t -> t.normalized(0));
    calls.put("max", Tensor::max);
    calls.put("min", Tensor::min);
    calls.put("any", Tensor::any);
    calls.put("all", Tensor::all);
    calls.put("cumsum", t -> t.cumsum(0));
    calls.put("cumprod", t -> t.cumprod(0));
    calls.put("logSumExp", Tensor::logSumExp);
    calls.put("softmax", t -> t.softmax(0));
    calls.put("logSoftmax", t -> t.logSoftmax(0));
    calls.put("crossEntropy", t -> t.crossEntropy(t));
    calls.put("argmax", t -> t.argmax(0));
    calls.put("argmin", t -> t.argmin(0));
    calls.forEach(
        (name, call) ->
            assertThatIllegalArgumentException()
                .isThrownBy(() -> call.apply(x))
                .withMessage(
                    name
                        + ": INT32 has no arithmetic, shape [2]: use to(FLOAT32) or to(FLOAT64)"
                        + " first"));
  }

  @Test
  void whatIsUsedAfterItsScopeIsRefused() {
    Tensor[] gone = new Tensor[1];
    Scope.run(() -> gone[0] = Tensor.uniform(1, 2000).plus(0));
    for (UnaryOperator<Tensor> call :
        List.<UnaryOperator<Tensor>>of(
            Tensor::prod,
            t -> t.norm(2),
            t -> t.cumsum(0),
            t -> t.sort(0, true).values(),
            t -> t.median(0),
            Tensor::any,
            Tensor::standardDeviation,
            t -> t.flip(0),
            t -> t.roll(0, 3),
            t -> t.pad(0.0, 0, 1, 1),
            t -> t.gather(0, Tensor.ints(1)),
            t -> t.maskedSelect(t))) {
      assertThatIllegalStateException()
          .isThrownBy(() -> call.apply(gone[0]))
          .withMessageContaining("was used after its scope ended");
    }
  }

  @Test
  void oneElementIsNoSampleAndNothingHasNoSpread() {
    Tensor one = Tensor.of(3.0).tracked();
    assertThat(one.sampleVariance().item()).isNaN();
    assertThat(one.sampleStandardDeviation().item()).isNaN();
    assertThat(one.standardDeviation().item()).isZero();
    assertThat(one.standardDeviation().backward().of(one).item()).isZero();
    Tensor none = Tensor.zeros(0);
    assertThat(none.sampleVariance().item()).isNaN();
    assertThat(none.standardDeviation().item()).isNaN();
    assertThat(none.sampleStandardDeviation().item()).isNaN();
    assertThat(none.prod().item()).isEqualTo(1);
    assertThat(none.any().item()).isZero();
    assertThat(none.all().item()).isEqualTo(1);
    assertThat(none.cumsum(0).shape()).isEqualTo(Shape.of(0));
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void equalValuesHaveNoDeviationAndNoGradientWhateverTheyAre(DType dtype) {
    for (double value : new double[] {0.1, 1e6, -7.3, 1e-30, 3e38, 0}) {
      for (int n : new int[] {2, 3, 7, 10, 1000}) {
        Tensor x = Tensor.full(dtype, value, n).tracked();
        for (Tensor y : List.of(x.standardDeviation(), x.sampleStandardDeviation())) {
          assertThat(y.item()).as("%d times %s", n, value).isZero();
          assertThat(y.backward().of(x).toDoubles()).containsOnly(0);
        }
      }
    }
  }

  @Test
  void aDeviationDoesNotOverflow() {
    Tensor x = Tensor.of(1e30f, -1e30f, 1e30f, -1e30f).tracked();
    assertThat(x.standardDeviation().item()).isCloseTo(1e30, within(1e24));
    assertThat(x.standardDeviation().backward().of(x).get(0)).isCloseTo(0.25, within(1e-6));
  }

  @Test
  void anyAndAllAskWhatIsNotZero() {
    Tensor x = Tensor.of(new double[][] {{0, -0.0}, {0, Double.NaN}, {1, -2}}).tracked();
    assertThat(x.any(1).toDoubles()).containsExactly(0, 1, 1);
    assertThat(x.all(1).toDoubles()).containsExactly(0, 0, 1);
    assertThat(x.anyKept(0).shape()).isEqualTo(Shape.of(1, 2));
    assertThat(x.allKept(0, 1).shape()).isEqualTo(Shape.of(1, 1));
    assertThat(x.any().dtype()).isEqualTo(DType.FLOAT64);
    assertThat(Tensor.zeros(2, 0).any(1).toFloats()).containsExactly(0, 0);
    assertThat(Tensor.zeros(2, 0).all(1).toFloats()).containsExactly(1, 1);
  }

  @Test
  void crossEntropyNeedsAClass() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.zeros(2, 0).crossEntropy(Tensor.ints(0, 0)))
        .withMessage("crossEntropy: logits [2, 0] have no classes: give one at least");
  }
}
