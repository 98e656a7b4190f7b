package org.thalweg.autodiff.kernel.matmul;

import org.thalweg.autodiff.kernel.Parts;

/// How C is cut into equal parts for threads, by rows and by columns.
///
/// @param across how many parts lie side by side
/// @param height the rows of a part; the last may have fewer, or none
/// @param width the columns of a part, likewise
record Cut(int across, int height, int width) {
  /// What packing a number costs, in multiply-adds.
  private static final long PACKING = 10;

  /// The bytes of B, packed for one block of the sum, that stay in the second-level cache.
  private static final long PACKED_BYTES = 3 << 19;

  /// The cut into so many parts of which the largest, with what it packs for itself, takes least
  /// time. Of those that take the same it is the one across fewest columns, since two threads that
  /// write parts of a row take a line of the cache from each other; or most, where B packed would
  /// not stay in the cache.
  ///
  /// @param rowStep the rows of a part are a multiple of it
  /// @param columnStep its columns are a multiple of it
  /// @param bytes of an element
  static Cut of(int parts, int rowStep, int columnStep, int bytes, int m, int n) {
    boolean isWide = (long) MatmulKernel.BLOCK * n * bytes > PACKED_BYTES;
    int best = 1;
    long least = Long.MAX_VALUE;
    for (int across = 1; across <= parts; across++) {
      if (parts % across == 0) {
        long height = Parts.of(m, parts / across, rowStep);
        long width = Parts.of(n, across, columnStep);
        long cost = height * width + PACKING * (height + width);
        if (cost < least || (cost == least && isWide)) {
          best = across;
          least = cost;
        }
      }
    }
    return new Cut(best, Parts.of(m, parts / best, rowStep), Parts.of(n, best, columnStep));
  }

  /// The first row of a part.
  int row(int part) {
    return part / across * height;
  }

  /// The first column of a part.
  int column(int part) {
    return part % across * width;
  }
}
