package org.thalweg.examples.digits;

/// A stream of random numbers that is a function of its key alone.
///
/// The n-th number of the stream is
///
/// ```
/// mix(start + n * GAMMA),   start = mix(mix(seed + SALT) + index * STRIDE)
/// ```
///
/// where `mix` is the 64-bit finalizer of SplitMix64 (Steele, Lea, Flood, "Fast splittable
/// pseudorandom number generators", OOPSLA 2014). Only integer arithmetic and exact scalings are
/// used, so the numbers are the same on every machine. Not safe to share between threads.
final class Draws {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;
  private static final long SALT = 0x6A09E667F3BCC909L;
  // Odd, so that different indices never start at the same place; not GAMMA itself, and mixed
  // afterwards, so that one stream is not a shifted copy of its neighbour.
  private static final long STRIDE = 0xD1342543DE82EF95L;
  private static final double TO_UNIT = 0x1p-53;
  // Standard deviation of a sum of four independent uniform numbers of [0, 2^16): 2^16 / sqrt(3).
  private static final double SUM_DEVIATION = 65536.0 / Math.sqrt(3.0);

  private long state;

  /// Starts the stream of the number `index` under `seed`.
  Draws(long seed, long index) {
    state = mix(mix(seed + SALT) + index * STRIDE);
  }

  /// Returns the next 64 uniform bits.
  long bits() {
    state += GAMMA;
    return mix(state);
  }

  /// Returns the next uniform number of `[low, high)`.
  double uniform(double low, double high) {
    return low + (high - low) * ((bits() >>> 11) * TO_UNIT);
  }

  /// Returns the next uniform integer of `[0, bound)`.
  ///
  /// The bias of the multiplication is below `bound / 2^32`, far under what an image can show.
  int below(int bound) {
    return (int) (((bits() >>> 32) * bound) >>> 32);
  }

  /// Returns the next number of a bell shape: mean 0, standard deviation 1, within ±3.47.
  ///
  /// The sum of four uniform numbers (Irwin–Hall), scaled: nearly normal without a logarithm, and
  /// bounded, so that no control point ever flies out of the picture.
  double bell() {
    long bits = bits();
    long low = (bits & 0xFFFF) + ((bits >>> 16) & 0xFFFF);
    long high = ((bits >>> 32) & 0xFFFF) + (bits >>> 48);
    return (low + high - 131070) / SUM_DEVIATION;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
