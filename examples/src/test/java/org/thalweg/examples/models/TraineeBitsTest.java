package org.thalweg.examples.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thalweg.autodiff.Engine;

/// A seed fixes every bit of a training of an MLP, a CNN, a GPT and an LSTM, in whatever JVM: on
/// one thread or several, scalar or vector of any width, cold or warm. The hashes are committed, so
/// that any machine's run checks the claim.
class TraineeBitsTest {
  private static final String SMALL =
      "8a372d13aa57d882ca5e5d3f8283556c72bf7af09de90ef1cff9b356537cbcbe";
  private static final String LARGE =
      "eaeed3f53b374088045325b293c8714020b0a18a5e6eb7ed553c54c5a94bf1ca";

  private static final boolean HAS_VECTORS = Boolean.getBoolean("thalweg.test.vector");

  /// The suite without the Vector API has the scalar kernels.
  @ParameterizedTest
  @CsvSource({"2, cold, 0", "4, warm, 128"})
  void aTrainingOfEveryKindHasTheSameBitsHoweverItRuns(int threads, String start, int width)
      throws Exception {
    assertThat(hash(threads, start, width, "small")).isEqualTo(SMALL);
  }

  /// It takes a while until the kernels of four models are compiled.
  @ParameterizedTest
  @CsvSource({
    "1, cold, 0",
    "4, cold, 0",
    "1, warm, 256",
    "2, warm, 256",
    "1, warm, 512",
    "2, warm, 512"
  })
  @Tag("heavy")
  void otherWidthsAndThreadsHaveThemToo(int threads, String start, int width) throws Exception {
    assumeTrue(HAS_VECTORS || start.equals("cold"), "no vectors");
    assertThat(hash(threads, start, width, "small")).isEqualTo(SMALL);
  }

  @ParameterizedTest
  @CsvSource({
    "1, cold, 0",
    "2, cold, 0",
    "4, cold, 0",
    "1, cold, 128",
    "1, cold, 256",
    "1, warm, 0",
    "2, warm, 0",
    "4, warm, 0",
    "1, warm, 128",
    "2, warm, 128",
    "4, warm, 128",
    "1, warm, 256",
    "2, warm, 256",
    "4, warm, 256",
    "1, warm, 512",
    "2, warm, 512",
    "4, warm, 512"
  })
  @Tag("heavy")
  void aLargeTrainingHasTheSameBitsHoweverItRuns(int threads, String start, int width)
      throws Exception {
    assumeTrue(HAS_VECTORS || (width == 0 && start.equals("cold")), "no vectors");
    assertThat(hash(threads, start, width, "large")).isEqualTo(LARGE);
  }

  /// Runs the trainings in a JVM of their own and checks that what is claimed to be tested did run.
  private static String hash(int threads, String start, int width, String size)
      throws IOException, InterruptedException {
    assumeTrue(!HAS_VECTORS || width <= Engine.vectorBits(), "vectors of " + width + " bits");
    List<String> facts = run(threads, start, width, size);
    Map<String, String> last =
        facts.stream()
            .map(line -> line.split(" "))
            .filter(words -> words.length == 2)
            .collect(Collectors.toMap(words -> words[0], words -> words[1]));
    assertThat(Integer.parseInt(last.get("bits")) > 0).as("vectors").isEqualTo(HAS_VECTORS);
    if (HAS_VECTORS && width > 0) {
      assertThat(Integer.parseInt(last.get("bits"))).isEqualTo(width);
    }
    boolean isWarm = HAS_VECTORS && start.equals("warm");
    if (isWarm) {
      assertThat(Long.parseLong(last.get("loops"))).as("vector loops").isPositive();
      assertThat(last.get("abandoned")).as("kernels that were given up").isEqualTo("0");
    }
    for (Trainee.Kind kind : Trainee.Kind.values()) {
      String[] words =
          facts.stream().filter(l -> l.startsWith(kind + " ")).findFirst().orElseThrow().split(" ");
      if (isWarm) {
        assertThat(Long.parseLong(words[2])).as("%s: vector products", kind).isPositive();
      }
      assertThat(Long.parseLong(words[3]) > 0)
          .as("%s: parts done by workers, %s", kind, words[3])
          .isEqualTo(threads > 1);
    }
    return String.valueOf(last.get("hash"));
  }

  private static List<String> run(int threads, String start, int width, String size)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (HAS_VECTORS) {
      command.add("--add-modules=jdk.incubator.vector");
    }
    if (width > 0) {
      command.add("-Dthalweg.simd.bits=" + width);
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(TraineeBits.class.getName(), Integer.toString(threads), start, size));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output.lines().toList();
  }
}
