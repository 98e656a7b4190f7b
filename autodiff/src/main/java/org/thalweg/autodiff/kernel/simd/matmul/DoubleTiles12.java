package org.thalweg.autodiff.kernel.simd.matmul;

import jdk.incubator.vector.DoubleVector;

/// Twelve rows, for 32 vector registers.
final class DoubleTiles12 implements DoubleTiles {
  private static final int ROWS = 12;

  @Override
  public int rows() {
    return ROWS;
  }

  @Override
  public void multiply(
      double[] a,
      int aOffset,
      double[] b,
      int bOffset,
      double[] c,
      int cOffset,
      int cRow,
      int k,
      boolean add) {
    DoubleVector c0a = DoubleVector.zero(SPECIES);
    DoubleVector c0b = DoubleVector.zero(SPECIES);
    DoubleVector c1a = DoubleVector.zero(SPECIES);
    DoubleVector c1b = DoubleVector.zero(SPECIES);
    DoubleVector c2a = DoubleVector.zero(SPECIES);
    DoubleVector c2b = DoubleVector.zero(SPECIES);
    DoubleVector c3a = DoubleVector.zero(SPECIES);
    DoubleVector c3b = DoubleVector.zero(SPECIES);
    DoubleVector c4a = DoubleVector.zero(SPECIES);
    DoubleVector c4b = DoubleVector.zero(SPECIES);
    DoubleVector c5a = DoubleVector.zero(SPECIES);
    DoubleVector c5b = DoubleVector.zero(SPECIES);
    DoubleVector c6a = DoubleVector.zero(SPECIES);
    DoubleVector c6b = DoubleVector.zero(SPECIES);
    DoubleVector c7a = DoubleVector.zero(SPECIES);
    DoubleVector c7b = DoubleVector.zero(SPECIES);
    DoubleVector c8a = DoubleVector.zero(SPECIES);
    DoubleVector c8b = DoubleVector.zero(SPECIES);
    DoubleVector c9a = DoubleVector.zero(SPECIES);
    DoubleVector c9b = DoubleVector.zero(SPECIES);
    DoubleVector c10a = DoubleVector.zero(SPECIES);
    DoubleVector c10b = DoubleVector.zero(SPECIES);
    DoubleVector c11a = DoubleVector.zero(SPECIES);
    DoubleVector c11b = DoubleVector.zero(SPECIES);
    for (int p = 0; p < k; p++) {
      int at = aOffset + p * ROWS;
      int bt = bOffset + p * COLUMNS;
      DoubleVector ba = DoubleVector.fromArray(SPECIES, b, bt);
      DoubleVector bb = DoubleVector.fromArray(SPECIES, b, bt + LANES);
      DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[at]);
      c0a = a0.fma(ba, c0a);
      c0b = a0.fma(bb, c0b);
      DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[at + 1]);
      c1a = a1.fma(ba, c1a);
      c1b = a1.fma(bb, c1b);
      DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[at + 2]);
      c2a = a2.fma(ba, c2a);
      c2b = a2.fma(bb, c2b);
      DoubleVector a3 = DoubleVector.broadcast(SPECIES, a[at + 3]);
      c3a = a3.fma(ba, c3a);
      c3b = a3.fma(bb, c3b);
      DoubleVector a4 = DoubleVector.broadcast(SPECIES, a[at + 4]);
      c4a = a4.fma(ba, c4a);
      c4b = a4.fma(bb, c4b);
      DoubleVector a5 = DoubleVector.broadcast(SPECIES, a[at + 5]);
      c5a = a5.fma(ba, c5a);
      c5b = a5.fma(bb, c5b);
      DoubleVector a6 = DoubleVector.broadcast(SPECIES, a[at + 6]);
      c6a = a6.fma(ba, c6a);
      c6b = a6.fma(bb, c6b);
      DoubleVector a7 = DoubleVector.broadcast(SPECIES, a[at + 7]);
      c7a = a7.fma(ba, c7a);
      c7b = a7.fma(bb, c7b);
      DoubleVector a8 = DoubleVector.broadcast(SPECIES, a[at + 8]);
      c8a = a8.fma(ba, c8a);
      c8b = a8.fma(bb, c8b);
      DoubleVector a9 = DoubleVector.broadcast(SPECIES, a[at + 9]);
      c9a = a9.fma(ba, c9a);
      c9b = a9.fma(bb, c9b);
      DoubleVector a10 = DoubleVector.broadcast(SPECIES, a[at + 10]);
      c10a = a10.fma(ba, c10a);
      c10b = a10.fma(bb, c10b);
      DoubleVector a11 = DoubleVector.broadcast(SPECIES, a[at + 11]);
      c11a = a11.fma(ba, c11a);
      c11b = a11.fma(bb, c11b);
    }
    if (add) {
      c0a = DoubleVector.fromArray(SPECIES, c, cOffset).add(c0a);
      c0b = DoubleVector.fromArray(SPECIES, c, cOffset + LANES).add(c0b);
      c1a = DoubleVector.fromArray(SPECIES, c, cOffset + cRow).add(c1a);
      c1b = DoubleVector.fromArray(SPECIES, c, cOffset + cRow + LANES).add(c1b);
      c2a = DoubleVector.fromArray(SPECIES, c, cOffset + 2 * cRow).add(c2a);
      c2b = DoubleVector.fromArray(SPECIES, c, cOffset + 2 * cRow + LANES).add(c2b);
      c3a = DoubleVector.fromArray(SPECIES, c, cOffset + 3 * cRow).add(c3a);
      c3b = DoubleVector.fromArray(SPECIES, c, cOffset + 3 * cRow + LANES).add(c3b);
      c4a = DoubleVector.fromArray(SPECIES, c, cOffset + 4 * cRow).add(c4a);
      c4b = DoubleVector.fromArray(SPECIES, c, cOffset + 4 * cRow + LANES).add(c4b);
      c5a = DoubleVector.fromArray(SPECIES, c, cOffset + 5 * cRow).add(c5a);
      c5b = DoubleVector.fromArray(SPECIES, c, cOffset + 5 * cRow + LANES).add(c5b);
      c6a = DoubleVector.fromArray(SPECIES, c, cOffset + 6 * cRow).add(c6a);
      c6b = DoubleVector.fromArray(SPECIES, c, cOffset + 6 * cRow + LANES).add(c6b);
      c7a = DoubleVector.fromArray(SPECIES, c, cOffset + 7 * cRow).add(c7a);
      c7b = DoubleVector.fromArray(SPECIES, c, cOffset + 7 * cRow + LANES).add(c7b);
      c8a = DoubleVector.fromArray(SPECIES, c, cOffset + 8 * cRow).add(c8a);
      c8b = DoubleVector.fromArray(SPECIES, c, cOffset + 8 * cRow + LANES).add(c8b);
      c9a = DoubleVector.fromArray(SPECIES, c, cOffset + 9 * cRow).add(c9a);
      c9b = DoubleVector.fromArray(SPECIES, c, cOffset + 9 * cRow + LANES).add(c9b);
      c10a = DoubleVector.fromArray(SPECIES, c, cOffset + 10 * cRow).add(c10a);
      c10b = DoubleVector.fromArray(SPECIES, c, cOffset + 10 * cRow + LANES).add(c10b);
      c11a = DoubleVector.fromArray(SPECIES, c, cOffset + 11 * cRow).add(c11a);
      c11b = DoubleVector.fromArray(SPECIES, c, cOffset + 11 * cRow + LANES).add(c11b);
    }
    c0a.intoArray(c, cOffset);
    c0b.intoArray(c, cOffset + LANES);
    c1a.intoArray(c, cOffset + cRow);
    c1b.intoArray(c, cOffset + cRow + LANES);
    c2a.intoArray(c, cOffset + 2 * cRow);
    c2b.intoArray(c, cOffset + 2 * cRow + LANES);
    c3a.intoArray(c, cOffset + 3 * cRow);
    c3b.intoArray(c, cOffset + 3 * cRow + LANES);
    c4a.intoArray(c, cOffset + 4 * cRow);
    c4b.intoArray(c, cOffset + 4 * cRow + LANES);
    c5a.intoArray(c, cOffset + 5 * cRow);
    c5b.intoArray(c, cOffset + 5 * cRow + LANES);
    c6a.intoArray(c, cOffset + 6 * cRow);
    c6b.intoArray(c, cOffset + 6 * cRow + LANES);
    c7a.intoArray(c, cOffset + 7 * cRow);
    c7b.intoArray(c, cOffset + 7 * cRow + LANES);
    c8a.intoArray(c, cOffset + 8 * cRow);
    c8b.intoArray(c, cOffset + 8 * cRow + LANES);
    c9a.intoArray(c, cOffset + 9 * cRow);
    c9b.intoArray(c, cOffset + 9 * cRow + LANES);
    c10a.intoArray(c, cOffset + 10 * cRow);
    c10b.intoArray(c, cOffset + 10 * cRow + LANES);
    c11a.intoArray(c, cOffset + 11 * cRow);
    c11b.intoArray(c, cOffset + 11 * cRow + LANES);
  }

  @Override
  public void packAndMultiply(
      double[] s,
      int sOffset,
      int sRow,
      double[] a,
      int aOffset,
      double[] b,
      int bOffset,
      double[] c,
      int cOffset,
      int cRow,
      int k,
      boolean add) {
    DoubleVector c0a = DoubleVector.zero(SPECIES);
    DoubleVector c0b = DoubleVector.zero(SPECIES);
    DoubleVector c1a = DoubleVector.zero(SPECIES);
    DoubleVector c1b = DoubleVector.zero(SPECIES);
    DoubleVector c2a = DoubleVector.zero(SPECIES);
    DoubleVector c2b = DoubleVector.zero(SPECIES);
    DoubleVector c3a = DoubleVector.zero(SPECIES);
    DoubleVector c3b = DoubleVector.zero(SPECIES);
    DoubleVector c4a = DoubleVector.zero(SPECIES);
    DoubleVector c4b = DoubleVector.zero(SPECIES);
    DoubleVector c5a = DoubleVector.zero(SPECIES);
    DoubleVector c5b = DoubleVector.zero(SPECIES);
    DoubleVector c6a = DoubleVector.zero(SPECIES);
    DoubleVector c6b = DoubleVector.zero(SPECIES);
    DoubleVector c7a = DoubleVector.zero(SPECIES);
    DoubleVector c7b = DoubleVector.zero(SPECIES);
    DoubleVector c8a = DoubleVector.zero(SPECIES);
    DoubleVector c8b = DoubleVector.zero(SPECIES);
    DoubleVector c9a = DoubleVector.zero(SPECIES);
    DoubleVector c9b = DoubleVector.zero(SPECIES);
    DoubleVector c10a = DoubleVector.zero(SPECIES);
    DoubleVector c10b = DoubleVector.zero(SPECIES);
    DoubleVector c11a = DoubleVector.zero(SPECIES);
    DoubleVector c11b = DoubleVector.zero(SPECIES);
    for (int p = 0; p < k; p++) {
      int at = aOffset + p * ROWS;
      int bt = bOffset + p * COLUMNS;
      int st = sOffset + p * sRow;
      DoubleVector ba = DoubleVector.fromArray(SPECIES, s, st);
      DoubleVector bb = DoubleVector.fromArray(SPECIES, s, st + LANES);
      ba.intoArray(b, bt);
      bb.intoArray(b, bt + LANES);
      DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[at]);
      c0a = a0.fma(ba, c0a);
      c0b = a0.fma(bb, c0b);
      DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[at + 1]);
      c1a = a1.fma(ba, c1a);
      c1b = a1.fma(bb, c1b);
      DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[at + 2]);
      c2a = a2.fma(ba, c2a);
      c2b = a2.fma(bb, c2b);
      DoubleVector a3 = DoubleVector.broadcast(SPECIES, a[at + 3]);
      c3a = a3.fma(ba, c3a);
      c3b = a3.fma(bb, c3b);
      DoubleVector a4 = DoubleVector.broadcast(SPECIES, a[at + 4]);
      c4a = a4.fma(ba, c4a);
      c4b = a4.fma(bb, c4b);
      DoubleVector a5 = DoubleVector.broadcast(SPECIES, a[at + 5]);
      c5a = a5.fma(ba, c5a);
      c5b = a5.fma(bb, c5b);
      DoubleVector a6 = DoubleVector.broadcast(SPECIES, a[at + 6]);
      c6a = a6.fma(ba, c6a);
      c6b = a6.fma(bb, c6b);
      DoubleVector a7 = DoubleVector.broadcast(SPECIES, a[at + 7]);
      c7a = a7.fma(ba, c7a);
      c7b = a7.fma(bb, c7b);
      DoubleVector a8 = DoubleVector.broadcast(SPECIES, a[at + 8]);
      c8a = a8.fma(ba, c8a);
      c8b = a8.fma(bb, c8b);
      DoubleVector a9 = DoubleVector.broadcast(SPECIES, a[at + 9]);
      c9a = a9.fma(ba, c9a);
      c9b = a9.fma(bb, c9b);
      DoubleVector a10 = DoubleVector.broadcast(SPECIES, a[at + 10]);
      c10a = a10.fma(ba, c10a);
      c10b = a10.fma(bb, c10b);
      DoubleVector a11 = DoubleVector.broadcast(SPECIES, a[at + 11]);
      c11a = a11.fma(ba, c11a);
      c11b = a11.fma(bb, c11b);
    }
    if (add) {
      c0a = DoubleVector.fromArray(SPECIES, c, cOffset).add(c0a);
      c0b = DoubleVector.fromArray(SPECIES, c, cOffset + LANES).add(c0b);
      c1a = DoubleVector.fromArray(SPECIES, c, cOffset + cRow).add(c1a);
      c1b = DoubleVector.fromArray(SPECIES, c, cOffset + cRow + LANES).add(c1b);
      c2a = DoubleVector.fromArray(SPECIES, c, cOffset + 2 * cRow).add(c2a);
      c2b = DoubleVector.fromArray(SPECIES, c, cOffset + 2 * cRow + LANES).add(c2b);
      c3a = DoubleVector.fromArray(SPECIES, c, cOffset + 3 * cRow).add(c3a);
      c3b = DoubleVector.fromArray(SPECIES, c, cOffset + 3 * cRow + LANES).add(c3b);
      c4a = DoubleVector.fromArray(SPECIES, c, cOffset + 4 * cRow).add(c4a);
      c4b = DoubleVector.fromArray(SPECIES, c, cOffset + 4 * cRow + LANES).add(c4b);
      c5a = DoubleVector.fromArray(SPECIES, c, cOffset + 5 * cRow).add(c5a);
      c5b = DoubleVector.fromArray(SPECIES, c, cOffset + 5 * cRow + LANES).add(c5b);
      c6a = DoubleVector.fromArray(SPECIES, c, cOffset + 6 * cRow).add(c6a);
      c6b = DoubleVector.fromArray(SPECIES, c, cOffset + 6 * cRow + LANES).add(c6b);
      c7a = DoubleVector.fromArray(SPECIES, c, cOffset + 7 * cRow).add(c7a);
      c7b = DoubleVector.fromArray(SPECIES, c, cOffset + 7 * cRow + LANES).add(c7b);
      c8a = DoubleVector.fromArray(SPECIES, c, cOffset + 8 * cRow).add(c8a);
      c8b = DoubleVector.fromArray(SPECIES, c, cOffset + 8 * cRow + LANES).add(c8b);
      c9a = DoubleVector.fromArray(SPECIES, c, cOffset + 9 * cRow).add(c9a);
      c9b = DoubleVector.fromArray(SPECIES, c, cOffset + 9 * cRow + LANES).add(c9b);
      c10a = DoubleVector.fromArray(SPECIES, c, cOffset + 10 * cRow).add(c10a);
      c10b = DoubleVector.fromArray(SPECIES, c, cOffset + 10 * cRow + LANES).add(c10b);
      c11a = DoubleVector.fromArray(SPECIES, c, cOffset + 11 * cRow).add(c11a);
      c11b = DoubleVector.fromArray(SPECIES, c, cOffset + 11 * cRow + LANES).add(c11b);
    }
    c0a.intoArray(c, cOffset);
    c0b.intoArray(c, cOffset + LANES);
    c1a.intoArray(c, cOffset + cRow);
    c1b.intoArray(c, cOffset + cRow + LANES);
    c2a.intoArray(c, cOffset + 2 * cRow);
    c2b.intoArray(c, cOffset + 2 * cRow + LANES);
    c3a.intoArray(c, cOffset + 3 * cRow);
    c3b.intoArray(c, cOffset + 3 * cRow + LANES);
    c4a.intoArray(c, cOffset + 4 * cRow);
    c4b.intoArray(c, cOffset + 4 * cRow + LANES);
    c5a.intoArray(c, cOffset + 5 * cRow);
    c5b.intoArray(c, cOffset + 5 * cRow + LANES);
    c6a.intoArray(c, cOffset + 6 * cRow);
    c6b.intoArray(c, cOffset + 6 * cRow + LANES);
    c7a.intoArray(c, cOffset + 7 * cRow);
    c7b.intoArray(c, cOffset + 7 * cRow + LANES);
    c8a.intoArray(c, cOffset + 8 * cRow);
    c8b.intoArray(c, cOffset + 8 * cRow + LANES);
    c9a.intoArray(c, cOffset + 9 * cRow);
    c9b.intoArray(c, cOffset + 9 * cRow + LANES);
    c10a.intoArray(c, cOffset + 10 * cRow);
    c10b.intoArray(c, cOffset + 10 * cRow + LANES);
    c11a.intoArray(c, cOffset + 11 * cRow);
    c11b.intoArray(c, cOffset + 11 * cRow + LANES);
  }

  @Override
  public void multiplyPart(
      double[] a,
      int aOffset,
      double[] b,
      int bOffset,
      double[] c,
      int cOffset,
      int cRow,
      int k,
      boolean add) {
    DoubleVector c0a = DoubleVector.zero(SPECIES);
    DoubleVector c0b = DoubleVector.zero(SPECIES);
    DoubleVector c1a = DoubleVector.zero(SPECIES);
    DoubleVector c1b = DoubleVector.zero(SPECIES);
    DoubleVector c2a = DoubleVector.zero(SPECIES);
    DoubleVector c2b = DoubleVector.zero(SPECIES);
    DoubleVector c3a = DoubleVector.zero(SPECIES);
    DoubleVector c3b = DoubleVector.zero(SPECIES);
    for (int p = 0; p < k; p++) {
      int at = aOffset + p * ROWS;
      int bt = bOffset + p * COLUMNS;
      DoubleVector ba = DoubleVector.fromArray(SPECIES, b, bt);
      DoubleVector bb = DoubleVector.fromArray(SPECIES, b, bt + LANES);
      DoubleVector a0 = DoubleVector.broadcast(SPECIES, a[at]);
      c0a = a0.fma(ba, c0a);
      c0b = a0.fma(bb, c0b);
      DoubleVector a1 = DoubleVector.broadcast(SPECIES, a[at + 1]);
      c1a = a1.fma(ba, c1a);
      c1b = a1.fma(bb, c1b);
      DoubleVector a2 = DoubleVector.broadcast(SPECIES, a[at + 2]);
      c2a = a2.fma(ba, c2a);
      c2b = a2.fma(bb, c2b);
      DoubleVector a3 = DoubleVector.broadcast(SPECIES, a[at + 3]);
      c3a = a3.fma(ba, c3a);
      c3b = a3.fma(bb, c3b);
    }
    if (add) {
      c0a = DoubleVector.fromArray(SPECIES, c, cOffset).add(c0a);
      c0b = DoubleVector.fromArray(SPECIES, c, cOffset + LANES).add(c0b);
      c1a = DoubleVector.fromArray(SPECIES, c, cOffset + cRow).add(c1a);
      c1b = DoubleVector.fromArray(SPECIES, c, cOffset + cRow + LANES).add(c1b);
      c2a = DoubleVector.fromArray(SPECIES, c, cOffset + 2 * cRow).add(c2a);
      c2b = DoubleVector.fromArray(SPECIES, c, cOffset + 2 * cRow + LANES).add(c2b);
      c3a = DoubleVector.fromArray(SPECIES, c, cOffset + 3 * cRow).add(c3a);
      c3b = DoubleVector.fromArray(SPECIES, c, cOffset + 3 * cRow + LANES).add(c3b);
    }
    c0a.intoArray(c, cOffset);
    c0b.intoArray(c, cOffset + LANES);
    c1a.intoArray(c, cOffset + cRow);
    c1b.intoArray(c, cOffset + cRow + LANES);
    c2a.intoArray(c, cOffset + 2 * cRow);
    c2b.intoArray(c, cOffset + 2 * cRow + LANES);
    c3a.intoArray(c, cOffset + 3 * cRow);
    c3b.intoArray(c, cOffset + 3 * cRow + LANES);
  }
}
