package org.thalweg.autodiff.kernel.simd.matmul;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;
import org.thalweg.autodiff.kernel.matmul.Strided;

/// Products for which packing takes longer than the multiply-adds.
///
/// One row times a matrix reads most for what it computes: it reads B where it is, long pieces of
/// one row after the other. A small product reads B where it is, too, for eight rows of A at a
/// time. The rows of B are contiguous.
final class DoubleRow {
  private static final VectorSpecies<Double> SPECIES = DoubleTiles.SPECIES;
  private static final int LANES = SPECIES.length();
  private static final int WIDE = 8 * LANES;

  /// The least number of columns.
  static final int LEAST = LANES;

  /// The least number of rows of a small product.
  private static final int ROWS = 8;

  /// The most multiply-adds of a small product.
  private static final int SMALL = 1 << 17;

  private DoubleRow() {}

  /// Computes `n` columns of one row of C, at least [#LEAST]: column `j` of row `p` of B is
  /// `b[bOffset + p·bRow + j]`.
  static void multiply(
      double[] a,
      int aOffset,
      int aColumn,
      double[] b,
      int bOffset,
      int bRow,
      double[] c,
      int cOffset,
      int n,
      int k,
      int block) {
    int j = 0;
    for (; j <= n - WIDE; j += WIDE) {
      wide(a, aOffset, aColumn, b, bOffset + j, bRow, c, cOffset + j, k, block);
    }
    for (; j < n; j += LANES) {
      // The last piece may overlap the one before: it computes the same numbers again.
      int at = Math.min(j, n - LANES);
      narrow(a, aOffset, aColumn, b, bOffset + at, bRow, c, cOffset + at, k, block);
    }
  }

  private static void wide(
      double[] a,
      int aOffset,
      int aColumn,
      double[] b,
      int bOffset,
      int bRow,
      double[] c,
      int cOffset,
      int k,
      int block) {
    DoubleVector t0 = DoubleVector.zero(SPECIES);
    DoubleVector t1 = DoubleVector.zero(SPECIES);
    DoubleVector t2 = DoubleVector.zero(SPECIES);
    DoubleVector t3 = DoubleVector.zero(SPECIES);
    DoubleVector t4 = DoubleVector.zero(SPECIES);
    DoubleVector t5 = DoubleVector.zero(SPECIES);
    DoubleVector t6 = DoubleVector.zero(SPECIES);
    DoubleVector t7 = DoubleVector.zero(SPECIES);
    for (int from = 0; from < k; from += block) {
      DoubleVector c0 = DoubleVector.zero(SPECIES);
      DoubleVector c1 = DoubleVector.zero(SPECIES);
      DoubleVector c2 = DoubleVector.zero(SPECIES);
      DoubleVector c3 = DoubleVector.zero(SPECIES);
      DoubleVector c4 = DoubleVector.zero(SPECIES);
      DoubleVector c5 = DoubleVector.zero(SPECIES);
      DoubleVector c6 = DoubleVector.zero(SPECIES);
      DoubleVector c7 = DoubleVector.zero(SPECIES);
      int length = Math.min(block, k - from);
      int aFrom = aOffset + from * aColumn;
      int bFrom = bOffset + from * bRow;
      for (int p = 0; p < length; p++) {
        DoubleVector x = DoubleVector.broadcast(SPECIES, a[aFrom + p * aColumn]);
        int at = bFrom + p * bRow;
        c0 = x.fma(DoubleVector.fromArray(SPECIES, b, at), c0);
        c1 = x.fma(DoubleVector.fromArray(SPECIES, b, at + LANES), c1);
        c2 = x.fma(DoubleVector.fromArray(SPECIES, b, at + 2 * LANES), c2);
        c3 = x.fma(DoubleVector.fromArray(SPECIES, b, at + 3 * LANES), c3);
        c4 = x.fma(DoubleVector.fromArray(SPECIES, b, at + 4 * LANES), c4);
        c5 = x.fma(DoubleVector.fromArray(SPECIES, b, at + 5 * LANES), c5);
        c6 = x.fma(DoubleVector.fromArray(SPECIES, b, at + 6 * LANES), c6);
        c7 = x.fma(DoubleVector.fromArray(SPECIES, b, at + 7 * LANES), c7);
      }
      boolean first = from == 0;
      t0 = first ? c0 : t0.add(c0);
      t1 = first ? c1 : t1.add(c1);
      t2 = first ? c2 : t2.add(c2);
      t3 = first ? c3 : t3.add(c3);
      t4 = first ? c4 : t4.add(c4);
      t5 = first ? c5 : t5.add(c5);
      t6 = first ? c6 : t6.add(c6);
      t7 = first ? c7 : t7.add(c7);
    }
    t0.intoArray(c, cOffset);
    t1.intoArray(c, cOffset + LANES);
    t2.intoArray(c, cOffset + 2 * LANES);
    t3.intoArray(c, cOffset + 3 * LANES);
    t4.intoArray(c, cOffset + 4 * LANES);
    t5.intoArray(c, cOffset + 5 * LANES);
    t6.intoArray(c, cOffset + 6 * LANES);
    t7.intoArray(c, cOffset + 7 * LANES);
  }

