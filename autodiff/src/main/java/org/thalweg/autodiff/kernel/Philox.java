package org.thalweg.autodiff.kernel;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Random numbers by position: Philox4x32-10, a function of a key and a counter without any state,
/// so that it does not matter which thread computes which number, nor in how many calls.
///
/// The key is the seed. The counter is the number of a block of four words of 32 bits (its lower
/// half) and the stream (its upper half): 2⁶⁴ streams for each seed, of which the first 2⁶⁴ words
/// can be drawn.
///
/// | number at position p | words | value |
/// |---|---|---|
/// | `int` | `w = word p` | `w` |
/// | `float` | `w = word p` | `⌊w / 2⁸⌋ · 2⁻²⁴` |
/// | `double` | `h, l = words 2p, 2p + 1` | `⌊(2³²·h + l) / 2¹¹⌋ · 2⁻⁵³` |
///
/// Numbers of one stream that are drawn as different types are made of the same words, so they are
/// not independent: give every use a stream of its own.
///
/// Salmon, Moraes, Dror and Shaw, *Parallel random numbers: as easy as 1, 2, 3*, 2011.
public final class Philox {
  /// The inner loop; a scalar and a vector kernel implement it.
  @FunctionalInterface
  public interface Kernel {
    /// Writes the blocks of four words for the counters `counter, counter + 1, …` to `y` from
    /// `from`.
    void words(int[] y, int from, int blocks, long seed, long stream, long counter);
  }

  private static final int ROUNDS = 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final long LOW = 0xFFFF_FFFFL;

  private static final int BLOCK = 4;

  /// Words that are made at a time before they become numbers.
  private static final int BATCH = 1024;

  /// Numbers that are worth a second thread.
  private static final int GRAIN = 1 << 15;

  private static final Twin<Kernel> KERNEL =
      new Twin<>(
          "Philox",
          Philox::words,
          () -> Simd.load("PhiloxVector", Kernel.class),
          () -> rehearsal(new int[BLOCK * 35]));

  private Philox() {}

  static Kernel kernel() {
    return KERNEL.get();
  }

  private static Consumer<Kernel> rehearsal(int[] words) {
    return kernel -> kernel.words(words, 0, 35, 1, 2, 3);
  }

