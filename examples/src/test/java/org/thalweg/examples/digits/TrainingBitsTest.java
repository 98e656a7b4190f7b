package org.thalweg.examples.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A seed fixes every bit of a training, in whatever JVM: on one thread or several, scalar or
/// vector of any width, cold or warm. The hashes are committed, so that any machine's run checks
/// the claim.
class TrainingBitsTest {
  private static final String DRAWN =
      "19349c912c672d5e2c2a44cb365c14835b6568c5ab6197de0bd0b671a813cacb";

  private static final String MNIST =
      "9f24c10a57cf5b7cb40284e014ea2df0993c777d3bc63cee2601fb5a4f4fb3c1";

  private static final boolean HAS_VECTORS = Boolean.getBoolean("thalweg.test.vector");

  @ParameterizedTest
  @CsvSource({
    "1, cold, 0",
    "2, cold, 0",
    "1, warm, 0",
    "2, warm, 0",
    "3, warm, 128",
    "2, warm, 256"
  })
  void aTrainingOnDrawnDigitsHasTheSameBitsHoweverItRuns(int threads, String start, int width)
      throws Exception {
    assertThat(hash(threads, start, width, "-")).isEqualTo(DRAWN);
  }

  @Test
  void aTrainingOnMnistHasTheSameBitsHoweverItRuns() throws Exception {
    Path data = Path.of(System.getProperty("thalweg.test.shared"), "data", "mnist10k");
    assumeTrue(Files.isDirectory(data), "no MNIST digits at " + data);

    assertThat(hash(2, "cold", 0, data.toString())).isEqualTo(MNIST);
  }

  /// Runs the training in a JVM of its own and checks that what it claims to test did run.
  private static String hash(int threads, String start, int width, String data)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    if (HAS_VECTORS) {
      command.add("--add-modules=jdk.incubator.vector");
    }
    if (width > 0) {
      command.add("-Dthalweg.simd.bits=" + width);
    }
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            TrainingBits.class.getName(),
            Integer.toString(threads),
            start,
            data));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    Map<String, String> facts =
        output
            .lines()
            .map(line -> line.split(" "))
            .collect(Collectors.toMap(words -> words[0], words -> words[1]));
    if (threads > 1) {
      assertThat(Long.parseLong(facts.get("workers"))).as("parts done by workers").isPositive();
    }
    assertThat(Integer.parseInt(facts.get("bits")) > 0).as("vectors").isEqualTo(HAS_VECTORS);
    if (HAS_VECTORS && start.equals("warm")) {
      assertThat(Long.parseLong(facts.get("loops"))).as("vector loops").isPositive();
      assertThat(Long.parseLong(facts.get("products"))).as("vector products").isPositive();
    }
    if (HAS_VECTORS && width > 0) {
      assertThat(Integer.parseInt(facts.get("bits"))).isEqualTo(width);
    }
    return String.valueOf(facts.get("hash"));
  }
}
