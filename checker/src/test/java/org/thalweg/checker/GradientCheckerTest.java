package org.thalweg.checker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.thalweg.checker.Planted.numbers;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.Derivatives;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;

class GradientCheckerTest {
  /// Correct functions at places where checkers with one step for all accuse them.
  static Stream<Arguments> hardPlaces() {
    return Stream.of(
        of("the identity at 10⁸", x -> x.reshape(3), 1e8, -3e8, 7e8),
        of("log near 0", Tensor::log, 1e-5, 3e-8, 2e-12),
        of("√ near 0", Tensor::sqrt, 1e-12, 1e-7, 4e-3),
        of("reciprocal near 0", Tensor::reciprocal, 1e-9, -1e-6, 2e-3),
        of("numbers of very different size", Tensor::square, 1e-6, 1, 1e6),
        of("sin far out", Tensor::sin, 1e4, 12_345_678.9, 1e9),
        of("exp near overflow and underflow", Tensor::exp, 700, -700, 1),
        of("a large constant beside a small term", x -> x.plus(1e6), 1e-3, 1, 2),
        of("an oscillation much shorter than x", x -> x.times(1e5).sin(), 0.3, -1.7, 2),
        of("softmax", x -> x.softmax(0), -30, 2, 5),
        of("a function of one number", x -> x.logSumExp(), 800, 801, -800),
        of("zeros and ones", x -> x.times(x).times(x), 0, 1, -1));
  }

