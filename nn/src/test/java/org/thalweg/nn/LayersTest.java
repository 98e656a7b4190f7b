package org.thalweg.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thalweg.autodiff.Gradients;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.operation.normal.Normalizations;
import org.thalweg.autodiff.operation.window.Convolution;
import org.thalweg.nn.attention.MultiHeadAttention;
import org.thalweg.nn.normal.GroupNorm;
import org.thalweg.nn.normal.LayerNorm;
import org.thalweg.nn.normal.RmsNorm;
import org.thalweg.nn.window.Conv1d;
import org.thalweg.nn.window.Conv2d;
import org.thalweg.nn.window.ConvTranspose2d;
import org.thalweg.nn.window.Pool;

/// What PyTorch's values do not say of layers: first values, and what is refused.
/// [PyTorchLayersTest] has the values.
class LayersTest {
  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
  }

  @Test
  void normalisationsBeginByChangingNothingMore() {
    Tensor x = Tensor.normal(1, 3, 4, 5);
    Map<Layer.Plan<?>, Tensor> expected =
        Map.of(
            LayerNorm.of(4, 5), Normalizations.layerNorm(x, 2, 1e-5),
            LayerNorm.of(0.1, 5), Normalizations.layerNorm(x, 1, 0.1),
            RmsNorm.of(5), Normalizations.rmsNorm(x, 1, Math.ulp(1f)),
            RmsNorm.of(0.1, 4, 5), Normalizations.rmsNorm(x, 2, 0.1),
            GroupNorm.of(2, 4), Normalizations.groupNorm(x, 2, 1e-5),
            GroupNorm.of(4, 4, 0.1), Normalizations.groupNorm(x, 4, 0.1));
    expected.forEach(
        (plan, y) -> assertThat(Layer.build(plan, 1).apply(x).isCloseTo(y, 1e-6, 1e-6)).isTrue());
  }

  @Test
  void theRootOfAMeanSquareHasTheEpsilonOfItsType() {
    Layer layer = Layer.build(RmsNorm.of(1), 1);
    assertThat(layer.apply(Tensor.full(DType.FLOAT32, 1e-4, 1)).item())
        .isCloseTo(1e-4 / Math.sqrt(1e-8 + Math.ulp(1f)), within(1e-6));
    assertThat(layer.to(DType.FLOAT64).apply(Tensor.full(DType.FLOAT64, 1e-8, 1)).item())
        .isCloseTo(1e-8 / Math.sqrt(1e-16 + Math.ulp(1.0)), within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({"-1", "NaN", "Infinity"})
  void epsilonIsZeroOrMore(double epsilon) {
    String message =
        ": epsilon %s is added to the variance: use 0 or more, as 1e-5".formatted(epsilon);
    assertRefused(() -> LayerNorm.of(epsilon, 2), "layerNorm" + message);
    assertRefused(() -> RmsNorm.of(epsilon, 2), "rmsNorm" + message);
    assertRefused(() -> GroupNorm.of(1, 2, epsilon), "groupNorm" + message);
  }

  @Test
  void sizesOfNormalisationsArePositive() {
    assertRefused(
        () -> LayerNorm.of(),
        "layerNorm: [] are not the sizes of last axes: give one or more, each at least 1");
    assertRefused(
        () -> RmsNorm.of(3, 0),
        "rmsNorm: [3, 0] are not the sizes of last axes: give one or more, each at least 1");
    assertRefused(
        () -> GroupNorm.of(3, 4),
        "groupNorm: 3 groups of 4 channels: use positive numbers, and groups that divide the"
            + " channels");
  }

  @Test
  void anEmbeddingIsNormalAndItsRowForPaddingIsZeroWithoutGradient() {
    Layer plain = Layer.build(Embedding.of(200, 50), 1);
    Tensor weight = plain.parameter("weight");
    assertThat(weight.mean().item()).isCloseTo(0, within(0.05));
    assertThat(weight.square().mean().item()).isCloseTo(1, within(0.05));
    Layer padded = Layer.build(Embedding.withPadding(200, 50, 7), 1);
    float[] expected = weight.toFloats();
    java.util.Arrays.fill(expected, 7 * 50, 8 * 50, 0);
    assertThat(padded.parameter("weight").toFloats()).containsExactly(expected);
    Tensor y = padded.apply(Tensor.ints(new int[] {3, 7, 3, 0}, Shape.of(2, 2)));
    assertThat(y.shape()).isEqualTo(Shape.of(2, 2, 50));
    Gradients gradients = y.sum().backward();
    Tensor rows = gradients.of(padded.parameter("weight")).sum(1);
    assertThat(rows.get(3)).isEqualTo(100);
    assertThat(rows.get(7)).isZero();
  }

  @Test
  void anEmbeddingHasRowsAndIsAskedForThese() {
    assertRefused(
        () -> Embedding.of(0, 3),
        "embedding: 0 rows of width 3 are not both positive: give at least 1");
    assertRefused(
        () -> Embedding.withPadding(4, 3, 4),
        "embedding: row 4 of 4 for padding: use one of the rows");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layer.build(Embedding.of(4, 3), 1).apply(Tensor.ints(1, 4)))
        .withMessageContaining("4");
  }

  @Test
  void flatteningKeepsTheBatch() {
    Layer layer = Layer.build(Flatten.of(), 1);
    assertThat(layer.apply(Tensor.zeros(3, 2, 4)).shape()).isEqualTo(Shape.of(3, 8));
    assertThat(layer.apply(Tensor.zeros(0, 2, 4)).shape()).isEqualTo(Shape.of(0, 8));
    assertThat(layer.apply(Tensor.zeros(3)).shape()).isEqualTo(Shape.of(3, 1));
    assertRefused(
        () -> layer.apply(Tensor.scalar(1f)),
        "flatten []: the input is a scalar, []: give it a batch axis");
  }

  @Test
  void aResidualAddsItsInputAndKeepsTheShape() {
    Layer layer = Layer.build(Residual.of(Activation.of(x -> x.times(3))), 1);
    assertThat(layer.apply(Tensor.of(1f, 2f)).toFloats()).containsExactly(4, 8);
    Layer other = Layer.build(Sequential.of(Residual.of(Linear.of(3, 1))), 1);
    assertRefused(
        () -> other.apply(Tensor.zeros(2, 3)),
        "residual [0]: the layer makes [2, 1] of [2, 3]: use one that keeps the shape");
  }

  @Test
  void aResidualTrainsWhatIsInside() {
    Layer layer = Layer.build(Residual.of(Dropout.of(0.5)), 1);
    Tensor x = Tensor.ones(1000);
    assertThat(layer.apply(x).toFloats()).containsOnly(2);
    assertThat(layer.apply(x, Training.of(3)).toFloats()).containsOnly(1, 3);
  }

  @Test
  void attentionBeginsAsInPyTorch() {
    Layer layer = Layer.build(MultiHeadAttention.of(60, 4), 1);
    assertThat(layer.parameters())
        .extracting(Parameter::name)
        .containsExactly("in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias");
    double glorot = Math.sqrt(6.0 / (60 + 180));
    assertThat(layer.parameter("in_proj_weight").abs().max().item())
        .isBetween(0.98 * glorot, glorot);
    assertThat(layer.parameter("out_proj.weight").abs().max().item())
        .isBetween(0.98 / Math.sqrt(60), 1 / Math.sqrt(60));
    assertThat(layer.parameter("in_proj_bias").toFloats()).containsOnly(0);
    assertThat(layer.parameter("out_proj.bias").toFloats()).containsOnly(0);
  }

  @Test
  void aCausalPlaceDoesNotSeeWhatComesAfter() {
    Layer layer = Layer.build(MultiHeadAttention.causal(6, 2), 1);
    Tensor x = Tensor.normal(1, 2, 5, 6);
    Tensor shorter = layer.apply(x.slice(1, 0, 3));
    assertThat(layer.apply(x).slice(1, 0, 3).isCloseTo(shorter, 1e-5, 1e-6)).isTrue();
  }

  @Test
  void attentionToAnotherSequenceSeesEachOfItsPlacesAlike() {
    MultiHeadAttention layer = Layer.build(MultiHeadAttention.of(6, 2), 1);
    Tensor x = Tensor.normal(1, 2, 5, 6);
    // One product for queries, keys and values of a sequence to itself, three for another one.
    assertThat(layer.apply(x, x.snapshot()).sameBits(layer.apply(x))).isTrue();
    Tensor memory = Tensor.normal(2, 2, 3, 6);
    Tensor twice = memory.concat(1, memory);
    assertThat(layer.apply(x, memory).shape()).isEqualTo(x.shape());
    assertThat(layer.apply(x, twice).isCloseTo(layer.apply(x, memory), 1e-5, 1e-6)).isTrue();
  }

  /// The first sequence is padded in front, by two places, and the second by one.
  @Test
  void aMaskHidesPaddedPlacesAsIfTheyWereNotThere() {
    float none = Float.NEGATIVE_INFINITY;
    float[] places = {none, none, 0, 0, 0, none, 0, 0, 0, 0};
    Tensor padding = Tensor.of(places, Shape.of(2, 1, 1, 5));
    Tensor x = Tensor.normal(1, 2, 5, 6);
    for (var plan : List.of(MultiHeadAttention.of(6, 2), MultiHeadAttention.causal(6, 2))) {
      MultiHeadAttention layer = Layer.build(plan, 1);
      Tensor y = layer.apply(x, x, padding, Training.of(1));
      for (int sequence = 0; sequence < 2; sequence++) {
        int from = 2 - sequence;
        Tensor shorter = x.slice(0, sequence, sequence + 1).slice(1, from, 5);
        Tensor own = y.slice(0, sequence, sequence + 1).slice(1, from, 5);
        assertThat(own.isCloseTo(layer.apply(shorter), 1e-5, 1e-6)).isTrue();
      }
      Tensor nothing = Tensor.zeros(1);
      assertThat(layer.apply(x, x, nothing, Training.INFERENCE).sameBits(layer.apply(x))).isTrue();
    }
  }

  @Test
  void attentionRefusesOtherShapes() {
    assertRefused(
        () -> MultiHeadAttention.of(6, 4),
        "multiHeadAttention: 4 heads of width 6 in all: use positive numbers, and heads that"
            + " divide the width");
    MultiHeadAttention layer = Layer.build(MultiHeadAttention.of(6, 2), 1);
    assertRefused(
        () -> layer.apply(Tensor.zeros(3, 6)),
        "multiHeadAttention []: the input is FLOAT32 [3, 6] and must be FLOAT32 [batch, places, 6]:"
            + " convert or reshape it");
    assertRefused(
        () -> layer.apply(Tensor.zeros(1, 3, 6), Tensor.zeros(1, 3, 5), Training.of(1)),
        "multiHeadAttention []: the memory is FLOAT32 [1, 3, 5] and must be FLOAT32 [batch, places,"
            + " 6]: convert or reshape it");
  }

  @Test
  void convolutionsOfAllKindsBeginWithinTheLimitsOfPyTorch() {
    Map<Layer.Plan<?>, Shape> weights =
        Map.of(
            Conv1d.of(6, 100, 5), Shape.of(100, 6, 5),
            Conv2d.of(6, 100, 3), Shape.of(100, 6, 3, 3),
            ConvTranspose2d.of(100, 6, 3), Shape.of(100, 6, 3, 3));
    weights.forEach(
        (plan, shape) -> {
          Tensor weight = Layer.build(plan, 1).parameter("weight");
          double limit = 1 / Math.sqrt(shape.elements() / 100.0);
          assertThat(weight.shape()).isEqualTo(shape);
          assertThat(weight.abs().max().item()).isBetween(0.98 * limit, limit);
        });
  }

  @Test
  void convolutionsOfAllKindsRefuseOtherInputs() {
    assertRefused(
        () -> Layer.build(Conv1d.of(3, 2, 1), 1).apply(Tensor.zeros(4, 2, 5)),
        "conv1d []: the input is FLOAT32 [4, 2, 5] and must be FLOAT32 [batch, 3, length]: convert"
            + " or reshape it");
    assertRefused(
        () -> Layer.build(ConvTranspose2d.of(3, 2, 1), 1).apply(Tensor.zeros(4, 3, 5)),
        "convTranspose2d []: the input is FLOAT32 [4, 3, 5] and must be FLOAT32 [batch, 3, height,"
            + " width]: convert or reshape it");
    assertRefused(
        () -> Conv1d.of(3, 2, 1, Convolution.plain().outputPadding(1)),
        "conv1d: output padding 1 and 1 is for transposed convolutions: leave it at 0");
    assertRefused(
        () -> ConvTranspose2d.of(3, 0, 1),
        "convTranspose2d: 3 and 0 channels, size 1, 1 groups: use positive numbers, and groups"
            + " that divide both");
  }

  @Test
  void poolingOfSignalsAndOfAnySize() {
    Tensor signal = Tensor.of(new float[] {1, 4, 2, 3}, Shape.of(1, 1, 4));
    var pairs = org.thalweg.autodiff.operation.window.Window.of(2);
    assertThat(Layer.build(Pool.max1d(pairs), 1).apply(signal).toFloats()).containsExactly(4, 3);
    assertThat(Layer.build(Pool.average1d(pairs), 1).apply(signal).toFloats())
        .containsExactly(2.5f, 2.5f);
    Tensor image = signal.reshape(1, 1, 2, 2);
    assertThat(Layer.build(Pool.adaptiveMax2d(1, 1), 1).apply(image).item()).isEqualTo(4);
    assertThat(Layer.build(Pool.max2d(2), 1).apply(image).item()).isEqualTo(4);
  }
}