  /// Four words from a counter and a key, written to `y` from an index: the function itself.
  public static void block(int c0, int c1, int c2, int c3, int key0, int key1, int[] y, int from) {
    int x0 = c0;
    int x1 = c1;
    int x2 = c2;
    int x3 = c3;
    int k0 = key0;
    int k1 = key1;
    for (int round = 0; round < ROUNDS; round++) {
      long p0 = (x0 & LOW) * MULTIPLIER_0;
      long p1 = (x2 & LOW) * MULTIPLIER_1;
      x0 = (int) (p1 >>> 32) ^ x1 ^ k0;
      x1 = (int) p1;
      x2 = (int) (p0 >>> 32) ^ x3 ^ k1;
      x3 = (int) p0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    y[from] = x0;
    y[from + 1] = x1;
    y[from + 2] = x2;
    y[from + 3] = x3;
  }

  /// The stream that belongs to a name: the first 64 bits of the SHA-256 of its UTF-8 bytes.
  public static long stream(String name) {
    return Hashing.sha256().hashString(name, StandardCharsets.UTF_8).asLong();
  }

  /// Fills `y[from … from + n − 1]` with words of 32 random bits: those at `position, position + 1,
  /// …` of a stream.
  public static void fillBits(int[] y, int from, int n, long seed, long stream, long position) {
    fill(y, from, n, seed, stream, position, 0);
  }

  /// Fills `y[from … from + n − 1]` with numbers in [0, 1), or in (0, 1] where they are to be
  /// `aboveZero` (each is then larger by one unit): those at `position, position + 1, …` of a
  /// stream. A `float[]` gets multiples of 2⁻²⁴, a `double[]` multiples of 2⁻⁵³, all equally
  /// likely.
  ///
  /// Throws [IllegalArgumentException] for another array.
  public static void fillUniform(
      Object y, int from, int n, long seed, long stream, long position, boolean aboveZero) {
    if (!(y instanceof float[]) && !(y instanceof double[])) {
      throw new IllegalArgumentException(
          "fillUniform: cannot fill ["
              + y.getClass().getSimpleName()
              + "]: give float[] or double[]");
    }
    fill(y, from, n, seed, stream, position, aboveZero ? 1 : 0);
  }

  /// Fills `y[0 … n − 1]` with the numbers at positions from 0 on.
  public static void fillUniform(Object y, int n, long seed, long stream, boolean aboveZero) {
    fillUniform(y, 0, n, seed, stream, 0, aboveZero);
  }

  private static void fill(
      Object y, int from, int n, long seed, long stream, long position, int least) {
    Pool.share(
        n,
        Pool.parts(n, GRAIN),
        (first, stop) ->
            part(y, from + first, stop - first, seed, stream, position + first, least));
  }

  /// Makes the words of whole blocks, batch by batch, and takes the numbers asked for out of them.
  private static void part(
      Object y, int from, int n, long seed, long stream, long position, int least) {
    Kernel kernel = kernel();
    int per = y instanceof double[] ? 2 : 1;
    int[] words = new int[(int) Math.min(BATCH, (long) n * per + 2 * BLOCK)];
    int room = (words.length - BLOCK) / per;
    for (int done = 0; done < n; done += room) {
      int many = Math.min(room, n - done);
      // In words: 2·position may exceed 2⁶³, which the unsigned shift below takes care of.
      long word = (position + done) * per;
      int skip = (int) (word & BLOCK - 1);
      int blocks = (skip + many * per + BLOCK - 1) / BLOCK;
      kernel.words(words, 0, blocks, seed, stream, word >>> 2);
      numbers(words, skip, y, from + done, many, least);
    }
  }

  private static void numbers(int[] words, int skip, Object y, int from, int n, int least) {
    switch (y) {
      case float[] floats -> {
        for (int i = 0; i < n; i++) {
          floats[from + i] = ((words[skip + i] >>> 8) + least) * 0x1p-24f;
        }
      }
      case double[] doubles -> {
        for (int i = 0; i < n; i++) {
          long high = (words[skip + 2 * i] & LOW) << 21;
          int low = words[skip + 2 * i + 1] >>> 11;
          doubles[from + i] = ((high | low) + least) * 0x1p-53;
        }
      }
      default -> System.arraycopy(words, skip, y, from, n);
    }
  }

  private static void words(int[] y, int from, int blocks, long seed, long stream, long counter) {
    int at = from;
    for (long block = counter; block != counter + blocks; block++) {
      block(
          (int) block,
          (int) (block >>> 32),
          (int) stream,
          (int) (stream >>> 32),
          (int) seed,
          (int) (seed >>> 32),
          y,
          at);
      at += BLOCK;
    }
  }

  /// The numbers 0 … n − 1 in an order decided by the seed and the stream, all orders equally
  /// likely as far as 2⁶⁴ streams can tell them apart.
  ///
  /// Fisher and Yates, inside out; the draws are unbiased: Lemire, *Fast random integer generation
  /// in an interval*, 2019.
  ///
  /// @throws IllegalArgumentException where n is negative
  public static int[] permutation(int n, long seed, long stream) {
    if (n < 0) {
      throw new IllegalArgumentException(
          "permutation: there are no " + n + " numbers to put in an order: use 0 or more");
    }
    int[] order = new int[n];
    int[] words = new int[Math.min(BATCH, (n + BLOCK - 1) / BLOCK * BLOCK)];
    long position = 0;
    int used = words.length;
    for (int i = 0; i < n; i++) {
      long bound = i + 1L;
      long product;
      do {
        if (used == words.length) {
          fillBits(words, 0, words.length, seed, stream, position);
          position += words.length;
          used = 0;
        }
        product = (words[used++] & LOW) * bound;
        // 2³² mod bound of the 2³² words are too many; the first test spares most the division.
      } while ((product & LOW) < bound && (product & LOW) < (1L << 32) % bound);
      int j = (int) (product >>> 32);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
