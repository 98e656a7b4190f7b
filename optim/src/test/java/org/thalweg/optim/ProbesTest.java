package org.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.optim.gradient.Asgd;
import org.thalweg.optim.gradient.Momentum;
import org.thalweg.optim.gradient.Nesterov;
import org.thalweg.optim.gradient.Sgd;
import org.thalweg.optim.schedule.Schedules;
import org.thalweg.optim.wrapper.Averaged;
import org.thalweg.optim.wrapper.Clip;
import org.thalweg.optim.wrapper.Sam;

/// Rules that look elsewhere than at their parameters, for a gradient or for an evaluation, beside
/// recurrences written out in double.
class ProbesTest {
  private static final int STEPS = 100;
  private static final double[] START = {1.5, -2, 0.3};

  private final Parameter w = new Parameter("w", Tensor.of(START));

  /// ∇ of Σ ¼θ⁴ + ½θ² − θ
  private static double[] gradient(double... theta) {
    double[] g = new double[theta.length];
    for (int i = 0; i < g.length; i++) {
      g[i] = theta[i] * theta[i] * theta[i] + theta[i] - 1;
    }
    return g;
  }

  private Tensor loss() {
    return w.square().square().times(0.25).plus(w.square().times(0.5)).minus(w).sum();
  }

  private void assertAt(double[] expected, String when) {
    assertThat(w.toDoubles()).as(when).containsExactly(expected, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 0.9})
  void nesterovTakesTheGradientWhereTheMomentumLeads(double mu) {
    Optimizer optimizer = new Nesterov(Schedules.exponential(0.05, 0.99), mu).over(List.of(w));
    double[] theta = START.clone();
    double[] v = new double[3];
    // The same with the other sign of v, and φ = θ + μ v of the form without a look-ahead.
    double[] other = START.clone();
    double[] minus = new double[3];
    double[] phi = START.clone();
    ArrayOptimizer rewritten =
        new Sgd(Schedules.exponential(0.05, 0.99), mu).form(Momentum.VELOCITY).nesterov().over(phi);
    for (int t = 1; t <= STEPS; t++) {
      double eta = 0.05 * Math.pow(0.99, t - 1.0);
      double[] ahead = new double[3];
      double[] behind = new double[3];
      for (int i = 0; i < 3; i++) {
        ahead[i] = theta[i] + mu * v[i];
        behind[i] = other[i] - mu * minus[i];
      }
      double[] g = gradient(ahead);
      double[] h = gradient(behind);
      for (int i = 0; i < 3; i++) {
        v[i] = mu * v[i] - eta * g[i];
        theta[i] += v[i];
        minus[i] = mu * minus[i] + eta * h[i];
        other[i] -= minus[i];
      }
      optimizer.step(this::loss);
      rewritten.step(gradient(phi));
      assertAt(theta, "step " + t);
      assertAt(other, "step " + t + ", the other sign");
      for (int i = 0; i < 3; i++) {
        assertThat(phi[i]).as("φ").isCloseTo(theta[i] + mu * v[i], within(1e-12));
      }
    }
  }

  @Test
  void sharpnessAwareStepsUseTheGradientUphill() {
    Parameter u = new Parameter("u", Tensor.of(0.7));
    Optimizer optimizer = new Sam(new Sgd(0.05, 0.9), 0.1).over(List.of(w, u));
    double[] x = {1.5, -2, 0.3, 0.7};
    double[] v = new double[4];
    for (int t = 1; t <= STEPS; t++) {
      double[] g = gradient(x);
      double norm = 0;
      for (double slope : g) {
        norm += slope * slope;
      }
      double[] uphill = new double[4];
      for (int i = 0; i < 4; i++) {
        uphill[i] = x[i] + 0.1 * g[i] / (Math.sqrt(norm) + 1e-12);
      }
      double[] there = gradient(uphill);
      for (int i = 0; i < 4; i++) {
        v[i] = 0.9 * v[i] + there[i];
        x[i] -= 0.05 * v[i];
      }
      int[] calls = {0};
      optimizer.step(
          () -> {
            calls[0]++;
            Tensor more = u.square().square().times(0.25).plus(u.square().times(0.5)).minus(u);
            return loss().plus(more.sum());
          });
      assertThat(calls[0]).isEqualTo(2);
      assertAt(new double[] {x[0], x[1], x[2]}, "step " + t);
      assertThat(u.item()).isCloseTo(x[3], within(1e-12));
    }
  }

  @Test
  void anArrayIsProbedToo() {
    double[] x = START.clone();
    ArrayOptimizer plain = new Sam(new Sgd(0.05), 0.1).over(x);
    Optimizer optimizer = new Sam(new Sgd(0.05), 0.1).over(List.of(w));
    for (int t = 1; t <= 5; t++) {
      plain.step(ProbesTest::gradient);
      optimizer.step(this::loss);
      assertAt(x, "step " + t);
    }
    assertThatIllegalStateException()
        .isThrownBy(() -> plain.step(1.0, 2.0, 3.0))
        .withMessage(
            "step: Sam takes its gradient at another place than the array: give the gradient as a"
                + " function, step(x -> …)");
    assertThatIllegalStateException()
        .isThrownBy(() -> optimizer.step(loss().backward()))
        .withMessage(
            "step: Sam takes its gradient at another place than the parameters: give the loss as a"
                + " function, step(() -> loss)");
  }

