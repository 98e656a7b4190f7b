package org.thalweg.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.thalweg.benchmarks.peers.Peer;
import org.thalweg.benchmarks.work.Work;

/// Starts the processes that do a work.
final class Teams {
  private final List<Peer> peers;
  private final Consumer<String> progress;
  private final Map<Peer, Set<String>> works = new HashMap<>();

  /// @param progress is told which peer is left out, and why
  Teams(List<Peer> peers, Consumer<String> progress) {
    this.peers = new ArrayList<>(peers);
    this.progress = progress;
  }

  /// Fresh processes of ours and of every peer that can do a work, which get ready side by side. A
  /// peer that cannot be started is left out from then on.
  ///
  /// @throws IOException where ours cannot be started
  Team of(Work work) throws IOException {
    Child ours = Child.ours(work.heap());
    Map<Peer, Child> started = new LinkedHashMap<>();
    for (Peer peer : List.copyOf(peers)) {
      Child child =
          works.getOrDefault(peer, Set.of(work.name())).contains(work.name()) ? start(peer) : null;
      if (child != null) {
        started.put(peer, child);
      }
    }
    List<Child> ready = new ArrayList<>();
    for (Map.Entry<Peer, Child> entry : started.entrySet()) {
      if (isReady(entry.getKey(), entry.getValue())) {
        ready.add(entry.getValue());
      }
    }
    ours.hello();
    return new Team(ours, ready);
  }

  private @Nullable Child start(Peer peer) {
    try {
      return Child.start(peer.command());
    } catch (IOException e) {
      leaveOut(peer, e);
      return null;
    }
  }

  private boolean isReady(Peer peer, Child child) {
    try {
      works.put(peer, child.hello().works().keySet());
      return true;
    } catch (IOException e) {
      leaveOut(peer, e);
      return false;
    }
  }

  private void leaveOut(Peer peer, IOException why) {
    peers.remove(peer);
    progress.accept(peer.name() + " is left out: " + why.getMessage());
  }
}
