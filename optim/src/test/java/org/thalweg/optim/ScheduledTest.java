package org.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.optim.adaptive.Adam;
import org.thalweg.optim.adaptive.NAdam;
import org.thalweg.optim.schedule.Plateau;
import org.thalweg.optim.schedule.Schedules;
import org.thalweg.optim.wrapper.Averaged;
import org.thalweg.optim.wrapper.Clip;

/// Hyper-parameters that change from step to step, in every place of every rule.
class ScheduledTest {
  private static final int STEPS = 8;

  /// Inside of every range, and other in each step.
  private static final Schedule MOVING = t -> 0.3 + 0.1 * (t % 4);

  /// So near to 1 that RAdam scales some steps and others not.
  private static final Schedule HIGH = t -> 0.9 + 0.02 * (t % 4);

  /// A place of a rule, by name.
  record Case(Rule rule, Kinds.Place place) {
    Rule with(Schedule schedule) {
      return place.with().apply(schedule);
    }

    @Override
    public String toString() {
      return rule + ", " + place.name();
    }
  }

  static Stream<Case> places() {
    return Rules.all().stream()
        .flatMap(rule -> Kinds.places(rule).stream().map(place -> new Case(rule, place)));
  }

  /// Those whose step depends on nothing but its own values. Π of NAdam has those of all steps.
  static Stream<Case> placesWithoutMemory() {
    return places()
        .filter(c -> !(c.rule.toString().contains("NAdam") && c.place.name().endsWith("beta1")));
  }

  private static List<Parameter> parameters(Rule rule) {
    List<Parameter> all = new ArrayList<>();
    all.add(new Parameter("matrix", Tensor.uniform(1, 5, 3).minus(0.5)));
    all.add(new Parameter("late", Tensor.uniform(2, 3, 4).to(DType.FLOAT64).minus(0.5)));
    if (!Rules.isForMatrices(rule)) {
      all.add(new Parameter("vector", Tensor.uniform(3, 37).minus(0.5)));
    }
    return all;
  }

  /// One parameter has no gradient in the second step, so that its count is another than that of
  /// the optimizer. But shares of averages are by the steps of a parameter.
  private static void step(Case place, Optimizer optimizer, List<Parameter> parameters, int step) {
    optimizer.step(
        () -> {
          Tensor loss = Tensor.scalar(DType.FLOAT64, 0);
          for (Parameter p : parameters) {
            if (step != 2 || !p.name().equals("late") || place.rule instanceof Averaged) {
              Tensor c = Tensor.uniform(10 + step, p.shape().sizes()).to(p.dtype()).minus(0.5);
              loss = loss.plus(p.times(p.plus(c)).sum().to(DType.FLOAT64));
            }
          }
          return loss;
        });
  }

  @ParameterizedTest
  @MethodSource("placesWithoutMemory")
  void aStepIsThatOfARuleWithTheNumbersOfTheStep(Case place) {
    for (Schedule schedule : List.of(MOVING, HIGH)) {
      List<Parameter> parameters = parameters(place.rule);
      List<Parameter> others = parameters(place.rule);
      Optimizer optimizer = place.with(schedule).over(parameters);
      State state = optimizer.state();
      for (int t = 1; t <= STEPS; t++) {
        step(place, optimizer, parameters, t);
        Optimizer fresh = place.with(Schedule.constant(schedule.at(t))).over(others);
        fresh.restore(state);
        step(place, fresh, others, t);
        state = fresh.state();
        assertSame(parameters, others, optimizer.state(), state, t);
      }
    }
  }

  private static void assertSame(
      List<Parameter> these, List<Parameter> those, State one, State other, int t) {
    for (int k = 0; k < these.size(); k++) {
      String name = these.get(k).name();
      assertThat(these.get(k).sameBits(those.get(k))).as("%s after step %d", name, t).isTrue();
    }
    assertThat(one.metadata()).isEqualTo(other.metadata());
    one.tensors()
        .forEach(
            (name, tensor) ->
                assertThat(tensor.sameBits(other.tensors().get(name)))
                    .as("%s after step %d", name, t)
                    .isTrue());
  }

  @ParameterizedTest
  @MethodSource("places")
  void everyPlaceMatters(Case place) {
    Set<Long> ends = new TreeSet<>();
    for (Schedule schedule :
        List.<Schedule>of(Schedule.constant(0.01), t -> t % 2 == 0 ? 0.99 : 0.01)) {
      List<Parameter> parameters = parameters(place.rule);
      Optimizer optimizer = place.with(schedule).over(parameters);
      for (int t = 1; t <= STEPS; t++) {
        step(place, optimizer, parameters, t);
      }
      List<Tensor> all = new ArrayList<>(parameters);
      all.addAll(optimizer.state().tensors().values());
      ends.add(all.stream().reduce(1L, Golden::hash, Long::sum));
    }
    assertThat(ends).hasSize(2);
  }

