package org.thalweg.autodiff.kernel.matmul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.kernel.Simd;

/// The same products in JVMs of their own, one for each way of computing them.
@Timeout(300)
class MatmulBitsTest {
  /// What [MatmulHash] gives on every machine.
  private static final String GOLDEN = "73583a55be1ddacc";

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void vectorsOfAnyWidthOnAnyNumberOfThreadsGiveTheGoldenHash(int bits) throws Exception {
    assumeTrue(Simd.available());
    List<String> words =
        child("--add-modules", "jdk.incubator.vector", "-Dthalweg.simd.bits=" + bits);
    assertThat(words.get(0)).isEqualTo(String.valueOf(bits));
    assertThat(Long.parseLong(words.get(1))).as("vector calls").isPositive();
    assertThat(Long.parseLong(words.get(2))).as("chunks by workers").isPositive();
    assertThat(words.subList(3, words.size())).hasSize(5).containsOnly(GOLDEN);
  }

  @Test
  void plainJavaOnAnyNumberOfThreadsGivesTheGoldenHash() throws Exception {
    List<String> words = child("-Dthalweg.simd=off");
    assertThat(words.subList(0, 2)).containsExactly("0", "0");
    assertThat(Long.parseLong(words.get(2))).as("chunks by workers").isPositive();
    assertThat(words.subList(3, words.size())).hasSize(5).containsOnly(GOLDEN);
  }

  @Test
  void theFirstCompilerAloneGivesTheGoldenHash() throws Exception {
    List<String> words = child("-XX:TieredStopAtLevel=1");
    assertThat(words.get(1)).isEqualTo("0");
    assertThat(words.subList(3, words.size())).hasSize(5).containsOnly(GOLDEN);
  }

  private static List<String> child(String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.add("-cp");
    command.add(String.join(File.pathSeparator, places()));
    command.add(MatmulHash.class.getName());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output;
    try (var stream = process.getInputStream()) {
      output = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThat(process.waitFor()).as(output).isZero();
    return List.of(output.lines().reduce("", (before, line) -> line).split(" "));
  }

  /// Where the classes of the kernels and of the tests are.
  private static Set<String> places() throws Exception {
    Set<String> places = new LinkedHashSet<>();
    for (Class<?> type : List.of(Matmul.class, MatmulHash.class)) {
      CodeSource source = type.getProtectionDomain().getCodeSource();
      places.add(Path.of(source.getLocation().toURI()).toString());
    }
    return places;
  }
}
