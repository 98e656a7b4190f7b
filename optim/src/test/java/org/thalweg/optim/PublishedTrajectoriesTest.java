package org.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.optim.adaptive.AdaGrad;
import org.thalweg.optim.adaptive.Adam;
import org.thalweg.optim.adaptive.AdamW;
import org.thalweg.optim.free.ScheduleFree;
import org.thalweg.optim.gradient.Sgd;
import org.thalweg.optim.matrix.Lamb;

/// The rules beside trajectories of PyTorch and Optax with given gradients, from reference values
/// outside the repository.
class PublishedTrajectoriesTest {
  private static final Map<String, Rule> RULES =
      Map.of(
          "torch/SGD lr=.1", new Sgd(0.1),
          "torch/SGD lr=.1 momentum=.9", new Sgd(0.1, 0.9),
          "torch/Adagrad default", new AdaGrad(0.01),
          "torch/Adam default", new Adam(),
          "torch/AdamW default", new AdamW(1e-3),
          "torch/AdamW lr=.1 weight_decay=.1", new AdamW(0.1, 0.1),
          "optax/adam .1", new Adam(0.1),
          "optax/adamw .1", new AdamW(0.1, 1e-4),
          "optax/lamb .1 weight_decay=.01", new Lamb(0.1, 0.01),
          "optax/schedule_free_sgd .1", new ScheduleFree(new Sgd(0.1), 0.1));

  static Stream<String> names() {
    return RULES.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyStepIsThePublishedOne(String name) throws IOException {
    Path file = Path.of(System.getProperty("thalweg.test.shared"), "reference", "optimizers.json");
    assumeTrue(Files.exists(file), "no reference values at " + file);
    JsonNode reference = new ObjectMapper().readTree(file.toFile());
    double[] x = numbers(reference.get("p0"));
    ArrayOptimizer optimizer = RULES.get(name).over(x);
    JsonNode steps = reference.get("after_each_step").get(name);

    for (int step = 0; step < steps.size(); step++) {
      optimizer.step(numbers(reference.get("grads").get(step)));
      double[] expected = numbers(steps.get(step));
      for (int i = 0; i < x.length; i++) {
        assertThat(x[i])
            .as("step %d, element %d", step + 1, i)
            .isCloseTo(expected[i], within(1e-12 * Math.max(1, Math.abs(expected[i]))));
      }
    }
    assertThat(optimizer.steps()).isEqualTo(6);
  }

  private static double[] numbers(JsonNode array) {
    double[] numbers = new double[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = array.get(i).asDouble();
    }
    return numbers;
  }
}