  private static Arguments of(String name, UnaryOperator<Tensor> f, double... x) {
    return Arguments.of(name, f, Tensor.of(x));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hardPlaces")
  void aCorrectFunctionIsNotAccused(String name, UnaryOperator<Tensor> f, Tensor x) {
    Report report = GradientChecker.of(f).named(name).at(x).check();

    assertThat(report.isCorrect()).as(report.toString()).isTrue();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hardPlaces")
  void aCorrectFunctionIsNotAccusedInFloat32(String name, UnaryOperator<Tensor> f, Tensor x) {
    boolean overflows = name.startsWith("exp");
    Tensor single = (overflows ? x.over(10) : x).to(DType.FLOAT32);

    Report report = GradientChecker.of(f).named(name).at(single).check();

    assertThat(report.failures()).as(report.toString()).isEmpty();
  }

  @Test
  void aLongSumOfSquaresInFloat32IsNotAccused() {
    Tensor x = numbers(1, 100_000).to(DType.FLOAT32);

    Report report = GradientChecker.of(t -> t.square().sum()).at(x).withEntries(20).check();

    assertThat(report.isCorrect()).as(report.toString()).isTrue();
    assertThat(report.entries()).anyMatch(entry -> entry.kind() == Entry.Kind.DIRECTION);
    assertThat(report.entries()).filteredOn(e -> e.dtype() == DType.FLOAT32).hasSize(20);
  }

  @Test
  void aKinkIsReportedAndCheckedAgainstTheSlopesOnBothSides() {
    Report relu = GradientChecker.of(Tensor::relu).at(Tensor.of(-1.0, 0.0, 2.0)).check();

    assertThat(relu.isCorrect()).isTrue();
    assertThat(relu.entries())
        .extracting(Entry::verdict)
        .containsExactly(Verdict.PASSED, Verdict.KINK, Verdict.PASSED);
    assertThat(relu.entries().get(1).cause()).contains("to the left").contains("to the right");
    // Differences on both sides agree with the analytic value here, and it is a kink all the same.
    Report abs = GradientChecker.of(Tensor::abs).at(Tensor.of(0.0)).check();
    assertThat(abs.count(Verdict.KINK)).isEqualTo(1);
    Report ties = GradientChecker.of(x -> x.max()).at(Tensor.of(3.0, 1.0, 3.0)).check();
    assertThat(ties.entries())
        .extracting(Entry::verdict)
        .containsExactly(Verdict.KINK, Verdict.PASSED, Verdict.KINK);
  }

  @Test
  void aWrongValueAtAKinkFails() {
    Planted relu = new Planted(in -> in[0].relu(), (_, in, g) -> g.times(in[0].plus(1.5)));

    Report report = GradientChecker.of(x -> Tensor.apply(relu, x)).at(Tensor.of(0.0)).check();

    assertThat(report.count(Verdict.FAILED)).isEqualTo(1);
    assertThat(report.failures().getFirst().cause()).contains("slopes");
  }

  @Test
  void aPointBesideAKinkIsNone() {
    Report report =
        GradientChecker.of(Tensor::relu).at(Tensor.of(1e-7, -1e-7, 1e-10, -1e-10, 1)).check();

    assertThat(report.count(Verdict.PASSED)).as(report.toString()).isEqualTo(5);
  }

  @Test
  void theSecondDerivativeAtAKinkIsAJumpAndNoAccusation() {
    Report report =
        GradientChecker.of(Tensor::relu).at(Tensor.of(-1.0, 0.0, 2.0)).toSecondOrder().check();

    assertThat(report.isCorrect()).as(report.toString()).isTrue();
    assertThat(report.count(Verdict.JUMP)).isEqualTo(1);
  }

  @Test
  void aJumpIsNamed() {
    Report report = GradientChecker.of(Tensor::floor).at(Tensor.of(1.5, 2.0)).check();

    assertThat(report.entries())
        .extracting(Entry::verdict)
        .containsExactly(Verdict.NO_PATH, Verdict.JUMP);
    assertThat(report.isCorrect()).isFalse();
  }

  @Test
  void aPointOutsideOrAtTheEdgeOfTheDomainIsNamed() {
    Report report = GradientChecker.of(Tensor::log).at(Tensor.of(-1.0, 0.0, 2.0)).check();
    Report edge = GradientChecker.of(Tensor::sqrt).at(Tensor.of(0.0)).check();

    assertThat(report.entries())
        .extracting(Entry::verdict)
        .containsExactly(Verdict.OUTSIDE, Verdict.OUTSIDE, Verdict.PASSED);
    assertThat(report.isCorrect()).isFalse();
    assertThat(edge.count(Verdict.OUTSIDE)).isEqualTo(1);
  }

  @Test
  void aFunctionThatChangesItsParametersIsNamed() {
    Parameter w = new Parameter("w", numbers(1, 3));

    Report report =
        GradientChecker.ofModel(
                List.of(w),
                () -> {
                  Tensor loss = w.square().sum().detach();
                  w.assignInPlace(w.times(0.5).detach());
                  return loss.plus(w.times(0).sum()).times(0);
                })
            .check();

    assertThat(report.problems())
        .first()
        .returns(Problem.Kind.STATEFUL, Problem::kind)
        .asString()
        .startsWith(
            "stateful: evaluating the function changes parameter [w]: check a function that leaves"
                + " its parameters alone");
  }

  @Test
  void aModelIsCheckedAtTheValuesThatItHasNowAndKeepsTheirBits() {
    Parameter w = new Parameter("layer.weight", numbers(1, 20, 30));
    Parameter b = new Parameter("layer.bias", numbers(2, 20));
    Tensor x = numbers(3, 4, 30);
    GradientChecker checker =
        GradientChecker.ofModel(
            List.of(w, b), () -> x.matmulTransposed(w).plus(b).tanh().square().mean());
    w.assignInPlace(w.times(0.1).detach());
    Tensor before = w.snapshot();

    Report report = checker.toSecondOrder().check();

    assertThat(report.isCorrect()).as(report.toString()).isTrue();
    assertThat(w.sameBits(before)).isTrue();
    assertThat(report.entries())
        .filteredOn(e -> e.order() == 1 && e.kind() == Entry.Kind.ELEMENT)
        .hasSize(64 + 20);
    assertThat(report.entries())
        .filteredOn(e -> e.order() == 1 && e.kind() == Entry.Kind.DIRECTION)
        .hasSize(4)
        .allMatch(e -> e.input().equals("layer.weight"));
  }

  @Test
  void aModelThatFailsInTheMiddleKeepsItsBits() {
    Parameter w = new Parameter("w", numbers(1, 5));
    Tensor before = w.snapshot();
    AtomicInteger calls = new AtomicInteger();
    GradientChecker checker =
        GradientChecker.ofModel(
            List.of(w),
            () -> {
              if (calls.incrementAndGet() > 9) {
                throw new IllegalStateException("enough");
              }
              return w.square().sum();
            });

    assertThatIllegalStateException().isThrownBy(checker::check).withMessage("enough");
    assertThat(w.sameBits(before)).isTrue();
  }

  @Test
  void functionsOfSeveralTensorsAndOfIntegersAreChecked() {
    Tensor labels = Tensor.ints(2, 0);

    Report report =
        GradientChecker.ofAll(
                in -> in.get(0).times(in.get(1)).plus(in.get(2)).crossEntropy(in.get(3)))
            .at(numbers(1, 2, 3), numbers(2, 3), numbers(3, 2, 1), labels)
            .toSecondOrder()
            .check();

    assertThat(report.isCorrect()).as(report.toString()).isTrue();
    assertThat(report.entries()).extracting(Entry::input).contains("x0", "x1", "x2", "v");
  }

  @Test
  void thirdDerivativesAreChecked() {
    Report report = GradientChecker.of(Tensor::tanh).at(Tensor.of(0.3, -1.2)).toOrder(3).check();

    assertThat(report.isCorrect()).as(report.toString()).isTrue();
    assertThat(report.entries()).anyMatch(entry -> entry.order() == 3);
  }

  @Test
  void aFunctionThatUsesDerivativesItselfIsChecked() {
    UnaryOperator<Tensor> energy = x -> x.square().times(x.sin()).sum();

    Report report =
        GradientChecker.of(x -> Derivatives.gradient(energy).apply(x).square())
            .at(numbers(1, 4))
            .toSecondOrder()
            .check();

    assertThat(report.isCorrect()).as(report.toString()).isTrue();
  }

  @Test
  void emptyTensorsAndSingleNumbersAreChecked() {
    for (Tensor x :
        List.of(
            Tensor.of(new double[0], Shape.of(0)),
            Tensor.of(new double[0], Shape.of(2, 0, 3)),
            Tensor.scalar(DType.FLOAT64, 0.7))) {
      Report report = GradientChecker.of(Tensor::exp).at(x).toSecondOrder().check();

      assertThat(report.isCorrect()).as(report.toString()).isTrue();
      assertThat(report.entries()).hasSize(3 * x.elements());
    }
  }

  @Test
  void aCheckIsTheSameInEveryRunUnlessItIsSeeded() {
    GradientChecker checker = GradientChecker.of(x -> x.softmax(1)).at(numbers(1, 30, 30));

    Report first = checker.check();

    assertThat(checker.check().entries()).isEqualTo(first.entries());
    assertThat(checker.withSeed(first.seed()).check().entries()).isEqualTo(first.entries());
    assertThat(checker.withSeed(1).check().entries()).isNotEqualTo(first.entries());
    assertThat(first.toString()).contains("withSeed(" + first.seed() + "L)");
  }

  @Test
  void aCheckThatLearnsNothingIsNotPassed() {
    Tensor x = numbers(1, 6);

    Report report = GradientChecker.of(t -> t.softmax(0).sum()).at(x).check();

    assertThat(report.isCorrect()).as(report.toString()).isFalse();
    assertThat(report.toString())
        .contains(
            "order 1: 6 of 6 elements are VACUOUS and 50 % are allowed: check at another point, or"
                + " scale the function");
    assertThat(GradientChecker.of(t -> t.softmax(0).sum()).at(x).allowing(0.05, 1).check())
        .returns(true, Report::isCorrect);
  }

  @Test
  void whatCannotBeCheckedIsRefusedInASentence() {
    Tensor x = numbers(1, 3);
    refuses(
        GradientChecker.of(t -> t.to(DType.FLOAT32)).at(x),
        "gradient checker: the function makes FLOAT32 [3] of FLOAT64: let it compute in the type of"
            + " its inputs");
    refuses(
        GradientChecker.of(Tensor::exp),
        "gradient checker: there is nothing to differentiate in: give FLOAT64 or FLOAT32 tensors to"
            + " at(…), or parameters");
    refuses(
        GradientChecker.of((a, _) -> a).at(x),
        "gradient checker: the function takes 2 tensors and at(…) gave 1: give as many");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GradientChecker.of((a, _) -> a).at(x, x.to(DType.FLOAT32)))
        .withMessage(
            "gradient checker: the inputs are of types [FLOAT64, FLOAT32]: use to(…) on some");
    Parameter single = new Parameter("w", Tensor.of(1f));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GradientChecker.ofModel(List.of(single), single::sum))
        .withMessage(
            "gradient checker: parameter [w] is FLOAT32: differences need FLOAT64, check"
                + " model.to(FLOAT64)");
    Parameter w = new Parameter("w", x);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GradientChecker.ofModel(List.of(w), w::sum).at(x))
        .withMessage(
            "gradient checker: a model is checked at the values of its parameters: leave out"
                + " at(…)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GradientChecker.of(Tensor::exp).toOrder(0))
        .withMessage("gradient checker: order 0 is not a derivative: use 1 or more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GradientChecker.of(Tensor::exp).withEntries(0))
        .withMessage("gradient checker: 0 entries are no check: use 1 or more");
  }

  private static void refuses(GradientChecker checker, String message) {
    assertThatIllegalArgumentException().isThrownBy(checker::check).withMessage(message);
  }

  @Test
  void aResultWhoseShapeDependsOnValuesIsRefused() {
    UnaryOperator<Tensor> f = x -> x.slice(0, 0, x.get(0) > 1 ? 2 : 1);

    assertThatIllegalStateException()
        .isThrownBy(() -> GradientChecker.of(f).at(Tensor.of(1.0, 2.0)).check())
        .withMessage(
            "gradient checker: the function gave 1 numbers and then 2 at a point beside: let the"
                + " shape of its result not depend on values");
  }

  @Test
  void tolerancesAndSharesThatAreNoneAreRefused() {
    GradientChecker checker = GradientChecker.of(x -> x.exp());
    for (double bad : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> checker.withTolerance(bad))
          .withMessage(
              "gradient checker: the tolerance is %s: use a number from 0 to %s",
              bad, Double.MAX_VALUE);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> checker.allowing(bad, 0))
          .withMessage(
              "gradient checker: the share of inconclusive elements is %s: use a number from 0 to"
                  + " 1.0",
              bad);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> checker.allowing(0, bad))
          .withMessage(
              "gradient checker: the share of vacuous elements is %s: use a number from 0 to 1.0",
              bad);
    }
  }

  @Test
  void aCheckInFloat32ThatHasNoDigitsToCompareIsNoCheck() {
    Tensor x = Tensor.of(1.0000003f, 1.0000005f, 0.9999996f);

    Report report = GradientChecker.of(t -> t.exp().minus(Math.E).square()).at(x).check();

    assertThat(report.failures()).as(report.toString()).isEmpty();
    assertThat(report.problems())
        .extracting(Problem::text)
        .containsExactly(
            "order 1: of 100 % of the elements FLOAT32 has no digits to compare, and 50 % are"
                + " allowed: check at another point, or scale the function");
  }

  @Test
  void manyElementsInFloat32AreComparedAndFewListed() {
    Report report = GradientChecker.of(t -> t.sin()).at(Tensor.normal(1, 5000)).fast().check();

    assertThat(report.isCorrect()).as(report.toString()).isTrue();
    assertThat(report.entries()).hasSizeLessThan(1000);
  }
}
