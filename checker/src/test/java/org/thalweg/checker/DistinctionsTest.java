package org.thalweg.checker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.thalweg.checker.Planted.numbers;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;

/// What is wrong with a function is told apart by name.
class DistinctionsTest {
  private static Problem only(Report report) {
    assertThat(report.isCorrect()).isFalse();
    assertThat(report.problems()).as(report.toString()).hasSize(1);
    return report.problems().getFirst();
  }

  @Test
  void aNumberThatChangesBetweenCallsIsNamedByTheOperationThatIsGivenIt() {
    AtomicInteger calls = new AtomicInteger();

    Report report =
        GradientChecker.of(x -> x.exp().times(1 + 1e-15 * calls.incrementAndGet()).sum())
            .named("dropout")
            .at(numbers(1, 3))
            .check();

    assertThat(report.entries()).isEmpty();
    assertThat(report.toString()).startsWith("gradients of dropout: ");
    Problem problem = only(report);
    assertThat(problem.kind()).isEqualTo(Problem.Kind.NON_DETERMINISTIC);
    assertThat(problem.text())
        .startsWith("non-deterministic: the value is ")
        .contains(
            " at flat index 0 for the same inputs; operation 2 of 3, [times], is the first that"
                + " differs: input 1 is another, and no operation computed it: a number, a mask or"
                + " a parameter that changes between calls")
        .endsWith(": fix the seed and the state of what is random");
  }

  @Test
  void anOperationThatGivesTwoResultsIsNamed() {
    AtomicInteger calls = new AtomicInteger();
    Planted op = new Planted(in -> Tensor.of(1.0 * calls.incrementAndGet()), (_, _, g) -> g);

    Problem problem =
        only(GradientChecker.of(x -> Tensor.apply(op, x.exp()).sum()).at(numbers(1, 3)).check());

    assertThat(problem.text())
        .contains("; operation 2 of 3, [planted], gives another result for the same inputs:");
  }

  @Test
  void aValueThatNoOperationMadeIsSaidToComeFromOutside() {
    AtomicInteger calls = new AtomicInteger();

    Problem problem =
        only(
            GradientChecker.of(_ -> Tensor.scalar(DType.FLOAT64, calls.incrementAndGet()))
                .at(numbers(1, 3))
                .check());

    assertThat(problem.text())
        .matches(
            "non-deterministic: the value is \\d\\.0 and then \\d\\.0 at flat index 0 for the same"
                + " inputs; no operation differs, what is around them does: fix the seed and the"
                + " state of what is random");
  }

  @Test
  void aGradientThatIsTwoIsNamedByTheOperationOfTheBackwardPass() {
    AtomicInteger calls = new AtomicInteger();
    Planted op =
        new Planted(
            in -> in[0].square(), (_, in, g) -> g.times(in[0]).times(calls.incrementAndGet()));

    Problem problem = only(GradientChecker.of(x -> Tensor.apply(op, x)).at(numbers(1, 3)).check());

    assertThat(problem.kind()).isEqualTo(Problem.Kind.NON_DETERMINISTIC);
    assertThat(problem.text())
        .startsWith("non-deterministic: the gradient in [x] is ")
        .contains("; operation 2 of 2 of the backward pass, [times], is the first that differs");
  }

  @Test
  void aFunctionThatAppliesOtherOperationsEachTimeIsNamed() {
    AtomicInteger calls = new AtomicInteger();
    UnaryOperator<Tensor> other =
        x -> calls.incrementAndGet() % 2 == 0 ? x.exp().sum() : x.sin().exp().sum();
    UnaryOperator<Tensor> more = x -> calls.incrementAndGet() % 2 == 0 ? x.exp() : x.exp().times(2);

    assertThat(only(GradientChecker.of(other).at(numbers(1, 3)).check()).text())
        .contains(
            "operation 1 of 3 is [sin] and then [exp], of 3 operations the first time and 2 the"
                + " second");
    assertThat(only(GradientChecker.of(more).at(numbers(1, 3)).check()).text())
        .contains("the first time it ends after operation 2, the second after 1");
  }

  @Test
  void aFunctionThatAppliesOtherOperationsWithTheSameResultIsNoted() {
    AtomicInteger calls = new AtomicInteger();
    UnaryOperator<Tensor> f =
        x -> {
          Tensor y = x.exp();
          return calls.incrementAndGet() == 1 ? y.times(1) : y;
        };

    Report report = GradientChecker.of(f).at(numbers(1, 3)).check();

    assertThat(report.isCorrect()).isTrue();
    assertThat(report.notes())
        .containsExactly(
            "not the same operations twice, with the same result: the first time it ends after"
                + " operation 2, the second after 1");
  }

