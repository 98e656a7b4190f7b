package org.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.Gradients;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.optim.adaptive.AdaGrad;
import org.thalweg.optim.adaptive.Adam;
import org.thalweg.optim.adaptive.AdamW;
import org.thalweg.optim.gradient.Sgd;
import org.thalweg.optim.wrapper.Averaged;
import org.thalweg.optim.wrapper.Lookahead;

class RuleTest {
  private static Arguments fraction(String message, DoubleFunction<Rule> rule) {
    return Arguments.of(message, rule, true);
  }

  private static Arguments positive(String message, DoubleFunction<Rule> rule) {
    return Arguments.of(message, rule, false);
  }

  static Stream<Arguments> hyperParameters() {
    return Stream.of(
        fraction("sgd: momentum", v -> new Sgd(0.1, v)),
        fraction("adam: beta1", v -> new Adam(0.1, v, 0.9, 1e-8)),
        fraction("adam: beta2", v -> new Adam(0.1, 0.9, v, 1e-8)),
        positive("epsilon: outside", v -> new Adam(0.1, 0.9, 0.9, v)),
        positive("epsilon: outside", v -> new AdaGrad(0.1, v)),
        positive("adamW: decay", v -> new AdamW(0.1, v)));
  }

  @ParameterizedTest
  @MethodSource("hyperParameters")
  void valuesForWhichARecurrenceIsDefinedAreAcceptedAndOthersRefused(
      String name, DoubleFunction<Rule> rule, boolean isFraction) {
    for (double good : new double[] {0, 0.5, Math.nextDown(1.0)}) {
      assertThat(rule.apply(good)).isNotNull();
    }
    String range = isFraction ? "use a value from 0 to below 1" : "use 0 or a positive number";
    double[] bad = {-0.1, Double.NaN, 1 / 0.0, -1 / 0.0, isFraction ? 1 : -1};
    for (double value : bad) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> rule.apply(value))
          .withMessage("%s is %s: %s", name, value, range);
    }
  }

  @Test
  void defaultsAreThoseOfThePapers() {
    assertThat(new Adam()).isEqualTo(new Adam(1e-3, 0.9, 0.999, 1e-8));
    assertThat(new AdaGrad(0.1)).isEqualTo(new AdaGrad(0.1, 1e-10));
    assertThat(new AdamW(0.1)).isEqualTo(new AdamW(new Adam(0.1), 0.01));
    assertThat(new Sgd(0.1)).isEqualTo(new Sgd(0.1, 0));
    assertThat(new Adam(0.5))
        .hasToString(
            "Adam[learningRate=0.5, beta1=0.9, beta2=0.999, epsilon=√v + 1.0E-8, isCorrected=true,"
                + " amsGrad=OFF]");
  }

  @Test
  void theRuleOfTheDocumentationDescends() {
    Rule descent = s -> Update.of(s.parameter().minus(s.gradient().times(s.number("η", t -> 0.5))));
    double[] x = {3, 4};
    descent.over(x).step(2.0, -2.0);
    assertThat(x).containsExactly(2, 5);
  }

  @Test
  void aRuleMayRememberAndLookAtTheNumberOfTheStep() {
    // The mean of all gradients: s ← s + g, θ ← θ − s / t.
    record Mean() implements Rule {
      @Override
      public Update update(Symbols symbols) {
        var sum = symbols.state("s").plus(symbols.gradient());
        var share = symbols.number("1/t", n -> 1.0 / n.step());
        return Update.of(symbols.parameter().minus(sum.times(share))).with("s", sum);
      }
    }
    Parameter w = new Parameter("w", Tensor.of(10.0));
    Optimizer optimizer = new Mean().over(List.of(w));
    double expected = 10;
    double sum = 0;
    for (int t = 1; t <= 5; t++) {
      double g = 2 * expected;
      sum += g;
      expected -= sum * (1.0 / t);
      optimizer.step(w.square().sum().backward());
      assertThat(w.item()).isEqualTo(expected);
    }
    assertThat(optimizer.state().tensors().get("w/s").item()).isEqualTo(sum);
  }

  @Test
  void aRuleThatWritesWhatItDoesNotNameIsRefused() {
    Rule rule = s -> Update.of(s.parameter()).with("speed", s.gradient());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rule.over(1.0))
        .withMessage(
            "rule: its update changes a state [speed] that it never reads, it has []: ask for it by"
                + " state(…)");
  }

  @Test
  void aWrapperAroundOneOfItsKindHasAStateOfItsOwn() {
    double[] x = {8};
    Rule twice = Averaged.exponential(Averaged.mean(new Sgd(0.5)), 0.5);
    ArrayOptimizer optimizer = twice.over(x);
    optimizer.step(8.0);
    optimizer.step(4.0);
    assertThat(x).containsExactly(2);
    Parameter w = new Parameter("w", Tensor.of(8.0));
    Optimizer nested = new Lookahead(new Lookahead(new Sgd(0.5), 1, 0.5), 2, 0.5).over(List.of(w));
    nested.step(w.square().sum().times(0.5).backward());
    // 8 → 4, a half of the way: 6
    assertThat(w.item()).isEqualTo(6);
    nested.step(w.square().sum().times(0.5).backward());
    // 6 → 3, a half of the way: 4.5; from 8 a half of the way there: 6.25
    assertThat(w.item()).isEqualTo(6.25);
    assertThat(nested.state().tensors()).containsOnlyKeys("w/slow", "w/slow′");
  }

  @Test
  void aStateThatIsChangedTwiceIsRefused() {
    Rule twice = s -> Update.of(s.state("a")).with("a", s.gradient()).with("a", s.gradient());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> twice.over(1.0))
        .withMessage("rule: its state [a] is changed twice in one update: rename one");
  }

  @Test
  void tooManyNumbersAreRefusedByTheirNames() {
    Rule rule =
        s -> {
          var x = s.parameter();
          for (int k = 0; k < 63; k++) {
            x = x.plus(s.number("n" + k, t -> 1));
          }
          return Update.of(x);
        };
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rule.over(1.0))
        .withMessageStartingWith("rule: 65 quantities, [θ, g, n0, n1, n2, ")
        .withMessageEndingWith("n62], and 64 is the limit: combine some");
  }

  @Test
  void arraysAreChangedInPlaceInTheirOwnType() {
    float[] f = {1, 2};
    double[] d = {1, 2};
    ArrayOptimizer single = new Adam(0.1).over(f);
    ArrayOptimizer exact = new Adam(0.1).over(d);
    for (int step = 0; step < 10; step++) {
      single.step(f[0], f[1]);
      exact.step(d[0], d[1]);
    }
    assertThat(exact.steps()).isEqualTo(10);
    assertThat(d[0]).isLessThan(1);
    for (int i = 0; i < 2; i++) {
      assertThat((double) f[i]).isCloseTo(d[i], org.assertj.core.api.Assertions.within(1e-6));
    }
  }

  @Test
  void aGradientThatDoesNotFitIsRefusedAndNoStepIsCounted() {
    float[] x = {1, 2};
    ArrayOptimizer optimizer = new Sgd(0.1).over(x);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> optimizer.step(1.0, 2.0))
        .withMessage(
            "Sgd: input [g] is FLOAT64 of 2 elements and must be FLOAT32 of 2: give one for each"
                + " element");
    assertThatIllegalArgumentException().isThrownBy(() -> optimizer.step(1f));
    assertThat(optimizer.steps()).isZero();
    assertThat(x).containsExactly(1, 2);
    optimizer.step(10f, 10f);
    assertThat(x).containsExactly(0, 1);
  }

  @Test
  void aScheduleThatFailsLeavesEverythingAsItWas() {
    List<Long> asked = new ArrayList<>();
    Schedule failing =
        t -> {
          asked.add(t);
          if (asked.size() == 2) {
            throw new UnsupportedOperationException("no rate today");
          }
          return 1;
        };
    Parameter w = new Parameter("w", Tensor.of(16.0));
    double[] x = {16};
    Optimizer optimizer = new Sgd(failing, 0).over(List.of(w));
    optimizer.step(w.sum().backward());
    assertThatThrownBy(() -> optimizer.step(w.sum().backward())).hasMessage("no rate today");
    assertThat(optimizer.steps()).isOne();
    assertThat(w.item()).isEqualTo(15);
    optimizer.step(w.sum().backward());
    assertThat(asked).containsExactly(1L, 2L, 2L);
    asked.clear();
    ArrayOptimizer plain = new Sgd(failing, 0).over(x);
    plain.step(1.0);
    assertThatThrownBy(() -> plain.step(1.0)).hasMessage("no rate today");
    assertThat(plain.steps()).isOne();
    assertThat(x).containsExactly(15);
  }

  @Test
  void anArrayTakesTheStepsOfAParameter() {
    Parameter w = new Parameter("w", Tensor.of(1f, -2f, 3f));
    float[] x = w.toFloats();
    Optimizer optimizer = new AdamW(0.1).over(List.of(w));
    ArrayOptimizer plain = new AdamW(0.1).over(x);
    for (int step = 0; step < 20; step++) {
      Tensor gradient = w.pow(3).sum().backward().of(w);
      plain.step(gradient.toFloats());
      optimizer.step(w.pow(3).sum().backward());
      assertThat(w.toFloats()).containsExactly(x);
    }
    assertThat(optimizer.steps()).isEqualTo(plain.steps()).isEqualTo(20);
    assertThat(optimizer.rules()).containsExactly(new AdamW(0.1));
  }

  @Test
  void parametersOfBothTypesShareAnOptimizer() {
    Parameter single = new Parameter("single", Tensor.of(1f));
    Parameter exact = new Parameter("exact", Tensor.of(1.0));
    Optimizer optimizer = new Sgd(0.1, 0.9).over(List.of(single, exact));
    Tensor loss = single.to(DType.FLOAT64).times(3).plus(exact.times(5)).sum();
    optimizer.step(loss.backward());
    assertThat(single.item()).isEqualTo(1f - 0.1f * 3f);
    assertThat(exact.item()).isEqualTo(1 - 0.1 * 5);
    assertThat(optimizer.state().tensors().keySet())
        .containsExactlyInAnyOrder("single/v", "exact/v");
    assertThat(optimizer.state().tensors().get("single/v").dtype()).isEqualTo(DType.FLOAT32);
  }

  @Test
  void gradientsOfAScopeAreUsedBeforeItEnds() {
    Parameter w = new Parameter("w", Tensor.full(DType.FLOAT32, 4, 5000));
    Optimizer optimizer = new Sgd(0.125).over(List.of(w));
    for (int step = 0; step < 3; step++) {
      Scope.run(() -> optimizer.step(w.square().sum().backward()));
    }
    assertThat(w.toFloats()).containsOnly(4 * 0.75f * 0.75f * 0.75f);
  }

  @Test
  void emptyParametersAreStepsTooAndNoneAtAllAreRefused() {
    Parameter none = new Parameter("none", Tensor.zeros(0));
    Optimizer optimizer = new Adam().over(List.of(none));
    optimizer.step(none.sum().backward());
    assertThat(optimizer.steps()).isOne();
    assertThat(optimizer.state().tensors().get("none/m").elements()).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Adam().over(List.of()))
        .withMessage("optimizer: there are no parameters: give those of a model");
  }

  @Test
  void anUpdateIsAValue() {
    List<Update> seen = new ArrayList<>();
    Rule rule =
        s -> {
          Update update = Update.of(s.parameter());
          seen.add(update);
          return update;
        };
    rule.over(1.0);
    assertThat(seen.get(0).states()).isEqualTo(Map.of());
    assertThat(seen.get(0).with("a", seen.get(0).parameter()).states()).containsOnlyKeys("a");
    assertThat(seen.get(0).states()).as("unchanged").isEmpty();
  }

  @Test
  void gradientsMayBeUsedByTwoOptimizers() {
    Parameter a = new Parameter("a", Tensor.of(1.0));
    Parameter b = new Parameter("b", Tensor.of(1.0));
    Gradients gradients = a.times(2).plus(b.times(3)).sum().backward();
    new Sgd(1).over(List.of(a)).step(gradients);
    new Sgd(0.5).over(List.of(b)).step(gradients);
    assertThat(a.item()).isEqualTo(-1);
    assertThat(b.item()).isEqualTo(-0.5);
  }
}
