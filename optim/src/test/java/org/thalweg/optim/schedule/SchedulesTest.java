package org.thalweg.optim.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.thalweg.optim.Schedule;

/// The schedules beside PyTorch's and Optax's, made by `src/test/python/schedules.py`, and beside
/// their formulas.
class SchedulesTest {
  private static final int STEPS = 40;
  private static final Map<String, Schedule> TORCH = new LinkedHashMap<>();
  private static final Map<String, Schedule> OPTAX = new LinkedHashMap<>();

  static {
    TORCH.put("step", Schedules.step(0.1, 0.3, 7));
    TORCH.put("multiStep", Schedules.multiStep(0.1, 0.3, 5, 6, 20));
    TORCH.put("exponential", Schedules.exponential(0.1, 0.9));
    TORCH.put("polynomial", Schedules.polynomial(0.1, 0, 1.7, 30));
    TORCH.put("linear", Schedules.linear(0.02, 0.08, 15));
    TORCH.put("cosineWave", Schedules.cosineWave(0.1, 0.01, 15));
    TORCH.put("warmRestarts", Schedules.warmRestarts(0.1, 0.01, 5, 2));
    TORCH.put("warmRestarts1", Schedules.warmRestarts(0.1, 0.01, 6, 1));
    TORCH.put("triangular", Schedules.triangular(0.01, 0.1, 4, 7));
    TORCH.put("triangular2", Schedules.triangular2(0.01, 0.1, 4, 7));
    TORCH.put("expRange", Schedules.expRange(0.01, 0.1, 4, 7, 0.95));
    TORCH.put("triangularMomentum", Schedules.triangular(0.9, 0.8, 4, 7));
    TORCH.put("oneCycle", Schedules.oneCycle(0.1, STEPS));
    TORCH.put("oneCycleWarm", Schedules.oneCycle(0.1, STEPS, 0.4, 10, 100));
    TORCH.put("oneCycleMomentum", Schedules.oneCycleMomentum(0.85, 0.95, STEPS, 0.3));
    TORCH.put(
        "sequential", Schedules.linear(0.01, 0.1, 5).then(5, Schedules.exponential(0.1, 0.9)));
    TORCH.put(
        "chained", Schedules.linear(0.1, 1, 5).times(Schedules.exponential(1, 0.9)).times(0.1));

    OPTAX.put("polynomial", Schedules.polynomial(0.1, 0.01, 1.7, 30));
    OPTAX.put("linear", Schedules.linear(0.02, 0.08, 15));
    OPTAX.put("cosine", Schedules.cosine(0.1, 0.01, 25));
    OPTAX.put("exponential", Schedules.exponential(0.1, 0.3, 7));
    OPTAX.put("piecewise", Schedules.piecewise(new double[] {0.1, 0.05, 0.025, 0.0025}, 5, 6, 20));
    OPTAX.put("warmupCosine", Schedules.linear(0, 0.1, 8).then(8, Schedules.cosine(0.1, 0.01, 22)));
    OPTAX.put("warmupStableDecay", Schedules.warmupStableDecay(0.1, 5, 15, 10));
  }