  @Test
  void aGradientOfTheWrongTypeOrShapeIsAProblemThatNamesTheOperation() {
    Planted type = new Planted(in -> in[0].square(), (_, _, g) -> g.to(DType.FLOAT32));
    Planted shape = new Planted(in -> in[0].square(), (_, _, g) -> g.reshape(3, 1).slice(0, 0, 2));

    Problem wrongType =
        only(GradientChecker.of(x -> Tensor.apply(type, x)).at(numbers(1, 3)).check());
    Problem wrongShape =
        only(GradientChecker.of(x -> Tensor.apply(shape, x)).at(numbers(1, 3)).check());

    assertThat(wrongType.kind()).isEqualTo(Problem.Kind.SHAPE_OR_TYPE);
    assertThat(wrongType.text())
        .startsWith(
            "wrong shape or type of a gradient: planted: the gradient of input 0 is FLOAT32 [3] and"
                + " the input FLOAT64 [3]");
    assertThat(wrongShape.kind()).isEqualTo(Problem.Kind.SHAPE_OR_TYPE);
    assertThat(wrongShape.text()).contains("planted: the gradient of input 0 is FLOAT64 [2, 1]");
  }

  @Test
  void aGradientOfTheWrongTypeInFloat32AloneIsAProblem() {
    Planted op =
        new Planted(
            in -> in[0].square(),
            (_, in, g) -> g.to(DType.FLOAT64).times(in[0].to(DType.FLOAT64)).times(2));

    Problem problem =
        only(
            GradientChecker.of(x -> Tensor.apply(op, x))
                .at(numbers(1, 3).to(DType.FLOAT32))
                .check());

    assertThat(problem.kind()).isEqualTo(Problem.Kind.SHAPE_OR_TYPE);
    assertThat(problem.text()).contains("is FLOAT64 [3] and the input FLOAT32 [3]");
  }

  @Test
  void aPullbackThatThrowsIsAProblem() {
    Planted op = new Planted(in -> in[0].square(), (_, _, g) -> g.times(numbers(1, 5)));

    Problem problem = only(GradientChecker.of(x -> Tensor.apply(op, x)).at(numbers(1, 3)).check());

    assertThat(problem.kind()).isEqualTo(Problem.Kind.BACKWARD_FAILS);
    assertThat(problem.text()).startsWith("the backward pass fails: times: shapes [3] and [5]");
  }

  @Test
  void anInputThatIsNotUsedHasNoPath() {
    Parameter used = new Parameter("used", numbers(1, 2));
    Parameter unused = new Parameter("unused", numbers(2, 2));

    Report report =
        GradientChecker.ofModel(List.of(used, unused), () -> used.square().sum())
            .toSecondOrder()
            .check();

    assertThat(report.isCorrect()).as(report.toString()).isTrue();
    assertThat(report.count(Verdict.NO_PATH)).isEqualTo(2);
    assertThat(report.notes())
        .containsExactly(
            "no path: no gradient goes back to [unused], and the function does not depend on it:"
                + " is it used?");
  }

  @Test
  void anInputThatIsDetachedHasNoPathAndFails() {
    Report report =
        GradientChecker.of((a, b) -> a.times(b.detach())).at(numbers(1, 3), numbers(2, 3)).check();

    assertThat(report.failures())
        .hasSize(3)
        .allMatch(entry -> entry.input().equals("b"))
        .allMatch(entry -> entry.cause().startsWith("no path, no gradient arrives: detached"));
  }

  @Test
  void inputsThatAreOnePieceOfMemoryAreNoted() {
    Tensor x = numbers(1, 4);
    Parameter w = new Parameter("w", x);

    assertThat(
            GradientChecker.of((a, b) -> a.times(b.reshape(4)))
                .at(x, x.reshape(2, 2))
                .check()
                .notes())
        .containsExactly("inputs 0 and 1 share their memory: they move one by one");
    assertThat(GradientChecker.ofModel(List.of(w, w), () -> w.square().sum()).check().notes())
        .containsExactly("parameter [w] is given twice: it moves as one");
  }

  @Test
  void aPullbackThatIgnoresTheGradientOfTheOutputBreaksALaw() {
    // With one number as the result its gradient is 1, and differences see nothing.
    Planted sum = new Planted(in -> in[0].square().sum(), (_, in, _) -> in[0].times(2).detach());

    Report report = GradientChecker.of(x -> Tensor.apply(sum, x)).at(Tensor.of(3.0, -0.5)).check();

    assertThat(report.isCorrect()).isFalse();
    assertThat(report.count(Verdict.PASSED)).isEqualTo(2);
    assertThat(report.problems()).extracting(Problem::kind).containsOnly(Problem.Kind.BROKEN_LAW);
  }

