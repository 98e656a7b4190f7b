package org.thalweg.optim;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.optim.adaptive.AdaGrad;
import org.thalweg.optim.adaptive.Adam;
import org.thalweg.optim.adaptive.AdamW;
import org.thalweg.optim.adaptive.NAdam;
import org.thalweg.optim.adaptive.RAdam;
import org.thalweg.optim.gradient.Sgd;
import org.thalweg.optim.schedule.Schedules;

/// Every rule beside PyTorch's over 300 steps, where each gradient depends on the steps before. The
/// values are made by `src/test/python/trajectories.py`.
class PyTorchTrajectoriesTest {
  private static final double RELATIVE = 1e-12;

  private static final Map<String, Rule> RULES =
      Map.ofEntries(
          entry("sgd", new Sgd(1e-4)),
          entry("momentum", new Sgd(1e-4, 0.9)),
          entry(
              "momentum-onecycle",
              new Sgd(
                  Schedules.oneCycle(1e-4, 300), Schedules.oneCycleMomentum(0.85, 0.95, 300, 0.3))),
          entry(
              "momentum-cyclic",
              new Sgd(
                  Schedules.triangular(5e-5, 1.5e-4, 20, 30),
                  Schedules.triangular(0.9, 0.8, 20, 30))),
          entry("adagrad", new AdaGrad(0.1)),
          entry("adam", new Adam(0.01)),
          entry("adam-betas", new Adam(0.002, 0.5, 0.9, 1e-3)),
          entry("adam-onecycle", oneCycle()),
          entry("adam-cyclic", cyclic()),
          entry("adamw", new AdamW(0.01, 0.1)),
          entry("adamw-onecycle", new AdamW(oneCycle(), 0.1)),
          entry("adamw-cyclic", new AdamW(cyclic(), 0.1)),
          entry(
              "nadam-cyclic",
              new NAdam(cyclic().learningRate(), cyclic().beta1(), cyclic().beta2(), 1e-8, 0.004)),
          entry(
              "radam-onecycle",
              new RAdam(
                  oneCycle().learningRate(),
                  oneCycle().beta1(),
                  oneCycle().beta2(),
                  new RAdam().epsilon(),
                  new RAdam().threshold())));

  private static Adam oneCycle() {
    return new Adam(
        Schedules.oneCycle(0.02, 300),
        Schedules.oneCycleMomentum(0.85, 0.95, 300, 0.3),
        Schedule.constant(0.999),
        1e-8);
  }

  private static Adam cyclic() {
    return new Adam(
        Schedules.triangular(0.005, 0.02, 20, 30),
        Schedules.triangular(0.9, 0.8, 20, 30),
        Schedule.constant(0.999),
        1e-8);
  }

  private record Row(String rule, int step, double[] x) {
    static Row of(String line) {
      String[] words = line.split(",", -1);
      double[] x = Arrays.stream(words, 2, words.length).mapToDouble(Double::parseDouble).toArray();
      return new Row(words[0], Integer.parseInt(words[1]), x);
    }
  }

  static Stream<String> rules() {
    return RULES.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void aPlainArrayGoesWherePyTorchGoes(String name) throws IOException {
    double[] x = {-1.2, 1.0, -0.5, 0.8};
    ArrayOptimizer optimizer = RULES.get(name).over(x);
    for (Row row : rows(name)) {
      while (optimizer.steps() < row.step) {
        optimizer.step(gradient(x));
      }
      assertClose(x, row);
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void aParameterGoesWherePyTorchGoes(String name) throws IOException {
    Parameter x = new Parameter("x", Tensor.of(-1.2, 1.0, -0.5, 0.8));
    Optimizer optimizer = RULES.get(name).over(List.of(x));
    for (Row row : rows(name)) {
      while (optimizer.steps() < row.step) {
        optimizer.step(loss(x).backward());
      }
      assertClose(x.toDoubles(), row);
    }
  }

  private static void assertClose(double[] x, Row row) {
    for (int i = 0; i < x.length; i++) {
      double size = Math.max(1, Math.abs(row.x[i]));
      assertThat(x[i])
          .as("%s, step %d, element %d", row.rule, row.step, i)
          .isCloseTo(row.x[i], within(RELATIVE * size));
    }
  }

  /// Σ 100 (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)²
  private static Tensor loss(Tensor x) {
    Tensor a = x.slice(0, 0, 3);
    Tensor b = x.slice(0, 1, 4);
    Tensor valley = b.minus(a.square()).square().times(100);
    return valley.plus(Tensor.of(1.0, 1.0, 1.0).minus(a).square()).sum();
  }

  private static double[] gradient(double... x) {
    double[] g = new double[x.length];
    for (int i = 0; i + 1 < x.length; i++) {
      double rise = x[i + 1] - x[i] * x[i];
      g[i] += -400 * x[i] * rise - 2 * (1 - x[i]);
      g[i + 1] += 200 * rise;
    }
    return g;
  }

  private static List<Row> rows(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            PyTorchTrajectoriesTest.class.getResourceAsStream("trajectories.csv"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(Row::of)
          .filter(row -> row.rule.equals(name))
          .toList();
    }
  }
}
