package org.thalweg.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.thalweg.benchmarks.report.Row;
import org.thalweg.benchmarks.report.Statistics;
import org.thalweg.benchmarks.work.Limit;
import org.thalweg.benchmarks.work.Work;

/// Everything measured of one work on one number of threads, a number for each round, in
/// nanoseconds for each repetition.
final class Samples {
  private final Work work;
  private final int threads;
  private final List<Double> ours = new ArrayList<>();
  private final List<Double> allocated = new ArrayList<>();
  private final List<Double> limit = new ArrayList<>();
  private final Map<String, List<Double>> peers = new LinkedHashMap<>();
  private final Map<String, Double> peerPeaks = new LinkedHashMap<>();
  private @Nullable Double peak;

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
    peers.computeIfAbsent(name, _ -> new ArrayList<>()).add(answer.nanos());
  }

  /// What ours took of memory.
  void peak(Message.Answer answer) {
    peak = answer.peak() < 0 ? null : answer.peak();
  }

  /// What a peer took of memory.
  void peerPeak(String name, Message.Answer answer) {
    if (answer.peak() >= 0) {
      peerPeaks.put(name, answer.peak());
    }
  }

  /// Adds the rounds of another fork.
  void add(Samples fork) {
    ours.addAll(fork.ours);
    allocated.addAll(fork.allocated);
    limit.addAll(fork.limit);
    fork.peers.forEach(
        (name, times) -> peers.computeIfAbsent(name, _ -> new ArrayList<>()).addAll(times));
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

  /// The rows of the report: one for each way of a peer, or one without a peer.
  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    peers.forEach((name, times) -> rows.add(row(name, times)));
    if (peers.isEmpty()) {
      rows.add(row(null, null));
    }
    return rows;
  }

  private Row row(@Nullable String peerName, @Nullable List<Double> peer) {
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
            peak,
            peerName == null ? null : peerPeaks.get(peerName),
            ours.size())
        .rounded();
  }
}
