package org.thalweg.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thalweg.benchmarks.Message.Answer;
import org.thalweg.benchmarks.report.Row;
import org.thalweg.benchmarks.report.Run;

class ResultsTest {
  private static final Run RUN = new Run("0123456", "2026-01-31", 1, 1);
  private static final Run LATER = new Run("789abcd", "2026-02-01", 1, 1);

  @TempDir private Path root;
  private Path home;
  private Path docs;

  @BeforeEach
  void directories() throws IOException {
    home = Files.createDirectory(root.resolve("benchmarks"));
    docs = Files.createDirectory(root.resolve("docs"));
  }

  @Test
  void aFinishedWorkIsInTheFilesBeforeTheNextBegins() throws IOException {
    Results results = new Results(home, RUN, true);

    results.add(compared("mlp-step", 3e6), List.of("Peer 1: fast"));

    assertThat(Files.readString(home.resolve("target/report.json"))).contains("mlp-step");
    assertThat(Files.readString(docs.resolve("performance.json"))).contains("mlp-step");
    assertThat(page()).contains("| `mlp-step` | 2 | 3.00 ms |").contains("* Peer 1: fast\n");
  }

  @Test
  void thereIsAPictureAsSoonAsThereIsAPeer() throws IOException {
    Results results = new Results(home, RUN, true);

    results.add(samples("dispatch", 3e3), List.of());
    assertThat(docs.resolve("performance.png")).doesNotExist();
    assertThat(page()).doesNotContain("performance.png");

    results.add(compared("exp-1m", 4e5), List.of());
    assertThat(docs.resolve("performance.png")).isNotEmptyFile();
    assertThat(page()).contains("(performance.png)");
  }

  @Test
  void whatAnEarlierRunMeasuredStays() throws IOException {
    Results before = new Results(home, RUN, true);
    before.add(samples("mlp-step", 3e6), List.of());
    before.add(samples("exp-1m", 4e5), List.of());

    new Results(home, LATER, true).add(samples("mlp-step", 2e6), List.of());

    assertThat(page())
        .containsPattern("`exp-1m` \\| 2 \\| 400.0 µs .*\\| a \\|\n")
        .containsPattern("`mlp-step` \\| 2 \\| 2.00 ms .*\\| b \\|\n")
        .contains("* run a: commit `0123456`", "* run b: commit `789abcd`")
        .doesNotContain("3.00 ms");
  }

  @Test
  void withoutAPageThereIsAReportAlone() throws IOException {
    Results results = new Results(home, RUN, false);

    results.add(samples("exp-1m", 4e5), List.of());

    assertThat(home.resolve("target/report.json")).exists();
    assertThat(docs).isEmptyDirectory();
  }

  @Test
  void otherWaysFollowInTheTable() throws IOException {
    Results results = new Results(home, RUN, false);
    List<Samples> first = compared("exp-1m", 4e5);
    first.get(0).peer("Peer 1, slowly", new Answer(2, -1, -1, true, null));

    results.add(first, List.of());
    results.add(samples("mlp-step", 3e6), List.of());

    assertThat(results.rows())
        .extracting(Row::work)
        .containsExactly("exp-1m", "mlp-step", "exp-1m");
  }

  @Test
  void thePageIsWrittenAgainFromItsFigures() throws IOException {
    new Results(home, RUN, true).add(samples("mlp-step", 3e6), List.of());
    String page = page();
    Files.delete(docs.resolve("performance.md"));

    Results.rewrite(home);

    assertThat(page()).isEqualTo(page);
  }

  private String page() throws IOException {
    return Files.readString(docs.resolve("performance.md"));
  }

  private static List<Samples> compared(String work, double nanos) {
    List<Samples> samples = samples(work, nanos);
    samples.get(0).peer("Peer 1", new Answer(1, -1, -1, true, null));
    return samples;
  }

  private static List<Samples> samples(String work, double nanos) {
    Samples samples = new Samples(Works.named(work), 2);
    samples.ours(new Answer(nanos, 64, -1, true, null));
    return List.of(samples);
  }
}
