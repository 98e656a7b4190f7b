package org.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.optim.wrapper.Sam;

/// What holds for every rule: ours and a user's own.
class RuleContractTest {
  private static final int STEPS = 6;
  private static final Golden GOLDEN = new Golden("rule-hashes.txt");
  private final int threads = Pool.threads();

  @AfterEach
  void threadsAsBefore() {
    Pool.setThreads(threads);
  }

  static List<Rule> rules() {
    return Rules.all();
  }

  @Test
  void everyRuleOfTheModuleIsTested() throws Exception {
    Set<String> tested = new TreeSet<>();
    rules().forEach(rule -> tested.add(rule.getClass().getName()));
    List<String> missing =
        RuleClasses.names().stream().filter(name -> !tested.contains(name)).toList();
    assertThat(missing).as("rules without an entry in Rules").isEmpty();
    assertThat(tested).hasSizeGreaterThan(30);
  }

  /// Parameters of all lengths to 40, and matrices.
  private static List<Parameter> parameters(Rule rule, DType dtype) {
    List<Parameter> all = new ArrayList<>();
    int most = Rules.isForMatrices(rule) ? 0 : 40;
    for (int n = 0; n < most; n++) {
      all.add(new Parameter("p" + n, start(n, n).to(dtype)));
    }
    all.add(new Parameter("wide", start(50, 3, 7).to(dtype)));
    all.add(new Parameter("tall", start(51, 9, 4).to(dtype)));
    all.add(new Parameter("none", start(52, 0, 4).to(dtype)));
    return all;
  }

  private static Tensor start(long seed, int... shape) {
    return Tensor.uniform(seed, shape).minus(0.5);
  }

  /// Σ c θ + ½ θ² + ¼ (Σ θ)², c other in each step.
  private static Tensor loss(List<Parameter> parameters, long step) {
    Tensor loss = Tensor.scalar(parameters.get(0).dtype(), 0);
    for (int k = 0; k < parameters.size(); k++) {
      Parameter p = parameters.get(k);
      Tensor c = start(1000 * step + k, p.shape().sizes()).to(p.dtype());
      loss = loss.plus(p.times(c).plus(p.square().times(0.5)).sum());
      loss = loss.plus(p.sum().square().times(0.25));
    }
    return loss;
  }

  private static void steps(Optimizer optimizer, List<Parameter> parameters, int from, int to) {
    for (int step = from; step <= to; step++) {
      long s = step;
      optimizer.step(() -> loss(parameters, s));
    }
  }