  @ParameterizedTest
  @MethodSource("places")
  void aValueOutsideOfItsRangeIsRefusedAtItsStepBeforeAnythingChanges(Case place) {
    for (double bad : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      List<Parameter> parameters = parameters(place.rule);
      Optimizer optimizer = place.with(t -> t == 2 ? bad : 0.3).over(parameters);
      step(place, optimizer, parameters, 1);
      State before = optimizer.state();
      List<Tensor> values = parameters.stream().map(Tensor::snapshot).toList();

      assertThatIllegalArgumentException()
          .isThrownBy(() -> step(place, optimizer, parameters, 2))
          .withMessageMatching("\\w+: [\\w ]+ is " + bad + " at step 2: use .*");

      assertThat(optimizer.state().metadata()).isEqualTo(before.metadata());
      before
          .tensors()
          .forEach(
              (name, tensor) ->
                  assertThat(tensor.sameBits(optimizer.state().tensors().get(name))).isTrue());
      for (int k = 0; k < values.size(); k++) {
        assertThat(parameters.get(k).sameBits(values.get(k))).isTrue();
      }
    }
  }

  @Test
  void theRangeIsThatOfANumber() {
    double[] x = {1};
    ArrayOptimizer adam =
        new Adam(Schedule.constant(0.1), Schedules.linear(0.5, 1, 2), Schedule.constant(0.9), 1e-8)
            .over(x);
    adam.step(1.0);
    adam.step(1.0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> adam.step(1.0))
        .withMessage("adam: beta1 is 1.0 at step 3: use a value from 0 to below 1");
    ArrayOptimizer clipped = new Adam().with(Clip.norm(t -> 1.0 - t)).over(x);
    clipped.step(1.0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> clipped.step(1.0))
        .withMessage("clip: the largest norm is -1.0 at step 2: use 0 or a positive number");
  }

  @Test
  void aRuleMadeOfTheValuesOfAnotherIsEqualAndNamesItself() {
    Schedule beta = Schedules.linear(0.5, 1, 1);
    Adam adam = new Adam(Schedule.constant(0.1), beta, beta, 1e-8);
    assertThat(adam.uncorrected().epsilon(adam.epsilon()).toString())
        .isEqualTo(adam.toString().replace("isCorrected=true", "isCorrected=false"));
    assertThat(new Adam(adam.learningRate(), adam.beta1(), adam.beta2(), 1e-8)).isEqualTo(adam);
    ArrayOptimizer other =
        new NAdam(adam.learningRate(), adam.beta1(), adam.beta2(), 1e-8, 0.004).over(1.0);
    other.step(1.0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> other.step(1.0))
        .withMessage("nAdam: beta1 is 1.0 at step 2: use a value from 0 to below 1");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.004, 1, Double.POSITIVE_INFINITY})
  void nadamMultipliesTheMomentaOfAllSteps(double psi) {
    Schedule beta = Schedules.triangular(0.9, 0.6, 3, 2);
    double[] x = {1};
    ArrayOptimizer optimizer =
        new NAdam(Schedule.constant(0.1), beta, Schedule.constant(0.99), 1e-8, psi).over(x);
    double theta = 1;
    double m = 0;
    double v = 0;
    double product = 1;
    for (int t = 1; t <= 20; t++) {
      double g = theta + 0.1 * (t % 3);
      optimizer.step(x[0] + 0.1 * (t % 3));
      double b = beta.at(t);
      double mu = b * (1 - 0.5 * Math.pow(0.96, t * psi));
      double next = b * (1 - 0.5 * Math.pow(0.96, (t + 1) * psi));
      product *= mu;
      m = b * m + (1 - b) * g;
      v = 0.99 * v + (1 - 0.99) * g * g;
      double root = Math.sqrt(v / (1 - Math.pow(0.99, t))) + 1e-8;
      double ahead = next * m / (1 - product * next);
      theta -= 0.1 * (ahead + (1 - mu) * g / (1 - product)) / root;
      assertThat(x[0]).isCloseTo(theta, org.assertj.core.api.Assertions.within(1e-13));
    }
  }

  @Test
  void nadamNeedsTheValuesOfPastSteps() {
    Plateau plateau = new Plateau(0.5);
    for (Schedule told : List.of(plateau, plateau.times(0.5), plateau.complement())) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> new NAdam(Schedule.constant(1), told, Schedule.constant(0.9), 1e-8, 0.004))
          .withMessage(
              "nAdam: beta1 is %s, and Π needs its values at the steps before: use a function of"
                  + " the step",
              told);
    }
  }

  /// ε, start values, thresholds, exponents, counts and switches are numbers: what is fixed for a
  /// run. So is β of ScheduleFree, which is in what is stored, and all of Rprop.
  @Test
  void whatIsANumberIsKnownByName() {
    Set<String> numbers = new TreeSet<>();
    for (Rule rule : Rules.all()) {
      for (var component : rule.getClass().getRecordComponents()) {
        if (component.getType() == double.class) {
          numbers.add(rule.getClass().getSimpleName() + "." + component.getName());
        }
      }
    }
    numbers.removeIf(name -> name.matches(".*\\.(epsilon\\w*|initial|threshold|power)"));
    assertThat(numbers)
        .containsExactlyInAnyOrder(
            "NAdam.momentumDecay",
            "Own.rate",
            "Prodigy.coefficient",
            "Rprop.least",
            "Rprop.longer",
            "Rprop.most",
            "Rprop.shorter",
            "ScheduleFree.beta",
            "Sgd.dampening");
  }
}
