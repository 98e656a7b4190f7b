package org.thalweg.autodiff.kernel.simd.matmul;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.thalweg.autodiff.kernel.matmul.Strided;

/// Products for which packing takes longer than the multiply-adds.
///
/// One row times a matrix reads most for what it computes: it reads B where it is, long pieces of
/// one row after the other. A small product reads B where it is, too, for eight rows of A at a
/// time. The rows of B are contiguous.
final class FloatRow {
  private static final VectorSpecies<Float> SPECIES = FloatTiles.SPECIES;
  private static final int LANES = SPECIES.length();
  private static final int WIDE = 8 * LANES;

  /// The least number of columns.
  static final int LEAST = LANES;

  /// The least number of rows of a small product.
  private static final int ROWS = 8;

  /// The most multiply-adds of a small product.
  private static final int SMALL = 1 << 17;

  private FloatRow() {}

  /// Computes `n` columns of one row of C, at least [#LEAST]: column `j` of row `p` of B is
  /// `b[bOffset + p·bRow + j]`.
  static void multiply(
      float[] a,
      int aOffset,
      int aColumn,
      float[] b,
      int bOffset,
      int bRow,
      float[] c,
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
      float[] a,
      int aOffset,
      int aColumn,
      float[] b,
      int bOffset,
      int bRow,
      float[] c,
      int cOffset,
      int k,
      int block) {
    FloatVector t0 = FloatVector.zero(SPECIES);
    FloatVector t1 = FloatVector.zero(SPECIES);
    FloatVector t2 = FloatVector.zero(SPECIES);
    FloatVector t3 = FloatVector.zero(SPECIES);
    FloatVector t4 = FloatVector.zero(SPECIES);
    FloatVector t5 = FloatVector.zero(SPECIES);
    FloatVector t6 = FloatVector.zero(SPECIES);
    FloatVector t7 = FloatVector.zero(SPECIES);
    for (int from = 0; from < k; from += block) {
      FloatVector c0 = FloatVector.zero(SPECIES);
      FloatVector c1 = FloatVector.zero(SPECIES);
      FloatVector c2 = FloatVector.zero(SPECIES);
      FloatVector c3 = FloatVector.zero(SPECIES);
      FloatVector c4 = FloatVector.zero(SPECIES);
      FloatVector c5 = FloatVector.zero(SPECIES);
      FloatVector c6 = FloatVector.zero(SPECIES);
      FloatVector c7 = FloatVector.zero(SPECIES);
      int length = Math.min(block, k - from);
      int aFrom = aOffset + from * aColumn;
      int bFrom = bOffset + from * bRow;
      for (int p = 0; p < length; p++) {
        FloatVector x = FloatVector.broadcast(SPECIES, a[aFrom + p * aColumn]);
        int at = bFrom + p * bRow;
        c0 = x.fma(FloatVector.fromArray(SPECIES, b, at), c0);
        c1 = x.fma(FloatVector.fromArray(SPECIES, b, at + LANES), c1);
        c2 = x.fma(FloatVector.fromArray(SPECIES, b, at + 2 * LANES), c2);
        c3 = x.fma(FloatVector.fromArray(SPECIES, b, at + 3 * LANES), c3);
        c4 = x.fma(FloatVector.fromArray(SPECIES, b, at + 4 * LANES), c4);
        c5 = x.fma(FloatVector.fromArray(SPECIES, b, at + 5 * LANES), c5);
        c6 = x.fma(FloatVector.fromArray(SPECIES, b, at + 6 * LANES), c6);
        c7 = x.fma(FloatVector.fromArray(SPECIES, b, at + 7 * LANES), c7);
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
      float[] a,
      int aOffset,
      int aColumn,
      float[] b,
      int bOffset,
      int bRow,
      float[] c,
      int cOffset,
      int k,
      int block) {
    FloatVector t0 = FloatVector.zero(SPECIES);
    for (int from = 0; from < k; from += block) {
      FloatVector c0 = FloatVector.zero(SPECIES);
      int length = Math.min(block, k - from);
      int aFrom = aOffset + from * aColumn;
      int bFrom = bOffset + from * bRow;
      for (int p = 0; p < length; p++) {
        FloatVector x = FloatVector.broadcast(SPECIES, a[aFrom + p * aColumn]);
        int at = bFrom + p * bRow;
        c0 = x.fma(FloatVector.fromArray(SPECIES, b, at), c0);
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
    float[] x = a.floats();
    float[] y = b.floats();
    float[] z = c.floats();
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
      float[] a,
      int aOffset,
      int aRow,
      int aColumn,
      float[] b,
      int bOffset,
      int bRow,
      float[] c,
      int cOffset,
      int cRow,
      int k) {
    FloatVector c0 = FloatVector.zero(SPECIES);
    FloatVector c1 = FloatVector.zero(SPECIES);
    FloatVector c2 = FloatVector.zero(SPECIES);
    FloatVector c3 = FloatVector.zero(SPECIES);
    FloatVector c4 = FloatVector.zero(SPECIES);
    FloatVector c5 = FloatVector.zero(SPECIES);
    FloatVector c6 = FloatVector.zero(SPECIES);
    FloatVector c7 = FloatVector.zero(SPECIES);
    for (int p = 0; p < k; p++) {
      FloatVector y = FloatVector.fromArray(SPECIES, b, bOffset + p * bRow);
      int at = aOffset + p * aColumn;
      c0 = FloatVector.broadcast(SPECIES, a[at]).fma(y, c0);
      c1 = FloatVector.broadcast(SPECIES, a[at + aRow]).fma(y, c1);
      c2 = FloatVector.broadcast(SPECIES, a[at + 2 * aRow]).fma(y, c2);
      c3 = FloatVector.broadcast(SPECIES, a[at + 3 * aRow]).fma(y, c3);
      c4 = FloatVector.broadcast(SPECIES, a[at + 4 * aRow]).fma(y, c4);
      c5 = FloatVector.broadcast(SPECIES, a[at + 5 * aRow]).fma(y, c5);
      c6 = FloatVector.broadcast(SPECIES, a[at + 6 * aRow]).fma(y, c6);
      c7 = FloatVector.broadcast(SPECIES, a[at + 7 * aRow]).fma(y, c7);
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
