package org.thalweg.autodiff.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.Derivatives;
import org.thalweg.autodiff.Gradients;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Machine;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.operation.attention.Attention;

/// Attention in blocks beside the same made of ordinary operations: values, and the gradients of a
/// backward pass, which is not recorded.
@Tag("alone")
class AttentionTest {
  /// Heads, queries, keys, columns of q and k, columns of v: around the edges of blocks.
  static Stream<int[]> sizes() {
    return Stream.of(
        new int[] {1, 1, 1, 1, 1},
        new int[] {2, 63, 127, 3, 5},
        new int[] {1, 64, 128, 8, 8},
        new int[] {3, 65, 129, 4, 2},
        new int[] {1, 130, 300, 16, 7},
        new int[] {2, 200, 70, 5, 9},
        new int[] {1, 257, 257, 4, 4});
  }

  private static Tensor[] inputs(DType dtype, int... sizes) {
    return new Tensor[] {
      Tensor.normal(1, sizes[0], sizes[1], sizes[3]).to(dtype).tracked(),
      Tensor.normal(2, sizes[0], sizes[2], sizes[3]).to(dtype).tracked(),
      Tensor.normal(3, sizes[0], sizes[2], sizes[4]).to(dtype).tracked()
    };
  }

  private static Tensor plain(Tensor[] in, Tensor mask) {
    double scale = 1 / Math.sqrt(in[0].shape().size(-1));
    Tensor scores = in[0].matmulTransposed(in[1]).times(scale).plus(mask);
    return scores.softmax(-1).matmul(in[2]);
  }

  /// −∞ above the diagonal.
  private static Tensor causal(DType dtype, int queries, int keys) {
    return Tensor.zeros(dtype, queries, keys)
        .maskedFill(Tensor.full(dtype, 1, queries, keys).triu(1), Double.NEGATIVE_INFINITY);
  }

  /// A NaN among the scores of a query spoils its value and, by that, every gradient of it.
  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void notANumberAmongTheScoresOfAQueryReachesAllItsGradients(DType dtype) {
    for (int keys : new int[] {3, 300}) {
      Tensor[] in = inputs(dtype, 1, 2, keys, 1, 1);
      double[] values = in[1].toDoubles();
      values[keys / 2] = Double.NaN;
      Tensor broken = Tensor.of(values, in[1].shape()).to(dtype);
      Gradients gradients =
          Attention.scaledDotProduct(in[0], broken, in[2], false).sum().backward();
      assertThat(gradients.of(in[2]).isNaN().min().item()).isEqualTo(1);
      assertThat(gradients.of(in[0]).isNaN().min().item()).isEqualTo(1);
    }
  }

  private static void assertAgree(
      DType dtype, Supplier<Tensor> ours, Supplier<Tensor> plain, String what, Tensor... in) {
    double most = dtype == DType.FLOAT64 ? 1e-14 : 4e-6;
    Tensor y = ours.get();
    Tensor wanted = plain.get();
    assertThat(distance(y, wanted)).as("value, %s", what).isLessThan(most);
    Tensor g = Tensor.normal(4, y.shape().sizes()).to(dtype);
    Gradients gradients = y.times(g).sum().backward();
    Gradients expected = wanted.times(g).sum().backward();
    for (int k = 0; k < in.length; k++) {
      assertThat(distance(gradients.of(in[k]), expected.of(in[k])))
          .as("gradient of input %d, %s", k, what)
          .isLessThan(most);
    }
  }

