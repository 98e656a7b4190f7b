package org.thalweg.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thalweg.benchmarks.Works;
import org.thalweg.benchmarks.work.Work;

/// Runs on one processor and on another.
class PagesTest {
  private static final Run RUN = new Run("0123456", "2026-01-31", 3, 6);
  private static final Machine ABACUS = new Machine("Abacus(R) Mark II", 2, "25");
  private static final Machine LOOM = new Machine("Loom", 2, "25");
  private static final List<Work> WORKS = List.of(Works.named("exp-1m"), Works.named("mlp-step"));

  @TempDir private Path directory;

  @Test
  void whatWasMeasuredElsewhereStaysUnderTheNameOfItsProcessor() throws IOException {
    add(ABACUS, "exp-1m", 400);
    Files.writeString(directory.resolve("performance-profiles.md"), "# Profiles of Abacus\n");
    add(LOOM, "exp-1m", 300);

    assertThat(text("performance.md"))
        .contains("Measured on Loom,", "| 300.0 µs |", "[performance.json](performance.json)")
        .contains("Measured elsewhere: [Abacus(R) Mark II](performance-abacus-mark-ii.md).");
    assertThat(text("performance-abacus-mark-ii.md"))
        .contains("Measured on Abacus(R) Mark II,", "| 400.0 µs |")
        .contains("(performance-abacus-mark-ii.png)", "(performance-abacus-mark-ii.json)")
        .contains("Measured elsewhere: [Loom](performance.md).");
    assertThat(text("performance-abacus-mark-ii-profiles.md")).isEqualTo("# Profiles of Abacus\n");
    assertThat(directory.resolve("performance-profiles.md")).doesNotExist();
  }

  @Test
  void whoComesBackFindsItsRows() throws IOException {
    add(ABACUS, "exp-1m", 400);
    add(LOOM, "exp-1m", 300);
    add(ABACUS, "mlp-step", 100);

    assertThat(text("performance.md")).contains("Measured on Abacus", "| 400.0 µs |", "| 100.0 µs");
    assertThat(text("performance-loom.md")).contains("| 300.0 µs |");
    assertThat(directory.resolve("performance-abacus-mark-ii.md")).doesNotExist();
  }

  @Test
  void aMoveThatWasCutOffIsBegunAgain() throws IOException {
    add(ABACUS, "exp-1m", 400);
    add(LOOM, "exp-1m", 300);
    Files.move(directory.resolve("performance.json"), directory.resolve("performance-loom.json"));

    add(ABACUS, "mlp-step", 100);

    assertThat(text("performance.md")).contains("| 400.0 µs |", "| 100.0 µs");
    assertThat(text("performance-loom.md")).contains("| 300.0 µs |");
  }

  @Test
  void whatSomebodyWroteIsNotReplaced() throws IOException {
    add(ABACUS, "exp-1m", 400);
    Files.writeString(directory.resolve("performance-profiles.md"), "new");
    Files.writeString(directory.resolve("performance-abacus-mark-ii-profiles.md"), "old");

    assertThatThrownBy(() -> add(LOOM, "exp-1m", 300))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("performance-abacus-mark-ii-profiles.md is in the way of");
    assertThat(text("performance.md")).contains("| 400.0 µs |");
    assertThat(text("performance-profiles.md")).isEqualTo("new");
  }

  @Test
  void onOneProcessorThereIsOnePage() throws IOException {
    add(ABACUS, "exp-1m", 400);
    add(ABACUS, "exp-1m", 350);

    assertThat(directory).isDirectoryNotContaining("glob:**performance-*");
    assertThat(text("performance.md")).contains("| 350.0 µs |").doesNotContain("elsewhere", "{{");
  }

  /// As when the peer cannot be found.
  @Test
  void rowsBesideAPeerStayWhereALaterRunHasNone() throws IOException {
    add(ABACUS, "exp-1m", 400);
    add(ABACUS, "exp-1m", 350, null);
    add(ABACUS, "mlp-step", 100, null);
    add(ABACUS, "mlp-step", 90, null);

    assertThat(text("performance.md")).contains("| 400.0 µs | 500.0 µs |", "| 90.00 µs |");
    assertThat(text("performance.md")).doesNotContain("| 350.0 µs |", "| 100.0 µs |");
  }

  private void add(Machine machine, String work, double ours) throws IOException {
    add(machine, work, ours, 500.0);
  }

  private void add(Machine machine, String work, double ours, @Nullable Double peer)
      throws IOException {
    Row row =
        new Row(
            work,
            2,
            "µs",
            ours,
            peer,
            peer == null ? null : "Peer 1",
            peer == null ? null : peer / ours,
            3,
            80.0,
            peer == null ? null : 40.0,
            "limit",
            1.0,
            64.0,
            null,
            null,
            RUN);
    new Pages(directory).add(new Measured(machine, List.of(), List.of(row)), WORKS);
  }

  private String text(String file) throws IOException {
    return Files.readString(directory.resolve(file));
  }
}
