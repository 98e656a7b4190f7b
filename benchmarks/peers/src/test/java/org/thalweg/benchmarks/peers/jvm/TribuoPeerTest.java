package org.thalweg.benchmarks.peers.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.thalweg.benchmarks.Message.Hello;

class TribuoPeerTest {
  @Test
  void itMultipliesDoublesAndSaysThatItHasOneThread() {
    TribuoPeer peer = new TribuoPeer();
    Hello hello = peer.hello();
    assertThat(hello.name()).matches("Tribuo [0-9.]+");
    assertThat(hello.note()).startsWith("always one thread");
    assertThat(hello.works().keySet()).hasSize(5).allMatch(work -> work.startsWith("matmul-f64-"));
    peer.setThreads(2);
    peer.prepare("matmul-f64-96", "").run();
  }
}