  private static Map<String, double[]> rows(String file) throws IOException {
    Map<String, double[]> rows = new LinkedHashMap<>();
    try (InputStream in =
        Objects.requireNonNull(Schedule.class.getResourceAsStream(file), "resource")) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
        String[] words = line.split(",", -1);
        double[] values =
            Arrays.stream(words, 1, words.length).mapToDouble(Double::parseDouble).toArray();
        if (values.length > 0) {
          rows.put(words[0], values);
        }
      }
    }
    return rows;
  }

  private static void compare(String file, Map<String, Schedule> schedules) throws IOException {
    Map<String, double[]> rows = rows(file);
    schedules.forEach(
        (name, schedule) -> {
          for (int k = 0; k < STEPS; k++) {
            assertThat(schedule.at(k + 1))
                .as("%s, %s at step %d", name, schedule, k + 1)
                .isCloseTo(rows.get(name)[k], within(1e-14));
          }
        });
    rows.keySet().removeAll(schedules.keySet());
    rows.keySet().remove("plateau");
    assertThat(rows).isEmpty();
  }

  @Test
  void theyAreThoseOfPyTorch() throws IOException {
    compare("schedules-torch.csv", TORCH);
  }

  @Test
  void theyAreThoseOfOptax() throws IOException {
    compare("schedules-optax.csv", OPTAX);
  }

  @Test
  void aPlateauLowersTheRateAsPyTorchDoes() throws IOException {
    double[] losses = new double[STEPS];
    Arrays.fill(losses, 1);
    double[] first = {3, 2, 1.5, 1.5, 1.4999, 1.6, 1.2, 1.3, 1.3, 1.3, 1.3, 1.3, 1.3};
    System.arraycopy(first, 0, losses, 0, first.length);
    double[] expected = rows("schedules-torch.csv").get("plateau");
    Plateau rate = new Plateau(0.1, new Plateau.Options(0.5, 2, 1e-4, 1, 0.01));
    for (int k = 0; k < STEPS; k++) {
      assertThat(rate.at(k + 1)).as("report %d", k).isCloseTo(expected[k], within(1e-16));
      Plateau other = new Plateau(7, new Plateau.Options(0.5, 2, 1e-4, 1, 0.01));
      other.restore(rate.state());
      rate.report(losses[k]);
      other.report(losses[k]);
      assertThat(other.state()).as("restored").isEqualTo(rate.state());
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rate.restore(Map.of("rate", 1.0)))
        .withMessage(
            "plateau: the state has [rate]: give what state() gave, [rate, best, bad, cooling]");
  }

  @Test
  void aLossThatIsNaNIsNoBetterOne() {
    Plateau rate = new Plateau(1, new Plateau.Options(0.1, 0, 0, 0, 0));
    rate.report(Double.NaN);
    assertThat(rate.at(1)).isEqualTo(0.1);
  }

  @Test
  void cosineHoldsItsEndAndTheWaveDoesNot() {
    assertThat(Schedules.cosine(1, 0.25, 10).at(11)).isEqualTo(0.25);
    assertThat(Schedules.cosine(1, 0.25, 10).at(1000)).isEqualTo(0.25);
    assertThat(Schedules.cosineWave(1, 0.25, 10).at(21)).isCloseTo(1, within(1e-15));
  }

  @Test
  void noamIsItsFormula() {
    Schedule noam = Schedules.noam(2, 512, 4000);
    for (long t : new long[] {1, 10, 3999, 4000, 4001, 100_000}) {
      double expected =
          2 * Math.pow(512, -0.5) * Math.min(Math.pow((double) t, -0.5), t * Math.pow(4000, -1.5));
      assertThat(noam.at(t)).isCloseTo(expected, within(1e-15));
    }
  }

  @Test
  void inverseTimeIsItsFormula() {
    assertThat(Schedules.inverseTime(0.1, 0.5, 1).at(1)).isEqualTo(0.1);
    assertThat(Schedules.inverseTime(0.1, 0.5, 2).at(5)).isEqualTo(0.1 / 2);
  }

  @Test
  void schedulesCompose() {
    Schedule halves = Schedules.step(1, 0.5, 1);
    assertThat(halves.perEpoch(10).at(10)).isEqualTo(1);
    assertThat(halves.perEpoch(10).at(11)).isEqualTo(0.5);
    assertThat(halves.times(3).at(2)).isEqualTo(1.5);
    assertThat(Schedule.constant(8).warmedUp(4).at(1)).isEqualTo(2);
    assertThat(Schedule.constant(8).warmedUp(4).at(4)).isEqualTo(8);
    assertThat(Schedule.constant(8).warmedUp(4).at(9)).isEqualTo(8);
    assertThat(halves.then(2, Schedule.constant(7)).at(2)).isEqualTo(0.5);
    assertThat(halves.then(2, Schedule.constant(7)).at(3)).isEqualTo(7);
    assertThat(halves.then(2, halves).at(3)).isEqualTo(1);
    assertThat(halves.then(2, Schedule.constant(7)))
        .hasToString("step(1.0, 0.5, 1) for 2, then 7.0")
        .isEqualTo(Schedules.step(1, 0.5, 1).then(2, Schedule.constant(7)));
  }

  @Test
  void aRecurrenceIsAFunctionOfTheStepAlone() {
    Schedule factorial = new Recurrence(1, (before, t) -> before * t);
    assertThat(factorial.at(5)).isEqualTo(120);
    assertThat(factorial.at(3)).isEqualTo(6);
    assertThat(factorial.at(6)).isEqualTo(720);
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
  }

  @Test
  void valuesThatMakeNoScheduleAreRefused() {
    refused(() -> Schedules.step(1, 1, 0), "step: period is 0: use 1 or a larger number");
    refused(
        () -> Schedules.multiStep(1, 1, 3, 3),
        "multiStep: the steps [3, 3] do not increase: sort them");
    refused(
        () -> Schedules.piecewise(new double[] {1}, 3),
        "piecewise: 1 values and 1 boundaries: give one value more than boundaries");
    refused(
        () -> Schedules.oneCycle(1, 10, 2, 1, 1),
        "oneCycle: the share of warm-up is 2.0: use a value from 0 to 1");
    refused(
        () -> Schedule.constant(1).perEpoch(0),
        "perEpoch: an epoch has 0 steps: use 1 or a larger number");
    refused(() -> new Plateau(-1), "plateau: rate is -1.0: use 0 or a positive number");
  }

  @Test
  void aRangeTestFindsARateBelowTheExplosion() {
    // Descent on ½θ² from 1 diverges above a rate of 2.
    RangeTest test = new RangeTest(1e-4, 100, 200);
    double theta = 1;
    int k = 0;
    boolean goesOn = true;
    while (goesOn) {
      k++;
      theta -= test.at(k) * theta;
      goesOn = test.report(theta * theta / 2);
    }
    assertThat(k).isLessThan(200);
    assertThat(test.suggestion()).isBetween(1e-3, 2.0);
    assertThat(test.curve()).hasSize(k);
    assertThat(test.at(1)).isEqualTo(1e-4);
    assertThat(test.at(200)).isCloseTo(100, within(1e-11));
    assertThatIllegalStateException()
        .isThrownBy(new RangeTest(1, 2, 3)::suggestion)
        .withMessage("rangeTest: 0 losses were reported: report one after each step before asking");
  }

  @Test
  void aWarmUpOfOneStepBeginsAtThePeak() {
    Schedule rate = Schedules.oneCycle(1, 10, 0.1, 25, 1e4);
    assertThat(rate.at(1)).isEqualTo(1);
    assertThat(rate.at(2)).isBetween(0.9, 1.0);
    assertThat(Schedules.oneCycle(1, 20, 0.05, 25, 1e4).at(1)).isEqualTo(1);
  }

  @Test
  void divisorsOfNothingAndNegativeStepsAreRefused() {
    Schedule one = Schedule.constant(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedules.oneCycle(1, 20, 0.3, 0, 1e4))
        .withMessage("oneCycle: divisor is 0.0: use a positive number");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedules.oneCycle(1, 20, 0.3, 25, 0))
        .withMessage("oneCycle: last is 0.0: use a positive number");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> one.warmedUp(-5))
        .withMessage("warmedUp: steps is -5: use 0 or a larger number");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> one.then(-3, one))
        .withMessage("then: steps is -3: use 0 or a larger number");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedules.warmupStableDecay(1, 5, -1, 5))
        .withMessage("warmupStableDecay: stable is -1: use 0 or a larger number");
    assertThat(one.warmedUp(0).at(1)).isEqualTo(1);
  }

  @Test
  void aLossBelowZeroMayBeSearchedToo() {
    RangeTest test = new RangeTest(1e-5, 1, 100);
    assertThat(test.report(-1)).isTrue();
    assertThat(test.report(-2)).isTrue();
    assertThat(test.report(1e6)).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RangeTest(1e-5, 1, 1))
        .withMessage("rangeTest: steps is 1: use 2 or a larger number");
  }

  @Test
  void countsThatDifferEachGoOnFromTheirOwn() {
    int[] calls = {0};
    Recurrence sum =
        new Recurrence(
            0,
            (before, t) -> {
              calls[0]++;
              return before + t;
            });
    for (long t = 1; t <= 1000; t++) {
      assertThat(sum.at(t + 5000)).isEqualTo((t + 5000) * (t + 5001) / 2.0);
      assertThat(sum.at(t)).isEqualTo(t * (t + 1) / 2.0);
    }
    assertThat(calls[0]).isEqualTo(5000 + 2 * 1000);
  }

  @Test
  void aComplementIsWhatIsLeftOfOne() {
    assertThat(Schedules.linear(0.5, 1, 2).complement().at(2)).isEqualTo(0.25);
    assertThat(Schedules.linear(0.5, 1, 2).complement())
        .hasToString("1 − linear(0.5, 1.0, 2)")
        .isEqualTo(Schedules.linear(0.5, 1, 2).complement());
    assertThat(Schedule.constant(0.9).complement()).isEqualTo(Schedule.constant(1 - 0.9));
    assertThat(Schedule.constant(0).isConstant(0)).isTrue();
    assertThat(Schedule.constant(0.5).isConstant(0)).isFalse();
    assertThat(Schedules.linear(0, 0, 2).isConstant(0)).isFalse();
  }
}
