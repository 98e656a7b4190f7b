package org.thalweg.benchmarks.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where something was measured: only what has all of this in common stands on one page.
///
/// @param processor its model
/// @param threads how many it runs at a time
/// @param java the version of the Java that runs this
public record Machine(String processor, int threads, String java) {
  /// This machine.
  public static Machine here() {
    Runtime runtime = Runtime.getRuntime();
    return new Machine(model(), runtime.availableProcessors(), Runtime.version().toString());
  }

  private static String model() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"), StandardCharsets.UTF_8)) {
        if (line.startsWith("model name")) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
    } catch (IOException e) {
      // Not Linux: the architecture is all that Java knows.
    }
    return System.getProperty("os.arch", "unknown");
  }
}
