package org.thalweg.autodiff.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.Derivatives;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.operation.window.Convolution;
import org.thalweg.autodiff.operation.window.Convolutions;

/// What users see of convolutions: known values, derivatives of high order, and what is refused.
class ConvolutionsTest {
  private static final Convolution PLAIN = Convolution.plain();
  private final Tensor image = Tensor.ones(2, 4, 5, 6);
  private final Tensor weight = Tensor.ones(8, 4, 3, 2);

  @Test
  void anEdgeDetectorFindsTheEdge() {
    Tensor x = Tensor.of(new float[] {0, 0, 1, 1, 0, 0, 1, 1}, Shape.of(1, 1, 2, 4));
    Tensor w = Tensor.of(new float[] {-1, 1}, Shape.of(1, 1, 1, 2));
    assertThat(Convolutions.conv2d(x, w).toFloats()).containsExactly(0, 1, 0, 0, 1, 0);
    Tensor signal = Tensor.of(new float[] {1, 2, 4, 8}, Shape.of(1, 1, 4));
    Tensor taps = Tensor.of(new float[] {10, 1}, Shape.of(1, 1, 2));
    assertThat(Convolutions.conv1d(signal, taps).toFloats()).containsExactly(12, 24, 48);
    assertThat(Convolutions.convTranspose1d(signal, taps, PLAIN.stride(2)).toFloats())
        .containsExactly(10, 1, 20, 2, 40, 4, 80, 8);
  }

  @Test
  void aTransposedConvolutionIsTheTransposeOfTheConvolution() {
    Convolution options = PLAIN.stride(2, 3).padding(1, 2).dilation(2, 1).groups(2);
    Tensor x = Tensor.normal(1, 2, 4, 7, 8).to(DType.FLOAT64);
    Tensor w = Tensor.normal(2, 6, 2, 3, 2).to(DType.FLOAT64);
    Tensor y = Convolutions.conv2d(x, w, options);
    Tensor g = Tensor.normal(3, y.shape().sizes()).to(DType.FLOAT64);
    Tensor back = Convolutions.convTranspose2d(g, w, options.outputPadding(0, 2));
    assertThat(back.shape()).isEqualTo(Shape.of(2, 4, 7, 9));
    double one = y.times(g).sum().item();
    assertThat(back.slice(3, 0, 8).times(x).sum().item())
        .isCloseTo(one, org.assertj.core.data.Offset.offset(1e-11));
  }

  @Test
  void derivativesOfEveryOrderExist() {
    Tensor x = Tensor.normal(1, 1, 2, 4, 4).to(DType.FLOAT64).tracked();
    Tensor w = Tensor.normal(2, 2, 2, 3, 3).to(DType.FLOAT64).tracked();
    Tensor y = Convolutions.conv2d(x, w, PLAIN.padding(1).stride(2));
    // Of degree 3 in w: the third derivative along w is 3! times the value, the fourth is 0.
    Tensor f = y.times(y).times(y).sum();
    Tensor along = f;
    double[] factors = {3, 2, 1};
    double expected = f.item();
    for (double factor : factors) {
      along = Derivatives.of(along, List.of(w)).get(0).times(w.detach()).sum();
      expected *= factor;
      assertThat(along.item())
          .isCloseTo(expected, org.assertj.core.data.Percentage.withPercentage(1e-9));
    }
    assertThat(Derivatives.of(along, List.of(w)).get(0).abs().max().item()).isLessThan(1e-9);
  }

