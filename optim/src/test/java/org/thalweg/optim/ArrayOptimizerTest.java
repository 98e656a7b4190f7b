package org.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.State;
import org.thalweg.optim.adaptive.Adam;
import org.thalweg.optim.gradient.Nesterov;
import org.thalweg.optim.gradient.Sgd;
import org.thalweg.optim.schedule.Plateau;
import org.thalweg.optim.wrapper.Averaged;

/// Plain arrays have what parameters have: states and averages.
class ArrayOptimizerTest {
  static List<Rule> rules() {
    return Rules.all().stream().filter(rule -> !Rules.isForMatrices(rule)).toList();
  }

  private static void steps(ArrayOptimizer optimizer) {
    for (int t = 0; t < 3; t++) {
      optimizer.step(x -> new double[] {x[0], 4 * x[1]});
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void goingOnFromAStateIsGoingOn(Rule rule) {
    double[] x = {1, 2};
    ArrayOptimizer optimizer = rule.over(x);
    steps(optimizer);
    State state = optimizer.state();
    double[] copy = x.clone();
    // States that begin at the parameter are replaced too.
    double[] elsewhere = {7, 7};
    ArrayOptimizer other = rule.over(elsewhere);
    other.restore(state);
    System.arraycopy(copy, 0, elsewhere, 0, 2);
    steps(optimizer);
    steps(other);
    assertThat(elsewhere).containsExactly(x);
    assertThat(other.steps()).isEqualTo(6);
  }

  @Test
  void aPlateauIsPartOfTheState() {
    Plateau rate = new Plateau(1, new Plateau.Options(0.5, 0, 0, 0, 0));
    ArrayOptimizer optimizer = new Sgd(rate, 0).over(1.0);
    State state = optimizer.state();
    rate.report(1);
    rate.report(1);
    assertThat(rate.at(1)).isEqualTo(0.5);
    optimizer.restore(state);
    assertThat(rate.at(1)).isEqualTo(1);
    ArrayOptimizer steady = new Sgd(1).over(1.0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> steady.restore(state))
        .withMessageEndingWith(
            "] on an array: scalar/plateau0/bad is not wanted; scalar/plateau0/best is not wanted;"
                + " scalar/plateau0/cooling is not wanted; scalar/plateau0/rate is not wanted");
  }

  @Test
  void aStateOfAnotherRuleIsRefused() {
    ArrayOptimizer optimizer = new Sgd(0.1).over(1.0, 2.0);
    State state = new Adam(0.1).over(1.0, 2.0).state();
    assertThat(state.tensors()).containsOnlyKeys("x/m", "x/v");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> optimizer.restore(state))
        .withMessageStartingWith("optimizer: the state does not fit Sgd[")
        .withMessageEndingWith(
            "] on an array: x/m is not wanted; x/v is not wanted; rule is [Adam], not [Sgd]");
  }

  @Test
  void anAverageIsInTheArrayForATime() {
    double[] x = {8};
    ArrayOptimizer optimizer = Averaged.mean(new Sgd(0.5)).over(x);
    optimizer.step(8.0);
    optimizer.step(4.0);
    assertThat(x).containsExactly(2);
    optimizer.evaluating(
        () -> {
          assertThat(x).containsExactly(3);
          String rest =
              ": the array holds what is to be evaluated, not what is trained: wait until"
                  + " evaluating(…) has ended";
          assertThatIllegalStateException()
              .isThrownBy(() -> optimizer.step(1.0))
              .withMessage("step" + rest);
          assertThatIllegalStateException()
              .isThrownBy(() -> optimizer.evaluating(() -> {}))
              .withMessage("evaluating" + rest);
        });
    assertThat(x).containsExactly(2);
    assertThatThrownBy(
            () ->
                optimizer.evaluating(
                    () -> {
                      throw new UnsupportedOperationException("stop");
                    }))
        .hasMessage("stop");
    assertThat(x).containsExactly(2);
    optimizer.step(2.0);
    assertThat(x).containsExactly(1);
  }

  @Test
  void aLookAheadNeedsDoubles() {
    float[] x = {1, 2};
    ArrayOptimizer optimizer = new Nesterov(0.1, 0.9).over(x);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> optimizer.step(at -> at))
        .withMessage(
            "step: the array is float[] and the gradient a function of double[]: optimize a"
                + " double[] by rules that look ahead");
  }
}
