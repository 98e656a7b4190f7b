package org.thalweg.checker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.thalweg.checker.Planted.numbers;
import static org.thalweg.checker.Planted.squareTimes;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;

class ReportTest {
  private static Entry entry(double analytic, double numeric, Verdict verdict, String cause) {
    return new Entry(
        Entry.Kind.ELEMENT,
        1,
        "fc1.weight",
        DType.FLOAT64,
        Shape.of(256, 784),
        13_731,
        analytic,
        numeric,
        3e-11,
        0x1p-10,
        verdict,
        cause);
  }

  @Test
  void anEntryNamesThePlaceBothValuesAndTheCause() {
    assertThat(entry(0.0231, 0.0462, Verdict.FAILED, "a factor of 2: a missing ½?"))
        .hasToString(
            "FAILED: \"fc1.weight\" FLOAT64 [256, 784] at [17, 403] (flat 13731): analytic"
                + " 0.02310000, numeric 0.04620000 ± 3.0e-11 (h = 9.8e-04), ratio 0.500000 — a"
                + " factor of 2: a missing ½?");
  }

  @Test
  void aReportSaysInItsFirstLineWhetherAllIsWell() {
    Report well =
        new Report(
            "mlp",
            7,
            List.of(entry(1, 1 + 1e-10, Verdict.PASSED, "")),
            List.of(),
            List.of("w is given twice"),
            Optional.empty(),
            ".withSeed(7L)",
            Duration.ofMillis(120));
    Report ill =
        new Report(
            "mlp",
            7,
            List.of(entry(1, 2, Verdict.FAILED, ""), entry(1, 1, Verdict.PASSED, "")),
            List.of(new Problem(Problem.Kind.STATEFUL, "stateful: it changes")),
            List.of(),
            Optional.empty(),
            ".toSecondOrder().withSeed(7L)",
            Duration.ofMillis(120));

    assertThat(well)
        .hasToString(
            """
            gradients of mlp: 1 of 1 derivatives in 1 input agree with differences, 1.0e-10 apart at most
              note: w is given twice
              1 PASSED, 0.12 s, .withSeed(7L) repeats this\
            """);
    assertThat(well.isCorrect()).isTrue();
    assertThat(ill.toString())
        .startsWith(
            """
            gradients of mlp: 1 of 2 entries are wrong or cannot be checked, 1 problems
              stateful: it changes
              FAILED:\
            """)
        .endsWith("  1 PASSED, 1 FAILED, 0.12 s, .toSecondOrder().withSeed(7L) repeats this");
    assertThat(ill.isCorrect()).isFalse();
  }

  @Test
  void theWorstEntryIsTheOneFurthestFromWhatErrorsAllow() {
    Report report =
        GradientChecker.of(squareTimes(i -> i == 3 ? 1.01 : i == 5 ? 4 : 1))
            .at(numbers(1, 9))
            .check();

    assertThat(report.worst()).hasValueSatisfying(worst -> assertThat(worst.flat()).isEqualTo(5));
    assertThat(report.failures()).extracting(Entry::flat).containsExactly(5, 3);
    assertThat(report.count(Verdict.PASSED)).isEqualTo(7);
  }

  @Test
  void theWorstEntryOfACorrectFunctionIsItsLeastCertainOne() {
    Report report = GradientChecker.of(Tensor::exp).at(numbers(1, 9)).check();

    assertThat(report.worst()).isPresent();
    assertThat(report.failures()).isEmpty();
    assertThat(
            new Report("f", 1, List.of(), List.of(), List.of(), Optional.empty(), "", Duration.ZERO)
                .worst())
        .isEmpty();
  }

  @Test
  void aLongListOfFailuresIsCutShort() {
    Report report = GradientChecker.of(squareTimes(_ -> 3)).at(numbers(1, 30)).check();

    assertThat(report.toString().lines()).hasSize(1 + 12 + 1 + 1);
    assertThat(report.toString()).contains("  … and 18 more");
  }

  @Test
  void aMatrixIsAPictureOfWhatIsWrong() {
    Report report =
        GradientChecker.of(squareTimes(i -> i % 5 == 2 && i < 10 ? 0.5 : 1))
            .at(numbers(1, 3, 5))
            .check();

    assertThat(report.picture("x", 1)).isEqualTo("|..x..|\n|..x..|\n|.....|\n");
    assertThat(report.toString())
        .contains("\n  x, x is wrong and . right:\n  |..x..|\n  |..x..|\n  |.....|\n");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> report.picture("w", 1))
        .withMessage("report: there is no entry of order 1 in [w]: use one of [x]");
  }

  @Test
  void aPictureShowsKinksAndDoubtsAndLeavesBlankWhatWasNotChecked() {
    Report relu =
        GradientChecker.of(Tensor::relu).at(Tensor.of(new double[][] {{1, 0}, {-1, 2}})).check();
    Report few = GradientChecker.of(Tensor::exp).at(numbers(1, 40, 200)).withEntries(30).check();

    assertThat(relu.picture("x", 1)).isEqualTo("|.~|\n|..|\n");
    assertThat(GradientChecker.of(Tensor::log).at(Tensor.of(-1.0, 2.0)).check().picture("x", 1))
        .isEqualTo("|!.|\n");
    assertThat(few.picture("x", 1).lines()).hasSize(16).allMatch(line -> line.length() == 66);
    assertThat(few.picture("x", 1)).contains(" ").contains(".").doesNotContain("x");
  }

  @Test
  void aBlockOfALargeTensorShowsTheGravestOfItsElements() {
    Report report =
        GradientChecker.of(squareTimes(i -> i == 130 ? 2 : 1)).at(numbers(1, 2, 128)).check();

    assertThat(report.picture("x", 1).lines())
        .containsExactly("|" + ".".repeat(64) + "|", "|." + "x" + ".".repeat(62) + "|");
  }
}
