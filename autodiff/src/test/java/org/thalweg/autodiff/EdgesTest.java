package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Places at which a hostile user found wrong numbers once.
class EdgesTest {
  private static Tensor gradient(UnaryOperator<Tensor> f, Tensor at) {
    return Derivatives.gradient(f).apply(at);
  }

  @Test
  void crossEntropyByXlogyKeepsItsGradientWhereAProbabilityIsTiny() {
    Tensor p = Tensor.of(1f, 0f);
    Tensor logits = Tensor.of(0f, -90f);

    assertThat(gradient(z -> p.xlogy(z.softmax(0)).sum(), logits).toFloats())
        .containsExactly(0f, -8.194013e-40f);
    Tensor tiny = Tensor.of(1e-39f, 1e-39f);
    assertThat(gradient(b -> Tensor.of(0f, 1e-8f).xlogy(b).sum(), tiny).get(0)).isZero();
    assertThat(gradient(b -> Tensor.of(0f, 1e-8f).xlogy(b).sum(), tiny).get(1) / 1e31)
        .isCloseTo(1, within(1e-4));
  }

  @Test
  void runningProductsWhosePartsLeaveTheRangeOfFloatHaveAGradient() {
    UnaryOperator<Tensor> last = x -> x.cumprod(0).slice(0, 3, 4).sum();

    Tensor g = gradient(last, Tensor.of(1e-30f, 1e-30f, 1e30f, 1e30f));

    assertThat(g.isCloseTo(Tensor.of(1e30f, 1e30f, 1e-30f, 1e-30f), 1e-5, 0)).isTrue();
  }

  @Test
  void aDeviationWhoseSumOverflowsIsRightAllTheSame() {
    assertThat(Tensor.of(3e38f, 3e38f, 1e38f).standardDeviation().item())
        .isCloseTo(9.428090e37, within(1e32));
    assertThat(Tensor.of(1.7e308, 1.7e308, 1e308).standardDeviation().item() / 1e308)
        .isCloseTo(0.7 * Math.sqrt(2) / 3, within(1e-14));
  }

  @Test
  void equalElementsHaveNoVariance() {
    assertThat(Tensor.of(0.1, 0.1, 0.1).variance().item()).isZero();
  }

  @Test
  void limitsThatAreNoNumbersAreRefused() {
    Tensor x = Tensor.of(-5.0, 5.0);
    for (Supplier<Tensor> clamp :
        List.<Supplier<Tensor>>of(() -> x.clamp(Double.NaN, 1), () -> x.clamp(0, Double.NaN))) {
      assertThatIllegalArgumentException()
          .isThrownBy(clamp::get)
          .withMessage("clamp: a limit is NaN: give a number");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> x.clampMin(Double.NaN))
        .withMessage("clampMin: a limit is NaN: give a number");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> x.clampMax(Double.NaN))
        .withMessage("clampMax: a limit is NaN: give a number");
  }

  @Test
  void theDerivativeOfWhatWasNotRecordedIsRefusedAndNotZero() {
    Tensor x = Tensor.of(3.0).tracked();
    Supplier<Tensor> body =
        () -> {
          Tensor z = x.detach().tracked();
          return Derivatives.of(z.square().sum(), List.of(z)).get(0);
        };
    String message =
        "gradient: a value of shape [] was computed without recording, inside NoGradient or a"
            + " checkpoint: use Derivatives.gradient(f) there, which records for itself";
    assertThatIllegalStateException().isThrownBy(() -> NoGradient.get(body)).withMessage(message);
    assertThatIllegalStateException().isThrownBy(() -> Checkpoint.get(body)).withMessage(message);
  }

  @Test
  void aCheckpointThatComputesOtherValuesTheSecondTimeIsRefused() {
    Parameter p = new Parameter("p", Tensor.of(1.0));
    Tensor x = Tensor.of(3.0).tracked();
    Tensor y = Checkpoint.get(() -> x.times(p.item()).sum());
    p.assignInPlace(Tensor.of(2.0));

    assertThatIllegalStateException()
        .isThrownBy(y::backward)
        .withMessage(
            "checkpoint: the block computed other values the second time, FLOAT64 []: let it depend"
                + " on nothing that changes, a number read out, a memo, a count");
  }

  @Test
  void derivativesOfPlainTensorsKeepNoGraphAndThoseOfOthersDo() {
    Parameter w = new Parameter("w", Tensor.of(2.0));
    Tensor x = Tensor.of(3.0);

    assertThat(gradient(t -> t.pow(3).sum(), x).isTracked()).isFalse();
    assertThat(Derivatives.jacobian(t -> t.pow(3)).apply(x).isTracked()).isFalse();
    assertThat(Derivatives.valueAndGradient(t -> t.pow(3).sum()).apply(x).value().isTracked())
        .isFalse();
    Tensor slope = gradient(t -> t.pow(3).times(w).sum(), x);
    assertThat(slope.sum().backward().of(w).item()).isEqualTo(27);
  }
}
