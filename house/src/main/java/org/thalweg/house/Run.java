package org.thalweg.house;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A finished process.
///
/// @param exit its status
/// @param standardOutput what it printed
/// @param standardError what it complained about
record Run(int exit, String standardOutput, String standardError) {
  private static final long MINUTES = 10;

  /// Runs a command to its end, without input.
  static Run of(Path directory, List<String> command) throws IOException {
    Path out = Files.createTempFile("house", ".out");
    Path err = Files.createTempFile("house", ".err");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IOException("run: no end after " + MINUTES + " minutes: " + command);
      }
      return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("run: interrupted: " + command, e);
    } finally {
      Files.deleteIfExists(out);
      Files.deleteIfExists(err);
    }
  }

  /// Both outputs, for messages.
  String output() {
    return standardOutput + standardError;
  }
}
