package org.thalweg.autodiff.kernel.simd.window;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// Five rows, for 16 vector registers; no parts.
final class WindowTiles5 implements WindowTiles {
  private static final int ROWS = 5;

  @Override
  public int part() {
    return ROWS;
  }

  @Override
  public void gather(
      float[] s,
      int[] numbers,
      int first,
      int[] runs,
      float[] a,
      int aOffset,
      float[] c,
      int cOffset,
      int cRow,
      int k,
      boolean add) {
    int one = runs[0];
    int behindOne = runs[1];
    int other = runs[2];
    int behindOther = runs[3];
    VectorMask<Float> inOne = SPECIES.indexInRange(0, runs[4]);
    VectorMask<Float> inOther = SPECIES.indexInRange(0, runs[5]);
    FloatVector c0a = FloatVector.zero(SPECIES);
    FloatVector c0b = FloatVector.zero(SPECIES);
    FloatVector c1a = FloatVector.zero(SPECIES);
    FloatVector c1b = FloatVector.zero(SPECIES);
    FloatVector c2a = FloatVector.zero(SPECIES);
    FloatVector c2b = FloatVector.zero(SPECIES);
    FloatVector c3a = FloatVector.zero(SPECIES);
    FloatVector c3b = FloatVector.zero(SPECIES);
    FloatVector c4a = FloatVector.zero(SPECIES);
    FloatVector c4b = FloatVector.zero(SPECIES);
    for (int p = 0; p < k; p++) {
      int at = aOffset + p * ROWS;
      int st = numbers[first + p];
      FloatVector ba =
          FloatVector.fromArray(SPECIES, s, behindOne + st)
              .blend(FloatVector.fromArray(SPECIES, s, one + st), inOne);
      FloatVector bb =
          FloatVector.fromArray(SPECIES, s, behindOther + st)
              .blend(FloatVector.fromArray(SPECIES, s, other + st), inOther);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
      c0a = a0.fma(ba, c0a);
      c0b = a0.fma(bb, c0b);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + 1]);
      c1a = a1.fma(ba, c1a);
      c1b = a1.fma(bb, c1b);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + 2]);
      c2a = a2.fma(ba, c2a);
      c2b = a2.fma(bb, c2b);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + 3]);
      c3a = a3.fma(ba, c3a);
      c3b = a3.fma(bb, c3b);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[at + 4]);
      c4a = a4.fma(ba, c4a);
      c4b = a4.fma(bb, c4b);
    }
    if (add) {
      c0a = FloatVector.fromArray(SPECIES, c, cOffset).add(c0a);
      c0b = FloatVector.fromArray(SPECIES, c, cOffset + LANES).add(c0b);
      c1a = FloatVector.fromArray(SPECIES, c, cOffset + cRow).add(c1a);
      c1b = FloatVector.fromArray(SPECIES, c, cOffset + cRow + LANES).add(c1b);
      c2a = FloatVector.fromArray(SPECIES, c, cOffset + 2 * cRow).add(c2a);
      c2b = FloatVector.fromArray(SPECIES, c, cOffset + 2 * cRow + LANES).add(c2b);
      c3a = FloatVector.fromArray(SPECIES, c, cOffset + 3 * cRow).add(c3a);
      c3b = FloatVector.fromArray(SPECIES, c, cOffset + 3 * cRow + LANES).add(c3b);
      c4a = FloatVector.fromArray(SPECIES, c, cOffset + 4 * cRow).add(c4a);
      c4b = FloatVector.fromArray(SPECIES, c, cOffset + 4 * cRow + LANES).add(c4b);
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
  public void gatherPart(
      float[] s,
      int[] numbers,
      int first,
      int[] runs,
      float[] a,
      int aOffset,
      float[] c,
      int cOffset,
      int cRow,
      int k,
      boolean add) {
    gather(s, numbers, first, runs, a, aOffset, c, cOffset, cRow, k, add);
  }

  @Override
  public void lines(
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      float[] c,
      int cOffset,
      int cRow,
      int k,
      boolean add) {
    FloatVector c0a = FloatVector.zero(SPECIES);
    FloatVector c0b = FloatVector.zero(SPECIES);
    FloatVector c1a = FloatVector.zero(SPECIES);
    FloatVector c1b = FloatVector.zero(SPECIES);
    FloatVector c2a = FloatVector.zero(SPECIES);
    FloatVector c2b = FloatVector.zero(SPECIES);
    FloatVector c3a = FloatVector.zero(SPECIES);
    FloatVector c3b = FloatVector.zero(SPECIES);
    FloatVector c4a = FloatVector.zero(SPECIES);
    FloatVector c4b = FloatVector.zero(SPECIES);
    for (int p = 0; p < k; p++) {
      int at = aOffset + p;
      int bt = bOffset + p * COLUMNS;
      FloatVector ba = FloatVector.fromArray(SPECIES, b, bt);
      FloatVector bb = FloatVector.fromArray(SPECIES, b, bt + LANES);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
      c0a = a0.fma(ba, c0a);
      c0b = a0.fma(bb, c0b);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + LINE]);
      c1a = a1.fma(ba, c1a);
      c1b = a1.fma(bb, c1b);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + 2 * LINE]);
      c2a = a2.fma(ba, c2a);
      c2b = a2.fma(bb, c2b);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + 3 * LINE]);
      c3a = a3.fma(ba, c3a);
      c3b = a3.fma(bb, c3b);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[at + 4 * LINE]);
      c4a = a4.fma(ba, c4a);
      c4b = a4.fma(bb, c4b);
    }
    if (add) {
      c0a = FloatVector.fromArray(SPECIES, c, cOffset).add(c0a);
      c0b = FloatVector.fromArray(SPECIES, c, cOffset + LANES).add(c0b);
      c1a = FloatVector.fromArray(SPECIES, c, cOffset + cRow).add(c1a);
      c1b = FloatVector.fromArray(SPECIES, c, cOffset + cRow + LANES).add(c1b);
      c2a = FloatVector.fromArray(SPECIES, c, cOffset + 2 * cRow).add(c2a);
      c2b = FloatVector.fromArray(SPECIES, c, cOffset + 2 * cRow + LANES).add(c2b);
      c3a = FloatVector.fromArray(SPECIES, c, cOffset + 3 * cRow).add(c3a);
      c3b = FloatVector.fromArray(SPECIES, c, cOffset + 3 * cRow + LANES).add(c3b);
      c4a = FloatVector.fromArray(SPECIES, c, cOffset + 4 * cRow).add(c4a);
      c4b = FloatVector.fromArray(SPECIES, c, cOffset + 4 * cRow + LANES).add(c4b);
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
}
