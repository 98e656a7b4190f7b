package org.thalweg.optim.convergence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The problems are those of the literature: published values, minima, and gradients beside
/// differences.
class ProblemsTest {
  static Stream<Problem> problems() {
    return Problems.ALL.stream();
  }

  private static Problem problem(String name) {
    return problems().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "Rosenbrock, 24.2",
    "Beale, 14.203125",
    "Himmelblau, 106",
    "logistic regression, 0.6931471805599453"
  })
  void theValueAtTheStartIsThePublishedOne(String name, double value) {
    Problem problem = problem(name);
    assertThat(problem.function().value(problem.first())).isCloseTo(value, within(1e-14 * value));
  }

  @ParameterizedTest
  @MethodSource("problems")
  void minimaAreStationaryAndHaveTheValueOfTheMinimum(Problem problem) {
    for (List<Double> minimum : problem.minima()) {
      double[] x = minimum.stream().mapToDouble(Double::doubleValue).toArray();
      assertThat(problem.gap(x)).as("%s", minimum).isCloseTo(0, within(3e-16));
      for (double slope : problem.function().gradient(x)) {
        assertThat(slope).as("%s", minimum).isCloseTo(0, within(1e-13));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("problems")
  void gradientsAreWhatDifferencesSay(Problem problem) {
    double[] x = problem.first();
    for (int k = 0; k < x.length; k++) {
      x[k] += 0.3 * Math.sin(k + 1.0);
    }
    double[] gradient = problem.function().gradient(x);
    double h = 1e-4;
    for (int k = 0; k < x.length; k++) {
      double[] above = x.clone();
      double[] below = x.clone();
      above[k] += h;
      below[k] -= h;
      double slope = (problem.function().value(above) - problem.function().value(below)) / (2 * h);
      assertThat(gradient[k])
          .as("∂/∂x%d", k)
          .isCloseTo(slope, within(1e-5 * Math.max(1, Math.abs(slope))));
    }
  }

  @Test
  void theGradientOfTheRegressionAtZeroIsThePublishedOne() {
    assertThat(problem("logistic regression").function().gradient(0, 0, 0, 0, 0))
        .containsExactly(
            new double[] {
              0.023659190512142923,
              0.0010859951122892405,
              -0.021212706117263954,
              0.0088342113479273751,
              0.045808279845535844
            },
            within(1e-16));
  }

  @ParameterizedTest
  @CsvSource({
    "'κ = 10', 10, true",
    "'κ = 100', 100, true",
    "'κ = 1000', 1000, true",
    "'κ = 1000, diagonal', 1000, false"
  })
  void theEigenvaluesOfQuadraticsAreFromOneToTheCondition(
      String name, double condition, boolean isRotated) {
    Problem problem = problem(name);
    int n = problem.start().size();
    double square = n * (n + 1.0) * (2 * n + 1) / 6;
    for (int i = 0; i < n; i++) {
      double lambda = Math.pow(condition, i / (n - 1.0));
      double[] direction = new double[n];
      double[] x = new double[n];
      for (int k = 0; k < n; k++) {
        double same = k == i ? 1 : 0;
        direction[k] = isRotated ? same - 2 * (i + 1) * (k + 1) / square : same;
        x[k] = problem.minima().get(0).get(k) + direction[k];
      }
      assertThat(problem.function().value(x)).isCloseTo(lambda / 2, within(1e-12 * condition));
      double[] gradient = problem.function().gradient(x);
      for (int k = 0; k < n; k++) {
        assertThat(gradient[k]).isCloseTo(lambda * direction[k], within(1e-12 * condition));
      }
    }
  }
}
