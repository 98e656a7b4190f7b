package org.thalweg.benchmarks.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;

/// Where and when something was measured: only what has all of this in common stands on one page.
///
/// @param processor its model
/// @param threads how many it runs at a time
/// @param java the version of the Java that runs this
/// @param date the day, ISO 8601
public record Machine(String processor, int threads, String java, String date) {
  /// This machine today.
  public static Machine here() {
    Runtime runtime = Runtime.getRuntime();
    return new Machine(
        model(),
        runtime.availableProcessors(),
        Runtime.version().toString(),
        LocalDate.now(ZoneId.systemDefault()).toString());
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
