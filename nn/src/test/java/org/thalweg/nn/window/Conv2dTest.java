package org.thalweg.nn.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.operation.window.Convolution;
import org.thalweg.autodiff.operation.window.Convolutions;
import org.thalweg.autodiff.operation.window.Pooling;
import org.thalweg.autodiff.operation.window.Window;
import org.thalweg.nn.Activation;
import org.thalweg.nn.Initializer;
import org.thalweg.nn.Layer;
import org.thalweg.nn.Linear;
import org.thalweg.nn.Losses;
import org.thalweg.nn.Sequential;

class Conv2dTest {
  private static final Convolution SAME = Convolution.plain().padding(1);

  @Test
  void theOutputIsTheConvolutionAndAShiftOfEachChannel() {
    Layer layer = Layer.build(Conv2d.of(4, 6, 3, SAME.stride(2).groups(2)), 1);
    Tensor x = Tensor.normal(2, 3, 4, 7, 8);
    Tensor weight = layer.parameter("weight").detach();
    Tensor y = layer.apply(x);
    assertThat(weight.shape()).isEqualTo(Shape.of(6, 2, 3, 3));
    assertThat(y.shape()).isEqualTo(Shape.of(3, 6, 4, 4));
    Tensor plain = Convolutions.conv2d(x, weight, SAME.stride(2).groups(2));
    Tensor shift = layer.parameter("bias").detach().reshape(6, 1, 1);
    assertThat(y.detach().sameBits(plain.plus(shift))).isTrue();
  }

  @Test
  void withoutABiasThereIsOneParameter() {
    Layer layer =
        Layer.build(Conv2d.withoutBias(1, 1, 2, Convolution.plain(), Initializer.constant(2)), 1);
    assertThat(layer.parameters()).extracting(Parameter::name).containsExactly("weight");
    assertThat(layer.apply(Tensor.ones(1, 1, 2, 3)).toFloats()).containsExactly(8, 8);
  }

  @Test
  void gradientsReachWeightAndBias() {
    Layer layer = Layer.build(Conv2d.of(1, 1, 2, SAME, Initializer.constant(1)), 1);
    Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, Shape.of(1, 1, 2, 2));
    var gradients = layer.apply(x).sum().backward();
    assertThat(gradients.of(layer.parameter("weight")).toFloats()).containsExactly(10, 10, 10, 10);
    assertThat(gradients.of(layer.parameter("bias")).toFloats()).containsExactly(9);
  }

  @ParameterizedTest
  @CsvSource({"4, 500, 1", "6, 100, 2"})
  void firstValuesAreUniformWithinOneOverTheRootOfTheInputs(int in, int out, int groups) {
    Layer layer = Layer.build(Conv2d.of(in, out, 3, SAME.groups(groups)), 3);
    float limit = (float) (1 / Math.sqrt(in / groups * 9));
    for (Parameter parameter : layer.parameters()) {
      assertThat(parameter.abs().max().item())
          .as(parameter.name())
          .isLessThanOrEqualTo(limit)
          .isGreaterThan(0.97f * limit);
    }
  }

  @Test
  void aSmallNetTakesImagesToClasses() {
    Layer model =
        Layer.build(
            Sequential.of(
                Conv2d.of(1, 4, 3, SAME),
                Activation.relu(),
                Activation.of(x -> Pooling.max2d(x, Window.of(2))),
                Activation.of(x -> Pooling.adaptiveAverage2d(x, 1, 1).reshape(-1, 4)),
                Linear.of(4, 3)),
            1);
    Tensor x = Tensor.normal(1, 5, 1, 8, 6);
    Tensor loss = Losses.crossEntropy(model.apply(x), Tensor.ints(0, 1, 2, 1, 0));
    var gradients = loss.backward();
    for (Parameter parameter : model.parameters()) {
      assertThat(gradients.of(parameter).abs().max().item()).as(parameter.name()).isPositive();
    }
  }

  @Test
  void inputsThatDoNotFitAreRefused() {
    Layer layer = Layer.build(Conv2d.of(3, 2, 3), 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> layer.apply(Tensor.zeros(4, 2, 5, 5)))
        .withMessage(
            "conv2d []: the input is FLOAT32 [4, 2, 5, 5] and must be FLOAT32 [batch, 3, height,"
                + " width]: convert or reshape it");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> layer.apply(Tensor.zeros(3, 5, 5)))
        .withMessageStartingWith("conv2d []: the input is FLOAT32 [3, 5, 5] and must be");
  }

  @ParameterizedTest
  @CsvSource({"0, 1, 1, 1", "1, 0, 1, 1", "1, 1, 0, 1", "4, 3, 1, 2", "3, 4, 1, 2"})
  void sizesArePositiveAndGroupsDivideThem(int in, int out, int size, int groups) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Conv2d.of(in, out, size, Convolution.plain().groups(groups)))
        .withMessage(
            "conv2d: %d and %d channels, size %d, %d groups: use positive numbers, and groups that divide both"
                .formatted(in, out, size, groups));
  }
}
