package org.thalweg.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.benchmarks.Works;
import org.thalweg.benchmarks.work.Work;

class PageTest {
  private static final Machine MACHINE = new Machine("Abacus", 2, "25");
  private static final Run RUN = new Run("0123456", "2026-01-31", 3, 6);
  private static final Run LATER = new Run("789abcd+", "2026-02-01", 1, 3);

  private static final List<Work> WORKS = Works.list();

  private static final List<Row> ROWS =
      List.of(
          row("exp-1m", 1, 400.0, 500.0, "Peer 1"),
          row("exp-1m", 2, 200.0, 300.0, "Peer 1"),
          row("exp-1m", 2, 200.0, 900.0, "Peer 1, slowly"),
          row("mlp-step", 2, 100.0, 120.0, "Peer 1"),
          row("dispatch", 2, 0.5, null, null));

  @Test
  void aRowHasItsGoalAndItsScaling() throws IOException {
    assertThat(page(ROWS))
        .contains(
            "| `exp-1m` | 1 | 400.0 µs | 500.0 µs | 1.25 ±3% | – | 80 | 40 | – | – | 64 | – | –"
                + " | a |")
        .contains(
            "| `exp-1m` | 2 | 200.0 µs | 300.0 µs | 1.50 ±3% | 1.0 ✓ | 80 | 40 | – | – | 64 | 2.00"
                + " | 1.67 | a |");
  }

  @Test
  void aRowBelowItsGoalIsMarked() throws IOException {
    assertThat(page(ROWS))
        .contains("| `mlp-step` | 2 | 100.0 µs | 120.0 µs | 1.20 ±3% | 1.5 ✗ ratio |");
  }

  @Test
  void goalsAreAboutLimitsAndBytesToo() {
    Row near = row("matmul-f32-384", 1, 100.0, 120.0, "Peer 1");
    Row far = row("matmul-f32-384", 1, 100.0, 90.0, "Peer 1", 79, 64);
    Row greedy = row("cnn-step", 2, 100.0, 150.0, "Peer 1", 10, 65_537);

    assertThat(missed(near)).isEmpty();
    assertThat(missed(far)).containsExactly("ratio", "limit");
    assertThat(missed(greedy)).containsExactly("bytes");
    assertThat(Goal.of(row("optim-adam-10m", 2, 1.0, 1.0, "Peer 1"))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "matmul-f32-1024x8x1024",
        "bmm-f32-1024x16",
        "plus-1m",
        "plus-row-1m",
        "plus-middle-1m",
        "exp-10k"
      })
  void onTwoThreadsThesePassThePeer(String work) {
    assertThat(missed(row(work, 2, 101.0, 100.0, "Peer 1"))).containsExactly("ratio");
    assertThat(missed(row(work, 2, 100.0, 100.0, "Peer 1"))).isEmpty();
    assertThat(missed(row(work, 1, 101.0, 100.0, "Peer 1"))).isEmpty();
  }

  private static List<String> missed(Row row) {
    return Goal.missed(row, null);
  }

  /// The rows below have a spread of 3 % each.
  @Test
  void takingLongerOnTwoThreadsThanOnOneIsMissedBeyondTheSpreadsOfBoth() {
    Row one = row("exp-1m", 1, 100.0, 200.0, "Peer 1");

    assertThat(Goal.missed(row("exp-1m", 2, 106.0, 200.0, "Peer 1"), one)).isEmpty();
    assertThat(Goal.missed(row("exp-1m", 2, 107.0, 200.0, "Peer 1"), one))
        .containsExactly("threads");
    assertThat(Goal.missed(row("exp-1m", 2, 107.0, 90.0, "Peer 1"), one))
        .containsExactly("ratio", "threads");
    assertThat(Goal.missed(row("optim-adam-10m", 2, 107.0, 200.0, "Peer 1"), one))
        .containsExactly("threads");
    assertThat(Goal.missed(row("dispatch", 2, 107.0, null, null), one)).isEmpty();
  }

  @Test
  void whatIsSlowerOnTwoThreadsIsMarkedAndListed() throws IOException {
    List<Row> rows =
        List.of(
            row("exp-1m", 1, 100.0, 300.0, "Peer 1"),
            row("exp-1m", 2, 125.0, 300.0, "Peer 1"),
            row("optim-adam-10m", 1, 100.0, 150.0, "Peer 1"),
            row("optim-adam-10m", 2, 125.0, 150.0, "Peer 1"));

    assertThat(page(rows))
        .containsPattern("`exp-1m` \\| 2 \\| 125.0 µs .* 2.40 ±3% \\| 1.0 ✗ threads \\| 80")
        .containsPattern("`optim-adam-10m` \\| 2 \\| 125.0 µs .* 1.20 ±3% \\| ✗ threads \\| 80")
        .contains("| `exp-1m` | 2 | 2.40 ±3% | 1.0 ✗ threads | 0.80 |\n")
        .contains("| `optim-adam-10m` | 2 | 1.20 ±3% | ✗ threads | 0.80 |\n")
        .contains("* `exp-1m`, `optim-adam-10m`: No profile yet.\n");
  }

