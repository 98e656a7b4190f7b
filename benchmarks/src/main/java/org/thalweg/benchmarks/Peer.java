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

  /// Libraries on the JVM, with this very Java.
  ///
  /// @param path the class path of the module `benchmarks/peers`
  static List<Peer> onTheJvm(String path) {
    return List.of(onTheJvm("DJL", path, "DjlPeer"), onTheJvm("ND4J", path, "Nd4jPeer"));
  }

  private static Peer onTheJvm(String name, String path, String main) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String program = "org.thalweg.benchmarks.peers." + main;
    return new Peer(
        name, List.of(java, "--enable-native-access=ALL-UNNAMED", "-cp", path, program));
  }
}
