package org.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.optim.gradient.Asgd;
import org.thalweg.optim.gradient.Sgd;
import org.thalweg.optim.wrapper.Averaged;

/// Averages in the place of parameters, for a time.
class EvaluationTest {
  private final Parameter w = new Parameter("w", Tensor.of(1.0, 2.0));
  private final Parameter b = new Parameter("b", Tensor.of(5.0));
  private final Optimizer optimizer = Averaged.mean(new Sgd(0.1)).over(List.of(w));

  private void step() {
    optimizer.step(w.square().sum().backward());
  }

  @Test
  void anAverageOfNoStepsIsTheParameter() {
    Optimizer asgd = new Asgd().over(List.of(w, b));
    assertThat(asgd.evaluating(w::toDoubles)).containsExactly(1, 2);
    asgd.step(w.square().sum().backward());
    assertThat(asgd.evaluating(b::toDoubles)).as("without a gradient").containsExactly(5);
    double[] moved = w.toDoubles();
    assertThat(asgd.evaluating(w::toDoubles)).containsExactly(moved);
  }

  @Test
  void nothingElseIsDoneWhileAThreadEvaluates() {
    step();
    step();
    Tensor trained = w.snapshot();
    String rest =
        ": thread ["
            + Thread.currentThread().getName()
            + "] is evaluating, so that the parameters are not those that are trained: wait until"
            + " its evaluating(…) has ended";
    optimizer.evaluating(
        () -> {
          Tensor average = w.snapshot();
          assertThatIllegalStateException().isThrownBy(this::step).withMessage("step" + rest);
          assertThatIllegalStateException()
              .isThrownBy(() -> optimizer.step(() -> w.square().sum()))
              .withMessage("step" + rest);
          assertThatIllegalStateException()
              .isThrownBy(() -> optimizer.evaluating(w::toDoubles))
              .withMessage("evaluating" + rest);
          assertThatThrownBy(() -> CompletableFuture.runAsync(this::step).join())
              .hasCauseInstanceOf(IllegalStateException.class)
              .hasMessageEndingWith("step" + rest);
          assertThat(w.sameBits(average)).isTrue();
        });
    assertThat(w.sameBits(trained)).isTrue();
    assertThat(optimizer.steps()).isEqualTo(2);
    step();
    assertThat(optimizer.steps()).isEqualTo(3);
  }

  @Test
  void parametersComeBackWhereTheBodyThrows() {
    step();
    Tensor trained = w.snapshot();
    assertThatThrownBy(
            () ->
                optimizer.evaluating(
                    () -> {
                      throw new UnsupportedOperationException("stop");
                    }))
        .hasMessage("stop");
    assertThat(w.sameBits(trained)).isTrue();
    step();
    assertThat(optimizer.steps()).isEqualTo(2);
  }
}
