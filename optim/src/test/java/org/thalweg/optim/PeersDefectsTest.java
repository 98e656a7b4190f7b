package org.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
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
  void adamGoesAgainstTheGradientByTheRate() {
    assertThat(first(new Adam(0.1), 2)).isCloseTo(-0.1, within(1e-8));
    assertThat(first(new Adam(0.1), -2)).isCloseTo(0.1, within(1e-8));
  }

  @Test
  void adamsSecondDecayIsThatOfThePaper() {
    assertThat(new Adam().beta2()).isEqualTo(0.999);
    assertThat(Adam.keras(1).beta2()).isEqualTo(0.999);
  }

  @Test
  void nAdamCorrectsTheBiasOfItsSquares() {
    // Without, the first step would be 1/√(1 − β₂) = 32 times as long.
    assertThat(first(NAdam.optax(0.1), 2)).isBetween(-0.2, -0.1);
  }

  @Test
  void rpropMovesInItsFirstStep() {
    assertThat(first(new Rprop(0.01), 3)).isEqualTo(-0.01);
  }

  @Test
  void averagesAndSumsOfSquaresStartAtZero() {
    // From 1 the first step would be 0.1 · 2/√1.39 long, from ε that of AdaGrad a little less than
    // 1.
    assertThat(first(new RmsProp(Schedule.constant(0.1), 0.9, eps()), 2))
        .isCloseTo(-0.1 / Math.sqrt(0.1), within(1e-12));
    assertThat(first(new AdaGrad(1, 0), 1e-3)).isEqualTo(-1);
  }

  private static Epsilon eps() {
    return Epsilon.outside(0);
  }
}
