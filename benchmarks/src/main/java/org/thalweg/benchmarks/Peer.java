package org.thalweg.benchmarks;

import java.nio.file.Path;
import java.util.List;

/// Another library, in a process that speaks as [Message] says.
///
/// @param name for those who read why it is left out
/// @param command what starts it
record Peer(String name, List<String> command) {
  /// The official PyTorch of the `python3` on the path.
  ///
  /// @param script what does the works
  static Peer pytorch(Path script) {
    return new Peer("PyTorch", List.of("python3", script.toString()));
  }
}