  /// The largest difference in parts of the largest number.
  private static double distance(Tensor a, Tensor b) {
    double apart = a.minus(b).abs().max().item();
    return apart / Math.max(b.abs().max().item(), 1);
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void itIsTheMeanOfValuesWeightedByTheSoftmaxOfScores(int[] sizes) {
    for (DType dtype : List.of(DType.FLOAT64, DType.FLOAT32)) {
      Tensor[] in = inputs(dtype, sizes);
      Tensor none = Tensor.scalar(dtype, 0);
      Tensor causal = causal(dtype, sizes[1], sizes[2]);
      Tensor mask = Tensor.normal(5, sizes[0], 1, sizes[2]).times(3).to(dtype);
      String what = Arrays.toString(sizes) + " " + dtype;

      assertAgree(
          dtype,
          () -> Attention.scaledDotProduct(in[0], in[1], in[2], false),
          () -> plain(in, none),
          what,
          in);
      assertAgree(
          dtype,
          () -> Attention.scaledDotProduct(in[0], in[1], in[2], true),
          () -> plain(in, causal),
          what + " causal",
          in);
      assertAgree(
          dtype,
          () -> Attention.scaledDotProduct(in[0], in[1], in[2], mask),
          () -> plain(in, mask),
          what + " masked",
          in);
      assertAgree(
          dtype,
          () -> Attention.scaledDotProduct(in[0], in[1], in[2], causal),
          () -> Attention.scaledDotProduct(in[0], in[1], in[2], true),
          what + " causal by a mask",
          in);
    }
  }

  /// Heads in an axis of their own.
  private static Tensor moved(Tensor x, int heads) {
    return x.reshape(x.shape().size(0), x.shape().size(1), heads, x.shape().size(2) / heads)
        .swapAxes(1, 2);
  }

  private static Tensor byAxis(Tensor[] in, int heads, boolean isCausal) {
    Tensor y =
        Attention.scaledDotProduct(
            moved(in[0], heads), moved(in[1], heads), moved(in[2], heads), isCausal);
    return y.swapAxes(1, 2).reshape(in[0].shape().with(2, in[2].shape().size(2)).sizes());
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void headsSideBySideHaveTheBitsOfHeadsInAnAxisOfTheirOwn(int[] sizes) {
    int heads = 3;
    for (DType dtype : List.of(DType.FLOAT64, DType.FLOAT32)) {
      Tensor[] in = inputs(dtype, sizes[0], sizes[1], sizes[2], heads * sizes[3], heads * sizes[4]);
      for (boolean isCausal : new boolean[] {false, true}) {
        Tensor y = Attention.multiHead(in[0], in[1], in[2], heads, isCausal);
        Tensor wanted = byAxis(in, heads, isCausal);
        assertThat(y.sameBits(wanted)).isTrue();
        Tensor g = Tensor.normal(4, y.shape().sizes()).to(dtype);
        Gradients gradients = y.times(g).sum().backward();
        Gradients expected = wanted.times(g).sum().backward();
        for (Tensor x : in) {
          assertThat(gradients.of(x).sameBits(expected.of(x))).isTrue();
        }
      }
    }
  }

  /// `[batch, 1, 1, keys]`: of each sequence but the first two or more are hidden at the end, if
  /// any is left then.
  private static Tensor padding(int batch, int keys) {
    double[] mask = new double[batch * keys];
    for (int i = 0; i < batch; i++) {
      int seen = i == 0 ? keys : Math.max(1, keys - 2 * i);
      Arrays.fill(mask, i * keys + seen, (i + 1) * keys, Double.NEGATIVE_INFINITY);
    }
    return Tensor.of(mask, Shape.of(batch, 1, 1, keys));
  }

  /// Sequences of different lengths, padded; a bias by head; and the mask of one head alone.
  @ParameterizedTest
  @MethodSource("sizes")
  void headsSideBySideTakeAMaskAsHeadsInAnAxisOfTheirOwnDo(int[] sizes) {
    for (int heads : new int[] {1, 3}) {
      Tensor[] in =
          inputs(DType.FLOAT64, sizes[0], sizes[1], sizes[2], heads * sizes[3], heads * sizes[4]);
      Tensor padding = padding(sizes[0], sizes[2]);
      Tensor byHead = Tensor.normal(6, heads, sizes[1], 1).to(DType.FLOAT64).tracked();
      Tensor all = Tensor.normal(7, sizes[0], heads, sizes[1], sizes[2]).to(DType.FLOAT64);
      Tensor row = Tensor.normal(8, sizes[2]).to(DType.FLOAT64);
      for (Tensor mask : List.of(padding, byHead, all, row)) {
        for (boolean isCausal : new boolean[] {false, true}) {
          Tensor[] moved = Arrays.stream(in).map(x -> moved(x, heads)).toArray(Tensor[]::new);
          Tensor later = causal(DType.FLOAT64, sizes[1], sizes[2]);
          Tensor added = isCausal ? mask.plus(later) : mask;
          Tensor y = Attention.multiHead(in[0], in[1], in[2], heads, isCausal, mask);
          Tensor wanted =
              Attention.scaledDotProduct(moved[0], moved[1], moved[2], added)
                  .swapAxes(1, 2)
                  .reshape(y.shape().sizes());
          assertThat(distance(y, wanted)).isLessThan(1e-14);
          Gradients gradients = y.square().sum().backward();
          Gradients expected = wanted.square().sum().backward();
          for (Tensor x : in) {
            assertThat(distance(gradients.of(x), expected.of(x))).isLessThan(1e-13);
          }
          if (mask.isTracked()) {
            assertThat(distance(gradients.of(mask), expected.of(mask))).isLessThan(1e-13);
          }
        }
      }
    }
  }

  @Test
  void aMaskForHeadsMayHaveFewAxesAndHeadsNoColumns() {
    Tensor[] in = inputs(DType.FLOAT64, 1, 3, 4, 4, 2);
    Tensor[] one = Arrays.stream(in).map(x -> x.squeeze(0)).toArray(Tensor[]::new);
    for (int[] sizes : new int[][] {{}, {4}, {3, 1}, {2, 3, 4}, {1, 3, 4}, {2, 1, 1}}) {
      Tensor mask = Tensor.normal(5, sizes).to(DType.FLOAT64).tracked();
      Tensor y = Attention.multiHead(one[0], one[1], one[2], 2, false, mask);
      Tensor wanted =
          Attention.multiHead(
              in[0], in[1], in[2], 2, false, mask.broadcastTo(Shape.of(1, 2, 3, 4)));
      assertThat(y.sameBits(wanted.squeeze(0))).isTrue();
      Tensor slope = y.square().sum().backward().of(mask);
      assertThat(slope.shape()).isEqualTo(mask.shape());
      assertThat(distance(slope, wanted.square().sum().backward().of(mask))).isLessThan(1e-14);
    }
    Tensor none = Tensor.zeros(DType.FLOAT64, 1, 3, 0).tracked();
    Tensor mask = Tensor.ones(4, 3, 3).to(DType.FLOAT64).tracked();
    Tensor nothing = Attention.multiHead(none, none, none, 4, true, mask);
    assertThat(nothing.shape()).isEqualTo(Shape.of(1, 3, 0));
    assertThat(nothing.sum().backward().of(mask).toDoubles()).hasSize(36).containsOnly(0);
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void oneTensorOfAllHasTheBitsOfThree(int[] sizes) {
    int heads = 3;
    int width = heads * sizes[3];
    for (DType dtype : List.of(DType.FLOAT64, DType.FLOAT32)) {
      Tensor x = inputs(dtype, sizes[0], sizes[1], sizes[1], 3 * width, width)[0];
      Tensor[] in =
          x.chunk(-1, 3).stream().map(part -> part.detach().tracked()).toArray(Tensor[]::new);
      for (boolean isCausal : new boolean[] {false, true}) {
        Tensor y = Attention.multiHead(x, heads, isCausal);
        Tensor wanted = Attention.multiHead(in[0], in[1], in[2], heads, isCausal);
        assertThat(y.sameBits(wanted)).isTrue();
        Tensor g = Tensor.normal(4, y.shape().sizes()).to(dtype);
        Gradients expected = wanted.times(g).sum().backward();
        Tensor all = expected.of(in[0]).concat(-1, expected.of(in[1]), expected.of(in[2]));
        assertThat(y.times(g).sum().backward().of(x).sameBits(all)).isTrue();
      }
    }
  }

  static Stream<int[]> sizesAndNoKeys() {
    return Stream.concat(sizes(), Stream.of(new int[] {2, 600, 0, 4, 4}));
  }

  private static Gradients gradients(Tensor[] in, boolean isCausal) {
    return Attention.scaledDotProduct(in[0], in[1], in[2], isCausal).square().sum().backward();
  }

  /// NaN is left in all memory that is used again.
  @ParameterizedTest
  @MethodSource("sizesAndNoKeys")
  void memoryThatWasUsedBeforeLeavesNoTrace(int[] sizes) {
    Tensor[] in = inputs(DType.FLOAT32, sizes);
    Tensor[] nan =
        Arrays.stream(in).map(x -> x.detach().times(Double.NaN).tracked()).toArray(Tensor[]::new);
    for (boolean isCausal : new boolean[] {false, true}) {
      Gradients expected = gradients(in, isCausal);
      Scope.run(() -> assertThat(gradients(nan, isCausal).contains(nan[0])).isTrue());
      Scope.run(
          () -> {
            Gradients again = gradients(in, isCausal);
            for (Tensor x : in) {
              assertThat(again.of(x).sameBits(expected.of(x))).isTrue();
            }
          });
    }
  }

  @Test
  void aMaskMayHaveAnyShapeThatBroadcasts() {
    Tensor[] in = inputs(DType.FLOAT64, 6, 70, 140, 3, 3);
    Tensor[] four =
        Arrays.stream(in)
            .map(x -> x.reshape(2, 3, x.shape().size(1), x.shape().size(2)))
            .toArray(Tensor[]::new);
    for (int[] sizes :
        new int[][] {
          {},
          {140},
          {1},
          {70, 1},
          {3, 1, 140},
          {2, 1, 1, 140},
          {2, 3, 70, 140},
          {2, 1, 70, 1},
          {1, 3, 1, 1}
        }) {
      Tensor mask = Tensor.normal(5, sizes).to(DType.FLOAT64);
      assertAgree(
          DType.FLOAT64,
          () -> Attention.scaledDotProduct(four[0], four[1], four[2], mask),
          () -> plain(four, mask),
          "mask " + Arrays.toString(sizes),
          in);
      Tensor moving = mask.tracked();
      assertAgree(
          DType.FLOAT64,
          () -> Attention.scaledDotProduct(four[0], four[1], four[2], moving),
          () -> plain(four, moving),
          "mask with a gradient " + Arrays.toString(sizes),
          moving,
          in[0]);
    }
  }

  @Test
  void aQueryWithoutKeysGivesNothingAndHasNoGradient() {
    double hidden = Double.NEGATIVE_INFINITY;
    Tensor[] in = inputs(DType.FLOAT64, 1, 3, 2, 2, 2);
    Tensor mask = Tensor.of(new double[][] {{0, hidden}, {hidden, hidden}, {1, 2}});
    Tensor y = Attention.scaledDotProduct(in[0], in[1], in[2], mask);

    assertThat(y.get(0, 0, 0)).isEqualTo(in[2].get(0, 0, 0));
    assertThat(y.slice(1, 1, 2).toDoubles()).containsExactly(0, 0);
    Gradients streamed = y.square().sum().backward();
    List<Tensor> recorded = Derivatives.of(y.square().sum(), List.of(in));
    for (int k = 0; k < 3; k++) {
      Tensor slope = streamed.of(in[k]);
      assertThat(slope.isFinite().all().item()).isEqualTo(1);
      assertThat(slope.isCloseTo(recorded.get(k), 1e-13, 1e-14)).isTrue();
    }
    assertThat(streamed.of(in[0]).slice(1, 0, 2).toDoubles()).containsOnly(0);
    Tensor none = Attention.scaledDotProduct(in[0], in[1], in[2], Tensor.of(hidden));
    assertThat(none.toDoubles()).containsOnly(0);
    assertThat(none.sum().backward().of(in[2]).toDoubles()).containsOnly(0);
  }

  @Test
  void withoutKeysThereIsNothingToTakeTheMeanOf() {
    Tensor q = Tensor.ones(1, 2, 3);
    Tensor y = Attention.scaledDotProduct(q, Tensor.ones(1, 0, 3), Tensor.ones(1, 0, 2), false);

    assertThat(y.toDoubles()).containsExactly(0, 0, 0, 0);
  }

  /// As padded rows often have it. Products of small whole numbers are exact, so that scores beside
  /// the mask are rounded alike.
  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void aMaskOfLargeNumbersLeavesTheSharesOfItsQueriesAndTheirGradients(DType dtype) {
    Tensor[] in = inputs(DType.FLOAT64, 2, 70, 150, 4, 3);
    in[0] = in[0].round().detach().to(dtype).tracked();
    in[1] = in[1].round().detach().to(dtype).tracked();
    in[2] = in[2].detach().to(dtype).tracked();
    for (double hidden : new double[] {-1e4, -1e9, -1e17, -Float.MAX_VALUE, 1e9}) {
      Tensor mask = Tensor.full(dtype, hidden, 2, 70, 1);
      assertAgree(
          dtype,
          () -> Attention.scaledDotProduct(in[0], in[1], in[2], mask),
          () -> plain(in, mask),
          "mask " + hidden,
          in);
    }
    Tensor none = Tensor.zeros(dtype, 1, 2, 1);
    Tensor v = Tensor.full(dtype, 1, 1, 2, 1).tracked();
    Tensor y = Attention.scaledDotProduct(none, none, v, Tensor.full(dtype, -1e9, 2, 2));
    assertThat(y.sum().backward().of(v).toDoubles()).containsExactly(1, 1);
  }

  /// Nothing times NaN is NaN: hidden keys count 0, and so must be numbers.
  @Test
  void aValueThatIsNoNumberReachesQueriesThatDoNotSeeIt() {
    Tensor one = Tensor.ones(1, 2, 1);
    Tensor v = Tensor.of(new float[] {1, Float.NaN}).reshape(1, 2, 1);
    assertThat(Attention.scaledDotProduct(one, one, v, true).toDoubles())
        .containsExactly(Double.NaN, Double.NaN);
  }

  @Test
  void largeScoresDoNotOverflow() {
    Tensor q = Tensor.of(new double[][] {{1000}, {-1000}});
    Tensor v = Tensor.of(new double[][] {{1}, {2}});
    Tensor y = Attention.scaledDotProduct(q, q, v, false, 1);

    assertThat(y.toDoubles()).containsExactly(1, 2);
  }

  /// All scores at once would be 64 MiB.
  @Test
  void aLongSequenceTakesNoMemoryForAllItsScores() {
    int before = Machine.threads();
    try {
      Machine.setThreads(1);
      Tensor[] in = inputs(DType.FLOAT32, 1, 4096, 4096, 4, 4);
      ThreadMXBean meter = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long start = meter.getCurrentThreadAllocatedBytes();
      Tensor y = Attention.scaledDotProduct(in[0], in[1], in[2], true);
      Gradients gradients = y.sum().backward();
      long bytes = meter.getCurrentThreadAllocatedBytes() - start;

      assertThat(gradients.of(in[0]).shape()).isEqualTo(in[0].shape());
      assertThat(bytes).isLessThan(32 << 20);
    } finally {
      Machine.setThreads(before);
    }
  }

  @Test
  void refusalsAreSentences() {
    Tensor q = Tensor.ones(2, 3, 4);
    Tensor k = Tensor.ones(2, 5, 4);
    assertThatThrownBy(() -> Attention.scaledDotProduct(q, k, q, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "scaledDotProduct: q is FLOAT32 [2, 3, 4], k FLOAT32 [2, 5, 4] and v FLOAT32 [2, 3, 4]:"
                + " give […, t, d], […, s, d] and […, s, e] of one type");
    assertThatThrownBy(() -> Attention.scaledDotProduct(q, k, k, Tensor.ones(2, 5)))
        .hasMessage(
            "scaledDotProduct: the mask is FLOAT32 [2, 5] and is added to FLOAT32 [2, 3, 5]: give"
                + " one that broadcasts to that");
    assertThatThrownBy(() -> Attention.scaledDotProduct(q, k, k, Tensor.ints(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "scaledDotProduct: the mask is INT32 and the scores are FLOAT32: use to(FLOAT32) on the"
                + " mask");
    assertThatThrownBy(() -> Attention.scaledDotProduct(q, k, k, true, Double.NaN))
        .hasMessage("scaledDotProduct: scale NaN is not finite: give a number, as 1/√d");
    for (int heads : new int[] {0, -1, 3}) {
      assertThatThrownBy(() -> Attention.multiHead(q, k, k, heads, true))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "multiHead: "
                  + heads
                  + " heads do not share the columns of q [2, 3, 4] and v [2, 5, 4]: give a divisor"
                  + " of both numbers");
    }
    assertThatThrownBy(() -> Attention.multiHead(q, k, k, 2, true, Tensor.ones(3, 1, 5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "multiHead: the mask is FLOAT32 [3, 1, 5] and is added to FLOAT32 [2, 2, 3, 5]: give"
                + " one that broadcasts to that");
    // All scores together would be more than an array holds: they are never made.
    Tensor tall = Tensor.ones(16, 4096, 12);
    assertThatThrownBy(
            () -> Attention.multiHead(tall, tall, tall, 12, true, Tensor.ones(16, 1, 1, 7)))
        .hasMessage(
            "multiHead: the mask is FLOAT32 [16, 1, 1, 7] and is added to FLOAT32 [16, 12, 4096,"
                + " 4096]: give one that broadcasts to that");
    Tensor many = Tensor.ones(192, 4096, 1);
    assertThatThrownBy(() -> Attention.scaledDotProduct(many, many, many, Tensor.ones(4096, 7)))
        .hasMessage(
            "scaledDotProduct: the mask is FLOAT32 [4096, 7] and is added to FLOAT32 [192, 4096,"
                + " 4096]: give one that broadcasts to that");
    Tensor together = Tensor.ones(2, 3, 12);
    for (int heads : new int[] {0, -1, 3}) {
      assertThatThrownBy(() -> Attention.multiHead(together, heads, true))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "multiHead: "
                  + heads
                  + " heads do not share the columns of q, k and v side by side in FLOAT32 [2, 3,"
                  + " 12]: give […, t, 3·d], and a divisor of d");
    }
    for (Tensor wrong : List.of(Tensor.ones(2, 3, 10), Tensor.ones(12))) {
      assertThatThrownBy(() -> Attention.multiHead(wrong, 1, true))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("give […, t, 3·d]");
    }
    assertThatThrownBy(() -> Attention.multiHead(Tensor.arange(12).reshape(4, 3), 1, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("multiHead: INT32 has no arithmetic");
    assertThatThrownBy(() -> Attention.multiHead(q, k, q, 2, true))
        .hasMessage(
            "multiHead: q is FLOAT32 [2, 3, 4], k FLOAT32 [2, 5, 4] and v FLOAT32 [2, 3, 4]: give"
                + " […, t, d], […, s, d] and […, s, e] of one type");
  }
}
