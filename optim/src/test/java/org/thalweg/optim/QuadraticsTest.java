package org.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.function.DoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.optim.gradient.Momentum;
import org.thalweg.optim.gradient.Nesterov;
import org.thalweg.optim.gradient.Sgd;
import org.thalweg.optim.wrapper.Decay;
import org.thalweg.optim.wrapper.Lookahead;

/// The linear methods on quadratics ½ Σ λᵢ θᵢ² beside what they are exactly: the k-th power of a
/// matrix of two rows, with 40 digits. After k steps they are off by at most 8 k units in the last
/// place of the largest θ so far.
class QuadraticsTest {
  private static final MathContext DIGITS = new MathContext(40);
  private static final int STEPS = 1000;
  private static final double MU = 0.9;
  private static final double DECAY = 0.01;

  /// One step of (v, θ), the gradient being λ θ: the coefficients by rows.
  interface Matrix {
    BigDecimal[] of(BigDecimal eta, BigDecimal mu, BigDecimal lambda);
  }

  private static final BigDecimal ONE = BigDecimal.ONE;

  static Stream<Arguments> methods() {
    return Stream.of(
            Arguments.of(
                "descent",
                (DoubleFunction<Rule>) Sgd::new,
                (Matrix)
                    (eta, mu, l) ->
                        row(BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, less(eta, l))),
            Arguments.of(
                "accumulating",
                (DoubleFunction<Rule>) eta -> new Sgd(eta, MU),
                (Matrix) (eta, mu, l) -> row(mu, l, eta.multiply(mu).negate(), less(eta, l))),
            Arguments.of(
                "velocity",
                (DoubleFunction<Rule>) eta -> new Sgd(eta, MU).form(Momentum.VELOCITY),
                (Matrix) (eta, mu, l) -> row(mu, eta.multiply(l).negate(), mu, less(eta, l))),
            Arguments.of(
                "average",
                (DoubleFunction<Rule>) eta -> new Sgd(eta, MU).form(Momentum.AVERAGE),
                (Matrix)
                    (eta, mu, l) -> {
                      BigDecimal rest = new BigDecimal(1 - MU).multiply(l);
                      return row(mu, rest, eta.multiply(mu).negate(), less(eta, rest));
                    }),
            Arguments.of(
                "nesterov rewritten, accumulating",
                (DoubleFunction<Rule>) eta -> new Sgd(eta, MU).nesterov(),
                (Matrix)
                    (eta, mu, l) ->
                        // θ ← θ − η (λ θ + μ v), v updated before
                        row(mu, l, eta.multiply(mu).multiply(mu).negate(), twice(eta, mu, l))),
            Arguments.of(
                "nesterov rewritten, velocity",
                (DoubleFunction<Rule>) eta -> new Sgd(eta, MU).form(Momentum.VELOCITY).nesterov(),
                (Matrix)
                    (eta, mu, l) ->
                        row(mu, eta.multiply(l).negate(), mu.multiply(mu), twice(eta, mu, l))),
            Arguments.of(
                "descent with decay",
                (DoubleFunction<Rule>) eta -> new Sgd(eta).with(new Decay(DECAY)),
                (Matrix)
                    (eta, mu, l) ->
                        row(
                            BigDecimal.ZERO,
                            BigDecimal.ZERO,
                            BigDecimal.ZERO,
                            less(eta, l.add(new BigDecimal(DECAY))))),
            Arguments.of(
                "look-ahead at every step",
                (DoubleFunction<Rule>) eta -> new Lookahead(new Sgd(eta), 1, 0.5),
                (Matrix)
                    (eta, mu, l) ->
                        row(
                            BigDecimal.ZERO,
                            BigDecimal.ZERO,
                            BigDecimal.ZERO,
                            less(eta.multiply(new BigDecimal(0.5)), l))),
            Arguments.of(
                "nesterov",
                (DoubleFunction<Rule>) eta -> new Nesterov(eta, MU),
                (Matrix)
                    (eta, mu, l) -> {
                      // v ← μ v − η λ (θ + μ v), θ ← θ + v
                      BigDecimal v = mu.subtract(eta.multiply(l).multiply(mu));
                      return row(v, eta.multiply(l).negate(), v, less(eta, l));
                    }))
        .flatMap(
            m ->
                Stream.of(1e1, 1e2, 1e4, 1e6, 1e8)
                    .map(kappa -> Arguments.of(m.get()[0], m.get()[1], m.get()[2], kappa)));
  }

  private static BigDecimal[] row(BigDecimal... coefficients) {
    return coefficients;
  }

  private static BigDecimal less(BigDecimal eta, BigDecimal lambda) {
    return ONE.subtract(eta.multiply(lambda));
  }

  /// 1 − η λ (1 + μ)
  private static BigDecimal twice(BigDecimal eta, BigDecimal mu, BigDecimal lambda) {
    return less(eta, lambda.multiply(ONE.add(mu)));
  }

  @ParameterizedTest(name = "{0}, condition {3}")
  @MethodSource("methods")
  void everyStepIsWithinAFewUnitsOfTheClosedForm(
      String name, DoubleFunction<Rule> rule, Matrix matrix, double kappa) {
    double eta = 1 / kappa;
    double[] lambda = {1, Math.sqrt(kappa), kappa / 3, kappa};
    double[] x = {1, -2, 0.7, 3};
    BigDecimal[][] m = new BigDecimal[4][];
    BigDecimal[] v = new BigDecimal[4];
    BigDecimal[] theta = new BigDecimal[4];
    double[] largest = new double[4];
    for (int i = 0; i < 4; i++) {
      m[i] = matrix.of(new BigDecimal(eta), new BigDecimal(MU), new BigDecimal(lambda[i]));
      v[i] = BigDecimal.ZERO;
      theta[i] = new BigDecimal(x[i]);
      largest[i] = Math.abs(x[i]);
    }
    ArrayOptimizer optimizer = rule.apply(eta).over(x);
    for (int k = 1; k <= STEPS; k++) {
      optimizer.step(at -> gradient(lambda, at));
      for (int i = 0; i < 4; i++) {
        BigDecimal next = m[i][0].multiply(v[i]).add(m[i][1].multiply(theta[i]), DIGITS);
        theta[i] = m[i][2].multiply(v[i]).add(m[i][3].multiply(theta[i]), DIGITS);
        v[i] = next;
        largest[i] = Math.max(largest[i], Math.abs(x[i]));
        double error = theta[i].subtract(new BigDecimal(x[i])).abs().doubleValue();
        assertThat(error)
            .as("%s, condition %s, λ = %s, step %d", name, kappa, lambda[i], k)
            .isLessThanOrEqualTo(8 * k * Math.ulp(largest[i]));
      }
    }
  }

  private static double[] gradient(double[] lambda, double... theta) {
    double[] g = new double[theta.length];
    for (int i = 0; i < g.length; i++) {
      g[i] = lambda[i] * theta[i];
    }
    return g;
  }
}
