package org.thalweg.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.thalweg.benchmarks.Message.Answer;
import org.thalweg.benchmarks.Message.Request;
import org.thalweg.benchmarks.work.Limit;
import org.thalweg.benchmarks.work.Work;

/// One process of ours and one of each peer, taking turns.
///
/// The turns go ours, peers, peers backwards, ours, so that a machine that becomes faster or slower
/// favours nobody.
final class Session {
  /// Threads of a peer spin on for a while after their work, and would take ours their processor.
  private static final long SPIN_MILLIS = 300;

  private static final long BREATH_MILLIS = 20;

  private final Child ours;
  private final List<Child> peers;
  private final Plan plan;
  private final Plan.Pace pace;
  private final Consumer<String> progress;
  private final Set<String> warmLimits = new HashSet<>();
  private @Nullable Child last;
  private int lastThreads;

  /// @param progress is told the name of each work
  Session(Team team, Plan plan, Consumer<String> progress) {
    this.ours = team.ours();
    this.peers = team.peers();
    this.plan = plan;
    this.pace = plan.pace();
    this.progress = progress;
  }

  /// All rounds of these works, on each number of threads.
  ///
  /// @throws IOException where a process fails
  List<Samples> measure(List<Work> works) throws IOException {
    List<Samples> all = new ArrayList<>();
    for (Work work : works) {
      progress.accept(work.name());
      for (int threads : plan.threads()) {
        all.add(measure(work, threads));
      }
    }
    return all;
  }

  private Samples measure(Work work, int threads) throws IOException {
    Samples samples = new Samples(work, threads);
    warmUp(work, threads);
    for (int round = 0; round < pace.rounds(); round++) {
      boolean oursFirst = round % 2 == 0;
      if (oursFirst) {
        ours(work, samples);
      }
      for (Child peer : oursFirst ? peers : peers.reversed()) {
        peer(peer, work, samples);
      }
      if (!oursFirst) {
        ours(work, samples);
      }
    }
    return samples;
  }

  private void warmUp(Work work, int threads) throws IOException {
    Limit limit = work.limit();
    if (limit != null && warmLimits.add(limit.work().name())) {
      ask(ours, new Request(limit.work().name(), "", threads, pace.warmUp() / 2, true));
    }
    ask(ours, new Request(work.name(), "", threads, pace.warmUp(), true));
    for (Child peer : peers) {
      for (String way : peer.ways(work.name())) {
        ask(peer, new Request(work.name(), way, threads, pace.warmUp() / 2, true));
      }
    }
  }

  private void ours(Work work, Samples samples) throws IOException {
    Request request = new Request(work.name(), "", samples.threads(), pace.round(), false);
    samples.ours(ask(ours, request));
    Limit limit = work.limit();
    if (limit != null) {
      Request reach = new Request(limit.work().name(), "", samples.threads(), pace.limit(), false);
      samples.limit(limit, ask(ours, reach));
    }
  }

  private void peer(Child peer, Work work, Samples samples) throws IOException {
    for (String way : peer.ways(work.name())) {
      Request request = new Request(work.name(), way, samples.threads(), pace.round(), false);
      samples.peer(peer.name(way), ask(peer, request));
    }
  }

  private Answer ask(Child there, Request request) throws IOException {
    boolean isSpinning = last != null && last != ours && last != there && lastThreads > 1;
    pause(isSpinning ? SPIN_MILLIS : BREATH_MILLIS);
    last = there;
    lastThreads = request.threads();
    return there.ask(request);
  }

  private static void pause(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
