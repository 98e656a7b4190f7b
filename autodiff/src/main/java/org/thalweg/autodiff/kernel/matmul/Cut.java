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
    Cut best = new Cut(1, Parts.of(m, parts, rowStep), Parts.of(n, 1, columnStep));
    for (int across = 2; across <= parts; across++) {
      if (parts % across == 0) {
        Cut cut =
            new Cut(across, Parts.of(m, parts / across, rowStep), Parts.of(n, across, columnStep));
        long gain = best.cost() - cut.cost();
        best = gain > 0 || (gain == 0 && isWide) ? cut : best;
      }
    }
    return best;
  }

  private long cost() {
    return (long) height * width + PACKING * ((long) height + width);
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
