package org.thalweg.benchmarks.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The commit of the sources that are measured.
public final class Commit {
  private static final String UNKNOWN = "unknown";

  private Commit() {}

  /// Its short name, with a `+` where something that is measured has been changed since; `unknown`
  /// where there is no Git.
  public static String of(Path directory) {
    try {
      String name = git(directory, "rev-parse", "--short=7", "HEAD").strip();
      List<String> sources = List.of(":(top,glob)**/src/main/**", ":(top)benchmarks/peer.py");
      List<String> status = new ArrayList<>(List.of("status", "--porcelain", "--"));
      status.addAll(sources);
      return git(directory, status.toArray(String[]::new)).isBlank() ? name : name + "+";
    } catch (IOException e) {
      return UNKNOWN;
    }
  }

  private static String git(Path directory, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("git", "-C", directory.toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException("git " + arguments[0] + " failed");
    }
    return said;
  }
}
