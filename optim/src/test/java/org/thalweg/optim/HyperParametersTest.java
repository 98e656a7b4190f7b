package org.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.optim.adaptive.AdaDelta;
import org.thalweg.optim.adaptive.AdaGrad;
import org.thalweg.optim.adaptive.AdaMax;
import org.thalweg.optim.adaptive.Adam;
import org.thalweg.optim.adaptive.AdamW;
import org.thalweg.optim.adaptive.Epsilon;
import org.thalweg.optim.adaptive.NAdam;
import org.thalweg.optim.adaptive.RAdam;
import org.thalweg.optim.adaptive.RmsProp;
import org.thalweg.optim.free.ScheduleFree;
import org.thalweg.optim.gradient.Asgd;
import org.thalweg.optim.gradient.Momentum;
import org.thalweg.optim.gradient.Rprop;
import org.thalweg.optim.gradient.Sgd;
import org.thalweg.optim.gradient.SignSgd;
import org.thalweg.optim.matrix.Adafactor;
import org.thalweg.optim.matrix.Muon;
import org.thalweg.optim.schedule.Plateau;
import org.thalweg.optim.wrapper.Averaged;
import org.thalweg.optim.wrapper.Clip;
import org.thalweg.optim.wrapper.Decay;
import org.thalweg.optim.wrapper.Lookahead;

/// Values that fit no recurrence are refused; those of the libraries are the defaults.
class HyperParametersTest {
  private static void refused(ThrowingCallable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
  }

  @Test
  void valuesThatDoNotFitTogetherAreRefused() {
    refused(
        () -> new Sgd(0.1, 0.9).form(Momentum.VELOCITY).dampening(0.5),
        "sgd: dampening is 0.5 with momentum VELOCITY: it is defined for the accumulating form"
            + " alone, without Nesterov");
    refused(
        () -> new Sgd(0.1, 0.9).nesterov().dampening(0.5),
        "sgd: dampening is 0.5 with momentum of Nesterov: it is defined for the accumulating form"
            + " alone, without Nesterov");
    refused(
        () -> new Rprop(0.1, 0.5, 0.9, 0, 1),
        "rprop: longer is 0.9 and steps are from 0.0 to 1.0: use a factor from 1 and a range that"
            + " is not empty");
    refused(
        () -> new Rprop(0.1, 0.5, 1.2, 2, 1),
        "rprop: longer is 1.2 and steps are from 2.0 to 1.0: use a factor from 1 and a range that"
            + " is not empty");
  }

  @Test
  void valuesOutsideOfARangeAreRefused() {
    refused(
        () -> new NAdam(Schedule.constant(1), 0.9, 0.9, 0, -1),
        "nAdam: momentumDecay is -1.0: use 0, a positive number or ∞");
    refused(
        () -> new RAdam(Schedule.constant(1), 0.9, 0.9, Epsilon.hat(0), 4),
        "rAdam: threshold is 4.0: use a number above 4, where r is real");
    refused(
        () -> new Asgd(Schedule.constant(1), 0, 0, -1),
        "asgd: averageFrom is -1: use 0 or a larger number");
    refused(
        () -> new ScheduleFree(new Sgd(1), Schedule.constant(1), 0),
        "scheduleFree: beta is 0, so that the average is not in what is stored: use a value above"
            + " 0");
    refused(() -> Epsilon.inside(-1), "epsilon: inside is -1.0: use 0 or a positive number");
    refused(
        () -> new Lookahead(new Sgd(1), 0, 0.5),
        "lookahead: period is 0: use 1 or a larger number");
    refused(
        () -> Averaged.stochastic(new Sgd(1), 0, 1),
        "averaged: first is 0: use 1 or a larger number");
    refused(
        () -> Averaged.exponential(new Sgd(1), 1),
        "averaged: beta is 1.0: use a value from 0 to below 1");
    refused(() -> new Decay(-1), "decay: lambda is -1.0: use 0 or a positive number");
    refused(() -> Clip.value(-1), "clip: the largest value is -1.0: use 0 or a positive number");
    refused(() -> Clip.norm(-1), "clip: the largest norm is -1.0: use 0 or a positive number");
    refused(
        () -> Optimizer.over(List.of(new Parameter("p", Tensor.of(1f)))).accumulate(0),
        "optimizer: batches is 0: use 1 or a larger number");
  }

  @Test
  void muonTakesMatricesAlone() {
    Parameter p = new Parameter("p", Tensor.of(1f, 2f));
    refused(
        () -> new Muon(0.1).over(List.of(p)),
        "muon: a parameter of shape [2] is no matrix: give it another rule by"
            + " Optimizer.over(…).group(…)");
  }

