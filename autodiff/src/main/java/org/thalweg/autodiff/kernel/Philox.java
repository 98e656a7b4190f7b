package org.thalweg.autodiff.kernel;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;

/// Random numbers by position: Philox4x32-10, a function of a key and a counter without any state,
/// so that it does not matter which thread computes which.
///
/// The key is the seed, the counter the position (lower 64 bits) and the stream (upper 64 bits).
/// One counter gives four words of 32 bits. Salmon, Moraes, Dror and Shaw, 2011.
public final class Philox {
  private static final int ROUNDS = 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final long LOW = 0xFFFF_FFFFL;

  /// Values that one part of a parallel fill makes; a multiple of 4.
  private static final int PART = 1 << 16;

  private static final float FLOAT_UNIT = 0x1p-24f;
  private static final double DOUBLE_UNIT = 0x1p-53;

  private Philox() {}

  /// Four words from a counter and a key, written to `out` from an index.
  public static void block(
      int c0, int c1, int c2, int c3, int key0, int key1, int[] out, int from) {
    int k0 = key0;
    int k1 = key1;
    for (int round = 0; round < ROUNDS; round++) {
      long p0 = (c0 & LOW) * MULTIPLIER_0;
      long p1 = (c2 & LOW) * MULTIPLIER_1;
      int n0 = (int) (p1 >>> 32) ^ c1 ^ k0;
      int n2 = (int) (p0 >>> 32) ^ c3 ^ k1;
      c1 = (int) p1;
      c3 = (int) p0;
      c0 = n0;
      c2 = n2;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    out[from] = c0;
    out[from + 1] = c1;
    out[from + 2] = c2;
    out[from + 3] = c3;
  }

  private static void block(long seed, long stream, long counter, int[] out) {
    block(
        (int) counter,
        (int) (counter >>> 32),
        (int) stream,
        (int) (stream >>> 32),
        (int) seed,
        (int) (seed >>> 32),
        out,
        0);
  }

  /// The stream that belongs to a name: the first 64 bits of the SHA-256 of its UTF-8 bytes.
  public static long stream(String name) {
    return Hashing.sha256().hashString(name, StandardCharsets.UTF_8).asLong();
  }

  /// Fills a `float[]` (24 random bits each) or `double[]` (53) with numbers in [0, 1); value i
  /// depends on the seed, the stream and i alone. With `aboveZero`, in (0, 1].
  public static void fillUniform(Object x, int n, long seed, long stream, boolean aboveZero) {
    int parts = (n + PART - 1) / PART;
    Pool.run(
        parts,
        part -> {
          int from = part * PART;
          int to = Math.min(n, from + PART);
          if (x instanceof float[] floats) {
            floats(floats, from, to, seed, stream, aboveZero ? 1 : 0);
          } else {
            doubles((double[]) x, from, to, seed, stream, aboveZero ? 1 : 0);
          }
        });
  }

  private static void floats(float[] x, int from, int to, long seed, long stream, int least) {
    int[] words = new int[4];
    for (int i = from; i < to; i++) {
      if ((i & 3) == 0) {
        block(seed, stream, i >>> 2, words);
      }
      x[i] = ((words[i & 3] >>> 8) + least) * FLOAT_UNIT;
    }
  }

  private static void doubles(double[] x, int from, int to, long seed, long stream, int least) {
    int[] words = new int[4];
    for (int i = from; i < to; i++) {
      if ((i & 1) == 0) {
        block(seed, stream, i >>> 1, words);
      }
      int at = (i & 1) * 2;
      long bits = ((words[at] & LOW) << 32) | (words[at + 1] & LOW);
      x[i] = ((bits >>> 11) + least) * DOUBLE_UNIT;
    }
  }

  /// The numbers 0 … n − 1 in random order, every order equally likely but for the limits of 64
  /// bits. Fisher and Yates, with unbiased draws by Lemire's method, 2019.
  public static int[] permutation(int n, long seed, long stream) {
    int[] order = new int[n];
    Words words = new Words(seed, stream);
    for (int i = 0; i < n; i++) {
      int j = words.below(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /// Words one after the other.
  private static final class Words {
    private final long seed;
    private final long stream;
    private final int[] words = new int[4];
    private long counter;
    private int left;

    Words(long seed, long stream) {
      this.seed = seed;
      this.stream = stream;
    }

    private long next() {
      if (left == 0) {
        block(seed, stream, counter++, words);
        left = 4;
      }
      return words[4 - left--] & LOW;
    }

    int below(int bound) {
      long product = next() * bound;
      if ((product & LOW) < bound) {
        long rejected = (1L << 32) % bound;
        while ((product & LOW) < rejected) {
          product = next() * bound;
        }
      }
      return (int) (product >>> 32);
    }
  }
}
