package org.thalweg.benchmarks.peers;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Another library, in a process that speaks as [org.thalweg.benchmarks.Message] says.
///
/// @param name for those who read why it is left out
/// @param command what starts it
public record Peer(String name, List<String> command) {
  /// TensorFlow gives all sessions of a process the threads of the first one without the first of
  /// these. The second leaves its log to warnings.
  private static final List<String> TENSORFLOW_ENVIRONMENT =
      List.of("env", "TF_OVERRIDE_GLOBAL_THREADPOOL=1", "TF_CPP_MIN_LOG_LEVEL=1");

  /// The official PyTorch of the `python3` on the path.
  ///
  /// @param script what does the works
  public static Peer pytorch(Path script) {
    return new Peer("PyTorch", List.of("python3", script.toString()));
  }

  /// Libraries on the JVM, with this very Java.
  ///
  /// @param path the class path of the module `benchmarks/peers`
  /// @param tensorflow the class path of the module `benchmarks/peers-tensorflow`
  public static List<Peer> onTheJvm(String path, String tensorflow) {
    return List.of(
        new Peer("DJL", java(path, "jvm.DjlPeer")),
        new Peer("ND4J", java(path, "jvm.Nd4jPeer")),
        new Peer("Tribuo", java(path, "jvm.TribuoPeer")),
        new Peer(
            "TensorFlow Java",
            Stream.of(TENSORFLOW_ENVIRONMENT, java(tensorflow, "tensorflow.TensorFlowPeer"))
                .flatMap(List::stream)
                .toList()));
  }

  private static List<String> java(String path, String main) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String program = Peer.class.getPackageName() + "." + main;
    return List.of(java, "--enable-native-access=ALL-UNNAMED", "-cp", path, program);
  }
}
