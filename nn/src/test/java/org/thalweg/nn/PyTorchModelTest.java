package org.thalweg.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thalweg.autodiff.Gradients;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.nn.Losses.Reduce;

/// A model with PyTorch's weights gives PyTorch's values and gradients. Made by
/// `src/test/python/mlp.py`.
class PyTorchModelTest {
  private static final double RELATIVE = 1e-12;

  private final Map<String, double[]> values = new LinkedHashMap<>();
  private Layer model;

  @BeforeEach
  void theModelHasThoseWeights() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(PyTorchModelTest.class.getResourceAsStream("mlp.csv"))) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split(",", -1))
          .forEach(
              words ->
                  values.put(
                      words[0],
                      Arrays.stream(words, 1, words.length)
                          .mapToDouble(Double::parseDouble)
                          .toArray()));
    }
    model =
        Layer.build(Sequential.of(Linear.of(5, 7), Activation.gelu(), Linear.of(7, 3)), 1)
            .to(DType.FLOAT64);
    for (Parameter parameter : model.parameters()) {
      parameter.assignInPlace(Tensor.of(values.get(parameter.name()), parameter.shape()));
    }
  }

  @Test
  void theValueIsTheSame() {
    assertClose("y", model.apply(x()));
  }

  @ParameterizedTest
  @CsvSource({"MEAN, mean", "SUM, sum"})
  void lossesAndTheirGradientsAreTheSame(Reduce reduce, String name) {
    Tensor labels = Tensor.ints(2, 0, 1, 2);
    Tensor target = Tensor.of(values.get("target"), Shape.of(4, 3));

    check("crossEntropy " + name, Losses.crossEntropy(model.apply(x()), labels, reduce));
    check("squaredError " + name, Losses.squaredError(model.apply(x()), target, reduce));
  }

  @Test
  void theOtherReductionsAreHalfOfTheseOrNone() {
    Tensor target = Tensor.of(values.get("target"), Shape.of(4, 3));
    Tensor y = model.apply(x());
    double mean = Losses.squaredError(y, target).item();
    double sum = Losses.squaredError(y, target, Reduce.SUM).item();

    assertThat(Losses.squaredError(y, target, Reduce.HALF_MEAN).item()).isEqualTo(mean / 2);
    assertThat(Losses.squaredError(y, target, Reduce.HALF_SUM).item()).isEqualTo(sum / 2);
    assertThat(Losses.squaredError(y, target, Reduce.NONE).shape()).isEqualTo(Shape.of(4, 3));
  }

  private Tensor x() {
    return Tensor.of(values.get("x"), Shape.of(4, 5));
  }

  private void check(String name, Tensor loss) {
    assertClose(name, loss);
    Gradients gradients = loss.backward();
    for (Parameter parameter : model.parameters()) {
      assertClose(name + " " + parameter.name(), gradients.of(parameter));
    }
  }

  private void assertClose(String name, Tensor actual) {
    Tensor expected = Tensor.of(values.get(name), actual.shape());
    assertThat(actual.isCloseTo(expected, RELATIVE, RELATIVE))
        .as("%s:%n%s%n%s", name, actual, expected)
        .isTrue();
  }
}
