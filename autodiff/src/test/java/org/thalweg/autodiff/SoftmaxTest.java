package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.array.normal.Exponentials;
import org.thalweg.autodiff.operation.normal.Normalizations;

@Tag("alone")
class SoftmaxTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  private static Tensor rows(double[]... rows) {
    return Tensor.of(rows);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void largeLogitsHaveTheLossAndTheGradientOfTheLimit(DType dtype) {
    Tensor logits = rows(new double[] {1000, 0}).to(dtype).tracked();
    Tensor loss = logits.crossEntropy(Tensor.ints(1));
    assertThat(loss.shape()).isEqualTo(Shape.of(1));
    assertThat(loss.item()).isEqualTo(1000);
    assertThat(loss.sum().backward().of(logits).toDoubles()).containsExactly(1, -1);
    Tensor right = logits.crossEntropy(Tensor.ints(0));
    assertThat(right.item()).isZero();
    assertThat(right.sum().backward().of(logits).toDoubles()).containsExactly(0, 0);
  }

  @Test
  void crossEntropyIsTheNegativeLogarithmOfTheShare() {
    Tensor logits = Numeric.random(1, 4, 5);
    int[] labels = {3, 0, 0, 4};
    Tensor losses = logits.crossEntropy(Tensor.ints(labels));
    for (int row = 0; row < 4; row++) {
      double sum = 0;
      for (int column = 0; column < 5; column++) {
        sum += Math.exp(logits.get(row, column));
      }
      double expected = -Math.log(Math.exp(logits.get(row, labels[row])) / sum);
      assertThat(losses.get(row)).isCloseTo(expected, within(1e-15));
    }
  }

  @Test
  void gradientsAreSlopesToSecondOrder() {
    Tensor x = Numeric.random(2, 3, 4, 2);
    for (int axis = 0; axis < 3; axis++) {
      int along = axis;
      Numeric.check("softmax along " + axis, t -> t.softmax(along), x);
      Numeric.check("logSoftmax along " + axis, t -> t.logSoftmax(along), x);
    }
    Tensor labels = Tensor.ints(3, 1, 1);
    Numeric.check("crossEntropy", t -> t.crossEntropy(labels), Numeric.random(3, 3, 4));
  }

  @Test
  void sharesAddUpToOneAndDoNotMoveWithTheirLevel() {
    Tensor x = Numeric.random(4, 5, 7);
    for (int axis : new int[] {0, 1, -1, -2}) {
      Tensor shares = x.softmax(axis);
      for (double sum : shares.sum(axis).toDoubles()) {
        assertThat(sum).isCloseTo(1, within(1e-15));
      }
      assertThat(x.plus(1000).softmax(axis).isCloseTo(shares, 1e-12, 0)).isTrue();
      assertThat(shares.log().isCloseTo(x.logSoftmax(axis), 1e-14, 1e-15)).isTrue();
    }
  }

  @Test
  void farApartLogitsKeepTheirDigitsInTheLogarithm() {
    Tensor x = rows(new double[] {-1000, 0, 1000});
    assertThat(x.logSoftmax(1).toDoubles()).containsExactly(-2000, -1000, 0);
    assertThat(x.softmax(1).toDoubles()).containsExactly(0, 0, 1);
    // The small difference of two large numbers.
    Tensor near = rows(new double[] {1e8, 1e8 + 1});
    assertThat(near.logSoftmax(1).get(0, 1)).isCloseTo(-Math.log1p(Math.exp(-1)), within(1e-15));
  }

  @Test
  void logSumExpNeitherOverflowsNorUnderflows() {
    assertThat(Tensor.of(1000.0, 1000.0).logSumExp().item())
        .isCloseTo(1000 + Math.log(2), within(1e-12));
    assertThat(Tensor.of(-1000.0, -1000.0).logSumExp().item())
        .isCloseTo(-1000 + Math.log(2), within(1e-12));
    assertThat(Tensor.of(88f, 89f).logSumExp().item())
        .isCloseTo(89 + Math.log1p(Math.exp(-1)), within(1e-5));
    assertThat(Tensor.of(INFINITY, 3).logSumExp().item()).isEqualTo(INFINITY);
    assertThat(Tensor.of(Double.NaN, 3).logSumExp().item()).isNaN();
    assertThat(Tensor.of(Double.NaN, -INFINITY).logSumExp().item()).isNaN();
  }

  @Test
  void aRowOfMinusInfinityHasThatSumAndNoGradient() {
    Tensor x = rows(new double[] {-INFINITY, -INFINITY}, new double[] {-INFINITY, 0}).tracked();
    Tensor y = x.logSumExp(1);
    assertThat(y.toDoubles()).containsExactly(-INFINITY, 0);
    assertThat(y.sum().backward().of(x).toDoubles()).containsExactly(0, 0, 0, 1);
  }

