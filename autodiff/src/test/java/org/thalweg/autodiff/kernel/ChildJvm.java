package org.thalweg.autodiff.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import com.google.common.util.concurrent.internal.InternalFutureFailureAccess;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Runs a main class of the tests in a JVM of its own.
public final class ChildJvm {
  private ChildJvm() {}

  /// Runs `main` with the given options and returns the words of the last line that it prints.
  public static List<String> run(Class<?> main, String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.add("-cp");
    command.add(
        String.join(
            File.pathSeparator,
            places(Simd.class, main, Hashing.class, InternalFutureFailureAccess.class)));
    command.add(main.getName());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output;
    try (var stream = process.getInputStream()) {
      output = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThat(process.waitFor()).as(output).isZero();
    return List.of(output.lines().reduce("", (before, line) -> line).split(" "));
  }

  /// Where these classes were loaded from.
  private static Set<String> places(Class<?>... types) throws Exception {
    Set<String> places = new LinkedHashSet<>();
    for (Class<?> type : types) {
      var location = type.getProtectionDomain().getCodeSource().getLocation();
      places.add(Path.of(location.toURI()).toString());
    }
    return places;
  }
}
