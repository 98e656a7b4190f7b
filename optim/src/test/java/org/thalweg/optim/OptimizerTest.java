package org.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.Derivatives;
import org.thalweg.autodiff.Engine;
import org.thalweg.autodiff.Gradients;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.optim.adaptive.AdaGrad;
import org.thalweg.optim.adaptive.Adam;
import org.thalweg.optim.adaptive.AdamW;
import org.thalweg.optim.gradient.Sgd;

class OptimizerTest {
  private static final int THREADS = Engine.threads();

  /// A rule of a user's own, with a state and a number that changes.
  private record Decaying(double rate) implements Rule {
    @Override
    public Update update(Symbols s) {
      var sum = s.state("sum").plus(s.gradient());
      var eta = s.number("η", n -> rate / n.step());
      return Update.of(s.parameter().minus(eta.times(sum))).with("sum", sum);
    }
  }

  static Stream<Rule> rules() {
    return Stream.of(
        new Sgd(0.1),
        new Sgd(0.1, 0.9),
        new AdaGrad(0.1),
        new AdaGrad(0.1, 0),
        new Adam(),
        new Adam(0.1, 0, 0, 0.1),
        new AdamW(0.01, 0.1),
        new Decaying(0.1));
  }

  @AfterEach
  void threadsAsBefore() {
    Engine.setThreads(THREADS);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void lengthsAndThreadsLeaveNoTraceInTheBits(Rule rule) {
    for (int length : new int[] {0, 1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 100, 200, 100_003}) {
      int stride = 1 + length / 20;
      float[] alone = values(1, length);
      Engine.setThreads(1);
      run(rule, alone);
      float[] together = values(1, length);
      Engine.setThreads(3);
      run(rule, together);
      float[] first = new float[length];
      float[][] all = {values(1, length), values(2, length), values(3, length), values(4, length)};
      for (int i = 0; i < length; i += stride) {
        float[] one = {all[0][i]};
        ArrayOptimizer optimizer = rule.over(one);
        for (int step = 0; step < 3; step++) {
          optimizer.step(all[1 + step][i]);
        }
        first[i] = one[0];
      }

      assertThat(together).isEqualTo(alone);
      for (int i = 0; i < length; i += stride) {
        assertThat(alone[i]).as("element %d of %d by itself", i, length).isEqualTo(first[i]);
      }
    }
  }

  private static void run(Rule rule, float[] x) {
    ArrayOptimizer optimizer = rule.over(x);
    for (int step = 0; step < 3; step++) {
      optimizer.step(values(2 + step, x.length));
    }
  }

  private static float[] values(long seed, int length) {
    return Tensor.uniform(seed, length).minus(0.5).toFloats();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void aRestoredStateGoesOnWithTheSameBits(Rule rule) {
    List<Parameter> parameters = parameters(DType.FLOAT32);
    Optimizer optimizer = rule.over(parameters);
    steps(optimizer, parameters, 3);
    List<Parameter> others = copies(parameters);
    Optimizer other = rule.over(others);

    other.restore(optimizer.state());
    steps(optimizer, parameters, 3);
    steps(other, others, 3);

    assertThat(other.steps()).isEqualTo(6);
    for (int k = 0; k < parameters.size(); k++) {
      assertThat(others.get(k).sameBits(parameters.get(k))).isTrue();
    }
  }

  private static List<Parameter> parameters(DType dtype) {
    return List.of(
        new Parameter("a", Tensor.uniform(1, 3, 5).to(dtype)),
        new Parameter("b", Tensor.uniform(2, 7).to(dtype)));
  }

  private static List<Parameter> copies(List<Parameter> parameters) {
    List<Parameter> copies = new ArrayList<>();
    parameters.forEach(parameter -> copies.add(new Parameter(parameter.name(), parameter)));
    return copies;
  }

  private static void steps(Optimizer optimizer, List<Parameter> parameters, int count) {
    for (int step = 0; step < count; step++) {
      optimizer.step(loss(parameters).backward());
    }
  }

  private static Tensor loss(List<Parameter> parameters) {
    Tensor a = parameters.get(0);
    Tensor b = parameters.get(1);
    return a.square().sum().plus(b.tanh().sum()).plus(a.sum().times(b.sum()));
  }

  @Test
  void aStateThatDoesNotFitIsRefusedWithTheDifferencesAndNothingChanges() {
    List<Parameter> parameters = parameters(DType.FLOAT32);
    Optimizer optimizer = new Adam().over(parameters);
    steps(optimizer, parameters, 2);
    State before = optimizer.state();
    Map<String, Tensor> wrong = new LinkedHashMap<>(before.tensors());
    wrong.remove("a/m");
    wrong.put("a/v", Tensor.zeros(2));
    wrong.put("c/m", Tensor.zeros(2));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> optimizer.restore(new State(wrong, Map.of("steps", "many"))))
        .withMessageContainingAll(
            "a/m is missing",
            "a/v is FLOAT32 [2], not FLOAT32 [3, 5]",
            "c/m is not wanted",
            "steps is [many], not a number");
    assertThat(optimizer.steps()).isEqualTo(2);
    assertThat(optimizer.state().tensors().get("b/m").sameBits(before.tensors().get("b/m")))
        .isTrue();
  }

  @Test
  void aParameterWithoutAGradientIsLeftAloneAndSoIsItsState() {
    List<Parameter> parameters = parameters(DType.FLOAT64);
    Optimizer optimizer = new Adam().over(parameters);
    steps(optimizer, parameters, 1);
    Tensor before = parameters.get(1).snapshot();
    Tensor moment = optimizer.state().tensors().get("b/m");

    optimizer.step(parameters.get(0).square().sum().backward());

    assertThat(parameters.get(1).sameBits(before)).isTrue();
    assertThat(optimizer.state().tensors().get("b/m").sameBits(moment)).isTrue();
  }

  @Test
  void aStepAfterAStepNeedsNewGradients() {
    Parameter p = new Parameter("p", Tensor.of(1f, 2f));
    Tensor loss = p.square().sum();
    Gradients gradients = loss.backward();
    new Sgd(0.1).over(List.of(p)).step(gradients);

    org.assertj.core.api.Assertions.assertThatIllegalStateException()
        .isThrownBy(loss::backward)
        .withMessageContaining("parameter [p] has changed since this operation used it");
  }

  @Test
  void twoParametersOfOneNameAreRefused() {
    Parameter p = new Parameter("p", Tensor.of(1f));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sgd(0.1).over(List.of(p, new Parameter("p", Tensor.of(2f)))))
        .withMessage("optimizer: two parameters are named [p]: give each its own path");
  }

