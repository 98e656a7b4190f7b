package org.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.Gradients;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.optim.adaptive.Adam;
import org.thalweg.optim.gradient.Sgd;

/// A step that cannot be made whole is not made at all.
class StepGuardTest {
  private final Parameter p = new Parameter("p", Tensor.of(1f, 2f));
  private final Gradients gradients = p.square().sum().backward();

  @Test
  void aParameterThatAnotherThreadIsChangingIsRefusedByName() throws InterruptedException {
    Optimizer optimizer = new Sgd(0.1).over(List.of(p));
    Thread other = new Thread(() -> p.array().storage().claim(), "other");
    other.start();
    other.join();

    assertThatIllegalStateException()
        .isThrownBy(() -> optimizer.step(gradients))
        .withMessage(
            "step: parameter [p] is being changed by thread [other]: two threads cannot train one"
                + " model, give each its own");
    p.array().storage().unclaim();
    optimizer.step(gradients);
    assertThat(optimizer.steps()).isEqualTo(1);
  }

  @Test
  void aStepOfAnotherThreadIsNamedWhereAGradientComesTooLate() throws InterruptedException {
    Tensor loss = p.square().sum();
    Thread other = new Thread(() -> new Sgd(0.1).over(List.of(p)).step(gradients), "other");
    other.start();
    other.join();

    assertThatIllegalStateException()
        .isThrownBy(loss::backward)
        .withMessageContaining("thread [other] changed it, and two threads cannot train one model");
  }

  @Test
  void gradientsOfAnotherModelAreRefusedAndNoStepIsCounted() {
    Optimizer optimizer = new Adam().over(List.of(new Parameter("q", Tensor.of(1f))));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> optimizer.step(gradients))
        .withMessage(
            "step: none of the parameters [q] has a gradient, there are some for [p]: is it the"
                + " loss of this model?");
    assertThat(optimizer.steps()).isZero();
  }

  @Test
  void aScheduleThatFailsChangesNothing() {
    Parameter q = new Parameter("q", Tensor.of(3.0));
    Tensor loss = p.square().sum().to(DType.FLOAT64).plus(q.square().sum());
    Optimizer optimizer = new Sgd(t -> Double.NaN, 0).over(List.of(p, q));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> optimizer.step(loss.backward()))
        .withMessageContaining("sgd: learningRate is NaN at step 1");
    assertThat(p.toFloats()).containsExactly(1, 2);
    assertThat(q.item()).isEqualTo(3);
    assertThat(optimizer.steps()).isZero();
  }
}
