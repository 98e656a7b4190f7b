package org.thalweg.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.thalweg.benchmarks.Message.Request;
import org.thalweg.benchmarks.report.Row;
import org.thalweg.benchmarks.work.Work;

/// A whole run: every fork, each in processes of its own.
final class Comparison {
  /// What the peer reaches of the machine's limit in the control work, at least, in per cent.
  static final double LEAST_PERCENT = 70;

  private static final int ATTEMPTS = 2;

  /// A run that says nothing: the peer was disturbed, or is not at its best.
  static final class VoidRun extends Exception {
    private static final long serialVersionUID = 1;

    VoidRun(String message) {
      super(message);
    }
  }

  private final Plan plan;
  private final List<Peer> peers;
  private final PrintStream progress;
  private final Map<String, Samples> all = new LinkedHashMap<>();
  private final Set<String> introduced = new LinkedHashSet<>();

  /// @param peers to compare with, the first of which is judged by the control work
  Comparison(Plan plan, List<Peer> peers, PrintStream progress) {
    this.plan = plan;
    this.peers = new ArrayList<>(peers);
    this.progress = progress;
  }

  /// Runs all of it.
  ///
  /// @throws IOException where a process fails
  /// @throws VoidRun where the control work went wrong twice in a fork
  void run() throws IOException, VoidRun {
    for (int fork = 1; fork <= plan.forks(); fork++) {
      measure(fork);
    }
    for (Samples samples : all.values()) {
      if (samples.work().isTraining()) {
        progress.println("memory: " + samples.work().name());
        memory(samples);
      }
    }
  }

  /// The rows of what has been measured: first each work beside its peer, then beside the peer's
  /// other ways.
  List<Row> rows() {
    List<Row> first = new ArrayList<>();
    List<Row> others = new ArrayList<>();
    for (Work work : plan.works()) {
      all.values().stream()
          .filter(samples -> samples.work().name().equals(work.name()))
          .sorted(Comparator.comparingInt(Samples::threads))
          .map(Samples::rows)
          .forEach(
              rows -> {
                first.add(rows.get(0));
                others.addAll(rows.subList(1, rows.size()));
              });
    }
    first.addAll(others);
    return first;
  }

  private void measure(int fork) throws IOException, VoidRun {
    for (int attempt = 1; ; attempt++) {
      String defect = attempt(fork);
      if (defect == null) {
        return;
      }
      if (attempt == ATTEMPTS) {
        throw new VoidRun(defect);
      }
      progress.println(defect + ": once more");
    }
  }

  /// One fork, the control work first: where that goes wrong the rest is not measured.
  ///
  /// @return what is wrong; `null` where nothing is
  private @Nullable String attempt(int fork) throws IOException {
    try (Team team = start()) {
      team.peers().forEach(this::introduce);
      introduce(team.ours());
      String where = "fork " + fork + "/" + plan.forks() + ": ";
      Session session = new Session(team, plan, work -> progress.println(where + work));
      List<Work> works = new ArrayList<>(plan.works());
      if (!team.peers().isEmpty()) {
        List<Samples> control = session.measure(List.of(Works.CONTROL));
        String defect = defect(control);
        if (defect != null) {
          return defect;
        }
        keep(control);
        works.removeIf(work -> work.name().equals(Works.CONTROL.name()));
      }
      keep(session.measure(works));
      return null;
    }
  }

  private void keep(List<Samples> measured) {
    for (Samples samples : measured) {
      String key = samples.work().name() + " " + samples.threads();
      all.computeIfAbsent(key, _ -> new Samples(samples.work(), samples.threads())).add(samples);
    }
  }

  private Team start() throws IOException {
    List<Child> started = new ArrayList<>();
    for (Peer peer : List.copyOf(peers)) {
      Child child = start(peer);
      if (child == null) {
        peers.remove(peer);
      } else {
        started.add(child);
      }
    }
    return new Team(Child.ours(), started);
  }

  private @Nullable Child start(Peer peer) {
    try {
      return Child.start(peer.command());
    } catch (IOException e) {
      progress.println(peer.name() + " is left out: " + e.getMessage());
      return null;
    }
  }

  /// What a work takes of memory, in processes that do nothing else.
  private void memory(Samples samples) throws IOException {
    String work = samples.work().name();
    try (Team team = start()) {
      samples.peak(team.ours().ask(warmUp(samples, "")));
      for (Child peer : team.peers()) {
        for (String way : peer.ways(work).stream().limit(1).toList()) {
          samples.peerPeak(peer.name(way), peer.ask(warmUp(samples, way)));
        }
      }
    }
  }

  private Request warmUp(Samples samples, String way) {
    double seconds = plan.pace().warmUp();
    return new Request(samples.work().name(), way, samples.threads(), seconds, true);
  }

  /// Says once what runs how.
  private void introduce(Child child) {
    String sentence = child.hello().name() + ": " + child.hello().note();
    if (introduced.add(sentence)) {
      System.out.println(sentence);
    }
  }

  /// What ran how, a sentence for each library.
  Set<String> introduced() {
    return Collections.unmodifiableSet(introduced);
  }

  /// What is wrong with the control work; `null` where nothing is.
  private static @Nullable String defect(List<Samples> control) {
    for (Samples samples : control) {
      Double percent = samples.peerPercentOfLimit();
      if (percent != null && percent < LEAST_PERCENT) {
        return "%s reached %.0f %% of the FMA peak in %s on %d thread%s, less than %.0f %%"
            .formatted(
                samples.firstPeer(),
                percent,
                samples.work().name(),
                samples.threads(),
                samples.threads() == 1 ? "" : "s",
                LEAST_PERCENT);
      }
    }
    return null;
  }
}