  private static void assertSameBits(
      List<Parameter> these, List<Parameter> those, String description) {
    for (int k = 0; k < these.size(); k++) {
      assertThat(these.get(k).sameBits(those.get(k)))
          .as("%s, parameter %s", description, these.get(k).name())
          .isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void aStateRestoredAtAnyStepGoesOnWithTheSameBits(Rule rule) {
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      List<Parameter> parameters = parameters(rule, dtype);
      Optimizer optimizer = rule.over(parameters);
      List<State> states = new ArrayList<>();
      List<List<Tensor>> values = new ArrayList<>();
      for (int step = 0; step < STEPS; step++) {
        states.add(optimizer.state());
        values.add(parameters.stream().map(Tensor::snapshot).toList());
        steps(optimizer, parameters, step + 1, step + 1);
      }
      for (int step = 0; step < STEPS; step++) {
        List<Parameter> others = new ArrayList<>();
        for (int k = 0; k < parameters.size(); k++) {
          others.add(new Parameter(parameters.get(k).name(), start(k, shape(parameters, k))));
          others.set(k, new Parameter(parameters.get(k).name(), values.get(step).get(k)));
        }
        Optimizer other = rule.over(others);
        other.restore(states.get(step));
        steps(other, others, step + 1, STEPS);
        assertSameBits(others, parameters, rule + " from step " + step);
        assertThat(other.steps()).isEqualTo(STEPS);
      }
    }
  }

  private static int[] shape(List<Parameter> parameters, int k) {
    return parameters.get(k).shape().sizes();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void oneThreadAndTwoGiveTheSameBits(Rule rule) {
    List<List<Parameter>> results = new ArrayList<>();
    for (int count = 1; count <= 2; count++) {
      Pool.setThreads(count);
      long regions = Pool.regions();
      Parameter large = new Parameter("large", start(1, 500, 700));
      Parameter small = new Parameter("small", start(2, 3, 5));
      Optimizer optimizer = rule.over(List.of(large, small));
      for (int step = 1; step <= 2; step++) {
        Tensor c = start(step, 500, 700);
        optimizer.step(() -> large.times(c).sum().plus(small.square().sum()));
      }
      assertThat(Pool.regions() > regions).as("a second thread was asked").isEqualTo(count == 2);
      results.add(List.of(large, small));
    }
    assertSameBits(results.get(0), results.get(1), rule.toString());
  }

  /// The hashes are in the repository: a vector unit of any width, the scalar loops and another
  /// machine give the same.
  @ParameterizedTest
  @MethodSource("rules")
  void theBitsAreThoseOfEveryMachine(Rule rule) {
    StringBuilder hashes = new StringBuilder();
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      List<Parameter> parameters = parameters(rule, dtype);
      Optimizer optimizer = rule.over(parameters);
      steps(optimizer, parameters, 1, STEPS);
      int hash = 0;
      for (Parameter p : parameters) {
        hash =
            31 * hash
                + (dtype == DType.FLOAT32
                    ? Arrays.hashCode(p.toFloats())
                    : Arrays.hashCode(p.toDoubles()));
      }
      hashes.append(' ').append(Integer.toHexString(hash));
    }
    assertThat(hashes.toString().strip()).as(rule.toString()).isEqualTo(GOLDEN.of(rule));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void aNaNInAGradientIsSeenInTheParameterAndNotInOthers(Rule rule) {
    Parameter p = new Parameter("p", start(1, 3, 5));
    Parameter q = new Parameter("q", start(2, 3, 5));
    Optimizer optimizer = rule.over(List.of(p, q));
    float[] poison = new float[15];
    poison[7] = Float.NaN;
    Tensor c = Tensor.of(poison).reshape(3, 5);
    for (int step = 1; step <= 3; step++) {
      optimizer.step(() -> p.times(c).plus(p.square()).sum().plus(q.square().sum()));
    }
    assertThat(p.toFloats()[7]).as("poisoned").isNaN();
    boolean isShared =
        optimizer.state().metadata().keySet().stream().anyMatch(key -> key.startsWith("scalar"))
            || rule.toString().contains("Global")
            || rule.toString().startsWith("Sam");
    if (!isShared) {
      assertThat(q.toFloats()).as("the other").doesNotContain(Float.NaN);
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void aParameterWithoutAGradientIsLeftAloneWithItsStateAndItsCount(Rule rule) {
    Parameter p = new Parameter("p", start(1, 3, 5));
    Parameter q = new Parameter("q", start(2, 3, 5));
    Optimizer optimizer = rule.over(List.of(p, q));
    optimizer.step(() -> p.square().sum().plus(q.square().sum()));
    State before = optimizer.state();
    Tensor value = q.snapshot();
    optimizer.step(() -> p.square().sum());
    assertThat(q.sameBits(value)).isTrue();
    before.tensors().keySet().stream()
        .filter(name -> name.startsWith("q/"))
        .forEach(
            name -> {
              Tensor now = optimizer.state().tensors().get(name);
              assertThat(now.sameBits(before.tensors().get(name))).as(name).isTrue();
            });
    assertThat(optimizer.state().metadata()).containsEntry("steps/q", "1");
  }

  @ParameterizedTest
  @MethodSource("rules")
  void aTextNamesTheRuleAndItsValuesAndNoObject(Rule rule) {
    assertThat(rule.toString()).doesNotContain("@", "Lambda", "null");
    Rule bare = rule instanceof Transformed transformed ? transformed.rule() : rule;
    bare = bare instanceof Transformed transformed ? transformed.rule() : bare;
    assertThat(rule.toString()).startsWith(bare.getClass().getSimpleName() + "[");
    assertThat(Rules.all()).as("equal when made again").contains(rule);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void aValueForWhichTheRecurrenceIsNotDefinedIsRefusedByName(Rule rule) throws Exception {
    if (rule instanceof Transformed || rule instanceof Rules.Own) {
      return;
    }
    RecordComponent[] components = rule.getClass().getRecordComponents();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    Constructor<?> constructor = rule.getClass().getDeclaredConstructor(types);
    for (int i : IntStream.range(0, types.length).filter(i -> isValue(types[i])).toArray()) {
      for (double bad : new double[] {-1, Double.NaN}) {
        Object[] values = new Object[types.length];
        for (int k = 0; k < values.length; k++) {
          values[k] = components[k].getAccessor().invoke(rule);
        }
        values[i] = types[i] == double.class ? bad : Schedule.constant(bad);
        assertThatIllegalArgumentException()
            .as("%s with %s = %s", rule, components[i].getName(), bad)
            .isThrownBy(
                () -> {
                  try {
                    constructor.newInstance(values);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                })
            .withMessageStartingWith(
                rule.getClass().getSimpleName().substring(0, 1).toLowerCase(Locale.ROOT))
            .withMessageContaining(": " + components[i].getName() + " is " + bad + ": use ");
      }
    }
  }

  private static boolean isValue(Class<?> type) {
    return type == double.class || type == Schedule.class;
  }

  @ParameterizedTest
  @MethodSource("rules")
  void aLossThatFailsLeavesParametersAndStateAsTheyWere(Rule rule) {
    Parameter p = new Parameter("p", start(1, 3, 5));
    Optimizer optimizer = rule.over(List.of(p));
    optimizer.step(() -> p.square().sum());
    Tensor before = p.snapshot();
    State state = optimizer.state();
    for (int call = 1; call <= 2; call++) {
      int[] left = {call};
      assertThatThrownBy(
              () ->
                  optimizer.step(
                      () -> {
                        if (--left[0] == 0) {
                          throw new UnsupportedOperationException("no loss today");
                        }
                        return p.square().sum();
                      }))
          .satisfies(e -> assertThat(e).hasMessage("no loss today"));
      assertThat(p.sameBits(before)).as("call %d", call).isTrue();
      state
          .tensors()
          .forEach(
              (name, tensor) ->
                  assertThat(optimizer.state().tensors().get(name).sameBits(tensor)).isTrue());
      assertThat(optimizer.steps()).isOne();
      if (!(rule instanceof Sam)) {
        return;
      }
    }
  }
}
