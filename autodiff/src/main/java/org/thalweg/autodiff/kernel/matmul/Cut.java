package org.thalweg.autodiff.kernel.matmul;

import org.thalweg.autodiff.kernel.Parts;

/// How C is cut into equal parts for threads, by rows and by columns. It is cut anew for each
/// product, in the same object: nothing is taken from the heap.
final class Cut {
  /// What packing a number costs, in multiply-adds.
  private static final long PACKING = 10;

  /// The bytes of B, packed for one block of the sum, that stay in the second-level cache.
  private static final long PACKED_BYTES = 3 << 19;

  private int across = 1;
  private int height;
  private int width;

  /// Cuts C, m × n, into so many parts that the largest, with what it packs for itself, takes least
  /// time. Of the ways that take the same it is the one across fewest columns, since two threads
  /// that write parts of a row take a line of the cache from each other; or most, where B packed
  /// would not stay in the cache.
  ///
  /// @param rowStep the rows of a part are a multiple of it
  /// @param columnStep its columns are a multiple of it
  /// @param bytes of an element
  Cut make(int parts, int rowStep, int columnStep, int bytes, int m, int n) {
    boolean isWide = (long) MatmulKernel.BLOCK * n * bytes > PACKED_BYTES;
    long least = Long.MAX_VALUE;
    for (int beside = 1; beside <= parts; beside++) {
      if (parts % beside == 0) {
        int rows = Parts.of(m, parts / beside, rowStep);
        int columns = Parts.of(n, beside, columnStep);
        long cost = (long) rows * columns + PACKING * ((long) rows + columns);
        if (cost < least || (cost == least && isWide)) {
          across = beside;
          height = rows;
          width = columns;
          least = cost;
        }
      }
    }
    return this;
  }

  /// How many parts lie side by side.
  int across() {
    return across;
  }

  /// The rows of a part; the last may have fewer, or none.
  int height() {
    return height;
  }

  /// The columns of a part, likewise.
  int width() {
    return width;
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
