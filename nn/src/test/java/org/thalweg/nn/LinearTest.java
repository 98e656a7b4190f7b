package org.thalweg.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;

class LinearTest {
  @Test
  void theLastAxisIsMapped() {
    Layer linear = Layer.build(Linear.of(3, 2), 1);
    linear.parameter("weight").assignInPlace(Tensor.of(new float[][] {{1, 2, 3}, {4, 5, 6}}));
    linear.parameter("bias").assignInPlace(Tensor.of(10f, 20f));
    Tensor x = Tensor.of(new float[][] {{1, 0, 0}, {0, 1, 0}, {1, 1, 1}});
    Tensor y = linear.apply(x);
    assertThat(y.shape()).isEqualTo(Shape.of(3, 2));
    assertThat(y.toFloats()).containsExactly(11, 24, 12, 25, 16, 35);
    Tensor batch = x.reshape(1, 3, 1, 3).broadcastTo(Shape.of(2, 3, 1, 3));
    assertThat(linear.apply(batch).shape()).isEqualTo(Shape.of(2, 3, 1, 2));
    assertThat(linear.apply(batch).slice(0, 1, 2).reshape(3, 2).sameBits(y)).isTrue();
    assertThat(linear.apply(Tensor.zeros(0, 3)).shape()).isEqualTo(Shape.of(0, 2));
  }

  @Test
  void withoutABiasThereIsOneParameter() {
    Layer linear = Layer.build(Linear.withoutBias(3, 2, Initializer.constant(2)), 1);
    assertThat(linear.parameters()).extracting(Parameter::name).containsExactly("weight");
    assertThat(linear.apply(Tensor.ones(1, 3)).toFloats()).containsExactly(6, 6);
  }

  @Test
  void gradientsReachWeightAndBias() {
    Layer linear = Layer.build(Linear.of(2, 1, Initializer.constant(1)), 1);
    Tensor x = Tensor.of(new float[][] {{1, 2}, {3, 4}});
    var gradients = linear.apply(x).sum().backward();
    assertThat(gradients.of(linear.parameter("weight")).toFloats()).containsExactly(4, 6);
    assertThat(gradients.of(linear.parameter("bias")).toFloats()).containsExactly(2);
  }

  @ParameterizedTest
  @CsvSource({"4, 1000", "100, 300", "1, 5000"})
  void firstValuesAreUniformWithinOneOverTheRootOfTheInputs(int in, int out) {
    Layer linear = Layer.build(Linear.of(in, out), 3);
    float limit = (float) (1 / Math.sqrt(in));
    for (Parameter parameter : linear.parameters()) {
      assertThat(parameter.abs().max().item())
          .as(parameter.name())
          .isLessThanOrEqualTo(limit)
          .isGreaterThan(0.98 * limit);
    }
    assertThat(linear.parameter("bias").sameBits(linear.parameter("weight"))).isFalse();
  }

  @Test
  void inputsThatDoNotFitAreRefused() {
    Layer linear = Layer.build(Linear.of(3, 2), 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> linear.apply(Tensor.zeros(4, 2)))
        .withMessage(
            "linear []: the input is FLOAT32 [4, 2] and must be FLOAT32 […, 3] with at least two"
                + " axes: convert or reshape it");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> linear.apply(Tensor.zeros(3)))
        .withMessageStartingWith("linear []: the input is FLOAT32 [3] and must be FLOAT32 […, 3]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> linear.apply(Tensor.zeros(DType.FLOAT64, 4, 3)))
        .withMessageStartingWith("linear []: the input is FLOAT64 [4, 3] and must be FLOAT32");
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 0", "-1, 1"})
  void sizesArePositive(int in, int out) {
    String message =
        "linear: sizes %d and %d are not both positive: give at least 1".formatted(in, out);
    assertThatIllegalArgumentException().isThrownBy(() -> Linear.of(in, out)).withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Linear.withoutBias(in, out, Initializer.constant(0)))
        .withMessage(message);
  }
}