  private static void narrow(
      double[] a,
      int aOffset,
      int aColumn,
      double[] b,
      int bOffset,
      int bRow,
      double[] c,
      int cOffset,
      int k,
      int block) {
    DoubleVector t0 = DoubleVector.zero(SPECIES);
    for (int from = 0; from < k; from += block) {
      DoubleVector c0 = DoubleVector.zero(SPECIES);
      int length = Math.min(block, k - from);
      int aFrom = aOffset + from * aColumn;
      int bFrom = bOffset + from * bRow;
      for (int p = 0; p < length; p++) {
        DoubleVector x = DoubleVector.broadcast(SPECIES, a[aFrom + p * aColumn]);
        int at = bFrom + p * bRow;
        c0 = x.fma(DoubleVector.fromArray(SPECIES, b, at), c0);
      }
      boolean first = from == 0;
      t0 = first ? c0 : t0.add(c0);
    }
    t0.intoArray(c, cOffset);
  }

  /// Whether a product is a small one, for a B whose rows are contiguous.
  static boolean isSmall(int m, int n, int k, int block) {
    return m >= ROWS && n >= LEAST && k <= block && (long) m * n * k <= SMALL;
  }

  /// Computes a [small][#isSmall] product. What is left over of rows and columns is computed
  /// together with what is before it, the same numbers again.
  static void small(
      Strided a, int aFrom, Strided b, int bFrom, Strided c, int cFrom, int m, int n, int k) {
    double[] x = a.doubles();
    double[] y = b.doubles();
    double[] z = c.doubles();
    for (int i = 0; i < m; i += ROWS) {
      int row = Math.min(i, m - ROWS);
      int from = aFrom + a.at(row, 0);
      for (int j = 0; j < n; j += LANES) {
        int column = Math.min(j, n - LANES);
        int to = cFrom + c.at(row, column);
        eight(x, from, a.row(), a.column(), y, bFrom + column, b.row(), z, to, c.row(), k);
      }
    }
  }

  private static void eight(
      double[] a,
      int aOffset,
      int aRow,
      int aColumn,
      double[] b,
      int bOffset,
      int bRow,
      double[] c,
      int cOffset,
      int cRow,
      int k) {
    DoubleVector c0 = DoubleVector.zero(SPECIES);
    DoubleVector c1 = DoubleVector.zero(SPECIES);
    DoubleVector c2 = DoubleVector.zero(SPECIES);
    DoubleVector c3 = DoubleVector.zero(SPECIES);
    DoubleVector c4 = DoubleVector.zero(SPECIES);
    DoubleVector c5 = DoubleVector.zero(SPECIES);
    DoubleVector c6 = DoubleVector.zero(SPECIES);
    DoubleVector c7 = DoubleVector.zero(SPECIES);
    for (int p = 0; p < k; p++) {
      DoubleVector y = DoubleVector.fromArray(SPECIES, b, bOffset + p * bRow);
      int at = aOffset + p * aColumn;
      c0 = DoubleVector.broadcast(SPECIES, a[at]).fma(y, c0);
      c1 = DoubleVector.broadcast(SPECIES, a[at + aRow]).fma(y, c1);
      c2 = DoubleVector.broadcast(SPECIES, a[at + 2 * aRow]).fma(y, c2);
      c3 = DoubleVector.broadcast(SPECIES, a[at + 3 * aRow]).fma(y, c3);
      c4 = DoubleVector.broadcast(SPECIES, a[at + 4 * aRow]).fma(y, c4);
      c5 = DoubleVector.broadcast(SPECIES, a[at + 5 * aRow]).fma(y, c5);
      c6 = DoubleVector.broadcast(SPECIES, a[at + 6 * aRow]).fma(y, c6);
      c7 = DoubleVector.broadcast(SPECIES, a[at + 7 * aRow]).fma(y, c7);
    }
    c0.intoArray(c, cOffset);
    c1.intoArray(c, cOffset + cRow);
    c2.intoArray(c, cOffset + 2 * cRow);
    c3.intoArray(c, cOffset + 3 * cRow);
    c4.intoArray(c, cOffset + 4 * cRow);
    c5.intoArray(c, cOffset + 5 * cRow);
    c6.intoArray(c, cOffset + 6 * cRow);
    c7.intoArray(c, cOffset + 7 * cRow);
  }
}
