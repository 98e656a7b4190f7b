package org.thalweg.examples.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.thalweg.examples.models.TrainingJvm.HAS_VECTORS;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A seed fixes every bit of a training of an MLP, a CNN, a GPT and an LSTM, in whatever JVM: on
/// one thread or several, scalar or vector of any width, cold or warm. The hashes are committed, so
/// that any machine's run checks the claim.
class TraineeBitsTest {
  private static final String SMALL =
      "b7849f452ba2d6e41146744ac66c8131e1edb8caec54e0f2b8a31081743322b9";
  private static final String LARGE =
      "03c0a1a72589efacf935cee0732369d36e28ef62d12d4fbd1a9576af1f178f83";

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
    TrainingJvm ran =
        TrainingJvm.run(TraineeBits.class, width, Integer.toString(threads), start, size);
    boolean isWarm = HAS_VECTORS && start.equals("warm");
    if (isWarm) {
      assertThat(ran.count("loops")).as("vector loops").isPositive();
      assertThat(ran.count("abandoned")).as("kernels that were given up").isZero();
    }
    for (Trainee.Kind kind : Trainee.Kind.values()) {
      String[] words = ran.words(kind.toString());
      if (isWarm) {
        assertThat(Long.parseLong(words[2])).as("%s: vector products", kind).isPositive();
      }
      assertThat(Long.parseLong(words[3]) > 0)
          .as("%s: parts done by workers, %s", kind, words[3])
          .isEqualTo(threads > 1);
    }
    return ran.fact("hash");
  }
}
