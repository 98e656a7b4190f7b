package org.thalweg.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.thalweg.benchmarks.work.Work;
import org.thalweg.benchmarks.work.Works;

/// A whole run: every fork on every number of threads, each in processes of its own.
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
  private final Path script;
  private final PrintStream progress;
  private final Map<String, Samples> all = new LinkedHashMap<>();
  private final Set<String> introduced = new HashSet<>();
  private boolean hasPeer = true;

  /// @param script the peer's
  Comparison(Plan plan, Path script, PrintStream progress) {
    this.plan = plan;
    this.script = script;
    this.progress = progress;
  }

  /// Runs all of it.
  ///
  /// @throws IOException where a process fails
  /// @throws VoidRun where the control work went wrong twice in a fork
  void run() throws IOException, VoidRun {
    for (int fork = 1; fork <= plan.forks(); fork++) {
      for (int threads : plan.threads()) {
        measure(fork, threads);
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

  private void measure(int fork, int threads) throws IOException, VoidRun {
    for (int attempt = 1; ; attempt++) {
      List<Samples> measured = once(fork, threads);
      String defect = defect(measured);
      if (defect == null || attempt == ATTEMPTS) {
        for (Samples samples : measured) {
          String key = samples.work().name() + " " + samples.threads();
          all.computeIfAbsent(key, _ -> new Samples(samples.work(), threads)).add(samples);
        }
        if (defect != null) {
          throw new VoidRun(defect);
        }
        return;
      }
      progress.println(defect + ": measuring this fork once more");
    }
  }

  private List<Samples> once(int fork, int threads) throws IOException {
    try (Child peer = peer(threads);
        Child ours = Child.ours(threads)) {
      introduce(ours);
      introduce(peer);
      String where = "fork " + fork + "/" + plan.forks() + ", threads " + threads + ": ";
      Session session =
          new Session(ours, peer, threads, plan.pace(), work -> progress.println(where + work));
      return session.measure(peer == null ? plan.works() : withControl());
    }
  }

  private List<Work> withControl() {
    List<Work> works = new ArrayList<>(plan.works());
    if (works.stream().noneMatch(work -> work.name().equals(Works.CONTROL.name()))) {
      works.add(0, Works.CONTROL);
    }
    return works;
  }

  private @Nullable Child peer(int threads) throws IOException {
    if (!hasPeer) {
      return null;
    }
    Child peer = null;
    try {
      peer = Child.pytorch(script, threads);
    } catch (IOException e) {
      progress.println("PyTorch is left out: " + e.getMessage());
    }
    hasPeer = peer != null;
    return peer;
  }

  /// Says once what runs how.
  private void introduce(@Nullable Child child) {
    if (child != null) {
      String sentence = child.hello().name() + ": " + child.hello().note();
      if (introduced.add(sentence)) {
        System.out.println(sentence);
      }
    }
  }

  /// What is wrong with the control work; `null` where nothing is.
  private static @Nullable String defect(List<Samples> measured) {
    for (Samples samples : measured) {
      Double percent = samples.peerPercentOfLimit();
      if (samples.work().name().equals(Works.CONTROL.name())
          && percent != null
          && percent < LEAST_PERCENT) {
        return "the peer reached %.0f %% of the FMA peak in %s on %d threads, less than %.0f %%"
            .formatted(percent, samples.work().name(), samples.threads(), LEAST_PERCENT);
      }
    }
    return null;
  }
}
