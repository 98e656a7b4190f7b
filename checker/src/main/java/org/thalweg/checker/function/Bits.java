package org.thalweg.checker.function;

import org.thalweg.autodiff.array.Array;

/// Hashes of 64 bits: different numbers, or the same in another order, give different ones as good
/// as always.
final class Bits {
  private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;

  private Bits() {}

  /// Type, shape and values; every NaN counts as the same.
  static long of(Array array) {
    long hash = array.dtype().hashCode() * 31L + array.shape().hashCode();
    int n = array.elements();
    switch (array.dtype()) {
      case FLOAT64 -> {
        double[] values = array.doubles();
        for (int i = 0; i < n; i++) {
          hash = mix(hash, Double.doubleToLongBits(values[i]));
        }
      }
      case FLOAT32 -> {
        float[] values = array.floats();
        for (int i = 0; i < n; i++) {
          hash = mix(hash, Float.floatToIntBits(values[i]));
        }
      }
      case INT32 -> {
        int[] values = array.ints();
        for (int i = 0; i < n; i++) {
          hash = mix(hash, values[i]);
        }
      }
    }
    return hash;
  }

  /// Appends a number to what a hash stands for.
  static long mix(long hash, long value) {
    long h = (hash ^ value) * MULTIPLIER;
    return h ^ h >>> 29;
  }
}
