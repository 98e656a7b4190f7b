package org.thalweg.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.thalweg.benchmarks.peers.Peer;
import org.thalweg.benchmarks.work.Work;

/// A whole run: one work after the other, each in fresh processes for every fork.
final class Comparison {
  private static final int ATTEMPTS = 2;
  private static final double SECONDS_BETWEEN_CONTROLS = 300;
  private static final int CONTROL_ROUNDS = 3;

  /// A run that says nothing from here on: the peer is, or was at the beginning, disturbed.
  static final class VoidRun extends Exception {
    private static final long serialVersionUID = 1;

    VoidRun(String message) {
      super(message);
    }
  }

  /// Takes what has been measured of a work.
  @FunctionalInterface
  interface Finished {
    /// Keeps a work.
    ///
    /// @param samples of the work on each number of threads
    /// @throws IOException where it cannot be kept
    void accept(List<Samples> samples) throws IOException;
  }

  private final Plan plan;
  private final Teams teams;
  private final Control control = new Control();
  private final Consumer<String> progress;
  private final Set<String> introduced = new LinkedHashSet<>();
  private final Set<String> failed = new LinkedHashSet<>();
  private @Nullable Long controlled;

  /// @param peers to compare with, the first of which is judged by the control work
  Comparison(Plan plan, List<Peer> peers, Consumer<String> progress) {
    this.plan = plan;
    this.teams = new Teams(peers, progress);
    this.progress = progress;
  }

  /// Runs all of it. A work in which a process fails is left out.
  ///
  /// @param finished is given each work as soon as it has been measured
  /// @throws IOException where the control work fails, or what was measured cannot be kept
  /// @throws VoidRun where the control work went wrong twice: what came before it is valid if the
  ///   peer became slower, and in doubt if it became faster
  void run(Finished finished) throws IOException, VoidRun {
    for (Work work : plan.works()) {
      control();
      List<Samples> samples = measured(work);
      if (!samples.isEmpty()) {
        finished.accept(samples);
      }
    }
  }

  /// What ran how, a sentence for each library.
  Set<String> introduced() {
    return Collections.unmodifiableSet(introduced);
  }

  /// The works that were left out.
  Set<String> failed() {
    return Collections.unmodifiableSet(failed);
  }

  private List<Samples> measured(Work work) {
    try {
      return measure(work);
    } catch (IOException e) {
      failed.add(work.name());
      progress.accept(work.name() + " is left out: " + e.getMessage());
      return List.of();
    }
  }

  private List<Samples> measure(Work work) throws IOException {
    List<Samples> all = new ArrayList<>();
    for (int threads : plan.threads()) {
      all.add(new Samples(work, threads));
    }
    for (int fork = 0; fork < plan.forks(); fork++) {
      progress.accept(work.name() + ": fork " + (fork + 1) + "/" + plan.forks());
      try (Team team = start(work)) {
        Session session = new Session(team, plan.pace(), work, progress);
        // Each number of threads comes first by turns: what comes first shows its memory.
        for (int k = 0; k < all.size(); k++) {
          Samples samples = all.get((k + fork) % all.size());
          samples.add(session.measure(samples.threads()));
        }
      }
    }
    return all;
  }

  private Team start(Work work) throws IOException {
    Team team = teams.of(work);
    for (Child peer : team.peers()) {
      introduce(peer);
    }
    introduce(team.ours());
    return team;
  }

  /// Says once what runs how.
  private void introduce(Child child) throws IOException {
    String sentence = child.hello().name() + ": " + child.hello().note();
    if (introduced.add(sentence)) {
      progress.accept(sentence);
    }
  }

  /// Looks at the beginning, and every few minutes, whether the peer is as fast as it was.
  private void control() throws IOException, VoidRun {
    long now = System.nanoTime();
    if (controlled != null && now - controlled < SECONDS_BETWEEN_CONTROLS * 1e9) {
      return;
    }
    for (int attempt = 1; ; attempt++) {
      String defect = defect();
      if (defect == null) {
        controlled = now;
        return;
      }
      if (attempt == ATTEMPTS) {
        throw new VoidRun(defect);
      }
      progress.accept(defect + ": once more");
    }
  }

  /// What is wrong with the first peer; `null` where nothing is, or there is no peer.
  private @Nullable String defect() throws IOException {
    progress.accept("control: " + Works.CONTROL.name());
    try (Team team = teams.of(Works.CONTROL)) {
      if (team.peers().isEmpty()) {
        return null;
      }
      Team pair = new Team(team.ours(), team.peers().subList(0, 1));
      Plan.Pace pace = plan.pace().withRounds(CONTROL_ROUNDS);
      Session session = new Session(pair, pace, Works.CONTROL, progress);
      for (int threads : plan.threads()) {
        Samples samples = session.withoutOurs(threads);
        progress.accept(Control.sentence(samples));
        String defect = control.defect(samples);
        if (defect != null) {
          return defect;
        }
      }
      return null;
    }
  }
}
