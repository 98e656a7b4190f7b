package org.thalweg.checker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.thalweg.checker.Planted.numbers;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.operation.Op;

/// Operations that tell their branches: a kink is known, not guessed.
class BranchesTest {
  /// max(x, 0) with a slope on the right, and a pullback that multiplies by another.
  private record Bent(double slope, double says, AtomicInteger asked) implements Op.Custom {
    @Override
    public Result apply(Tensor... in) {
      Tensor x = in[0].detach();
      Tensor mask = x.greaterThan(Tensor.scalar(x.dtype(), 0));
      return new Result(
          x.times(mask).times(slope).array(), (_, _) -> g -> g.times(mask).times(says));
    }

    @Override
    public List<Array> branches(Tensor... in) {
      asked.incrementAndGet();
      // With operations, which are not part of the function.
      return List.of(in[0].greaterThan(Tensor.scalar(in[0].dtype(), 0)).array());
    }
  }

  private static Op bent(double slope, double says) {
    return new Bent(slope, says, new AtomicInteger());
  }

  @Test
  void aKinkIsReportedWithTheOperationThatHasIt() {
    Op op = bent(3, 3);

    Report report =
        GradientChecker.of(x -> Tensor.apply(op, x.times(1)).sum())
            .at(Tensor.of(-1.0, 0.0, 2.0))
            .check();

    assertThat(report.isCorrect()).as(report.toString()).isTrue();
    assertThat(report.entries())
        .extracting(Entry::verdict)
        .containsExactly(Verdict.PASSED, Verdict.KINK, Verdict.PASSED);
    assertThat(report.entries().get(1).cause())
        .isEqualTo(
            "slopes 0 to the left and 3.000000 to the right, operation 2, [greaterThan], takes"
                + " another branch");
  }

  @Test
  void aKinkWhereTheProgramItselfBranchesIsToldByTheNumberOfOperations() {
    Report report =
        GradientChecker.of(x -> x.get(0) > 0 ? x.relu().sum() : x.negated().sum())
            .at(Tensor.of(0.0))
            .allowing(1, 1)
            .check();

    assertThat(report.entries().getFirst().cause())
        .contains("the number of operations takes another branch");
  }

  @Test
  void aWrongSlopeAtAKinkFails() {
    Planted op =
        new Planted(in -> Tensor.apply(bent(3, 3), in[0]), (_, in, g) -> g.times(in[0].plus(5)));

    Report report = GradientChecker.of(x -> Tensor.apply(op, x)).at(Tensor.of(0.0)).check();

    assertThat(report.count(Verdict.FAILED)).isEqualTo(1);
  }

  @Test
  void besideAKinkStepsStayOnOneSideHoweverSmallTheKinkIs() {
    for (double distance : new double[] {1e-2, 1e-4, 1e-5}) {
      for (double slope : new double[] {1, 1e-3}) {
        Tensor x = Tensor.of(1 + distance, 1 - distance);
        GradientChecker right =
            GradientChecker.of(t -> t.exp().plus(Tensor.apply(bent(slope, slope), t.minus(1))))
                .at(x);
        GradientChecker wrong =
            GradientChecker.of(
                    t -> t.exp().plus(Tensor.apply(bent(slope, 1.5 * slope), t.minus(1))))
                .at(x);

        assertThat(right.check().count(Verdict.PASSED)).isEqualTo(2);
        assertThat(wrong.check().entries())
            .extracting(Entry::verdict)
            .as(wrong.check().toString())
            .containsExactly(Verdict.FAILED, Verdict.PASSED);
      }
    }
  }

  @Test
  void aDirectionAcrossManyKinksIsShortenedUntilItCrossesNone() {
    Tensor away = numbers(2, 300);
    Tensor x = away.plus(numbers(3, 300).times(0.01));
    GradientChecker right =
        GradientChecker.of(t -> Tensor.apply(bent(1, 1), t.minus(away)).plus(t.square())).at(x);
    GradientChecker wrong =
        GradientChecker.of(t -> Tensor.apply(bent(1, 1.01), t.minus(away)).plus(t.square())).at(x);

    assertThat(right.fast().check().count(Verdict.PASSED)).isEqualTo(4);
    assertThat(right.taylor().verdict()).isEqualTo(Verdict.PASSED);
    assertThat(wrong.fast().check().isCorrect()).isFalse();
    assertThat(wrong.taylor().verdict()).isEqualTo(Verdict.FAILED);
  }

  @Test
  void nobodyIsAskedForBranchesWhileNothingIsInDoubt() {
    AtomicInteger asked = new AtomicInteger();
    Op op = new Bent(2, 2, asked);

    Report report =
        GradientChecker.of(x -> Tensor.apply(op, x)).at(numbers(1, 30)).toSecondOrder().check();

    assertThat(report.isCorrect()).as(report.toString()).isTrue();
    assertThat(asked).hasValue(0);
  }

  @Test
  void aBranchWhoseSidesMeetSmoothlyIsNoKink() {
    // x·max(x, 0) at 0 has one slope, 0.
    Op op = bent(1, 1);
    GradientChecker checker =
        GradientChecker.of(x -> Tensor.apply(op, x).times(x).plus(x)).at(Tensor.of(0.0, 1.0));

    assertThat(checker.check().count(Verdict.PASSED)).isEqualTo(2);
    Planted wrong =
        new Planted(
            in -> Tensor.apply(op, in[0]).times(in[0]).plus(in[0]), (_, _, g) -> g.times(1.001));
    assertThat(
            GradientChecker.of(x -> Tensor.apply(wrong, x)).at(Tensor.of(0.0)).check().isCorrect())
        .isFalse();
  }

  @Test
  void branchesInFloat32AreThoseOfTheFunctionInFloat64() {
    Op op = bent(3, 3);

    Report report =
        GradientChecker.of(x -> Tensor.apply(op, x))
            .at(Tensor.of(-1.0, 0.0, 2.0).to(DType.FLOAT32))
            .check();

    assertThat(report.count(Verdict.KINK)).isEqualTo(1);
    assertThat(report.isCorrect()).isTrue();
  }

  /// ⌊x⌋, whose steps look like a slope from afar.
  private record Staircase(boolean tells) implements Op.Custom {
    @Override
    public Result apply(Tensor... in) {
      // By hand: an operation of the library would tell.
      double[] floors = Arrays.stream(in[0].toDoubles()).map(Math::floor).toArray();
      return new Result(Array.wrap(floors, in[0].shape()), (_, _) -> g -> g.times(0));
    }

    @Override
    public List<Array> branches(Tensor... in) {
      return tells ? List.of(in[0].floor().array()) : List.of();
    }
  }

  @Test
  void whereAStepIsNearOnlyTheBranchesTellThatTheSlopeIsZero() {
    Tensor x = Tensor.of(3.1392660777326934e7);
    GradientChecker silent =
        GradientChecker.of(t -> Tensor.apply(new Staircase(false), t)).at(x).allowing(1, 1);
    GradientChecker telling =
        GradientChecker.of(t -> Tensor.apply(new Staircase(true), t)).at(x).allowing(1, 1);

    assertThat(silent.check().count(Verdict.INCONCLUSIVE)).isEqualTo(1);
    assertThat(telling.check().count(Verdict.PASSED)).isEqualTo(1);
  }
}
