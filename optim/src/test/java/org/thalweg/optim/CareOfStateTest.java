package org.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.Gradients;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.Tensor;
import org.thalweg.optim.adaptive.Adam;
import org.thalweg.optim.adaptive.RAdam;
import org.thalweg.optim.free.ScheduleFree;
import org.thalweg.optim.gradient.Asgd;
import org.thalweg.optim.gradient.Sgd;
import org.thalweg.optim.matrix.Adafactor;
import org.thalweg.optim.wrapper.Averaged;
import org.thalweg.optim.wrapper.Clip;
import org.thalweg.optim.wrapper.Lookahead;

/// What an optimizer remembers: when it begins, whom it fits, and how long it is held.
@Timeout(60)
class CareOfStateTest {
  private final Parameter a = new Parameter("a", Tensor.of(1.0, 2.0));
  private final Parameter b = new Parameter("b", Tensor.of(3.0, 4.0));

  static Stream<Rule> startingFromTheParameter() {
    return Stream.of(
        new ScheduleFree(new Sgd(0.1), 0.1),
        new Lookahead(new Sgd(0.1), 1, 0.5),
        Averaged.exponential(new Sgd(0.1), 0.9),
        new Asgd());
  }

  @ParameterizedTest
  @MethodSource("startingFromTheParameter")
  void weightsLoadedBeforeTheFirstStepAreWhatItBeginsWith(Rule rule) {
    Optimizer early = rule.over(List.of(a));
    a.assignInPlace(Tensor.of(100.0, 200.0));
    early.evaluating(() -> assertThat(a.toDoubles()).as("before").containsExactly(100, 200));
    Parameter same = new Parameter("a", Tensor.of(100.0, 200.0));
    Optimizer late = rule.over(List.of(same));
    for (int step = 0; step < 3; step++) {
      early.step(a.square().sum().backward());
      late.step(same.square().sum().backward());
      assertThat(a.sameBits(same)).as("step %d", step + 1).isTrue();
    }
    double[] evaluated = early.evaluating(() -> a.toDoubles());
    assertThat(evaluated).containsExactly(late.evaluating(() -> same.toDoubles()));
  }

  @Test
  void aStateIsNeitherTakenNorGivenInTheMiddleOfAStep() {
    Optimizer optimizer = new Adam(0.1).over(List.of(a));
    State state = optimizer.state();
    String sentence =
        "step: parameter [a] is being changed by thread [%s]: two threads cannot train one model,"
            + " give each its own";
    for (Runnable inside : List.<Runnable>of(optimizer::state, () -> optimizer.restore(state))) {
      assertThatIllegalStateException()
          .isThrownBy(
              () ->
                  optimizer.step(
                      () -> {
                        inside.run();
                        return a.square().sum();
                      }))
          .withMessage(sentence, Thread.currentThread().getName());
    }
    assertThat(optimizer.steps()).isZero();
    optimizer.step(a.square().sum().backward());
    assertThat(optimizer.steps()).isOne();
  }

  @Test
  void gradientsOfNoFiniteNormAreNotClippedTogether() {
    Optimizer optimizer = Optimizer.over(List.of(a, b)).clipGlobalNorm(1).rest(new Sgd(1));
    Tensor loss = a.times(Tensor.of(Double.NaN, 0.0)).plus(b).sum();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> optimizer.step(loss.backward()))
        .withMessage(
            "step: the gradients have the norm NaN together after 0 steps, which cannot be clipped"
                + " to 1.0: leave such steps out by onNonFinite(SKIP), or look at the loss");
    assertThat(b.toDoubles()).containsExactly(3, 4);
    Optimizer inRule = new Sgd(1).with(Clip.globalNorm(1)).over(List.of(a, b));
    inRule.step(loss.backward());
    assertThat(b.toDoubles()).as("as in PyTorch").containsOnly(Double.NaN);
  }

  @Test
  void statesOfOtherRulesInsideOrOfOtherParametersAreRefused() {
    State averaged = Averaged.exponential(new Adam(0.1), 0.9).over(List.of(a)).state();
    Optimizer other = Averaged.exponential(new RAdam(0.1), 0.9).over(List.of(a));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> other.restore(averaged))
        .withMessageEndingWith("rule is [Averaged of Adam], not [Averaged of RAdam]");
    State two = Optimizer.over(List.of(a, b)).group("a", new Sgd(0.1)).rest(new Sgd(0.2)).state();
    Optimizer swapped = Optimizer.over(List.of(a, b)).group("b", new Sgd(0.1)).rest(new Sgd(0.2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> swapped.restore(two))
        .withMessageEndingWith("parameters/0 is [a], not [b]; parameters/1 is [b], not [a]");
  }

  @Test
  void aStateIsNotNamedAsAParameterWithOne() {
    Rule rule = s -> Update.of(s.parameter().minus(s.state("b/m"))).with("b/m", s.gradient());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rule.over(List.of(a)))
        .withMessage(
            "rule: its state [b/m] has a / in its name, which stands between parameter and state"
                + " where both are saved: use another character");
  }

  @ParameterizedTest
  @MethodSource("pointwiseAndNot")
  void gradientsAreLetGoAfterTheStep(Rule rule) {
    Parameter p = new Parameter("p", Tensor.uniform(1, 30, 40));
    Optimizer optimizer = Optimizer.over(List.of(p)).clipGlobalNorm(100).rest(rule);
    WeakReference<Object> memory = stepped(optimizer, p);
    for (int k = 0; k < 100 && memory.get() != null; k++) {
      System.gc();
    }
    assertThat(memory.get()).as("the gradient of the last step").isNull();
    assertThat(optimizer.steps()).isOne();
  }

  static Stream<Rule> pointwiseAndNot() {
    return Stream.of(new Adam(0.1), new Adafactor());
  }

  private static WeakReference<Object> stepped(Optimizer optimizer, Parameter p) {
    Gradients gradients = p.square().sum().backward();
    optimizer.step(gradients);
    return new WeakReference<>(gradients.of(p).array().data());
  }
}
