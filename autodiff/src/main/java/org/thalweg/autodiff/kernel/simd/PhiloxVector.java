package org.thalweg.autodiff.kernel.simd;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.thalweg.autodiff.kernel.Philox;
import org.thalweg.autodiff.kernel.Simd;

/// Philox4x32-10 on vectors: one block a lane, each of its words in a `long`.
public final class PhiloxVector implements Philox.Kernel {
  private static final VectorSpecies<Long> LONGS =
      VectorSpecies.of(long.class, VectorShape.forBitSize(Math.max(128, Simd.bits())));
  private static final int LANES = LONGS.length();
  private static final long LOW = 0xFFFF_FFFFL;
  private static final LongVector STEPS = LongVector.zero(LONGS).addIndex(1);
  private static final LongVector FIRST = zip(0);
  private static final LongVector SECOND = zip(LANES / 2);

  /// Makes the kernel.
  public PhiloxVector() {}

  @Override
  public void words(int[] y, int from, int blocks, long seed, long stream, long counter) {
    int whole = blocks - blocks % LANES;
    for (int block = 0; block < whole; block += LANES) {
      vector(y, from + 4 * block, seed, stream, counter + block);
    }
    for (int block = whole; block < blocks; block++) {
      long c = counter + block;
      Philox.block(
          (int) c,
          (int) (c >>> 32),
          (int) stream,
          (int) (stream >>> 32),
          (int) seed,
          (int) (seed >>> 32),
          y,
          from + 4 * block);
    }
  }

  private static void vector(int[] y, int from, long seed, long stream, long counter) {
    LongVector c = STEPS.add(counter);
    LongVector x0 = c;
    LongVector x1 = c.lanewise(VectorOperators.LSHR, 32);
    LongVector x2 = LongVector.broadcast(LONGS, stream);
    LongVector x3 = LongVector.broadcast(LONGS, stream >>> 32);
    // The JIT multiplies halves, which is much cheaper, where both factors are seen to be masked.
    LongVector m0 = LongVector.broadcast(LONGS, 0xD2511F53L).and(LOW);
    LongVector m1 = LongVector.broadcast(LONGS, 0xCD9E8D57L).and(LOW);
    long k0 = seed;
    long k1 = seed >>> 32;
    for (int round = 0; round < 10; round++) {
      // Only the lower halves of the words and keys count.
      LongVector p0 = x0.and(LOW).mul(m0);
      LongVector p1 = x2.and(LOW).mul(m1);
      x0 =
          p1.lanewise(VectorOperators.LSHR, 32)
              .lanewise(VectorOperators.XOR, x1)
              .lanewise(VectorOperators.XOR, k0);
      x1 = p1;
      x2 =
          p0.lanewise(VectorOperators.LSHR, 32)
              .lanewise(VectorOperators.XOR, x3)
              .lanewise(VectorOperators.XOR, k1);
      x3 = p0;
      k0 += 0x9E3779B9L;
      k1 += 0xBB67AE85L;
    }
    LongVector low = x0.and(LOW).or(x1.lanewise(VectorOperators.LSHL, 32));
    LongVector high = x2.and(LOW).or(x3.lanewise(VectorOperators.LSHL, 32));
    FIRST.selectFrom(low, high).reinterpretAsInts().intoArray(y, from);
    SECOND.selectFrom(low, high).reinterpretAsInts().intoArray(y, from + 2 * LANES);
  }

  /// Which lanes of two vectors make one with those from `lane` on of either, by turns.
  private static LongVector zip(int lane) {
    long[] indices = new long[LANES];
    for (int i = 0; i < LANES; i++) {
      int half = i / 2;
      indices[i] = i % 2 == 0 ? lane + half : lane + half + LANES;
    }
    return LongVector.fromArray(LONGS, indices, 0);
  }
}
