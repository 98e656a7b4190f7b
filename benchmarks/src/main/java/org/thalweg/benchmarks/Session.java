package org.thalweg.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.thalweg.benchmarks.Message.Request;
import org.thalweg.benchmarks.work.Limit;
import org.thalweg.benchmarks.work.Work;

/// One process of ours and one of the peer, taking turns.
///
/// The turns go ours, peer, peer, ours, so that a machine that becomes faster or slower favours
/// nobody.
final class Session {
  /// Threads of a peer spin on for a while after their work, and would take ours their processor.
  private static final long SPIN_MILLIS = 300;

  private static final long BREATH_MILLIS = 20;

  private final Child ours;
  private final @Nullable Child peer;
  private final int threads;
  private final Plan.Pace pace;
  private final Consumer<String> progress;
  private boolean peerWasLast;

  Session(
      Child ours, @Nullable Child peer, int threads, Plan.Pace pace, Consumer<String> progress) {
    this.ours = ours;
    this.peer = peer;
    this.threads = threads;
    this.pace = pace;
    this.progress = progress;
  }

  /// All rounds of these works.
  ///
  /// @throws IOException where a process fails
  List<Samples> measure(List<Work> works) throws IOException {
    List<Samples> all = new ArrayList<>();
    for (Work work : works) {
      progress.accept(work.name());
      all.add(measure(work));
    }
    return all;
  }

  private Samples measure(Work work) throws IOException {
    Samples samples = new Samples(work, threads);
    warmUp(work);
    for (int round = 0; round < pace.rounds(); round++) {
      boolean oursFirst = round % 2 == 0;
      if (oursFirst) {
        ours(work, samples);
      }
      peer(work, samples);
      if (!oursFirst) {
        ours(work, samples);
      }
    }
    return samples;
  }

  private void warmUp(Work work) throws IOException {
    awaitQuiet(false);
    Limit limit = work.limit();
    if (limit != null) {
      ours.ask(new Request(limit.work().name(), "", pace.warmUp() / 2, true));
    }
    ours.ask(new Request(work.name(), "", pace.warmUp(), true));
    if (peer != null) {
      for (String way : peer.ways(work.name())) {
        peer.ask(new Request(work.name(), way, pace.warmUp() / 2, true));
        peerWasLast = true;
      }
    }
  }

  private void ours(Work work, Samples samples) throws IOException {
    awaitQuiet(false);
    samples.ours(ours.ask(new Request(work.name(), "", pace.round(), false)));
    Limit limit = work.limit();
    if (limit != null) {
      samples.limit(limit, ours.ask(new Request(limit.work().name(), "", pace.limit(), false)));
    }
  }

  private void peer(Work work, Samples samples) throws IOException {
    if (peer == null) {
      return;
    }
    for (String way : peer.ways(work.name())) {
      awaitQuiet(true);
      String name = way.isEmpty() ? peer.hello().name() : peer.hello().name() + ", " + way;
      samples.peer(name, peer.ask(new Request(work.name(), way, pace.round(), false)));
    }
  }

  private void awaitQuiet(boolean peerIsNext) throws IOException {
    boolean spins = peerWasLast && !peerIsNext && threads > 1;
    peerWasLast = peerIsNext;
    try {
      Thread.sleep(spins ? SPIN_MILLIS : BREATH_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
