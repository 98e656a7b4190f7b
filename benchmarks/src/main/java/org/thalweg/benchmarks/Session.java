package org.thalweg.benchmarks;

import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.thalweg.benchmarks.Message.Answer;
import org.thalweg.benchmarks.Message.Request;
import org.thalweg.benchmarks.work.Limit;
import org.thalweg.benchmarks.work.Work;

/// One work in one process of ours and one of each peer, taking turns.
///
/// The turns go ours, peers, peers backwards, ours, so that a machine that becomes faster or slower
/// favours nobody.
final class Session {
  /// Threads of a peer may spin on for a while after their work, and would take ours their
  /// processor.
  private static final long SPIN_MILLIS = 300;

  private static final long BREATH_MILLIS = 20;
  private static final int ATTEMPTS = 3;

  /// How much longer a whole training step is warmed up: its operations run once or a few times in
  /// each, so that what joins them is compiled, method by method, after some hundreds of steps.
  private static final int LONGER = 10;

  private final Team team;
  private final Plan.Pace pace;
  private final Work work;
  private final Consumer<String> progress;
  private boolean isFresh = true;
  private @Nullable Child last;
  private int lastThreads;

  /// @param progress is told what is not as it should be
  Session(Team team, Plan.Pace pace, Work work, Consumer<String> progress) {
    this.team = team;
    this.pace = pace;
    this.work = work;
    this.progress = progress;
  }

  /// All rounds on some threads: once more where they go on becoming faster. The first time in a
  /// session also the memory of a training step.
  ///
  /// @throws IOException where a process fails
  Samples measure(int threads) throws IOException {
    Samples memory = new Samples(work, threads);
    warmUp(memory);
    for (int attempt = 1; ; attempt++) {
      Samples samples = new Samples(work, threads);
      for (int round = 0; round < pace.rounds(); round++) {
        round(round % 2 == 0, samples);
      }
      if (!samples.isBecomingFaster() || attempt == ATTEMPTS) {
        samples.add(memory);
        return samples;
      }
      progress.accept(where(threads) + " was not warm: its rounds are measured once more");
    }
  }

  /// The rounds of the peers and of the machine's limit alone.
  ///
  /// @throws IOException where a process fails
  Samples withoutOurs(int threads) throws IOException {
    Samples samples = new Samples(work, threads);
    warmUpLimit(threads);
    warmUpPeers(samples);
    for (int round = 0; round < pace.rounds(); round++) {
      limit(samples);
      peers(true, samples);
    }
    return samples;
  }

  private void round(boolean oursFirst, Samples samples) throws IOException {
    if (oursFirst) {
      ours(samples);
    }
    peers(oursFirst, samples);
    if (!oursFirst) {
      ours(samples);
    }
  }

  private void warmUp(Samples memory) throws IOException {
    Answer ours = ask(team.ours(), warmUp(work, "", memory.threads(), 1));
    if (work.isTraining()) {
      if (isFresh) {
        memory.peak(ours);
      }
      ask(team.ours(), warmUp(work, "", memory.threads(), LONGER));
    }
    warmUpPeers(memory);
    isFresh = false;
    warmUpLimit(memory.threads());
  }

  private void warmUpPeers(Samples memory) throws IOException {
    for (Child peer : team.peers()) {
      boolean isFirst = true;
      for (String way : peer.ways(work.name())) {
        Answer answer = ask(peer, warmUp(work, way, memory.threads(), 0.5));
        if (isFresh && isFirst && work.isTraining()) {
          memory.peerPeak(peer.name(way), answer);
        }
        isFirst = false;
      }
    }
  }

  private void warmUpLimit(int threads) throws IOException {
    Limit limit = work.limit();
    if (limit != null) {
      ask(team.ours(), warmUp(limit.work(), "", threads, 0.5));
    }
  }

  private Request warmUp(Work what, String way, int threads, double part) {
    return new Request(what.name(), way, threads, part * pace.warmUp(), true);
  }

  private void ours(Samples samples) throws IOException {
    samples.ours(ask(team.ours(), timed(work, "", samples.threads(), pace.round())));
    limit(samples);
  }

  private void limit(Samples samples) throws IOException {
    Limit limit = work.limit();
    if (limit != null) {
      Request request = timed(limit.work(), "", samples.threads(), pace.limit());
      samples.limit(limit, ask(team.ours(), request));
    }
  }

  private void peers(boolean forwards, Samples samples) throws IOException {
    for (Child peer : forwards ? team.peers() : team.peers().reversed()) {
      for (String way : peer.ways(work.name())) {
        Request request = timed(work, way, samples.threads(), pace.round());
        samples.peer(peer.name(way), ask(peer, request));
      }
    }
  }

  private static Request timed(Work what, String way, int threads, double seconds) {
    return new Request(what.name(), way, threads, seconds, false);
  }

  private Answer ask(Child there, Request request) throws IOException {
    boolean isSpinning = last != null && last != team.ours() && last != there && lastThreads > 1;
    pause(isSpinning ? SPIN_MILLIS : BREATH_MILLIS);
    last = there;
    lastThreads = request.threads();
    Answer answer = there.ask(request);
    if (!answer.isSettled()) {
      progress.accept(
          there.name(request.way())
              + " was not warm after "
              + Server.MOST_WARM_UP_SECONDS
              + " s of "
              + where(request.threads()));
    }
    return answer;
  }

  private String where(int threads) {
    return work.name() + " on " + threads + (threads == 1 ? " thread" : " threads");
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