  @Test
  void aGradientThatIsClippedOnItsWayBackBreaksALaw() {
    Planted clipped =
        new Planted(in -> in[0].square(), (_, in, g) -> g.clamp(-1, 1).times(in[0]).times(2));

    Report report =
        GradientChecker.of(x -> Tensor.apply(clipped, x)).at(Tensor.of(0.25, 0.5)).check();

    assertThat(report.problems()).extracting(Problem::kind).contains(Problem.Kind.BROKEN_LAW);
    assertThat(report.toString())
        .contains("broken law: twice the gradient of the outputs gives twice the gradient");
  }

  @Test
  void aGradientThatIsAddedToBreaksALaw() {
    Planted decayed =
        new Planted(in -> in[0].square().sum(), (_, in, g) -> g.times(in[0]).times(2).plus(1e-3));

    assertThat(
            GradientChecker.of(x -> Tensor.apply(decayed, x))
                .at(Tensor.of(0.25, 0.5))
                .check()
                .toString())
        .contains("broken law: a gradient of 0 gives 0: in [x] at [0] it is 0.001000000");
  }

  @Test
  void aBackwardPassThatIsHomogeneousButNotLinearBreaksALaw() {
    Planted absolute =
        new Planted(
            in -> in[0].times(in[1]), (k, in, g) -> k == 0 ? g.abs().times(in[1]) : g.times(in[0]));

    assertThat(
            GradientChecker.of((a, b) -> Tensor.apply(absolute, a, b))
                .at(numbers(1, 9), numbers(2, 9))
                .check()
                .toString())
        .contains("broken law: the gradient for a sum is the sum of the gradients: in [a] at ");
  }

  @Test
  void aHessianThatIsNotSymmetricBreaksALaw() {
    // The gradient of no function: (y, −x) behind a value that differences cannot see.
    Planted curl =
        new Planted(
            in -> in[0].sum().times(0),
            (_, in, g) ->
                g.times(0)
                    .plus(in[0].slice(0, 1, 2).concat(0, in[0].slice(0, 0, 1).negated()))
                    .times(g));

    Report report =
        GradientChecker.of(x -> Tensor.apply(curl, x))
            .at(Tensor.of(0.25, 0.5))
            .toSecondOrder()
            .check();

    assertThat(report.toString()).contains("⟨w, Hu⟩ = ⟨Hw, u⟩, the Hessian is symmetric does not");
  }

  @Test
  void aPullbackThatCannotBeDifferentiatedInItsGradientBreaksALaw() {
    Planted op = new Planted(in -> in[0].square(), (_, in, g) -> g.detach().times(in[0]).times(2));

    assertThat(
            GradientChecker.of(x -> Tensor.apply(op, x))
                .at(numbers(1, 4))
                .toSecondOrder()
                .check()
                .toString())
        .contains("broken law: order 2: ⟨v, Ju⟩ = ⟨Jᵀv, u⟩ does not hold: 0 and ");
  }

  @Test
  void nothingOfThisIsSaidOfCorrectFunctions() {
    for (UnaryOperator<Tensor> f :
        List.<UnaryOperator<Tensor>>of(
            x -> x.softmax(0),
            x -> x.variance(),
            x -> x.logSumExp(),
            x -> x.times(1e-200).times(1e-100),
            x -> x.plus(1e4).square().minus(1e8),
            x -> x.reshape(2, 2).matmul(x.reshape(2, 2)).broadcastTo(Shape.of(3, 2, 2)))) {
      for (double scale : new double[] {1e-6, 1, 8}) {
        Report report =
            GradientChecker.of(f)
                .at(numbers(1, 4).times(scale))
                .toSecondOrder()
                .allowing(1, 1)
                .check();

        assertThat(report.isCorrect()).as(report.toString()).isTrue();
        assertThat(report.notes()).allMatch(note -> note.startsWith("order 2 is not checked"));
      }
    }
  }

  @Test
  void whatRoundingHidesIsNotDifferentiatedAgain() {
    Report report =
        GradientChecker.of(x -> x.plus(1e20).sum())
            .at(numbers(1, 4))
            .toSecondOrder()
            .allowing(1, 1)
            .check();

    assertThat(report.count(Verdict.VACUOUS)).isEqualTo(4);
    assertThat(report.entries()).hasSize(4);
    assertThat(report.notes())
        .containsExactly("order 2 is not checked: rounding hides every derivative below it");
  }
}
