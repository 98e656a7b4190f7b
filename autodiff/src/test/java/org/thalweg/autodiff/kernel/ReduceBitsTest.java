package org.thalweg.autodiff.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The same reductions and random numbers in JVMs of their own, one for each way of computing them.
@Timeout(300)
class ReduceBitsTest {
  /// What [ReduceHash] gives on every machine.
  private static final String GOLDEN = "f3b5d9b6855c16a";

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void vectorsOfAnyWidthOnAnyNumberOfThreadsGiveTheGoldenHash(int bits) throws Exception {
    assumeTrue(Simd.available());
    // Eager: the vector kernels answer, compiled or not, whatever widths the CPU has.
    List<String> words =
        ChildJvm.run(
            ReduceHash.class,
            "--add-modules",
            "jdk.incubator.vector",
            "-Dthalweg.warmup=eager",
            "-Dthalweg.simd.bits=" + bits);
    assertThat(words.get(0)).isEqualTo(String.valueOf(bits));
    assertThat(words.get(1)).as("vector kernels").isEqualTo("7");
    assertThat(Long.parseLong(words.get(2))).as("chunks by workers").isPositive();
    assertThat(words.subList(3, words.size())).hasSize(5).containsOnly(GOLDEN);
  }

  @Test
  void kernelsThatWarmUpGiveTheGoldenHashBeforeAndAfter() throws Exception {
    assumeTrue(Simd.available());
    List<String> words = ChildJvm.run(ReduceHash.class, "--add-modules", "jdk.incubator.vector");
    assertThat(words.subList(3, words.size())).hasSize(5).containsOnly(GOLDEN);
  }

  @Test
  void plainJavaOnAnyNumberOfThreadsGivesTheGoldenHash() throws Exception {
    List<String> words = ChildJvm.run(ReduceHash.class, "-Dthalweg.simd=off");
    assertThat(words.subList(0, 2)).containsExactly("0", "0");
    assertThat(Long.parseLong(words.get(2))).as("chunks by workers").isPositive();
    assertThat(words.subList(3, words.size())).hasSize(5).containsOnly(GOLDEN);
  }

  @Test
  void theFirstCompilerAloneGivesTheGoldenHash() throws Exception {
    List<String> words = ChildJvm.run(ReduceHash.class, "-XX:TieredStopAtLevel=1");
    assertThat(words.subList(3, words.size())).hasSize(5).containsOnly(GOLDEN);
  }
}
