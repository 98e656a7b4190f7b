package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;

class DerivativesTest {
  @Test
  void theFourthPowerHasDerivativesOfEveryOrder() {
    double[] orders = Numeric.orders(x -> x.times(x).times(x).times(x), 3, 5);
    assertThat(orders).containsExactly(81, 108, 108, 72, 24, 0);
    assertThat(Numeric.orders(x -> x.pow(4), 3, 3)).containsExactly(81, 108, 108, 72);
  }

  @Test
  void theSineComesBackAfterFourDerivatives() {
    double[] orders = Numeric.orders(Tensor::sin, 0.7, 4);
    double[] expected = {
      Math.sin(0.7), Math.cos(0.7), -Math.sin(0.7), -Math.cos(0.7), Math.sin(0.7)
    };
    for (int order = 0; order <= 4; order++) {
      assertThat(orders[order]).isCloseTo(expected[order], within(1e-15));
    }
  }

  @Test
  void theExampleOfTheDocumentation() {
    UnaryOperator<Tensor> f = x -> x.pow(3).sum();
    Tensor second =
        Derivatives.gradient(x -> Derivatives.gradient(f).apply(x).sum())
            .apply(Tensor.of(1.0, -2.0));
    assertThat(second.toDoubles()).containsExactly(6, -12);
  }

  @Test
  void mixedDerivativesOfSeveralTensors() {
    Tensor x = Tensor.of(2.0).tracked();
    Tensor y = Tensor.of(3.0).tracked();
    Tensor f = x.square().times(y).plus(y.pow(3)).sum();
    List<Tensor> first = Derivatives.of(f, List.of(x, y));
    assertThat(first.get(0).item()).isEqualTo(12);
    assertThat(first.get(1).item()).isEqualTo(4 + 27);
    List<Tensor> ofX = Derivatives.of(first.get(0).sum(), List.of(x, y));
    assertThat(ofX.get(0).item()).isEqualTo(6);
    assertThat(ofX.get(1).item()).isEqualTo(4);
    assertThat(Derivatives.of(first.get(1).sum(), List.of(y)).get(0).item()).isEqualTo(18);
  }

  @Test
  void aGradientInSomethingOnTheWay() {
    Tensor x = Tensor.of(2.0).tracked();
    Tensor y = x.square();
    Tensor z = y.times(y).sum();
    List<Tensor> both = Derivatives.of(z, List.of(y, x));
    assertThat(both.get(0).item()).isEqualTo(8);
    assertThat(both.get(1).item()).isEqualTo(32);
  }

  @Test
  void whereThereIsNoPathTheGradientIsZero() {
    Tensor x = Tensor.of(2.0).tracked();
    Tensor unused = Tensor.of(new double[][] {{1, 2}}).tracked();
    Tensor gradient = Derivatives.of(x.sum(), List.of(unused)).get(0);
    assertThat(gradient.shape()).isEqualTo(Shape.of(1, 2));
    assertThat(gradient.toDoubles()).containsExactly(0, 0);
    UnaryOperator<Tensor> constant = t -> Tensor.scalar(DType.FLOAT64, 7);
    assertThat(Derivatives.gradient(constant).apply(Tensor.of(1.0, 2.0)).toDoubles())
        .containsExactly(0, 0);
  }

  @Test
  void aTensorThatIsNotTrackedIsRefused() {
    Tensor x = Tensor.of(2.0).tracked();
    Tensor constant = Tensor.of(1.0, 2.0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Derivatives.of(x.sum(), List.of(x, constant)))
        .withMessage(
            "gradient: a tensor of shape [2] is not tracked: use its tracked() in the function");
  }

  @Test
  void theGradientOfAVectorIsGiven() {
    Tensor x = Tensor.of(2.0, 3.0).tracked();
    Tensor y = x.square();
    Tensor product = Derivatives.of(y, Tensor.of(10.0, 1.0), List.of(x)).get(0);
    assertThat(product.toDoubles()).containsExactly(40, 6);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Derivatives.of(y, Tensor.of(1.0), List.of(x)))
        .withMessage(
            "gradient: the value has shape [2] and its gradient [1]: give one of the same shape");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Derivatives.of(y, Tensor.of(1f, 1f), List.of(x)))
        .withMessage(
            "gradient: the value is FLOAT64 and its gradient FLOAT32: give one of the same type");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Derivatives.of(y, List.of(x)))
        .withMessageContaining("shape [2] is not one number");
  }

  @Test
  void parametersAreInputsLikeOthers() {
    Parameter w = new Parameter("w", Tensor.of(1.0, 2.0));
    Tensor gradient = Derivatives.of(w.pow(3).sum(), List.of(w)).get(0);
    assertThat(gradient.isTracked()).as("recorded").isTrue();
    assertThat(gradient.sum().backward().of(w).toDoubles()).containsExactly(6, 12);
  }

  @Test
  void aPenaltyOnTheGradientTrains() {
    Parameter w = new Parameter("w", Tensor.of(0.5));
    Tensor x = Tensor.of(1.0, 2.0).tracked();
    Tensor y = x.times(w).tanh().sum();
    Tensor slope = Derivatives.of(y, List.of(x)).get(0);
    double there = slope.square().sum().backward().of(w).item();
    double expected = 0;
    for (double at : new double[] {1, 2}) {
      double t = Math.tanh(at * 0.5);
      double s = 1 - t * t;
      // d/dw (w s)² = 2 w s (s + w ds/dw), ds/dw = −2 t s x
      expected += 2 * 0.5 * s * (s + 0.5 * (-2 * t * s * at));
    }
    assertThat(there).isCloseTo(expected, within(1e-14));
  }

  @Test
  void insideNoGradientThereIsStillAFirstDerivative() {
    Tensor x = Tensor.of(3.0).tracked();
    Tensor y = x.square().sum();
    Tensor gradient = NoGradient.get(() -> Derivatives.of(y, List.of(x)).get(0));
    assertThat(gradient.item()).isEqualTo(6);
    assertThat(gradient.isTracked()).isFalse();
  }

  @Test
  void insideNoGradientTheGradientOfAFunctionIsComputedAndNotRecorded() {
    Tensor x = Tensor.of(3.0);
    UnaryOperator<Tensor> slope = Derivatives.gradient(t -> t.pow(3).sum());
    Tensor first = NoGradient.get(() -> slope.apply(x));
    Tensor second = NoGradient.get(() -> Derivatives.gradient(t -> slope.apply(t).sum()).apply(x));
    assertThat(first.item()).isEqualTo(27);
    assertThat(first.isTracked()).isFalse();
    assertThat(second.item()).isEqualTo(18);
    Tensor tracked = x.tracked();
    assertThat(NoGradient.get(() -> slope.apply(tracked)).item()).isEqualTo(27);
  }
}
