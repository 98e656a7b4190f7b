package org.thalweg.benchmarks;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thalweg.benchmarks.Message.Answer;
import org.thalweg.benchmarks.report.Report;
import org.thalweg.benchmarks.report.Row;
import org.thalweg.benchmarks.work.Work;

class ReportTest {
  private static final Work ADAM = Works.named("optim-adam-10m");

  @Test
  void aRowTellsBothSidesInTheUnitOfTheWork() {
    Row row = compared().rows().get(0);

    assertThat(row.work()).isEqualTo("optim-adam-10m");
    assertThat(row.threads()).isEqualTo(2);
    assertThat(row.unit()).isEqualTo("ns/parameter");
    assertThat(row.ours()).isEqualTo(0.5);
    assertThat(row.peer()).isEqualTo(1.0);
    assertThat(row.ratio()).isEqualTo(2.0);
    assertThat(row.percentOfLimit()).isEqualTo(80.0);
    assertThat(row.peerPercentOfLimit()).isEqualTo(40.0);
    assertThat(row.allocatedBytes()).isEqualTo(64);
    assertThat(row.rounds()).isEqualTo(3);
  }

  @Test
  void everyWayOfThePeerHasARowOfItsOwn() {
    assertThat(compared().rows())
        .extracting(Row::peerName, Row::ratio)
        .containsExactly(tuple("Peer 1", 2.0), tuple("Peer 1, slowly", 6.0));
  }

  @Test
  void withoutAPeerOursStandAlone() {
    Samples samples = new Samples(ADAM, 1);
    samples.ours(new Answer(5_000_000, 64, -1, null));

    Row row = samples.rows().get(0);

    assertThat(row.ours()).isEqualTo(0.5);
    assertThat(row.peer()).isNull();
    assertThat(row.ratio()).isNull();
    assertThat(Report.table(samples.rows())).contains("optim-adam-10m").contains("0.500");
  }

  @Test
  void forksAreJoinedRoundByRound() {
    Samples both = new Samples(ADAM, 2);
    both.add(compared());
    both.add(compared());

    assertThat(both.rows().get(0).rounds()).isEqualTo(6);
    assertThat(both.rows().get(0).ratio()).isEqualTo(2.0);
  }

  @Test
  void theFileIsAListOfTheSameRows(@TempDir Path directory) throws IOException {
    List<Row> rows = compared().rows();
    Path file = directory.resolve("target/report.json");

    Report.write(rows, file);

    JsonNode first = new ObjectMapper().readTree(file.toFile()).get(0);
    assertThat(first.get("work").asText()).isEqualTo("optim-adam-10m");
    assertThat(first.get("threads").asInt()).isEqualTo(2);
    assertThat(first.get("unit").asText()).isEqualTo("ns/parameter");
    assertThat(first.get("ours").asDouble()).isEqualTo(0.5);
    assertThat(first.get("peer").asDouble()).isEqualTo(1.0);
    assertThat(first.get("peerName").asText()).isEqualTo("Peer 1");
    assertThat(first.get("ratio").asDouble()).isEqualTo(2.0);
  }

  /// Ours take 0.5 ns a parameter, the peer 1 or, slowly, 3; the machine's limit is 0.4.
  private static Samples compared() {
    Samples samples = new Samples(ADAM, 2);
    for (double noise : new double[] {0.9, 1, 1.2}) {
      samples.ours(new Answer(5_000_000 * noise, 64, -1, null));
      samples.peer("Peer 1", new Answer(10_000_000 * noise, -1, -1, null));
      samples.peer("Peer 1, slowly", new Answer(30_000_000 * noise, -1, -1, null));
      samples.limit(requireNonNull(ADAM.limit()), new Answer(4_000_000, 0, -1, null));
    }
    return samples;
  }
}
