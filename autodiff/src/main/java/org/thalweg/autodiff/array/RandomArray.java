package org.thalweg.autodiff.array;

import org.thalweg.autodiff.kernel.Philox;

/// Arrays of random numbers, each decided by the seed, the stream and its place.
public final class RandomArray {
  private RandomArray() {}

  /// The stream that belongs to a name.
  public static long stream(String name) {
    return Philox.stream(name);
  }

  /// Numbers in [0, 1), all equally likely.
  public static Array uniform(DType dtype, long seed, long stream, Shape shape) {
    return fill(dtype, seed, stream, shape, false);
  }

  /// Numbers in (0, 1], all equally likely.
  public static Array uniformAboveZero(DType dtype, long seed, long stream, Shape shape) {
    return fill(dtype, seed, stream, shape, true);
  }

  /// The numbers 0 … n − 1 in an order decided by the seed and the stream, every order equally
  /// likely.
  public static int[] permutation(int n, long seed, long stream) {
    return Philox.permutation(n, seed, stream);
  }

  private static Array fill(DType dtype, long seed, long stream, Shape shape, boolean aboveZero) {
    if (!dtype.isFloating()) {
      throw new IllegalArgumentException(
          "uniform: " + dtype + " cannot hold numbers between 0 and 1: use FLOAT32 or FLOAT64");
    }
    Array x = Array.uninitialised(dtype, shape);
    Philox.fillUniform(x.data(), x.elements(), seed, stream, aboveZero);
    return x;
  }
}
