package org.thalweg.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.thalweg.benchmarks.report.Row;
import org.thalweg.benchmarks.report.Run;
import org.thalweg.benchmarks.report.Statistics;
import org.thalweg.benchmarks.work.Limit;
import org.thalweg.benchmarks.work.Work;

/// Everything measured of one work on one number of threads, a number for each round, in
/// nanoseconds for each repetition.
final class Samples {
  private static final int LEAST_ROUNDS = 3;
  private static final double CLEARLY = 0.95;

  private final Work work;
  private final int threads;
  private final List<Double> ours = new ArrayList<>();
  private final List<Double> allocated = new ArrayList<>();
  private final List<Double> limit = new ArrayList<>();
  private final Map<String, List<Double>> peers = new LinkedHashMap<>();
  private final List<Double> peaks = new ArrayList<>();
  private final Map<String, List<Double>> peerPeaks = new LinkedHashMap<>();

  Samples(Work work, int threads) {
    this.work = work;
    this.threads = threads;
  }

  Work work() {
    return work;
  }

  int threads() {
    return threads;
  }

  void ours(Message.Answer answer) {
    ours.add(answer.nanos());
    allocated.add(answer.allocated());
  }

  void limit(Limit reached, Message.Answer answer) {
    limit.add(answer.nanos() * reached.repetitions());
  }

  /// @param name of the peer, and the way in which it does the work
  void peer(String name, Message.Answer answer) {
    put(peers, name, List.of(answer.nanos()));
  }

  /// What ours took of memory.
  void peak(Message.Answer answer) {
    if (answer.peak() >= 0) {
      peaks.add(answer.peak());
    }
  }

  /// What a peer took of memory.
  void peerPeak(String name, Message.Answer answer) {
    if (answer.peak() >= 0) {
      put(peerPeaks, name, List.of(answer.peak()));
    }
  }

  /// How often ours was timed.
  int rounds() {
    return ours.size();
  }

  /// Adds the rounds of another fork.
  void add(Samples fork) {
    ours.addAll(fork.ours);
    allocated.addAll(fork.allocated);
    limit.addAll(fork.limit);
    peaks.addAll(fork.peaks);
    fork.peers.forEach((name, times) -> put(peers, name, times));
    fork.peerPeaks.forEach((name, bytes) -> put(peerPeaks, name, bytes));
  }

  private static void put(Map<String, List<Double>> map, String name, List<Double> values) {
    map.computeIfAbsent(name, _ -> new ArrayList<>()).addAll(values);
  }

  /// Whether a side took less time in every round than in the one before, and clearly less in the
  /// last than in the first: then it was not warm.
  boolean isBecomingFaster() {
    return isBecomingFaster(ours) || peers.values().stream().anyMatch(Samples::isBecomingFaster);
  }

  private static boolean isBecomingFaster(List<Double> times) {
    for (int i = 1; i < times.size(); i++) {
      if (times.get(i) >= times.get(i - 1)) {
        return false;
      }
    }
    return times.size() >= LEAST_ROUNDS && times.getLast() < CLEARLY * times.getFirst();
  }

  /// The first peer; empty where there is none.
  String firstPeer() {
    return peers.isEmpty() ? "" : peers.keySet().iterator().next();
  }

  /// The first peer's speed in per cent of the machine's limit; `null` where there is no peer.
  @Nullable Double peerPercentOfLimit() {
    return peers.isEmpty() ? null : percentOfLimit(peers.values().iterator().next());
  }

  private @Nullable Double percentOfLimit(List<Double> times) {
    return limit.isEmpty() ? null : 100 * Statistics.median(limit) / Statistics.median(times);
  }

  private static @Nullable Double median(List<Double> values) {
    return values.isEmpty() ? null : Statistics.median(values);
  }

  /// The rows of the report: one for each way of a peer, or one without a peer.
  ///
  /// @param run which they come from
  List<Row> rows(Run run) {
    List<Row> rows = new ArrayList<>();
    peers.forEach((name, times) -> rows.add(row(name, times, run)));
    if (peers.isEmpty()) {
      rows.add(row(null, null, run));
    }
    return rows;
  }

  private Row row(@Nullable String peerName, @Nullable List<Double> peer, Run run) {
    double unit = work.unit().nanos();
    double median = Statistics.median(ours);
    Limit known = work.limit();
    return new Row(
            work.name(),
            threads,
            work.unit().symbol(),
            median / unit,
            peer == null ? null : Statistics.median(peer) / unit,
            peerName,
            peer == null ? null : Statistics.median(peer) / median,
            Statistics.spread(peer == null ? ours : Statistics.quotients(peer, ours)),
            percentOfLimit(ours),
            peer == null ? null : percentOfLimit(peer),
            known == null ? null : known.work().name(),
            limit.isEmpty() ? null : Statistics.median(limit) / unit,
            Statistics.median(allocated),
            median(peaks),
            peerName == null ? null : median(peerPeaks.getOrDefault(peerName, List.of())),
            run)
        .rounded();
  }
}
