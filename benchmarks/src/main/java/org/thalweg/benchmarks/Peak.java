package org.thalweg.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The most memory that this process has had at a time, as the kernel of Linux counts: pages that
/// are in memory, whatever they are for. Elsewhere it is not known.
final class Peak {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path RESET = Path.of("/proc/self/clear_refs");

  private final long start;

  private Peak(long start) {
    this.start = start;
  }

  /// Begins to count from what is in memory now.
  static Peak begin() {
    try {
      // 5: the most so far is forgotten.
      Files.writeString(RESET, "5");
    } catch (IOException e) {
      // Where that is not allowed, the most so far is the start.
    }
    return new Peak(most());
  }

  /// How many bytes more there have been since; −1 where that is not known.
  double growth() {
    long now = most();
    return start < 0 || now < 0 ? -1 : now - start;
  }

  private static long most() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith("VmHWM:")) {
          return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    } catch (IOException e) {
      // Not Linux.
    }
    return -1;
  }
}
