package org.thalweg.examples.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.thalweg.examples.models.TrainingJvm.HAS_VECTORS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thalweg.examples.models.TrainingJvm;

/// A seed fixes every bit of a training, in whatever JVM: on one thread or several, scalar or
/// vector of any width, cold or warm. The hashes are committed, so that any machine's run checks
/// the claim.
class TrainingBitsTest {
  private static final String DRAWN =
      "19349c912c672d5e2c2a44cb365c14835b6568c5ab6197de0bd0b671a813cacb";

  private static final String MNIST =
      "9f24c10a57cf5b7cb40284e014ea2df0993c777d3bc63cee2601fb5a4f4fb3c1";

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
    TrainingJvm ran =
        TrainingJvm.run(TrainingBits.class, width, Integer.toString(threads), start, data);
    if (threads > 1) {
      assertThat(ran.count("workers")).as("parts done by workers").isPositive();
    }
    if (HAS_VECTORS && start.equals("warm")) {
      assertThat(ran.count("loops")).as("vector loops").isPositive();
      assertThat(ran.count("products")).as("vector products").isPositive();
    }
    return ran.fact("hash");
  }
}
