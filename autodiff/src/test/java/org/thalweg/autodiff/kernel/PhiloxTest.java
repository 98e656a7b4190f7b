package org.thalweg.autodiff.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhiloxTest {
  private final int threads = Pool.threads();

  @AfterEach
  void restoreThreads() {
    Pool.setThreads(threads);
  }

  /// The known answers for `philox4x32 10` that Random123 publishes: counter, key, words.
  @ParameterizedTest
  @CsvSource({
    "00000000 00000000 00000000 00000000, 00000000 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
    "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0, d16cfe09 94fdcceb 5001e420 24126ea1"
  })
  void aBlockIsThePublishedOne(String counter, String key, String words) {
    int[] c = hex(counter);
    int[] k = hex(key);
    int[] y = new int[5];
    Philox.block(c[0], c[1], c[2], c[3], k[0], k[1], y, 1);
    assertThat(Arrays.copyOfRange(y, 1, 5)).isEqualTo(hex(words));
  }

  private static int[] hex(String words) {
    return Arrays.stream(words.split(" ")).mapToInt(w -> Integer.parseUnsignedInt(w, 16)).toArray();
  }

  @Test
  void wordsFollowTheBlocks() {
    int[] y = new int[100];
    Philox.fillBits(y, 0, 100, 0x1234_5678_9ABC_DEF0L, -3, 0);
    int[] block = new int[4];
    for (int b = 0; b < 25; b++) {
      Philox.block(b, 0, -3, -1, 0x9ABC_DEF0, 0x1234_5678, block, 0);
      assertThat(Arrays.copyOfRange(y, 4 * b, 4 * b + 4)).isEqualTo(block);
    }
  }

  @Test
  void theVectorKernelGivesTheSameWords() {
    assumeTrue(Simd.available());
    Philox.Kernel vector = Simd.load("PhiloxVector", Philox.Kernel.class);
    int[] y = new int[4 * 101 + 1];
    int[] expected = new int[4 * 101 + 1];
    for (int blocks = 0; blocks <= 100; blocks++) {
      // Where the lower half of the counter carries into the upper, and where the seed is negative.
      long counter = 0xFFFF_FFFFL - blocks / 2;
      vector.words(y, 1, blocks, -blocks, 7L << 40 | blocks, counter);
      for (int b = 0; b < blocks; b++) {
        long c = counter + b;
        int at = 1 + 4 * b;
        int c0 = (int) c;
        int c1 = (int) (c >>> 32);
        Philox.block(c0, c1, blocks, 7 << 8, -blocks, blocks == 0 ? 0 : -1, expected, at);
      }
      assertThat(y).as("%d blocks", blocks).isEqualTo(expected);
    }
  }

  @Test
  void thePositionDecidesWhateverTheChunks() {
    int n = 5_000;
    int[] bits = new int[n];
    float[] floats = new float[n];
    double[] doubles = new double[n];
    long start = (1L << 33) - 1_001;
    Philox.fillBits(bits, 0, n, 5, 6, start);
    Philox.fillUniform(floats, 0, n, 5, 6, start, false);
    Philox.fillUniform(doubles, 0, n, 5, 6, start, false);
    int[] lengths = {1, 2, 3, 4, 5, 7, 64, 1_000, 1_021};
    int step = 0;
    for (int from = 0; from < n; step++) {
      int many = Math.min(n - from, lengths[step % lengths.length]);
      int[] someBits = new int[many + 2];
      float[] someFloats = new float[many + 2];
      double[] someDoubles = new double[many + 2];
      Philox.fillBits(someBits, 1, many, 5, 6, start + from);
      Philox.fillUniform(someFloats, 1, many, 5, 6, start + from, false);
      Philox.fillUniform(someDoubles, 1, many, 5, 6, start + from, false);
      int to = from + many;
      assertThat(Arrays.copyOfRange(someBits, 1, many + 1))
          .isEqualTo(Arrays.copyOfRange(bits, from, to));
      assertThat(Arrays.copyOfRange(someFloats, 1, many + 1))
          .isEqualTo(Arrays.copyOfRange(floats, from, to));
      assertThat(Arrays.copyOfRange(someDoubles, 1, many + 1))
          .isEqualTo(Arrays.copyOfRange(doubles, from, to));
      assertThat(someBits[0] | someBits[many + 1]).isZero();
      assertThat(someFloats[0] + someFloats[many + 1]).isZero();
      from = to;
    }
  }

  @Test
  void theNumberOfThreadsDoesNotMatter() {
    int n = 300_001;
    Pool.setThreads(1);
    float[] one = new float[n];
    double[] wideOne = new double[n];
    Philox.fillUniform(one, n, 1, 2, true);
    Philox.fillUniform(wideOne, n, 1, 2, true);
    long before = Pool.regions();
    for (int count = 2; count <= 4; count++) {
      Pool.setThreads(count);
      float[] many = new float[n];
      double[] wideMany = new double[n];
      Philox.fillUniform(many, n, 1, 2, true);
      Philox.fillUniform(wideMany, n, 1, 2, true);
      assertThat(many).isEqualTo(one);
      assertThat(wideMany).isEqualTo(wideOne);
    }
    assertThat(Pool.regions()).isGreaterThan(before);
  }

  @Test
  void uniformNumbersAreMadeOfTheDocumentedBits() {
    int[] words = new int[20];
    float[] floats = new float[20];
    float[] above = new float[20];
    double[] doubles = new double[10];
    double[] wideAbove = new double[10];
    Philox.fillBits(words, 0, 20, 9, 8, 0);
    Philox.fillUniform(floats, 20, 9, 8, false);
    Philox.fillUniform(above, 20, 9, 8, true);
    Philox.fillUniform(doubles, 10, 9, 8, false);
    Philox.fillUniform(wideAbove, 10, 9, 8, true);
    for (int i = 0; i < 20; i++) {
      int upper = words[i] >>> 8;
      assertThat(floats[i]).isEqualTo(upper / 16_777_216f);
      assertThat(above[i]).isEqualTo((upper + 1) / 16_777_216f);
    }
    for (int i = 0; i < 10; i++) {
      long all = (long) words[2 * i] << 32 | (words[2 * i + 1] & 0xFFFF_FFFFL);
      assertThat(doubles[i]).isEqualTo((all >>> 11) * 0x1p-53);
      assertThat(wideAbove[i]).isEqualTo(((all >>> 11) + 1) * 0x1p-53);
    }
  }

  @Test
  void uniformNumbersHaveTheMomentsOfUniformNumbers() {
    int n = 1_000_000;
    float[] x = new float[n];
    Philox.fillUniform(x, n, 2026, Philox.stream("moments"), false);
    double mean = 0;
    double square = 0;
    double neighbours = 0;
    int[] boxes = new int[100];
    for (int i = 0; i < n; i++) {
      assertThat(x[i] >= 0 && x[i] < 1).isTrue();
      mean += x[i] / n;
      square += (double) x[i] * x[i] / n;
      neighbours += (double) x[i] * x[(i + 1) % n] / n;
      boxes[(int) (x[i] * 100)]++;
    }
    // Five standard errors.
    assertThat(mean).isCloseTo(0.5, within(5 * Math.sqrt(1 / 12.0 / n)));
    assertThat(square).isCloseTo(1 / 3.0, within(5 * Math.sqrt(4 / 45.0 / n)));
    assertThat(neighbours).isCloseTo(0.25, within(5 * Math.sqrt(7 / 144.0 / n)));
    // χ² with 99 degrees of freedom: 10⁻⁴ lie outside on either side.
    assertThat(chiSquare(boxes, n / 100.0)).isBetween(54.0, 161.0);
  }

  private static double chiSquare(int[] counts, double expected) {
    double sum = 0;
    for (int count : counts) {
      sum += (count - expected) * (count - expected) / expected;
    }
    return sum;
  }

  @Test
  void seedsStreamsAndNamesTellStreamsApart() {
    assertThat(first(1, 1)).isNotEqualTo(first(2, 1)).isNotEqualTo(first(1, 2));
    assertThat(first(1L << 40, 1)).isNotEqualTo(first(0, 1));
    assertThat(first(1, 1L << 40)).isNotEqualTo(first(1, 0));
    assertThat(Philox.stream("encoder.0.weight")).isNotEqualTo(Philox.stream("encoder.1.weight"));
    // SHA-256 of the empty string begins with e3b0c44298fc1c14; Guava reads little-endian.
    assertThat(Philox.stream("")).isEqualTo(Long.reverseBytes(0xe3b0c44298fc1c14L));
  }

  private static int first(long seed, long stream) {
    int[] y = new int[1];
    Philox.fillBits(y, 0, 1, seed, stream, 0);
    return y[0];
  }

  @Test
  void aPermutationHasEveryNumberOnce() {
    for (int n : new int[] {0, 1, 2, 3, 10, 1_023, 1_024, 1_025, 100_000}) {
      int[] sorted = Philox.permutation(n, 3, 4);
      Arrays.sort(sorted);
      for (int i = 0; i < n; i++) {
        assertThat(sorted[i]).isEqualTo(i);
      }
    }
  }

  @Test
  void aPermutationIsTheSameOnEveryMachine() {
    assertThat(Philox.permutation(10, 42, 7)).containsExactly(0, 8, 5, 6, 4, 1, 2, 3, 7, 9);
  }

  @Test
  void allPermutationsAreEquallyLikely() {
    int draws = 60_000;
    int[] counts = new int[120];
    for (int stream = 0; stream < draws; stream++) {
      int[] order = Philox.permutation(5, 99, stream);
      int rank = 0;
      for (int i = 0; i < 5; i++) {
        int smaller = 0;
        for (int j = i + 1; j < 5; j++) {
          smaller += order[j] < order[i] ? 1 : 0;
        }
        rank = rank * (5 - i) + smaller;
      }
      counts[rank]++;
    }
    // χ² with 119 degrees of freedom: 10⁻⁴ lie outside on either side.
    assertThat(chiSquare(counts, draws / 120.0)).isBetween(69.0, 186.0);
  }

  @Test
  void anotherArrayIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Philox.fillUniform(new int[1], 1, 0, 0, false))
        .withMessage("fillUniform: cannot fill [int[]]: give float[] or double[]");
  }
}
