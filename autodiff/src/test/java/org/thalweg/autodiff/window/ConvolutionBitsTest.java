package org.thalweg.autodiff.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.Engine;
import org.thalweg.autodiff.kernel.ChildJvm;

/// The same convolutions in JVMs of their own, one for each way of computing them.
@Timeout(300)
class ConvolutionBitsTest {
  /// What [ConvolutionHash] gives on every machine.
  private static final String GOLDEN = "8e9310616947375";

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void vectorsOfAnyWidthOnAnyNumberOfThreadsGiveTheGoldenHash(int bits) throws Exception {
    assumeTrue(Engine.vectorBits() > 0);
    List<String> words =
        ChildJvm.run(
            ConvolutionHash.class,
            "--add-modules",
            "jdk.incubator.vector",
            "-Dthalweg.simd.bits=" + bits);
    assertThat(words.get(0)).isEqualTo(String.valueOf(bits));
    assertThat(Long.parseLong(words.get(1))).as("vector products").isPositive();
    assertThat(Long.parseLong(words.get(2))).as("chunks by workers").isPositive();
    assertThat(words.subList(3, words.size())).hasSize(4).containsOnly(GOLDEN);
  }

  @Test
  void plainJavaOnAnyNumberOfThreadsGivesTheGoldenHash() throws Exception {
    List<String> words = ChildJvm.run(ConvolutionHash.class, "-Dthalweg.simd=off");
    assertThat(words.subList(0, 2)).containsExactly("0", "0");
    assertThat(Long.parseLong(words.get(2))).as("chunks by workers").isPositive();
    assertThat(words.subList(3, words.size())).hasSize(4).containsOnly(GOLDEN);
  }
}
