package org.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thalweg.optim.adaptive.AdaGrad;
import org.thalweg.optim.adaptive.Adam;
import org.thalweg.optim.adaptive.AdamW;
import org.thalweg.optim.gradient.Sgd;

/// The methods in the forms in which texts write them, each written out in plain double.
class RecurrencesTest {
  private static final int STEPS = 200;
  private static final double[] START = {1.5, -2, 0.3, 0, 1e-3};

  /// One step of a recurrence on θ, given the gradient and t from 1.
  private interface Recurrence {
    void step(double[] theta, double[] g, int t);
  }

  /// The slopes of Σ ¼θ⁴ + ½θ² + 0.1 θᵢθᵢ₊₁ − θ; the last element has none.
  private static double[] gradient(double... theta) {
    double[] g = new double[theta.length];
    for (int i = 0; i + 1 < theta.length; i++) {
      double next = i + 2 < theta.length ? theta[i + 1] : 0;
      double before = i > 0 ? theta[i - 1] : 0;
      g[i] = theta[i] * theta[i] * theta[i] + theta[i] + 0.1 * (before + next) - 1;
    }
    return g;
  }

  private static void compare(Rule rule, Recurrence recurrence) {
    double[] expected = START.clone();
    double[] x = START.clone();
    ArrayOptimizer optimizer = rule.over(x);
    for (int t = 1; t <= STEPS; t++) {
      // The same gradients for both: what is compared is the rule, not how the problem spreads a
      // last bit. Trajectories with gradients of their own are compared with PyTorch's.
      double[] g = gradient(expected);
      recurrence.step(expected, g, t);
      optimizer.step(g);
      for (int i = 0; i < x.length; i++) {
        double bound = 1e-12 * Math.max(1, Math.abs(expected[i]));
        assertThat(x[i])
            .as("%s, step %d, element %d", rule, t, i)
            .isCloseTo(expected[i], within(bound));
      }
    }
    assertThat(x).as("it has moved").isNotEqualTo(START);
  }

