package org.thalweg.autodiff.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.array.Machine;
import org.thalweg.autodiff.kernel.ChildJvm;

/// The same normalisations and attention in JVMs of their own, one for each way of computing them.
@Timeout(300)
class RowsBitsTest {
  /// What [RowsHash] gives on every machine.
  private static final String GOLDEN = "9f0fdfd8b705e790:810506e4fa36e3fe";

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void vectorsOfAnyWidthOnAnyNumberOfThreadsGiveTheGoldenHash(int bits) throws Exception {
    assumeTrue(Machine.vectorBits() > 0);
    // Eager: the vector kernels answer, compiled or not, whatever widths the CPU has.
    List<String> words =
        ChildJvm.run(
            RowsHash.class,
            "--add-modules",
            "jdk.incubator.vector",
            "-Dthalweg.warmup=eager",
            "-Dthalweg.simd.bits=" + bits);
    assertThat(words.get(0)).isEqualTo(String.valueOf(bits));
    assertThat(Long.parseLong(words.get(1))).as("vector products").isPositive();
    assertThat(Long.parseLong(words.get(2))).as("chunks by workers").isPositive();
    assertThat(words.subList(3, 6)).containsOnly(GOLDEN);
  }

  @Test
  void plainJavaOnAnyNumberOfThreadsGivesTheGoldenHash() throws Exception {
    List<String> words = ChildJvm.run(RowsHash.class, "-Dthalweg.simd=off");
    assertThat(words.subList(0, 2)).containsExactly("0", "0");
    assertThat(Long.parseLong(words.get(2))).as("chunks by workers").isPositive();
    assertThat(words.subList(3, 6)).containsOnly(GOLDEN);
  }
}
