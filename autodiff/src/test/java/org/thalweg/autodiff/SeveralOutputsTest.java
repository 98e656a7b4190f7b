package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.array.DType;

/// Gradients of several outputs with given gradients, in one walk.
class SeveralOutputsTest {
  private static final Tensor ONE = Tensor.of(1.0);

  @Test
  void gradientsOfSeveralOutputsAddUp() {
    Parameter x = new Parameter("x", Tensor.of(2.0, 3.0));
    Tensor shared = x.exp();
    Tensor a = shared.square();
    Tensor b = shared.sum();
    List<Tensor> given = List.of(Tensor.of(1.0, 10.0), Tensor.scalar(DType.FLOAT64, 100));

    List<Tensor> together = Derivatives.of(List.of(a, b), given, List.of(x, shared));

    Tensor ofA = Derivatives.of(a, given.get(0), List.of(x)).get(0);
    Tensor ofB = Derivatives.of(b, given.get(1), List.of(x)).get(0);
    assertThat(together.get(0).isCloseTo(ofA.plus(ofB), 1e-15, 0)).isTrue();
    double e2 = shared.get(0);
    assertThat(together.get(1).get(0)).isEqualTo(2 * e2 + 100);
  }

  @Test
  void whatTheOutputsShareIsWalkedOnce() {
    Parameter x = new Parameter("x", Tensor.of(2.0));
    Tensor shared = x.exp().sin().tanh();
    List<Tensor> outputs = Collections.nCopies(20, shared.square());
    List<String> names = new ArrayList<>();

    Watch.run(
        (op, _, _) -> names.add(op.name()),
        () -> Derivatives.of(outputs, Collections.nCopies(20, ONE), List.of(x)));

    assertThat(names).filteredOn(name -> name.startsWith("tanh′")).hasSize(1);
    assertThat(names).filteredOn(name -> name.startsWith("square′")).hasSize(1);
  }

  @Test
  void anOutputMayBeComputedFromAnotherInEitherOrder() {
    Parameter x = new Parameter("x", Tensor.of(3.0));
    Tensor low = x.square();
    Tensor high = low.square();
    // d(x⁴ + 10 x²) = 4x³ + 20x
    Tensor ten = Tensor.of(10.0);
    assertThat(Derivatives.of(List.of(high, low), List.of(ONE, ten), List.of(x)).get(0).item())
        .isEqualTo(108 + 60);
    assertThat(Derivatives.of(List.of(low, high), List.of(ten, ONE), List.of(x)).get(0).item())
        .isEqualTo(108 + 60);
  }

  @Test
  void anOutputIsAnInputOfItselfAndOneThatDependsOnNothingGivesZero() {
    Parameter x = new Parameter("x", Tensor.of(3.0));
    Parameter other = new Parameter("other", Tensor.of(1f, 1f));
    Tensor y = x.square();

    List<Tensor> gradients =
        Derivatives.of(
            List.of(y, Tensor.of(7.0)), List.of(Tensor.of(5.0), ONE), List.of(y, x, other));

    assertThat(gradients.get(0).item()).isEqualTo(5);
    assertThat(gradients.get(1).item()).isEqualTo(30);
    assertThat(gradients.get(2).toFloats()).containsExactly(0, 0);
    assertThat(Derivatives.of(List.of(), List.of(), List.of(x)).get(0).item()).isEqualTo(0);
    assertThat(Derivatives.of(List.of(y), List.of(ONE), List.of())).isEmpty();
  }

  @Test
  void theyAreRecorded() {
    Parameter x = new Parameter("x", Tensor.of(3.0));
    Tensor v = Tensor.of(2.0).tracked();
    Tensor slope = Derivatives.of(List.of(x.pow(3), x.square()), List.of(v, v), List.of(x)).get(0);
    // v (3x² + 2x)
    List<Tensor> second = Derivatives.of(slope.sum(), List.of(x, v));
    assertThat(second.get(0).item()).isEqualTo(2 * (18 + 2));
    assertThat(second.get(1).item()).isEqualTo(27 + 6);
  }

  @Test
  void inPartialDerivativesNoInputIsSeenThroughAnother() {
    Parameter x = new Parameter("x", Tensor.of(3.0));
    Tensor y = x.square();
    Tensor z = y.times(x);
    assertThat(PartialDerivatives.of(List.of(z), List.of(ONE), List.of(x, y)))
        .extracting(Tensor::item)
        .containsExactly(9.0, 3.0);
    assertThat(Derivatives.of(List.of(z), List.of(ONE), List.of(x, y)))
        .extracting(Tensor::item)
        .containsExactly(27.0, 3.0);
  }

  @Test
  void everyOutputNeedsAGradientThatFits() {
    Parameter x = new Parameter("x", Tensor.of(3.0));
    Tensor y = x.square();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Derivatives.of(List.of(y, y), List.of(ONE), List.of(x)))
        .withMessage("gradient: there are 2 values and 1 gradients: give one for each");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Derivatives.of(List.of(y, y), List.of(ONE, Tensor.of(1f)), List.of(x)))
        .withMessage(
            "gradient: the value is FLOAT64 and its gradient FLOAT32: give one of the same type");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PartialDerivatives.of(List.of(y), List.of(ONE), List.of(ONE)))
        .withMessage(
            "gradient: a tensor of shape [1] is not tracked: use its tracked() in the function");
  }
}