  @Test
  void whatIsMaskedOutOfARowHasNoShareAndNoGradient() {
    Tensor x = rows(new double[] {-INFINITY, 1, 1}).tracked();
    assertThat(x.softmax(1).toDoubles()).containsExactly(0, 0.5, 0.5);
    Tensor loss = x.crossEntropy(Tensor.ints(1));
    assertThat(loss.item()).isCloseTo(Math.log(2), within(1e-15));
    assertThat(loss.sum().backward().of(x).toDoubles()).containsExactly(0, -0.5, 0.5);
    assertThat(x.crossEntropy(Tensor.ints(0)).item()).isEqualTo(INFINITY);
  }

  @Test
  void aRowOfNothingButMinusInfinityHasNoSharesAndSaysSo() {
    Tensor x = rows(new double[] {-INFINITY, -INFINITY}, new double[] {0, 0});
    assertThat(x.softmax(1).toDoubles()).containsExactly(Double.NaN, Double.NaN, 0.5, 0.5);
    assertThat(x.logSoftmax(1).get(0, 0)).isNaN();
    assertThat(x.crossEntropy(Tensor.ints(0, 0)).get(0)).isNaN();
  }

  @Test
  void anEmptyBatchHasNoLosses() {
    Parameter logits = new Parameter("logits", Tensor.zeros(0, 5));
    Tensor losses = logits.crossEntropy(Tensor.ints());
    assertThat(losses.shape()).isEqualTo(Shape.of(0));
    assertThat(losses.mean().item()).isNaN();
    assertThat(losses.sum().backward().of(logits).shape()).isEqualTo(Shape.of(0, 5));
    assertThat(Tensor.zeros(3, 0).softmax(1).shape()).isEqualTo(Shape.of(3, 0));
  }

