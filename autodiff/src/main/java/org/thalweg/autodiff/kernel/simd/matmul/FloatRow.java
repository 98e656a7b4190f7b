package org.thalweg.autodiff.kernel.simd.matmul;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// One row times a matrix whose rows are contiguous: the product that reads most for what it
/// computes, so it reads B where it is, long pieces of one row after the other.
final class FloatRow {
  private static final VectorSpecies<Float> SPECIES = FloatTiles.SPECIES;
  private static final int LANES = SPECIES.length();
  private static final int WIDE = 8 * LANES;

  /// The least number of columns.
  static final int LEAST = LANES;

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
}
