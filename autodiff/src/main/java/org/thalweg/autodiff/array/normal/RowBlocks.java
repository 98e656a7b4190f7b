package org.thalweg.autodiff.array.normal;

import org.thalweg.autodiff.kernel.Pool;

/// Rows shared out among threads, and how many of them are taken at a time.
final class RowBlocks {
  /// Elements that are worth a second thread.
  private static final int GRAIN = 1 << 14;

  /// Parts for each thread, so that a late one delays less.
  private static final int PARTS = 4;

  /// Elements that are taken at a time: floats, with what is made of them, are in a second-level
  /// cache of 1 MiB. Measured with rows of 1,000 floats: with an eighth of it, which is in the
  /// first level, layer norm and softmax took 1.1 to 1.3 times as long on two threads; twice as
  /// many are faster on two threads, and gradients of layer norm slower on one.
  static final int AT_ONCE = 1 << 15;

  /// The most rows that are taken at a time.
  static final int MOST_ROWS = 64;

  private RowBlocks() {}

  /// Does everything for units 0 … `units` − 1 of so many elements in all.
  static void inParallel(long elements, int units, Pool.Span body) {
    int threads = Pool.parts(elements, GRAIN);
    int parts = threads * Pool.parts(elements, (long) GRAIN * PARTS * threads);
    Pool.share(units, Math.min(parts, PARTS * threads), body);
  }

  /// How many rows of so many elements are taken at a time.
  static int most(int n) {
    return Math.clamp(AT_ONCE / n, 1, MOST_ROWS);
  }
}