  @Test
  void labelsAreCheckedBeforeAnythingIsRead() {
    Tensor logits = Tensor.zeros(2, 3);
    for (int wrong : new int[] {3, -1, -100}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> logits.crossEntropy(Tensor.ints(0, wrong)))
          .withMessage(
              "crossEntropy: index %d at position 1 is not in 0 … 2: check the data", wrong);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> logits.crossEntropy(Tensor.of(0f, 1f)))
        .withMessage(
            "crossEntropy: indices are FLOAT32 and must be INT32: make them with"
                + " Tensor.ints(…) or to(INT32)");
    for (Tensor labels : List.of(Tensor.ints(0), Tensor.ints(0, 1).reshape(2, 1))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> logits.crossEntropy(labels))
          .withMessage(
              "crossEntropy: logits [2, 3] and labels %s do not fit: give [batch, classes] and"
                  + " [batch]",
              labels.shape());
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.of(1f, 2f).crossEntropy(Tensor.ints(0)))
        .withMessageStartingWith("crossEntropy: logits [2] and labels [1] do not fit");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.ints(1, 2).reshape(1, 2).crossEntropy(Tensor.ints(0)))
        .withMessageContaining("INT32 has no arithmetic");
  }

  @Test
  void theAxisIsChecked() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.zeros(2, 3).softmax(2))
        .withMessage("softmax: there is no axis 2 in shape [2, 3]: use -2 to 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.scalar(1f).logSoftmax(0))
        .withMessage("logSoftmax: there is no axis 0 in shape []: a scalar has none");
  }

  @Test
  void pointwiseHardPlacesHaveTheirGradients() {
    Tensor x = Tensor.of(1000.0, -1000.0).tracked();
    Tensor t = Tensor.of(0.0, 1.0);
    // The logistic loss with logits: max(x, 0) − x t + ln(1 + e^−|x|)
    Tensor loss = x.softplus().minus(x.times(t));
    assertThat(loss.toDoubles()).containsExactly(1000, 1000);
    assertThat(loss.mean().backward().of(x).toDoubles()).containsExactly(0.5, -0.5);
  }

  /// Sixteen long rows are taken one by one, and fifteen in passes over all; those of more than
  /// 131,072 elements always are.
  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void longRowsHaveTheBitsOfPassesOverAll(DType dtype) {
    double tolerance = dtype == DType.FLOAT32 ? 1e-6 : 1e-14;
    int[] lengths = {8192, 8193, 16_384, 16_385, 32_768, 32_769, 131_072, 131_073};
    for (int n : Arrays.copyOf(lengths, dtype == DType.FLOAT32 ? 8 : 7)) {
      Tensor x = Tensor.uniform(n, 16, n).times(9).to(dtype);
      Tensor labels = Tensor.uniform(3, 16).times(n).floor().to(DType.INT32);
      check(n, x, y -> y.crossEntropy(labels.slice(0, 0, y.shape().size(0))), 0);
      if (n < 131_072) {
        Tensor w = Tensor.normal(4, 1, n).to(dtype);
        check(n, x, y -> y.logSoftmax(1).times(w), 0);
        // The passes promise no bits of Σ p g.
        check(n, x, y -> y.softmax(1).times(w), tolerance);
      }
    }
  }

  /// Compares sixteen rows with fifteen: values bit for bit, gradients too where the tolerance is
  /// 0.
  private static void check(int n, Tensor x, UnaryOperator<Tensor> function, double tolerance) {
    Tensor many = x.tracked();
    Tensor few = x.slice(0, 0, 15).detach().tracked();
    Tensor y = function.apply(many);
    Tensor wanted = function.apply(few);
    assertThat(y.slice(0, 0, 15).sameBits(wanted)).as("values, %d", n).isTrue();
    Tensor gradient = y.sum().backward().of(many).slice(0, 0, 15);
    Tensor slope = wanted.sum().backward().of(few);
    boolean isSame =
        tolerance == 0
            ? gradient.sameBits(slope)
            : gradient.isCloseTo(slope, 0, tolerance * slope.abs().max().item());
    assertThat(isSame).as("gradients, %d", n).isTrue();
  }

  @Test
  void theShapeAloneDecidesWhetherRowsAreTakenOneByOne() {
    Map<Shape, Boolean> taken = new LinkedHashMap<>();
    taken.put(Shape.of(), false);
    taken.put(Shape.of(3, 0), false);
    taken.put(Shape.of(8192), true);
    taken.put(Shape.of(8193), false);
    taken.put(Shape.of(15, 8193), false);
    taken.put(Shape.of(16, 8193), true);
    taken.put(Shape.of(2, 8, 8193), true);
    taken.put(Shape.of(15, 131_072), false);
    taken.put(Shape.of(16, 131_072), true);
    taken.put(Shape.of(16, 131_073), false);
    taken.forEach(
        (shape, isTaken) ->
            assertThat(Exponentials.take(Array.uninitialised(DType.FLOAT32, shape)))
                .as("%s", shape)
                .isEqualTo(isTaken));
  }

  @Test
  void aNumberThatIsNoneSpreadsOverItsLongRowAlone() {
    int n = 40_000;
    double[] numbers = Tensor.normal(1, 16, n).toDoubles();
    numbers[3 * n + 20_000] = Double.NaN;
    Tensor x = Tensor.of(numbers).reshape(16, n);
    Tensor y = x.softmax(1);
    assertThat(y.slice(0, 3, 4).isNaN().sum().item()).isEqualTo(n);
    assertThat(y.isNaN().sum().item()).isEqualTo(n);

    Tensor labels = Tensor.zeros(16).to(DType.INT32);
    // One by one, and in passes over all.
    for (int rows : new int[] {16, 15}) {
      Tensor logits = x.slice(0, 0, rows).detach().tracked();
      Tensor losses = logits.crossEntropy(labels.slice(0, 0, rows));
      assertThat(losses.isNaN().sum().item()).isEqualTo(1);
      assertThat(losses.get(3)).isNaN();
      Tensor gradient = losses.sum().backward().of(logits);
      assertThat(gradient.slice(0, 3, 4).isNaN().sum().item()).isEqualTo(n);
      assertThat(gradient.isNaN().sum().item()).isEqualTo(n);
    }
  }

  /// The least of a few passes: where a worker has taken this thread's room, it makes another.
  @Test
  void aLossOfManyClassesTakesNoMemoryForEachRow() {
    int n = 60_000;
    Tensor x = Tensor.uniform(1, 32, n);
    Tensor labels = Tensor.zeros(32).to(DType.INT32);
    ThreadMXBean meter = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int k = 0; k < 6; k++) {
      long before = meter.getCurrentThreadAllocatedBytes();
      Scope.run(() -> x.crossEntropy(labels));
      least = Math.min(least, meter.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).isLessThan(n);
  }

  /// More elements than are taken at a time, so that the memory between passes is made for them:
  /// once, not for every row. The least of a few passes, for a kernel may be compiled anew in one.
  @Test
  void longRowsHaveTheirMemoryTogether() {
    int n = 40_000;
    Tensor x = Tensor.normal(1, 64, n);
    Parameter weight = new Parameter("w", Tensor.uniform(2, n));
    Runnable pass =
        () ->
            Scope.run(
                () -> {
                  Tensor y = x.tracked();
                  Normalizations.layerNorm(y.softmax(-1), weight, weight, 1e-5).sum().backward();
                });
    ThreadMXBean meter = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int k = 0; k < 6; k++) {
      long before = meter.getCurrentThreadAllocatedBytes();
      pass.run();
      least = Math.min(least, meter.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).isLessThan(4L * n * Float.BYTES);
  }
}