  @Test
  void whatHasNoElementsGivesZerosOrNothing() {
    assertThat(Convolutions.conv2d(Tensor.zeros(0, 4, 5, 6), weight).shape())
        .isEqualTo(Shape.of(0, 8, 3, 5));
    Tensor none = Convolutions.conv2d(Tensor.zeros(1, 0, 3, 3), Tensor.zeros(2, 0, 2, 2));
    assertThat(none.shape()).isEqualTo(Shape.of(1, 2, 2, 2));
    assertThat(none.toFloats()).containsOnly(0);
    assertThat(
            Convolutions.convTranspose2d(Tensor.zeros(1, 0, 3, 3), Tensor.zeros(0, 5, 1, 1))
                .toFloats())
        .hasSize(45)
        .containsOnly(0);
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void numbersThatMakeNoSenseAreRefused() {
    refused(() -> PLAIN.stride(0), "convolution: stride 0: use 1 or more");
    refused(() -> PLAIN.stride(1, -2), "convolution: stride -2: use 1 or more");
    refused(() -> PLAIN.padding(-1), "convolution: padding -1: use 0 or more");
    refused(() -> PLAIN.dilation(0), "convolution: dilation 0: use 1 or more");
    refused(() -> PLAIN.groups(0), "convolution: groups 0: use 1 or more");
    refused(() -> PLAIN.outputPadding(-1), "convolution: output padding -1: use 0 or more");
    refused(
        () -> Convolutions.conv1d(Tensor.ones(1, 1, 3), Tensor.ones(1, 1, 1), PLAIN.stride(1, 2)),
        "conv1d: the strides 1 and 2 differ, and there is one axis: give one number for both");
    refused(
        () -> Convolutions.conv1d(Tensor.ones(1, 1, 3), Tensor.ones(1, 1, 1), PLAIN.padding(1, 0)),
        "conv1d: the paddings 1 and 0 differ, and there is one axis: give one number for both");
    refused(
        () ->
            Convolutions.convTranspose1d(
                Tensor.ones(1, 1, 3), Tensor.ones(1, 1, 1), PLAIN.outputPadding(0, 1)),
        "convTranspose1d: the output paddings 0 and 1 differ, and there is one axis: give one"
            + " number for both");
    refused(
        () -> Convolutions.conv2d(image, weight, PLAIN.stride(2).outputPadding(0, 1)),
        "conv2d: output padding 0 and 1 is for transposed convolutions: leave it at 0");
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    refused(
        () -> Convolutions.conv2d(Tensor.ones(4, 5, 6), weight),
        "conv2d: the input is [4, 5, 6] and must be [batch, channels, height, width]: reshape it");
    refused(
        () -> Convolutions.conv1d(image, weight),
        "conv1d: the input is [2, 4, 5, 6] and must be [batch, channels, length]: reshape it");
    refused(
        () -> Convolutions.conv2d(image, Tensor.ones(8, 4, 3)),
        "conv2d: the weights are [8, 4, 3] and must have 4 axes, the window not empty: reshape"
            + " them");
    refused(
        () -> Convolutions.conv2d(image, Tensor.ones(8, 4, 0, 3)),
        "conv2d: the weights are [8, 4, 0, 3] and must have 4 axes, the window not empty: reshape"
            + " them");
    refused(
        () -> Convolutions.conv2d(image, Tensor.ones(8, 3, 3, 2)),
        "conv2d: the input [2, 4, 5, 6] and the weights [8, 3, 3, 2] do not fit with 1 groups:"
            + " weights are [out, in ÷ groups, …] with out divisible by groups");
    refused(
        () -> Convolutions.conv2d(image, Tensor.ones(3, 2, 3, 2), PLAIN.groups(2)),
        "conv2d: the input [2, 4, 5, 6] and the weights [3, 2, 3, 2] do not fit with 2 groups:"
            + " weights are [out, in ÷ groups, …] with out divisible by groups");
    refused(
        () -> Convolutions.convTranspose2d(image, weight),
        "convTranspose2d: the input [2, 4, 5, 6] and the weights [8, 4, 3, 2] do not fit with 1"
            + " groups: weights are [in, out ÷ groups, …] with in divisible by groups");
    refused(
        () -> Convolutions.convTranspose2d(image, Tensor.ones(4, 4, 3, 2), PLAIN.groups(3)),
        "convTranspose2d: the input [2, 4, 5, 6] and the weights [4, 4, 3, 2] do not fit with 3"
            + " groups: weights are [in, out ÷ groups, …] with in divisible by groups");
  }

  @Test
  void windowsThatDoNotFitAreRefused() {
    refused(
        () -> Convolutions.conv2d(image, Tensor.ones(8, 4, 3, 3), PLAIN.dilation(1, 3)),
        "conv2d: a window that reaches over 7 elements (size 3, dilation 3) does not fit into 6"
            + " with padding 0 and 0: use more padding or a smaller window");
    refused(
        () ->
            Convolutions.conv2d(
                image,
                weight,
                PLAIN.padding(0, 2_000_000_000, 0, 0).stride(1 << 30, 1).padding(2_000_000_000)),
        "conv2d: 5 with padding 2000000000 and 2000000000 is over 2147483639: use less padding");
    refused(
        () -> Convolutions.convTranspose2d(image, Tensor.ones(4, 1, 3, 2), PLAIN.outputPadding(2)),
        "convTranspose2d: output padding 2 is below neither stride 1 nor dilation 1: use less");
    refused(
        () -> Convolutions.convTranspose2d(image, Tensor.ones(4, 1, 3, 2), PLAIN.padding(4)),
        "convTranspose2d: 5 places of the window become -1 elements with stride 1, padding 4 and 4,"
            + " reach 3: use other sizes");
    refused(
        () -> Convolutions.convTranspose2d(image, Tensor.ones(4, 1, 3, 2), PLAIN.stride(1 << 30)),
        "convTranspose2d: 5 places of the window become 4294967299 elements with stride 1073741824,"
            + " padding 0 and 0, reach 3: use other sizes");
    // Sizes that are each in range, whose product is not.
    assertThatThrownBy(() -> Convolutions.conv2d(image, weight, PLAIN.padding(40_000)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has more than 2147483639 elements");
  }

  @Test
  void typesThatDoNotFitAreRefused() {
    refused(
        () -> Convolutions.conv2d(image, weight.to(DType.FLOAT64)),
        "conv2d: types FLOAT32 and FLOAT64 do not mix: use to(FLOAT32) or to(FLOAT64) on one");
    refused(
        () -> Convolutions.conv2d(image.to(DType.INT32), weight.to(DType.INT32)),
        "conv2d: INT32 has no arithmetic, shape [2, 4, 5, 6]: use to(FLOAT32) or to(FLOAT64)"
            + " first");
  }
}