  @Test
  void otherWaysStandInATableOfTheirOwn() throws IOException {
    assertThat(page(ROWS))
        .contains("| `exp-1m` | 2 | 200.0 µs | 900.0 µs | 4.50 ±3% | Peer 1, slowly | a |");
  }

  @Test
  void memoryStandsBesideThatOfThePeer() throws IOException {
    assertThat(page(ROWS)).containsPattern("\\| `mlp-step` \\| 2 .* 4 MiB \\| 6 MiB \\| 64 \\|");
  }

  @Test
  void whatTheMachineReachedStandsThere() throws IOException {
    assertThat(page(ROWS)).contains("## The machine\n").contains("\nNot measured.\n");
    assertThat(page(List.of(LimitsTest.row("matmul-f32-96", 1, "fma-f32", 8.0))))
        .contains("\n| `float` | 1 | 221 | 221 … 221 | 1 |\n");
  }

  @Test
  void thePageSaysWhereAndWhenAndLeavesNothingToBeFilledIn() throws IOException {
    assertThat(page(ROWS))
        .contains("Measured on Abacus, which runs 2 threads at a time, with Java 25:")
        .contains("* Peer 1: fast")
        .contains("* run a: commit `0123456`, 2026-01-31, 6 turns in each of 3 forks\n")
        .contains("## Beside Peer 1\n")
        .doesNotContain("{{");
  }

  @Test
  void thePictureStandsBesideThePage(@TempDir Path directory) throws IOException {
    Page.write(new Measured(MACHINE, List.of(), ROWS), WORKS, directory, "performance", List.of());

    assertThat(ImageIO.read(directory.resolve("performance.png").toFile())).isNotNull();
    assertThat(Files.readString(directory.resolve("performance.md"))).contains("performance.png");
  }

  @Test
  void aLaterRowTakesThePlaceOfThatBesideTheSamePeerAlone() {
    Row again = row("exp-1m", 2, 190.0, 300.0, "Peer 1", 80, 64, LATER);
    Measured before = new Measured(MACHINE, List.of("Peer 1: fast"), ROWS);

    Measured both = before.with(new Measured(MACHINE, List.of("Peer 2: new"), List.of(again)));

    assertThat(both.libraries()).containsExactly("Peer 1: fast", "Peer 2: new");
    assertThat(both.rows())
        .containsExactly(ROWS.get(0), again, ROWS.get(2), ROWS.get(3), ROWS.get(4));
    assertThat(both.inOrder(List.of("mlp-step", "exp-1m")).rows())
        .containsExactly(ROWS.get(3), ROWS.get(0), again, ROWS.get(2));
  }

  @Test
  void rowsBesideAPeerThatDidNotRunKeepTheirOwnRun() throws IOException {
    Row other = row("exp-1m", 2, 200.0, 400.0, "Other 1.0");
    Row again = row("exp-1m", 2, 190.0, 300.0, "Peer 1", 80, 64, LATER);
    Row added = row("exp-1m", 2, 190.0, 500.0, "Peer 1, otherwise", 80, 64, LATER);
    Measured before = new Measured(MACHINE, List.of(), List.of(ROWS.get(1), other));

    Measured both = before.with(new Measured(MACHINE, List.of(), List.of(again, added)));

    assertThat(both.rows()).containsExactly(again, other, added);
    assertThat(page(both.rows()))
        .containsPattern("\\| 190.0 µs \\| 300.0 µs .*\\| a \\|")
        .contains("| `exp-1m` | 2 | 200.0 µs | 400.0 µs | 2.00 ±3% | Other 1.0 | b |")
        .contains("* run b: commit `0123456`");
  }

  @Test
  void anotherVersionTakesThePlaceOfTheOneBefore() {
    Row old = row("exp-1m", 2, 200.0, 400.0, "Other 1.0+cpu, slowly");
    Row otherwise = row("exp-1m", 2, 200.0, 400.0, "Other 1.0+cpu");
    Row again = row("exp-1m", 2, 190.0, 300.0, "Other 1.1, slowly", 80, 64, LATER);

    assertThat(
            new Measured(MACHINE, List.of(), List.of(old, otherwise))
                .with(new Measured(MACHINE, List.of(), List.of(again)))
                .rows())
        .containsExactly(again, otherwise);
  }

  @Test
  void aRowBesideNobodyGivesWayToOneBesideAPeer() {
    Row alone = row("exp-1m", 2, 210.0, null, null);
    Measured without = new Measured(MACHINE, List.of(), List.of(alone));
    Measured beside = new Measured(MACHINE, List.of(), ROWS.subList(1, 3));

    assertThat(without.with(beside).rows()).containsExactly(ROWS.get(1), ROWS.get(2));
    assertThat(beside.with(without).rows()).containsExactly(ROWS.get(1), ROWS.get(2));
    assertThat(without.with(without).rows()).containsExactly(alone);
  }