  @Test
  void averagesAreSwappedInForAnEvaluationAndBackBitForBit() {
    double[] forgetful = START.clone();
    double[] mean = new double[3];
    double[] every = START.clone();
    Parameter a = new Parameter("a", w);
    Parameter b = new Parameter("b", w);
    Parameter c = new Parameter("c", w);
    Optimizer optimizer =
        Optimizer.over(List.of(a, b, c))
            .group("a", Averaged.exponential(new Sgd(0.1), 0.75))
            .group("b", Averaged.mean(new Sgd(0.1)))
            .rest(Averaged.stochastic(new Sgd(0.1), 4, 3));
    double[] theta = START.clone();
    int count = 0;
    for (int t = 1; t <= 20; t++) {
      double[] g = gradient(theta);
      boolean isTaken = t >= 4 && (t - 4) % 3 == 0;
      count += isTaken ? 1 : 0;
      for (int i = 0; i < 3; i++) {
        theta[i] -= 0.1 * g[i];
        forgetful[i] = 0.75 * forgetful[i] + 0.25 * theta[i];
        mean[i] += (theta[i] - mean[i]) / t;
        every[i] = t < 4 ? theta[i] : isTaken ? every[i] + (theta[i] - every[i]) / count : every[i];
      }
      optimizer.step(() -> quartic(a).plus(quartic(b)).plus(quartic(c)));
      Tensor before = a.snapshot();
      List<double[]> averages =
          optimizer.evaluating(() -> List.of(a.toDoubles(), b.toDoubles(), c.toDoubles()));
      assertThat(averages.get(0)).containsExactly(forgetful, within(1e-12));
      assertThat(averages.get(1)).containsExactly(mean, within(1e-12));
      assertThat(averages.get(2)).containsExactly(every, within(1e-12));
      assertThat(a.sameBits(before)).isTrue();
      assertThat(b.sameBits(before)).isTrue();
    }
  }

  private static Tensor quartic(Parameter p) {
    return p.square().square().times(0.25).plus(p.square().times(0.5)).minus(p).sum();
  }

  @Test
  void theAverageOfAsgdIsWhatItIsEvaluatedWith() {
    Optimizer optimizer = new Asgd(Schedule.constant(0.1), 0, 0, 3).over(List.of(w));
    double[] theta = START.clone();
    double[] a = START.clone();
    for (int t = 1; t <= 10; t++) {
      double[] g = gradient(theta);
      double share = 1.0 / Math.max(1, t - 1 - 3);
      for (int i = 0; i < 3; i++) {
        theta[i] -= 0.1 * g[i];
        a[i] += share * (theta[i] - a[i]);
      }
      optimizer.step(this::loss);
      assertThat(optimizer.evaluating(w::toDoubles)).containsExactly(a, within(1e-12));
    }
  }

  @Test
  void gradientsAreLimitedByElementParameterAllAndRow() {
    double[] g = {3, -4, 12};
    assertThat(stepped(Clip.value(3.5), g)).containsExactly(-3, 3.5, -3.5);
    assertThat(stepped(Clip.norm(6.5), g)).containsExactly(-1.5, 2, -6);
    assertThat(stepped(Clip.norm(13), g)).as("at the limit").containsExactly(-3, 4, -12);
    assertThat(stepped(Clip.globalNorm(6.5), g)).containsExactly(-1.5, 2, -6);
    double factor = 6.5 / (13 + 1e-6);
    assertThat(stepped(Clip.globalNormPyTorch(6.5), g))
        .containsExactly(new double[] {-3 * factor, 4 * factor, -12 * factor}, within(1e-15));
    assertThat(stepped(Clip.globalNorm(0), g)).containsExactly(0, 0, 0);
  }

  private static double[] stepped(Transform clip, double... g) {
    double[] x = new double[g.length];
    new Sgd(1).with(clip).over(x).step(g);
    for (int i = 0; i < x.length; i++) {
      x[i] += 0.0;
    }
    return x;
  }

  @Test
  void adaptiveClippingLooksAtEachRow() {
    Parameter m = new Parameter("m", Tensor.of(3.0, 4, 0, 0, 0.6, 0.8).reshape(3, 2));
    Tensor g = Tensor.of(6.0, 8, 3, 4, 0.03, 0.04).reshape(3, 2);
    Optimizer optimizer = new Sgd(1).with(Clip.adaptive(0.1)).over(List.of(m));
    optimizer.step(m.times(g).sum().backward());
    // Rows of norm 5, 0 and 1: gradients of 10, 5 and 0.05 become 0.5, 0.0001 and stay.
    double[] expected = {3 - 0.3, 4 - 0.4, -0.00006, -0.00008, 0.57, 0.76};
    assertThat(m.toDoubles()).containsExactly(expected, within(1e-15));
  }

  @Test
  void theNormOfTheLargestAndTheSmallestGradientsDoesNotOverflowOrVanish() {
    for (double size : new double[] {1e-200, 1, 1e200}) {
      double[] x = new double[2];
      new Sgd(1).with(Clip.norm(size)).over(x).step(3 * size, 4 * size);
      assertThat(x[0]).isCloseTo(-0.6 * size, within(1e-15 * size));
      assertThat(x[1]).isCloseTo(-0.8 * size, within(1e-15 * size));
    }
  }
}
