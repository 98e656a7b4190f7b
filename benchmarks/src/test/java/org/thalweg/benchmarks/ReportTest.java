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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thalweg.benchmarks.Message.Answer;
import org.thalweg.benchmarks.report.Report;
import org.thalweg.benchmarks.report.Row;
import org.thalweg.benchmarks.report.Run;
import org.thalweg.benchmarks.work.Work;

class ReportTest {
  private static final Work ADAM = Works.named("optim-adam-10m");
  private static final Run RUN = new Run("0123456", "2026-01-31", 3, 6);

  @Test
  void aRowTellsBothSidesInTheUnitOfTheWork() {
    Row row = compared().rows(RUN).get(0);

    assertThat(row.work()).isEqualTo("optim-adam-10m");
    assertThat(row.threads()).isEqualTo(2);
    assertThat(row.unit()).isEqualTo("ns/parameter");
    assertThat(row.ours()).isEqualTo(0.5);
    assertThat(row.peer()).isEqualTo(1.0);
    assertThat(row.ratio()).isEqualTo(2.0);
    // Both sides are slow in the same rounds.
    assertThat(row.spread()).isZero();
    assertThat(row.percentOfLimit()).isEqualTo(80.0);
    assertThat(row.peerPercentOfLimit()).isEqualTo(40.0);
    assertThat(row.allocatedBytes()).isEqualTo(64);
    assertThat(row.run()).isEqualTo(RUN);
  }

  @Test
  void everyWayOfThePeerHasARowOfItsOwn() {
    assertThat(compared().rows(RUN))
        .extracting(Row::peerName, Row::ratio)
        .containsExactly(tuple("Peer 1", 2.0), tuple("Peer 1, slowly", 6.0));
  }

  @Test
  void withoutAPeerOursStandAlone() {
    Samples samples = new Samples(ADAM, 1);
    samples.ours(new Answer(5_000_000, 64, -1, true, null));

    Row row = samples.rows(RUN).get(0);

    assertThat(row.ours()).isEqualTo(0.5);
    assertThat(row.peer()).isNull();
    assertThat(row.ratio()).isNull();
    assertThat(Report.table(samples.rows(RUN))).contains("optim-adam-10m").contains("0.500");
  }

  @Test
  void forksAreJoinedRoundByRound() {
    Samples both = new Samples(ADAM, 2);
    both.add(compared());
    both.add(compared());

    assertThat(both.rounds()).isEqualTo(6);
    assertThat(both.rows(RUN).get(0).ratio()).isEqualTo(2.0);
  }

  @Test
  void memoryIsTheMedianOfTheForksThatShowIt() {
    Samples all = new Samples(ADAM, 2);
    for (double bytes : new double[] {5, 900, -1, 7}) {
      Samples fork = compared();
      fork.peak(new Answer(1, 64, bytes, true, null));
      fork.peerPeak("Peer 1", new Answer(1, -1, 10 * bytes, true, null));
      all.add(fork);
    }

    assertThat(all.rows(RUN))
        .extracting(Row::peakBytes, Row::peerPeakBytes)
        .containsExactly(tuple(7.0, 70.0), tuple(7.0, null));
    assertThat(compared().rows(RUN).get(0).peakBytes()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "100 97 94, true",
    "100 97 96, false",
    "100 101 90, false",
    "100 90 90, false",
    "100 90, false",
    "90 95 100, false"
  })
  void roundsThatGoOnBecomingFasterAreKnown(String times, boolean expected) {
    Samples ours = new Samples(ADAM, 1);
    Samples peers = new Samples(ADAM, 1);
    for (String time : times.split(" ")) {
      ours.ours(new Answer(Double.parseDouble(time), 64, -1, true, null));
      peers.ours(new Answer(100, 64, -1, true, null));
      peers.peer("Peer 1", new Answer(Double.parseDouble(time), 64, -1, true, null));
    }

    assertThat(ours.isBecomingFaster()).isEqualTo(expected);
    assertThat(peers.isBecomingFaster()).isEqualTo(expected);
  }

  @Test
  void theFileIsAListOfTheSameRows(@TempDir Path directory) throws IOException {
    List<Row> rows = compared().rows(RUN);
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
      samples.ours(new Answer(5_000_000 * noise, 64, -1, true, null));
      samples.peer("Peer 1", new Answer(10_000_000 * noise, -1, -1, true, null));
      samples.peer("Peer 1, slowly", new Answer(30_000_000 * noise, -1, -1, true, null));
      samples.limit(requireNonNull(ADAM.limit()), new Answer(4_000_000, 0, -1, true, null));
    }
    return samples;
  }
}
