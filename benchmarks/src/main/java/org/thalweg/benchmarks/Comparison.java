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
      measure(fork);
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
    try (Child peer = peer();
        Child ours = Child.ours()) {
      introduce(ours);
      introduce(peer);
      String where = "fork " + fork + "/" + plan.forks() + ": ";
      Session session = new Session(ours, peer, plan, work -> progress.println(where + work));
      List<Work> works = new ArrayList<>(plan.works());
      if (peer != null) {
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

  private @Nullable Child peer() throws IOException {
    if (!hasPeer) {
      return null;
    }
    Child peer = null;
    try {
      peer = Child.pytorch(script, plan.threads());
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
  private static @Nullable String defect(List<Samples> control) {
    for (Samples samples : control) {
      Double percent = samples.peerPercentOfLimit();
      if (percent != null && percent < LEAST_PERCENT) {
        return "PyTorch reached %.0f %% of the FMA peak in %s on %d thread%s, less than %.0f %%"
            .formatted(
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