  @Test
  void librariesWithoutARowAreNotNamed() {
    List<String> all = List.of("Peer 1: fast", "Thalweg: vectors", "Peer 10: slow", "Idle 2.0: no");
    Measured measured = new Measured(MACHINE, all, ROWS);

    assertThat(measured.inOrder(List.of("exp-1m")).libraries())
        .containsExactly("Peer 1: fast", "Thalweg: vectors");
    assertThat(measured.inOrder(List.of("dispatch")).libraries())
        .containsExactly("Thalweg: vectors");
  }

  @Test
  void everyRowSaysWhichRunItComesFrom() throws IOException {
    Row later = row("mlp-step", 1, 100.0, 120.0, "Peer 1", 80, 64, LATER);

    assertThat(page(List.of(ROWS.get(0), later)))
        .contains("* run a: commit `0123456`, 2026-01-31, 6 turns in each of 3 forks\n")
        .contains("* run b: commit `789abcd+`, 2026-02-01, 3 turns in each of 1 fork\n")
        .containsPattern("`exp-1m` \\| 1 .*\\| a \\|")
        .containsPattern("`mlp-step` \\| 1 .*\\| b \\|");
  }

  @Test
  void whatIsBelowItsGoalIsListedWithItsProfile(@TempDir Path directory) throws IOException {
    String head = "| work | threads | ratio | goal | 1 → N |\n";
    Files.writeString(
        directory.resolve("performance-profiles.md"),
        """
        # Profiles

        ## `cnn-step`, `mlp-step`

        The products take
        90 %.

        More.

        ## `exp-1m`

        Reached.
        """);
    Row greedy = row("cnn-step", 2, 100.0, 150.0, "Peer 1", 10, 65_537);
    Row alone = row("lstm-step", 2, 100.0, 120.0, "Peer 1");

    Page.write(
        new Measured(MACHINE, List.of(), List.of(ROWS.get(1), ROWS.get(3), greedy, alone)),
        WORKS,
        directory,
        "performance",
        List.of());

    assertThat(Files.readString(directory.resolve("performance.md")))
        .contains(head)
        .contains("| `mlp-step` | 2 | 1.20 ±3% | 1.5 ✗ ratio | – |\n")
        .contains("| `cnn-step` | 2 | 1.50 ±3% | 1.5 ✗ bytes | – |\n")
        .contains("| `lstm-step` | 2 | 1.20 ±3% | 1.5 ✗ ratio | – |\n")
        .contains("\n* `mlp-step`, `cnn-step`: The products take 90 %.\n")
        .contains("\n* `lstm-step`: No profile yet.\n")
        .containsOnlyOnce("The products take 90 %.")
        .doesNotContain("Reached.", "More.");
    assertThat(page(ROWS.subList(0, 2))).contains("None.").doesNotContain(head);
  }

  @Test
  void rowsOfAnotherMachineAreDropped() {
    Machine other = new Machine("Abacus", 2, "26");
    Measured later = new Measured(other, List.of(), ROWS.subList(0, 1));

    assertThat(new Measured(MACHINE, List.of(), ROWS).with(later)).isEqualTo(later);
  }

  @Test
  void whatIsWrittenIsReadBack(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("target/page.json");
    Measured measured = new Measured(MACHINE, List.of("Peer 1: fast"), ROWS);

    measured.write(file);

    assertThat(Measured.read(file, MACHINE)).isEqualTo(measured);
    assertThat(Measured.read(directory.resolve("nothing"), MACHINE).rows()).isEmpty();
  }

  private static String page(List<Row> rows) throws IOException {
    return new Page(
            new Measured(MACHINE, List.of("Peer 1: fast"), rows),
            WORKS,
            Profiles.read(Path.of("nothing")),
            "performance",
            List.of())
        .text();
  }

  private static Row row(
      String work, int threads, double ours, @Nullable Double peer, @Nullable String name) {
    return row(work, threads, ours, peer, name, 80, 64);
  }

  private static Row row(
      String work,
      int threads,
      double ours,
      @Nullable Double peer,
      @Nullable String name,
      double percent,
      double bytes) {
    return row(work, threads, ours, peer, name, percent, bytes, RUN);
  }

  private static Row row(
      String work,
      int threads,
      double ours,
      @Nullable Double peer,
      @Nullable String name,
      double percent,
      double bytes,
      Run run) {
    boolean isTraining = work.equals("mlp-step");
    return new Row(
        work,
        threads,
        "µs",
        ours,
        peer,
        name,
        peer == null ? null : peer / ours,
        3,
        percent,
        percent / 2,
        "limit",
        1.0,
        bytes,
        isTraining ? 4.0 * (1 << 20) : null,
        isTraining ? 6.0 * (1 << 20) : null,
        run);
  }
}
