package org.thalweg.autodiff.kernel.matmul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.kernel.ChildJvm;
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
        ChildJvm.run(
            MatmulHash.class,
            "--add-modules",
            "jdk.incubator.vector",
            "-Dthalweg.simd.bits=" + bits);
    assertThat(words.get(0)).isEqualTo(String.valueOf(bits));
    assertThat(Long.parseLong(words.get(1))).as("vector calls").isPositive();
    assertThat(Long.parseLong(words.get(2))).as("chunks by workers").isPositive();
    assertThat(words.subList(3, words.size())).hasSize(5).containsOnly(GOLDEN);
  }

  @Test
  void plainJavaOnAnyNumberOfThreadsGivesTheGoldenHash() throws Exception {
    List<String> words = ChildJvm.run(MatmulHash.class, "-Dthalweg.simd=off");
    assertThat(words.subList(0, 2)).containsExactly("0", "0");
    assertThat(Long.parseLong(words.get(2))).as("chunks by workers").isPositive();
    assertThat(words.subList(3, words.size())).hasSize(5).containsOnly(GOLDEN);
  }

  @Test
  void theFirstCompilerAloneGivesTheGoldenHash() throws Exception {
    List<String> words = ChildJvm.run(MatmulHash.class, "-XX:TieredStopAtLevel=1");
    assertThat(words.get(1)).isEqualTo("0");
    assertThat(words.subList(3, words.size())).hasSize(5).containsOnly(GOLDEN);
  }
}
