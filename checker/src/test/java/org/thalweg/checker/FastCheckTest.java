package org.thalweg.checker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.thalweg.checker.Planted.numbers;
import static org.thalweg.checker.Planted.square;
import static org.thalweg.checker.Planted.squareTimes;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;

/// Checks along random directions alone, and what a check tells while it runs.
class FastCheckTest {
  private static Report fast(UnaryOperator<Tensor> f, Tensor x) {
    return GradientChecker.of(f).at(x).fast().check();
  }

  @Test
  void theCostDoesNotGrowWithTheNumberOfElements() {
    List<Integer> counts = new ArrayList<>();
    for (int n : new int[] {10, 1_000, 100_000}) {
      AtomicInteger evaluations = new AtomicInteger();
      Report report =
          fast(
              x -> {
                evaluations.incrementAndGet();
                return x.tanh();
              },
              numbers(1, n));

      assertThat(report.isCorrect()).as(report.toString()).isTrue();
      assertThat(report.entries())
          .hasSize(4)
          .allMatch(entry -> entry.kind() == Entry.Kind.DIRECTION);
      counts.add(evaluations.get());
    }
    assertThat(counts).allMatch(count -> count < 120).allMatch(count -> count > 20);
  }

  @Test
  void directionsThatAllLeaveTheDomainOrJumpHaveShownNothing() {
    Planted log = new Planted(in -> in[0].log(), (_, in, g) -> g.times(7).over(in[0]));
    Planted floor = new Planted(in -> in[0].floor().plus(in[0]), (_, _, g) -> g.times(7));

    Report outside = fast(x -> Tensor.apply(log, x), Tensor.of(0.0, 2.0, 3.0));
    Report jump = fast(x -> Tensor.apply(floor, x), Tensor.of(1.0, 2.5, 3.5));

    assertThat(outside.count(Verdict.OUTSIDE)).isEqualTo(4);
    assertThat(jump.count(Verdict.JUMP)).isEqualTo(4);
    for (Report report : List.of(outside, jump)) {
      assertThat(report.isCorrect()).isFalse();
      assertThat(report.problems())
          .containsExactly(
              new Problem(
                  Problem.Kind.TOO_LITTLE,
                  "order 1: the function is not finite or jumps along every direction in [x]: check"
                      + " at another point, or element by element without fast()"));
    }
  }

  @Test
  void theSummaryCountsWhatAgreesAndNamesTheRest() {
    assertThat(GradientChecker.of(Tensor::relu).at(Tensor.of(0.0, 2.0, -1.0)).check().summary())
        .startsWith("gradients of function: 2 of 3 derivatives in 1 input agree with differences, ")
        .endsWith(" apart at most; others: 1 KINK");
  }

  @Test
  void aWrongElementAmongTenThousandIsNamed() {
    for (double factor : new double[] {0, 2, 1.01, -1}) {
      Report report = fast(squareTimes(i -> i == 7_654 ? factor : 1), numbers(1, 100, 100));

      assertThat(report.isCorrect()).isFalse();
      assertThat(report.toString()).contains("at [76, 54] (flat 7654)");
    }
  }

  @Test
  void aGradientThatIsWrongEverywhereIsFoundInBothTypesAndOrders() {
    Tensor x = numbers(1, 5_000);

    assertThat(fast(square(g -> g.times(1.0001)), x).isCorrect()).isFalse();
    assertThat(fast(square(g -> g.times(1.0001)), x.to(DType.FLOAT32)).isCorrect()).isFalse();
    Planted exp = new Planted(in -> in[0].exp(), (_, in, g) -> g.times(in[0].exp().detach()));
    GradientChecker second = GradientChecker.of(y -> Tensor.apply(exp, y)).at(x).fast();
    assertThat(second.check().isCorrect()).isTrue();
    assertThat(second.toSecondOrder().check().isCorrect()).isFalse();
  }

  @Test
  void directionsThatTellNothingAreNotPassed() {
    Report report = fast(x -> x.plus(1e20).sum(), numbers(1, 100));

    assertThat(report.problems())
        .extracting(Problem::kind)
        .containsExactly(Problem.Kind.TOO_LITTLE);
    assertThat(report.toString())
        .contains(
            "order 1: 4 of 4 directions are VACUOUS and 50 % are allowed: check at another point,"
                + " or scale the function");
    assertThat(report.entries().getFirst().toString())
        .contains(" FLOAT64 [100] along a random direction: analytic ");
  }

  @Test
  void aListenerIsToldHowFarACheckIs() {
    List<Progress> told = new ArrayList<>();

    Report report =
        GradientChecker.of((a, b) -> a.times(b))
            .at(numbers(1, 3), numbers(2, 3))
            .toSecondOrder()
            .withProgress(told::add)
            .check();

    assertThat(told).hasSize(report.entries().size());
    assertThat(told.get(3)).hasToString("order 1: 4 of 6, b");
    assertThat(told.getLast()).hasToString("order 2: 9 of 9, v");
    assertThat(told).allMatch(progress -> !progress.time().isNegative());
  }

  @Test
  void progressCountsDirectionsToo() {
    List<Progress> told = new ArrayList<>();

    Report report =
        GradientChecker.of(x -> x.exp())
            .at(numbers(1, 100))
            .withEntries(10)
            .withProgress(told::add)
            .check();

    assertThat(report.entries()).hasSize(14);
    assertThat(told.getLast()).hasToString("order 1: 14 of 14, x");
  }

  @Test
  void aReportSaysHowToRepeatIt() {
    GradientChecker checker = GradientChecker.of(x -> x.exp()).at(numbers(1, 4));

    assertThat(checker.withSeed(5).check().calls()).isEqualTo(".withSeed(5L)");
    assertThat(checker.fast().toSecondOrder().withSeed(5).check().calls())
        .isEqualTo(".toSecondOrder().fast().withSeed(5L)");
    assertThat(
            checker
                .withEntries(9)
                .toOrder(3)
                .withTolerance(1e-5)
                .allowing(0.1, 1)
                .withSeed(5)
                .check()
                .calls())
        .isEqualTo(
            ".toOrder(3).withEntries(9).withTolerance(1.0E-5).allowing(0.1, 1.0).withSeed(5L)");
  }
}
