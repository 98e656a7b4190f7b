package org.thalweg.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.thalweg.benchmarks.peers.Peer;
import org.thalweg.benchmarks.work.Work;

/// In processes of their own, as in a real run.
@Timeout(60)
class ComparisonTest {
  private static final Plan.Pace SHORT = new Plan.Pace(2, 0.01, 0.01, 0.01);

  private final List<String> events = new ArrayList<>();
  private final List<Samples> measured = new ArrayList<>();

  @Test
  void eachWorkIsFinishedBeforeTheNextBegins() throws Exception {
    run(List.of(Works.named("graph-4x4"), Works.named("dispatch")), 1, List.of(1), List.of());

    assertThat(events)
        .containsSubsequence(
            "graph-4x4: fork 1/1", "finished graph-4x4", "dispatch: fork 1/1", "finished dispatch");
  }

  @Test
  void roundsOfAllForksAreThereForEachNumberOfThreads() throws Exception {
    run(List.of(Works.named("graph-4x4")), 2, List.of(1, 2), List.of());

    assertThat(measured).extracting(Samples::threads).containsExactly(1, 2);
    assertThat(measured).extracting(Samples::rounds).containsExactly(4, 4);
  }

  @Test
  void peersThatCannotBeStartedAreLeftOutWithAReason() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Peer absent = new Peer("Absent", List.of("/no/such/program"));
    Peer brief = new Peer("Brief", List.of(java, "-version"));

    run(List.of(Works.named("graph-4x4")), 1, List.of(1), List.of(absent, brief));

    assertThat(events)
        .anyMatch(event -> event.startsWith("Absent is left out: Cannot run program"))
        .contains("Brief is left out: its process ended before it was ready, see above")
        .contains("finished graph-4x4");
  }

  private void run(List<Work> works, int forks, List<Integer> threads, List<Peer> peers)
      throws IOException, Comparison.VoidRun {
    Plan plan = new Plan(works, threads, forks, SHORT);
    new Comparison(plan, peers, events::add)
        .run(
            samples -> {
              events.add("finished " + samples.get(0).work().name());
              measured.addAll(samples);
            });
  }
}
