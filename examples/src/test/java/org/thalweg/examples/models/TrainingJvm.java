package org.thalweg.examples.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.thalweg.autodiff.Engine;

/// A program of the tests that trains in a JVM of its own, with vectors where this one has them,
/// and what it printed.
///
/// @param lines of its output
public record TrainingJvm(List<String> lines) {
  /// Whether this is the suite with the Vector API; the other has the scalar kernels.
  public static final boolean HAS_VECTORS = Boolean.getBoolean("thalweg.test.vector");

  /// Runs a program to its end; skips the test where the machine has no vectors of that width.
  ///
  /// @param width of vectors in bits; 0 for the widest
  public static TrainingJvm run(Class<?> main, int width, String... arguments)
      throws IOException, InterruptedException {
    assumeTrue(!HAS_VECTORS || width <= Engine.vectorBits(), "vectors of " + width + " bits");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (HAS_VECTORS) {
      command.add("--add-modules=jdk.incubator.vector");
    }
    if (width > 0) {
      command.add("-Dthalweg.simd.bits=" + width);
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    TrainingJvm ran = new TrainingJvm(output.lines().toList());
    long bits = ran.count("bits");
    assertThat(bits > 0).as("vectors").isEqualTo(HAS_VECTORS);
    if (HAS_VECTORS && width > 0) {
      assertThat(bits).isEqualTo(width);
    }
    return ran;
  }

  /// The words of the line that begins with one.
  public String[] words(String first) {
    List<String[]> found =
        lines.stream().map(line -> line.split(" ")).filter(w -> w[0].equals(first)).toList();
    assertThat(found).as(first).hasSize(1);
    return found.get(0);
  }

  /// The word after one that begins a line.
  public String fact(String name) {
    return words(name)[1];
  }

  /// The same as a number.
  public long count(String name) {
    return Long.parseLong(fact(name));
  }
}
