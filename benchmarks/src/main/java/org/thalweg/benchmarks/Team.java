package org.thalweg.benchmarks;

import java.io.IOException;
import java.util.List;

/// The processes of a fork.
///
/// @param ours our own
/// @param peers those to compare with
record Team(Child ours, List<Child> peers) implements AutoCloseable {
  @Override
  public void close() throws IOException {
    try (ours) {
      for (Child peer : peers) {
        peer.close();
      }
    }
  }
}
