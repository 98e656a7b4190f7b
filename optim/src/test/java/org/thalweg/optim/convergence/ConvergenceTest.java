package org.thalweg.optim.convergence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.optim.ArrayOptimizer;
import org.thalweg.optim.RuleClasses;
import org.thalweg.optim.adaptive.Adam;
import org.thalweg.optim.convergence.Rows.Reason;
import org.thalweg.optim.convergence.Rows.Row;
import org.thalweg.optim.convergence.Search.Cell;
import org.thalweg.optim.gradient.Sgd;
import org.thalweg.optim.gradient.SignSgd;
import org.thalweg.optim.schedule.Schedules;

/// Every rule on every problem: the page `docs/convergence.md`. The heavy test searches the best
/// rates, and writes the page again with `-Dthalweg.test.write=true`.
class ConvergenceTest {
  static Stream<Row> rows() {
    return Rows.ALL.stream();
  }

  static Stream<Row> expected() {
    Set<String> names = Set.of("Sgd(η)", "Sgd(η, 0.9)", "Adam(η)");
    return rows().filter(row -> names.contains(row.name()));
  }

  @Test
  void everyRuleOfTheModuleHasARow() throws Exception {
    Set<String> missing = new TreeSet<>(RuleClasses.names());
    Rows.ALL.forEach(row -> missing.remove(row.rule().apply(0.1).getClass().getName()));
    assertThat(missing).as("rules without a row in Rows").isEmpty();
    assertThat(Rows.ALL).extracting(Row::name).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("expected")
  void descentMomentumAndAdamComeToTheMinimumOfEverySmoothConvexProblem(Row row) {
    for (Problem problem : Problems.ALL) {
      if (problem.isConvex()) {
        Cell best = Search.best(row, problem, Page.BUDGET);
        assertThat(best.isReached()).as("%s: %s", problem, Page.text(best)).isTrue();
      }
    }
    assertThat(expected()).hasSize(3);
  }

  @Test
  void eachNumberOfThePageInDocsComesOutAgain() throws IOException {
    String page = Files.readString(file());
    assertThat(
            Page.text(
                (row, problem) -> {
                  String cell = Page.cell(page, row, problem);
                  return Page.isReached(cell)
                      ? Page.text(Search.at(Page.rate(cell), row, problem, Page.BUDGET))
                      : cell;
                }))
        .isEqualToNormalizingNewlines(page);
  }

  @Test
  @Tag("heavy")
  void thePageInDocsHasTheBestRates() throws IOException {
    String page = Page.text((row, problem) -> Page.text(Search.best(row, problem, Page.BUDGET)));
    if (Boolean.getBoolean("thalweg.test.write")) {
      Files.writeString(file(), page);
    }
    assertThat(page)
        .as("%s: write it again with -Dthalweg.test.write=true", file())
        .isEqualToNormalizingNewlines(Files.readString(file()));
  }

  private static Path file() {
    return Stream.iterate(Path.of("").toAbsolutePath(), Path::getParent)
        .map(directory -> directory.resolve("docs"))
        .filter(docs -> Files.exists(docs.resolve("design.md")))
        .findFirst()
        .orElseThrow()
        .resolve("convergence.md");
  }

  @ParameterizedTest
  @MethodSource("rows")
  void aRowWithADashOnASmoothConvexProblemHasAReasonAndNoOther(Row row) throws IOException {
    String page = Files.readString(file());
    List<Problem> dashes =
        Problems.ALL.stream()
            .filter(p -> p.isConvex() && !Page.isReached(Page.cell(page, row, p)))
            .toList();
    assertThat(dashes.isEmpty())
        .as("%s: %s", dashes, row.reason())
        .isEqualTo(row.reason() == Reason.NONE);
  }

  @Test
  void aRateThatFallsBringsEachRuleToTheMinimumOfEverySmoothConvexProblem() throws IOException {
    String page = Files.readString(file());
    for (Row row : Page.FALLING_ROWS) {
      for (Problem problem : Problems.ALL) {
        if (problem.isConvex()) {
          assertThat(Page.isReached(Page.cell(page, row, problem)))
              .as(row + ", " + problem)
              .isTrue();
        }
      }
    }
  }

  static Stream<String> reference() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ConvergenceTest.class.getResourceAsStream("reference.csv"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines();
    }
  }

  /// Roundings differ there and here; the step at which they arrive does not.
  @ParameterizedTest
  @MethodSource("reference")
  void optaxTakesTheSameStepsAtTheSameRate(String line) throws IOException {
    String[] words = line.split(";", -1);
    Row row = rows().filter(r -> r.name().equals(words[0])).findFirst().orElseThrow();
    Problem problem =
        Problems.ALL.stream().filter(p -> p.name().equals(words[1])).findFirst().orElseThrow();
    String cell = Page.cell(Files.readString(file()), row, problem);
    int steps = Integer.parseInt(words[2]);
    assertThat(Page.isReached(cell)).isEqualTo(steps >= 0);
    if (steps >= 0) {
      assertThat(cell).isEqualTo(Page.text(new Cell(steps, Double.parseDouble(words[3]), 0)));
    }
  }

  @Test
  void passingThroughIsNotArriving() {
    Row sign = new Row("", SignSgd::new, Reason.NONE, false);
    double aside = 1.0 / 4096;
    Cell past = Search.at(0.125, sign, parabola(1 + aside), 5000);
    double back = 0.125 - aside;
    assertThat(past)
        .as("less than 1e-6 in every other step")
        .isEqualTo(new Cell(-1, 0.125, back * back));
    assertThat(Search.at(0.125, sign, parabola(1), 5000)).isEqualTo(new Cell(8, 0.125, 0));

    Row half = new Row("", Sgd::new, Reason.NONE, false);
    assertThat(Search.at(0.25, half, parabola(1), 5000)).as("4⁻ᵏ").isEqualTo(new Cell(10, 0.25, 0));
    assertThat(Search.at(0.25, half, parabola(1), 1009))
        .as("too short to stay")
        .satisfies(cell -> assertThat(cell.isReached()).isFalse());
  }

  @Test
  void aLossThatOverflowsEndsTheRun() {
    Row descent = new Row("", Sgd::new, Reason.NONE, false);
    Cell cell = Search.at(10, descent, parabola(1), 5000);
    assertThat(cell).isEqualTo(new Cell(-1, 10, Double.POSITIVE_INFINITY));
    assertThat(Search.best(descent, parabola(1), 5000).rate()).isEqualTo(0.1);
  }

  /// x² from a place.
  private static Problem parabola(double start) {
    return new Problem(
        "x²",
        true,
        List.of(start),
        List.of(List.of(0.0)),
        0,
        new Problem.Function() {
          @Override
          public double value(double... x) {
            return x[0] * x[0];
          }

          @Override
          public double[] gradient(double... x) {
            return new double[] {2 * x[0]};
          }
        });
  }

  @Test
  void aShareThatFallsIsARateThatFalls() {
    double[] x = {3, -1, 0.5};
    double[] y = x.clone();
    ArrayOptimizer share = new Falling(new Adam(0.1), Schedules.cosine(1, 0, 100)).over(x);
    ArrayOptimizer rate = new Adam(Schedules.cosine(0.1, 0, 100)).over(y);
    for (int t = 0; t < 100; t++) {
      share.step(at -> at);
      rate.step(at -> at);
      assertThat(x).containsExactly(y, within(1e-13));
    }
  }
}
