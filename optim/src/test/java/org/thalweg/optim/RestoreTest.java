package org.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.optim.adaptive.Adam;
import org.thalweg.optim.adaptive.AdamW;
import org.thalweg.optim.free.ScheduleFree;
import org.thalweg.optim.gradient.Sgd;
import org.thalweg.optim.schedule.Plateau;

class RestoreTest {
  private final Parameter w = new Parameter("w", Tensor.of(1f, 2f, 3f));
  private final Optimizer adam = new Adam(0.1).over(List.of(w));

  private void step() {
    adam.step(w.square().sum().backward());
  }

  @Test
  void aStateIsACopy() {
    step();
    State state = adam.state();
    Tensor m = state.tensors().get("w/m");
    float[] before = m.toFloats();
    step();
    assertThat(m.toFloats()).containsExactly(before);
    adam.restore(state);
    step();
    step();
    assertThat(m.toFloats()).as("after restoring").containsExactly(before);
    assertThat(state.metadata()).containsEntry("steps", "1").containsEntry("rule", "Adam");
  }

  @Test
  void goingBackIsGoingThereAgain() {
    step();
    State state = adam.state();
    Tensor weights = w.snapshot();
    step();
    step();
    Tensor there = w.snapshot();
    w.assignInPlace(weights);
    adam.restore(state);
    assertThat(adam.steps()).isOne();
    step();
    step();
    assertThat(w.sameBits(there)).isTrue();
  }

  @Test
  void theStateOfAnotherRuleIsRefusedAlthoughItsNamesFit() {
    Optimizer other = new AdamW(0.1).over(List.of(w));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> other.restore(adam.state()))
        .withMessage(
            "optimizer: the state does not fit [%s] on [w]: rule is [Adam], not [AdamW]",
            new AdamW(0.1));
    Optimizer momentum = new Sgd(0.1, 0.9).over(List.of(w));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> momentum.restore(adam.state()))
        .withMessageEndingWith("on [w]: w/m is not wanted; rule is [Adam], not [Sgd]");
  }

  @Test
  void aStateWithoutTheNameOfItsRuleIsTakenAtItsWord() {
    step();
    State state = adam.state();
    adam.restore(new State(state.tensors(), Map.of("steps", "7")));
    assertThat(adam.steps()).isEqualTo(7);
  }

  @Test
  void aRuleWithoutANameOfItsOwnIsRestoredToo() {
    Rule rule = s -> Update.of(s.parameter().minus(s.gradient()));
    Optimizer one = rule.over(List.of(w));
    Rule same = s -> Update.of(s.parameter().minus(s.gradient()));
    Optimizer other = same.over(List.of(w));
    other.restore(one.state());
    assertThat(other.steps()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1.5", "99999999999999999999", "three", "1 "})
  void stepsThatAreNoNumberAreRefused(String steps) {
    step();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> adam.restore(new State(adam.state().tensors(), Map.of("steps", steps))))
        .withMessageEndingWith(": steps is [%s], not a number", steps);
    assertThat(adam.steps()).isOne();
  }

  @Test
  void everyDifferenceIsNamedAndNothingChanges() {
    step();
    State before = adam.state();
    Map<String, Tensor> wrong = new LinkedHashMap<>();
    wrong.put("w/m", Tensor.zeros(DType.FLOAT64, 3));
    wrong.put("u/v", Tensor.zeros(3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> adam.restore(new State(wrong, new HashMap<>())))
        .withMessage(
            "optimizer: the state does not fit [%s] on [w]: w/m is FLOAT64 [3], not FLOAT32 [3];"
                + " w/v is missing; u/v is not wanted; steps is [], not a number",
            new Adam(0.1));
    assertThat(adam.steps()).isOne();
    before
        .tensors()
        .forEach(
            (name, tensor) ->
                assertThat(adam.state().tensors().get(name).sameBits(tensor)).isTrue());
  }

  @Test
  void whatScheduleFreeWeighedBeforeAPlateauIsKept() {
    Parameter p = new Parameter("p", Tensor.of(1.0, 2.0, 3.0));
    Plateau rate = new Plateau(1, new Plateau.Options(0.1, 0, 1e-4, 0, 0));
    Optimizer optimizer = new ScheduleFree(new Sgd(rate, 0), rate, 0.9).over(List.of(p));
    for (int t = 0; t < 5; t++) {
      optimizer.step(p.square().sum().times(0.1).backward());
    }
    rate.report(1);
    rate.report(1);
    optimizer.step(p.square().sum().times(0.1).backward());
    State state = optimizer.state();
    Tensor before = p.snapshot();
    optimizer.step(p.square().sum().times(0.1).backward());
    Tensor there = p.snapshot();
    p.assignInPlace(before);
    Plateau fresh = new Plateau(1, new Plateau.Options(0.1, 0, 1e-4, 0, 0));
    Optimizer other = new ScheduleFree(new Sgd(fresh, 0), fresh, 0.9).over(List.of(p));
    other.restore(state);
    other.step(p.square().sum().times(0.1).backward());
    assertThat(p.sameBits(there)).isTrue();
    assertThat(state.metadata())
        .containsEntry("scalar/0/largest η", "1.0")
        .containsEntry("scalar/0/Σw", "6.0");
  }
}
