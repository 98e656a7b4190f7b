package org.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.Gradients;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.buffer.Buffer;
import org.thalweg.optim.gradient.Sgd;
import org.thalweg.optim.wrapper.Averaged;
import org.thalweg.optim.wrapper.Sam;

/// What a step writes into buffers: as often as it changes parameters, and never otherwise.
class BuffersTest {
  private final Parameter p = new Parameter("p", Tensor.of(3.0, 4.0));
  private final Parameter q = new Parameter("q", Tensor.of(1.0));
  private final Buffer digits = new Buffer("norm.digits", Tensor.scalar(0f));

  /// Appends a digit to the buffer.
  private Tensor loss(int digit, double factor) {
    Tensor y =
        Buffer.onStep(
            p.times(factor).plus(q),
            List.of(digits),
            old -> List.of(old.get(0).times(10).plus((float) digit)));
    return y.square().sum();
  }

  private Gradients gradients(int digit) {
    return loss(digit, 1).backward();
  }

  private Grouping both() {
    return Optimizer.over(List.of(p, q));
  }

  private double digits() {
    return digits.value().item();
  }

  @Test
  void aStepWritesWhatCameWithItsGradients() {
    Optimizer optimizer = new Sgd(0.1).over(List.of(p, q));
    for (int step = 1; step <= 3; step++) {
      int digit = step;
      Scope.run(() -> optimizer.step(gradients(digit)));
    }
    assertThat(digits()).isEqualTo(123);
    optimizer.evaluating(() -> assertThat(loss(4, 1).item()).isPositive());
    assertThat(digits()).as("no step").isEqualTo(123);
  }

  @Test
  void twoOptimizersThatShareAPassWriteItOnce() {
    Gradients gradients = gradients(5);
    new Sgd(0.1).over(List.of(p)).step(gradients);
    new Sgd(0.1).over(List.of(q)).step(gradients);
    assertThat(digits()).isEqualTo(5);
  }

  @Test
  void aStepThatIsLeftOutWritesNothing() {
    Optimizer skipping = both().onNonFinite(NonFinite.SKIP).rest(new Sgd(0.1));
    skipping.step(loss(1, Double.NaN).backward());
    assertThat(skipping.skipped()).isOne();
    assertThat(digits()).isZero();
    skipping.step(gradients(2));
    assertThat(digits()).as("nor does it come later").isEqualTo(2);
    Optimizer stationary = both().stopAt(1e9).rest(new Sgd(0.1));
    stationary.step(gradients(3));
    assertThat(stationary.isStationary()).isTrue();
    assertThat(digits()).isEqualTo(2);
  }

  @Test
  void aStepThatFailsWritesNothing() {
    Optimizer throwing = both().onNonFinite(NonFinite.THROW).rest(new Sgd(0.1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> throwing.step(loss(1, Double.NaN).backward()));
    Optimizer scheduled = new Sgd(_ -> Double.NaN, 0).over(List.of(p, q));
    assertThatIllegalArgumentException().isThrownBy(() -> scheduled.step(gradients(2)));
    assertThat(digits()).isZero();
    throwing.step(gradients(3));
    assertThat(digits()).isEqualTo(3);
  }

  @Test
  void aBufferThatCannotBeWrittenFailsTheStepBeforeAnythingChanges() {
    Optimizer optimizer = new Sgd(0.1).over(List.of(p, q));
    Tensor y = Buffer.onStep(p, List.of(digits), _ -> List.of(Tensor.zeros(2)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> optimizer.step(y.sum().backward()))
        .withMessageContaining("[norm.digits] is FLOAT32 [] and the values are FLOAT32 [2]");
    assertThat(p.toDoubles()).containsExactly(3, 4);
    assertThat(optimizer.steps()).isZero();
    optimizer.step(gradients(1));
    assertThat(digits()).isOne();
  }

  @Test
  void aLossThatIsEvaluatedTwiceIsWrittenOnce() {
    Optimizer optimizer = new Sam(new Sgd(0.1), 0.05).over(List.of(p, q));
    int[] evaluations = {0};
    optimizer.step(() -> loss(++evaluations[0], 1));
    assertThat(evaluations[0]).isEqualTo(2);
    assertThat(digits()).as("the last").isEqualTo(2);
  }

  @Test
  void batchesOfAStepAreWrittenWithIt() {
    Optimizer optimizer = both().accumulate(3).onNonFinite(NonFinite.SKIP).rest(new Sgd(0.1));
    for (int digit = 1; digit <= 7; digit++) {
      int now = digit;
      Scope.run(() -> optimizer.step(gradients(now)));
      assertThat(digits()).isEqualTo(digit < 3 ? 0 : digit < 6 ? 123 : 123456);
    }
    optimizer.step(loss(8, Double.NaN).backward());
    optimizer.step(gradients(9));
    assertThat(digits()).as("left out with its batches").isEqualTo(123456);
  }

  @Test
  void betweenBatchesWithBuffersThereIsNoState() {
    Optimizer optimizer = both().accumulate(3).rest(new Sgd(0.1));
    State before = optimizer.state();
    optimizer.step(p.sum().backward());
    assertThat(optimizer.state().tensors()).isNotEmpty();
    optimizer.step(gradients(1));
    assertThatIllegalStateException()
        .isThrownBy(optimizer::state)
        .withMessage(
            "state: 2 of the 3 batches of a step are there, and what they have for the buffers"
                + " [norm.digits] is not written: save after the step");
    optimizer.restore(before);
    assertThat(optimizer.state().tensors()).isNotEmpty();
    for (int digit = 2; digit <= 4; digit++) {
      optimizer.step(gradients(digit));
    }
    assertThat(digits()).as("what was before restoring is gone").isEqualTo(234);
    assertThat(optimizer.state().tensors()).isNotEmpty();
  }

  @Test
  void averagesOfParametersAreEvaluatedWithTheBuffersOfTheLastStep() {
    Optimizer optimizer = Averaged.exponential(new Sgd(0.1), 0.9).over(List.of(p, q));
    optimizer.step(gradients(1));
    optimizer.step(gradients(2));
    assertThat(optimizer.evaluating(this::digits)).isEqualTo(12);
  }
}
