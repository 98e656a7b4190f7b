package org.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.optim.adaptive.AdaGrad;
import org.thalweg.optim.adaptive.Adam;
import org.thalweg.optim.adaptive.Epsilon;
import org.thalweg.optim.adaptive.NAdam;
import org.thalweg.optim.adaptive.RmsProp;
import org.thalweg.optim.gradient.Rprop;
import org.thalweg.optim.gradient.Sgd;
import org.thalweg.optim.wrapper.Clip;

/// Defects that other libraries shipped, which these rules do not have.
class PeersDefectsTest {
  private static double first(Rule rule, double g) {
    double[] x = {0};
    rule.over(x).step(g);
    return x[0];
  }

  @Test
  void clippingByValueLimitsBothSides() {
    assertThat(first(new Sgd(1).with(Clip.value(1)), 5)).isEqualTo(-1);
    assertThat(first(new Sgd(1).with(Clip.value(1)), -5)).isEqualTo(1);
  }

  @Test
  void clippingByNormDoesClip() {
    assertThat(first(new Sgd(1).with(Clip.norm(1)), 5)).isEqualTo(-1);
    assertThat(first(new Sgd(1).with(Clip.norm(1)), -0.5)).isEqualTo(0.5);
  }

  @Test
  void clippingByNormKeepsTheDirection() {
    double[] x = {0, 0};
    new Sgd(1).with(Clip.norm(1)).over(x).step(3.0, -4.0);
    assertThat(x[0]).isCloseTo(-0.6, within(1e-15));
    assertThat(x[1]).isCloseTo(0.8, within(1e-15));
  }

  @Test
  void adamGoesAgainstTheGradientByTheRate() {
    assertThat(first(new Adam(0.1), 2)).isCloseTo(-0.1, within(1e-8));
    assertThat(first(new Adam(0.1), -2)).isCloseTo(0.1, within(1e-8));
  }

  @Test
  void adamDividesByTheRootOfTheSquares() {
    // Where the root is a factor, the step grows with the square of the gradient.
    for (double g : new double[] {1e-3, 1, 1e3}) {
      assertThat(first(new Adam(0.1, 0.9, 0.999, 0), g)).isCloseTo(-0.1, within(1e-15));
    }
  }

  @Test
  void adamsSecondDecayIsThatOfThePaper() {
    assertThat(new Adam().beta2()).isEqualTo(Schedule.constant(0.999));
    assertThat(Adam.keras(1).beta2()).isEqualTo(Schedule.constant(0.999));
  }

  @Test
  void nAdamCorrectsTheBiasOfItsSquares() {
    // Without, the first step would be 1/√(1 − β₂) = 32 times as long.
    assertThat(first(NAdam.optax(0.1), 2)).isBetween(-0.2, -0.1);
    assertThat(first(NAdam.keras(0.1), 2)).isBetween(-0.2, -0.05);
    assertThat(first(new NAdam(0.1), 2)).isBetween(-0.2, -0.05);
  }

  @Test
  void rpropMovesInItsFirstStepAndBySoMuchMoreInTheNext() {
    double[] x = {0};
    ArrayOptimizer rprop = new Rprop(0.01).over(x);
    rprop.step(3.0);
    assertThat(x[0]).isEqualTo(-0.01);
    rprop.step(3.0);
    assertThat(x[0]).isCloseTo(-0.01 - 0.012, within(1e-17));
  }

  @Test
  void averagesAndSumsOfSquaresStartAtZero() {
    // From 1 the first step of RMSprop would be 0.1 · 2/√1.3 long, from ε that of AdaGrad less than
    // 1 where g² is no larger.
    Schedule rate = Schedule.constant(0.1);
    double longest = -0.1 / Math.sqrt(0.1);
    assertThat(first(new RmsProp(rate, 0.9, eps()), 2)).isCloseTo(longest, within(1e-12));
    assertThat(first(new RmsProp(rate, 0.9, eps()), 1e-5)).isCloseTo(longest, within(1e-12));
    assertThat(first(new RmsProp(rate, 0.9, eps()).momentum(0.9), 1e-5))
        .isCloseTo(longest, within(1e-12));
    assertThat(first(new AdaGrad(1, 0), 1e-3)).isEqualTo(-1);
  }

  @Test
  void everyAverageAndSumOfSquaresStartsAtZeroUnlessItsPaperSaysOtherwise() {
    Set<String> others = new TreeSet<>();
    for (Rule rule : Rules.all()) {
      Parameter p = new Parameter("p", Tensor.full(DType.FLOAT64, 0, 2, 2));
      rule.over(List.of(p))
          .state()
          .tensors()
          .forEach(
              (name, start) -> {
                if (!start.sameBits(Tensor.zeros(DType.FLOAT64, start.shape().sizes()))) {
                  others.add(rule.getClass().getSimpleName() + " " + name);
                }
              });
    }
    assertThat(others)
        .containsExactlyInAnyOrder("AdaGrad p/G", "Ftrl p/G", "Rprop p/Δ", "Yogi p/m", "Yogi p/v");
  }

  private static Epsilon eps() {
    return Epsilon.outside(0);
  }
}