  @Test
  void defaultsAreThoseOfPyTorch() {
    assertThat(new AdaDelta()).isEqualTo(new AdaDelta(Schedule.constant(1), 0.9, 1e-6));
    assertThat(new RmsProp())
        .isEqualTo(new RmsProp(Schedule.constant(0.01), 0.99, Epsilon.outside(1e-8)));
    assertThat(new AdaMax().learningRate().at(1)).isEqualTo(0.002);
    assertThat(new NAdam().learningRate().at(1)).isEqualTo(0.002);
    assertThat(new RAdam().threshold()).isGreaterThan(5);
    assertThat(new Adafactor().epsilon1()).isEmpty();
    assertThat(new AdaGrad(1).initial()).isZero();
  }

  @Test
  void presetsAreValues() {
    assertThat(Adam.keras(1e-3).epsilon()).isEqualTo(Epsilon.hat(1e-7));
    assertThat(AdamW.keras(1e-3).decay()).isEqualTo(Schedule.constant(0.004));
    assertThat(AdamW.optax(1e-3).decay()).isEqualTo(Schedule.constant(1e-4));
    assertThat(Adam.optax(1e-3)).isEqualTo(new Adam(1e-3));
    assertThat(AdaGrad.keras(0.1)).isEqualTo(AdaGrad.optax(0.1));
    assertThat(Sgd.keras(0.1, 0.9)).isEqualTo(new Sgd(0.1, 0.9).form(Momentum.VELOCITY));
  }

  @Test
  void momentumMayChangeWithTheSteps() {
    double[] x = {1};
    ArrayOptimizer optimizer = new Sgd(Schedule.constant(0.5), t -> 0.25 * t).over(x);
    double v = 0;
    double theta = 1;
    for (int t = 1; t <= 3; t++) {
      v = 0.25 * t * v + theta;
      optimizer.step(theta);
      theta -= 0.5 * v;
      assertThat(x[0]).isEqualTo(theta);
    }
  }

  @Test
  void ratesAndSharesOutsideOfTheirRangesAreRefused() {
    refused(() -> new Sgd(-1), "sgd: learningRate is -1.0: use 0 or a positive number");
    refused(() -> new NAdam(-1), "nAdam: learningRate is -1.0: use 0 or a positive number");
    refused(() -> new SignSgd(-1), "signSgd: learningRate is -1.0: use 0 or a positive number");
    refused(
        () -> new Lookahead(new Sgd(1), 5, 1.5),
        "lookahead: share is 1.5: use a value from 0 to 1");
    refused(
        () -> new Plateau.Options(0.1, 1, 1, 0, 0),
        "plateau: threshold is 1.0: use a value from 0 to below 1");
    refused(
        () -> new Plateau.Options(0.1, -1, 0, 0, 0),
        "plateau: patience is -1: use 0 or a larger number");
  }

  /// `torch.optim.Adafactor([w, b], lr=0.01)` of PyTorch 2.13, three steps with these gradients
  /// times 1, 2 and 3.
  @ParameterizedTest
  @CsvSource({
    "FLOAT32, 1e-4, 0.9556308388710022, 0.44387689232826233, 0.9530140161514282",
    "FLOAT32, 1e-8, 0.9905309677124023, 0.46212396025657654, 0.9920689463615417",
    "FLOAT64, 1e-4, 0.9559269559840634, 0.4442515189971145, 0.9530140137536863",
    "FLOAT64, 1e-8, 0.9559269559840635, 0.4442515189971145, 0.9530140137536863"
  })
  void adafactorLimitsByTheTypeAsPyTorchDoes(
      DType type, double scale, double first, double last, double bias) {
    Tensor ofW = Tensor.of(new double[][] {{1, -2}, {3, 4}}).times(scale).to(type);
    Tensor ofB = Tensor.of(1.0, -3.0).times(scale).to(type);
    Parameter w = new Parameter("w", Tensor.of(new double[][] {{1, -2}, {3, 0.5}}).to(type));
    Parameter b = new Parameter("b", Tensor.of(1.0, -2.0).to(type));
    Optimizer optimizer = new Adafactor().over(List.of(w, b));
    for (int t = 1; t <= 3; t++) {
      optimizer.step(w.times(ofW.times(t)).sum().plus(b.times(ofB.times(t)).sum()).backward());
    }
    double tolerance = type == DType.FLOAT32 ? 5e-7 : 1e-14;
    assertThat(w.toDoubles()[0]).isCloseTo(first, within(tolerance));
    assertThat(w.toDoubles()[3]).isCloseTo(last, within(tolerance));
    assertThat(b.toDoubles()[0]).isCloseTo(bias, within(tolerance));
  }
}
