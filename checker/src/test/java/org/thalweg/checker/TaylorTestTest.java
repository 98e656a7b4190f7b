package org.thalweg.checker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.thalweg.checker.Planted.numbers;
import static org.thalweg.checker.Planted.square;
import static org.thalweg.checker.Planted.squareTimes;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;

class TaylorTestTest {
  private static TaylorTest test(UnaryOperator<Tensor> f, Tensor x) {
    return GradientChecker.of(f).at(x).taylor();
  }

  @Test
  void aRightGradientLeavesARemainderOfSecondOrder() {
    TaylorTest test = test(x -> x.tanh().times(x).sum(), numbers(1, 50));

    assertThat(test.verdict()).isEqualTo(Verdict.PASSED);
    assertThat(test.slope()).isCloseTo(2, within(0.05));
    assertThat(test.steps()).hasSizeGreaterThan(5).hasSameSizeAs(test.remainders());
    assertThat(test.toString()).startsWith("Taylor test PASSED: the remainder falls as h^");
  }

  @Test
  void aWrongGradientLeavesOneOfFirstOrderHoweverLittleItIsWrong() {
    for (double factor : new double[] {-1, 0, 1.01, 1.0001}) {
      TaylorTest test = test(square(g -> g.times(factor)), numbers(1, 50));

      assertThat(test.verdict()).as("%s: %s", factor, test).isEqualTo(Verdict.FAILED);
      assertThat(test.slope()).isCloseTo(1, within(0.05));
    }
    assertThat(test(squareTimes(i -> i == 11 ? 0 : 1), numbers(1, 50)).verdict())
        .isEqualTo(Verdict.FAILED);
  }

  @Test
  void whatIsLinearHasNoRemainder() {
    assertThat(test(x -> x.times(3), numbers(1, 50)).verdict()).isEqualTo(Verdict.PASSED);
    assertThat(test(x -> x.times(3), numbers(1, 50)).toString()).endsWith("PASSED: no remainder");
    assertThat(test(Tensor::relu, numbers(1, 50)).verdict()).isEqualTo(Verdict.PASSED);
    assertThat(test(x -> x.abs().plus(1e9), Tensor.of(1e-5, 3.0)).verdict())
        .isNotEqualTo(Verdict.FAILED);
  }

  @Test
  void whatCannotBeSeenIsNotPassed() {
    assertThat(test(x -> x.plus(1e17).sum(), numbers(1, 3)).verdict())
        .isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(test(x -> x.log().sum(), Tensor.of(-1.0)).verdict()).isEqualTo(Verdict.OUTSIDE);
    assertThat(test(x -> x.sqrt().sum(), Tensor.of(0.0)).verdict()).isNotEqualTo(Verdict.PASSED);
  }

  @Test
  void aFunctionThatJumpsOrGrowsAsARootIsNotPassed() {
    assertThat(test(x -> x.floor().plus(x), Tensor.of(2.0, 3.0, 4.0, 5.0)).verdict())
        .as("the operation tells that it takes another branch there")
        .isEqualTo(Verdict.KINK);
    TaylorTest root = test(x -> x.abs().sqrt(), Tensor.of(0.0));
    assertThat(root.verdict()).as(root.toString()).isNotEqualTo(Verdict.PASSED);
  }

  @Test
  void itBelongsToTheCheckOfAModel() {
    Parameter w = new Parameter("w", numbers(1, 4, 3));
    Parameter b = new Parameter("b", numbers(2, 4));
    Tensor before = w.snapshot();

    Report report =
        GradientChecker.ofModel(
                List.of(w, b), () -> numbers(3, 5, 3).matmulTransposed(w).plus(b).tanh().mean())
            .check();

    assertThat(report.taylor())
        .hasValueSatisfying(test -> assertThat(test.verdict()).isEqualTo(Verdict.PASSED));
    assertThat(report.toString()).contains("\n  Taylor test PASSED: ");
    assertThat(w.sameBits(before)).isTrue();
  }

  @Test
  void aModelWhoseGradientIsWrongHasAProblemByThatName() {
    Parameter w = new Parameter("w", numbers(1, 4));

    Report report =
        GradientChecker.ofModel(List.of(w), () -> square(g -> g.times(1.01)).apply(w).sum())
            .check();

    assertThat(report.problems()).extracting(Problem::kind).containsExactly(Problem.Kind.TAYLOR);
    assertThat(report.problems().getFirst().text())
        .startsWith("Taylor test FAILED: the remainder falls as h^1.00")
        .endsWith(": 2 is right and 1 is a wrong gradient");
  }
}