  @Test
  void valuesForWhichARecurrenceIsNotDefinedAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Adam(0.1, 1, 0.9, 1e-8))
        .withMessage("adam: beta1 is 1.0: use a value from 0 to below 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdaGrad(0.1, Double.NaN))
        .withMessage("epsilon: outside is NaN: use 0 or a positive number");
  }

  @Test
  void aGradientOfAnotherLengthIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Adam().over(1.0, 2.0).step(1.0))
        .withMessage(
            "Adam: input [g] is FLOAT64 of 1 elements and must be FLOAT64 of 2: give one for each"
                + " element");
  }

  @Test
  void aStateWithTwoStartsIsRefused() {
    Rule rule =
        s -> Update.of(s.state("m").plus(s.state("m", Start.PARAMETER))).with("m", s.gradient());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> rule.over(1.0))
        .withMessage(
            "rule: its state [m] starts at Value[value=0.0] and at Copy[]: give one start");
  }

  /// AdaGrad on ten pairs, a line through them, the sum of squares: a known first step.
  @Test
  void adaGradWithoutEpsilonTakesAWholeStepFirst() {
    Parameter w = new Parameter("w", Tensor.of(-120.0, -4.0));
    Tensor loss = w.square().sum();

    new AdaGrad(1, 0).over(List.of(w)).step(loss.backward());

    assertThat(w.toDoubles()).containsExactly(-119, -3);
  }

  @Test
  void thirdDerivativesGoThroughAStepToo() {
    Parameter w = new Parameter("w", Tensor.of(3.0));
    Tensor slope = Derivatives.of(w.pow(4).sum(), List.of(w)).get(0);

    new Sgd(0.001).over(List.of(w)).step(slope.sum().backward());

    assertThat(w.item()).isEqualTo(3 - 0.001 * 12 * 9);
  }
}
