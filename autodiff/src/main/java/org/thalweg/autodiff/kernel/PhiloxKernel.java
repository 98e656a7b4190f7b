package org.thalweg.autodiff.kernel;

/// The inner loop of [Philox]; a scalar and a vector kernel implement it.
@FunctionalInterface
public interface PhiloxKernel {
  /// Writes the blocks of four words for the counters `counter, counter + 1, …` to `y` from `from`.
  void words(int[] y, int from, int blocks, long seed, long stream, long counter);
}
