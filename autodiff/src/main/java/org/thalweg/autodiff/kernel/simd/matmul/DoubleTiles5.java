package org.thalweg.autodiff.kernel.simd.matmul;

import jdk.incubator.vector.DoubleVector;

/// Five rows, for 16 vector registers.
final class DoubleTiles5 implements DoubleTiles {
  private static final int ROWS = 5;

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