  @ParameterizedTest
  @CsvSource({"0.1", "0.01", "0"})
  void descent(double eta) {
    double[] expected = START.clone();
    double[] x = START.clone();
    ArrayOptimizer optimizer = new Sgd(eta).over(x);
    for (int t = 1; t <= STEPS; t++) {
      double[] g = gradient(expected);
      for (int i = 0; i < x.length; i++) {
        expected[i] -= eta * g[i];
      }
      optimizer.step(gradient(x));
      assertThat(x).containsExactly(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"0.05, 0.9", "0.01, 0.99", "0.1, 0"})
  void momentumInItsAccumulatingForm(double eta, double rho) {
    double[] v = new double[START.length];
    compare(
        new Sgd(eta, rho),
        (theta, g, t) -> {
          for (int i = 0; i < v.length; i++) {
            v[i] = rho * v[i] + g[i];
            theta[i] -= eta * v[i];
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"0.3, 0.9", "0.5, 0.5"})
  void momentumInItsAverageFormIsTheAccumulatingOneWithASmallerRate(double eta, double beta) {
    double[] v = new double[START.length];
    compare(
        new Sgd(eta * (1 - beta), beta),
        (theta, g, t) -> {
          for (int i = 0; i < v.length; i++) {
            v[i] = beta * v[i] + (1 - beta) * g[i];
            theta[i] -= eta * v[i];
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"0.05, 0.9", "0.01, 0.99"})
  void momentumInItsVelocityFormIsTheAccumulatingOneWhileTheRateIsConstant(double eta, double mu) {
    double[] v = new double[START.length];
    compare(
        new Sgd(eta, mu),
        (theta, g, t) -> {
          for (int i = 0; i < v.length; i++) {
            v[i] = mu * v[i] - eta * g[i];
            theta[i] += v[i];
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"0.5, 1e-10", "0.1, 0.1", "1, 0"})
  void adaGradWithEpsilonOutsideTheRoot(double eta, double epsilon) {
    double[] sums = new double[START.length];
    compare(
        new AdaGrad(eta, epsilon),
        (theta, g, t) -> {
          for (int i = 0; i < sums.length; i++) {
            sums[i] += g[i] * g[i];
            theta[i] -= sums[i] == 0 ? 0 : eta * g[i] / (Math.sqrt(sums[i]) + epsilon);
          }
        });
  }

  @ParameterizedTest
  @CsvSource({
    "0.01, 0.9, 0.999, 1e-8",
    "0.1, 0.5, 0.9, 1e-3",
    "0.01, 0, 0.999, 1e-8",
    "0.01, 0.9, 0, 1e-8",
    "0.01, 0.9, 0.999, 1",
  })
  void adamWithBiasCorrection(double eta, double beta1, double beta2, double epsilon) {
    double[] m = new double[START.length];
    double[] v = new double[START.length];
    compare(
        new Adam(eta, beta1, beta2, epsilon),
        (theta, g, t) -> adam(theta, g, t, m, v, eta, beta1, beta2, epsilon));
  }

  private static void adam(
      double[] theta,
      double[] g,
      int t,
      double[] m,
      double[] v,
      double eta,
      double beta1,
      double beta2,
      double epsilon) {
    for (int i = 0; i < theta.length; i++) {
      m[i] = beta1 * m[i] + (1 - beta1) * g[i];
      v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
      double mean = m[i] / (1 - Math.pow(beta1, t));
      double square = v[i] / (1 - Math.pow(beta2, t));
      theta[i] -= eta * mean / (Math.sqrt(square) + epsilon);
    }
  }

  @Test
  void adamWhoseSquaresAreZeroTakesNoStepWithEpsilonAndNoneIsDefinedWithout() {
    double[] x = {1};
    new Adam(0.1).over(x).step(0.0);
    assertThat(x).containsExactly(1);
  }

  @ParameterizedTest
  @CsvSource({"0.01, 0.1", "0.1, 0", "0.001, 10"})
  void adamWShortensFirstAndThenTakesAStepOfAdam(double eta, double decay) {
    double[] m = new double[START.length];
    double[] v = new double[START.length];
    compare(
        new AdamW(eta, decay),
        (theta, g, t) -> {
          for (int i = 0; i < theta.length; i++) {
            theta[i] *= 1 - eta * decay;
          }
          adam(theta, g, t, m, v, eta, 0.9, 0.999, 1e-8);
        });
  }

  @Test
  void aScheduleIsAskedForEveryStepFromOne() {
    double[] v = new double[START.length];
    Schedule inverse = t -> 0.1 / t;
    compare(
        new Sgd(inverse, 0.9),
        (theta, g, t) -> {
          for (int i = 0; i < v.length; i++) {
            v[i] = 0.9 * v[i] + g[i];
            theta[i] -= 0.1 / t * v[i];
          }
        });
    double[] m = new double[START.length];
    double[] squares = new double[START.length];
    compare(
        new AdamW(new Adam(inverse, 0.9, 0.999, 1e-8), 0.1),
        (theta, g, t) -> {
          for (int i = 0; i < theta.length; i++) {
            theta[i] *= 1 - 0.1 / t * 0.1;
          }
          adam(theta, g, t, m, squares, 0.1 / t, 0.9, 0.999, 1e-8);
        });
  }

  @Test
  void theStepsOnASquareAreThoseOfTheTexts() {
    for (double eta : new double[] {0.1, 0.5, 1, 1.5}) {
      double[] x = {3};
      ArrayOptimizer optimizer = new Sgd(eta).over(x);
      for (int t = 0; t < 20; t++) {
        optimizer.step(2 * x[0]);
      }
      double expected = 3 * Math.pow(1 - 2 * eta, 20);
      assertThat(x[0]).as("η = %s", eta).isCloseTo(expected, within(1e-12 * (1 + expected)));
    }
  }

  @Test
  void adaGradFindsTheLineThroughTenPairs() throws IOException {
    String shared = System.getProperty("thalweg.test.shared", "");
    Path file = Path.of(shared, "data", "tabular", "linear_regression_10.csv");
    assumeTrue(Files.exists(file), "no data at " + file);
    List<double[]> pairs =
        Files.readAllLines(file).stream()
            .skip(1)
            .map(line -> line.split(",", -1))
            .map(w -> new double[] {Double.parseDouble(w[0]), Double.parseDouble(w[1])})
            .toList();
    double[] bw = {-120, -4};
    ArrayOptimizer optimizer = new AdaGrad(1, 0).over(bw);
    for (int step = 1; step <= 100_000; step++) {
      double toB = 0;
      double toW = 0;
      for (double[] pair : pairs) {
        double rest = pair[1] - bw[0] - bw[1] * pair[0];
        toB -= 2 * rest;
        toW -= 2 * rest * pair[0];
      }
      optimizer.step(toB, toW);
      if (step == 1) {
        assertThat(bw).containsExactly(-119, -3);
      }
    }
    assertThat(bw[0]).isCloseTo(-188.3668387, within(1e-7));
    assertThat(bw[1]).isCloseTo(2.6692641, within(1e-7));
  }
}
