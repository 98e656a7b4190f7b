package org.thalweg.autodiff.kernel.simd.window;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// Twelve rows, for 32 vector registers; parts of eight.
final class WindowTiles12 implements WindowTiles {
  private static final int ROWS = 12;

  @Override
  public int part() {
    return 8;
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
    FloatVector c5a = FloatVector.zero(SPECIES);
    FloatVector c5b = FloatVector.zero(SPECIES);
    FloatVector c6a = FloatVector.zero(SPECIES);
    FloatVector c6b = FloatVector.zero(SPECIES);
    FloatVector c7a = FloatVector.zero(SPECIES);
    FloatVector c7b = FloatVector.zero(SPECIES);
    FloatVector c8a = FloatVector.zero(SPECIES);
    FloatVector c8b = FloatVector.zero(SPECIES);
    FloatVector c9a = FloatVector.zero(SPECIES);
    FloatVector c9b = FloatVector.zero(SPECIES);
    FloatVector c10a = FloatVector.zero(SPECIES);
    FloatVector c10b = FloatVector.zero(SPECIES);
    FloatVector c11a = FloatVector.zero(SPECIES);
    FloatVector c11b = FloatVector.zero(SPECIES);
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
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[at + 5]);
      c5a = a5.fma(ba, c5a);
      c5b = a5.fma(bb, c5b);
      FloatVector a6 = FloatVector.broadcast(SPECIES, a[at + 6]);
      c6a = a6.fma(ba, c6a);
      c6b = a6.fma(bb, c6b);
      FloatVector a7 = FloatVector.broadcast(SPECIES, a[at + 7]);
      c7a = a7.fma(ba, c7a);
      c7b = a7.fma(bb, c7b);
      FloatVector a8 = FloatVector.broadcast(SPECIES, a[at + 8]);
      c8a = a8.fma(ba, c8a);
      c8b = a8.fma(bb, c8b);
      FloatVector a9 = FloatVector.broadcast(SPECIES, a[at + 9]);
      c9a = a9.fma(ba, c9a);
      c9b = a9.fma(bb, c9b);
      FloatVector a10 = FloatVector.broadcast(SPECIES, a[at + 10]);
      c10a = a10.fma(ba, c10a);
      c10b = a10.fma(bb, c10b);
      FloatVector a11 = FloatVector.broadcast(SPECIES, a[at + 11]);
      c11a = a11.fma(ba, c11a);
      c11b = a11.fma(bb, c11b);
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
      c5a = FloatVector.fromArray(SPECIES, c, cOffset + 5 * cRow).add(c5a);
      c5b = FloatVector.fromArray(SPECIES, c, cOffset + 5 * cRow + LANES).add(c5b);
      c6a = FloatVector.fromArray(SPECIES, c, cOffset + 6 * cRow).add(c6a);
      c6b = FloatVector.fromArray(SPECIES, c, cOffset + 6 * cRow + LANES).add(c6b);
      c7a = FloatVector.fromArray(SPECIES, c, cOffset + 7 * cRow).add(c7a);
      c7b = FloatVector.fromArray(SPECIES, c, cOffset + 7 * cRow + LANES).add(c7b);
      c8a = FloatVector.fromArray(SPECIES, c, cOffset + 8 * cRow).add(c8a);
      c8b = FloatVector.fromArray(SPECIES, c, cOffset + 8 * cRow + LANES).add(c8b);
      c9a = FloatVector.fromArray(SPECIES, c, cOffset + 9 * cRow).add(c9a);
      c9b = FloatVector.fromArray(SPECIES, c, cOffset + 9 * cRow + LANES).add(c9b);
      c10a = FloatVector.fromArray(SPECIES, c, cOffset + 10 * cRow).add(c10a);
      c10b = FloatVector.fromArray(SPECIES, c, cOffset + 10 * cRow + LANES).add(c10b);
      c11a = FloatVector.fromArray(SPECIES, c, cOffset + 11 * cRow).add(c11a);
      c11b = FloatVector.fromArray(SPECIES, c, cOffset + 11 * cRow + LANES).add(c11b);
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
    FloatVector c5a = FloatVector.zero(SPECIES);
    FloatVector c5b = FloatVector.zero(SPECIES);
    FloatVector c6a = FloatVector.zero(SPECIES);
    FloatVector c6b = FloatVector.zero(SPECIES);
    FloatVector c7a = FloatVector.zero(SPECIES);
    FloatVector c7b = FloatVector.zero(SPECIES);
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
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[at + 5]);
      c5a = a5.fma(ba, c5a);
      c5b = a5.fma(bb, c5b);
      FloatVector a6 = FloatVector.broadcast(SPECIES, a[at + 6]);
      c6a = a6.fma(ba, c6a);
      c6b = a6.fma(bb, c6b);
      FloatVector a7 = FloatVector.broadcast(SPECIES, a[at + 7]);
      c7a = a7.fma(ba, c7a);
      c7b = a7.fma(bb, c7b);
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
      c5a = FloatVector.fromArray(SPECIES, c, cOffset + 5 * cRow).add(c5a);
      c5b = FloatVector.fromArray(SPECIES, c, cOffset + 5 * cRow + LANES).add(c5b);
      c6a = FloatVector.fromArray(SPECIES, c, cOffset + 6 * cRow).add(c6a);
      c6b = FloatVector.fromArray(SPECIES, c, cOffset + 6 * cRow + LANES).add(c6b);
      c7a = FloatVector.fromArray(SPECIES, c, cOffset + 7 * cRow).add(c7a);
      c7b = FloatVector.fromArray(SPECIES, c, cOffset + 7 * cRow + LANES).add(c7b);
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
    FloatVector c5a = FloatVector.zero(SPECIES);
    FloatVector c5b = FloatVector.zero(SPECIES);
    FloatVector c6a = FloatVector.zero(SPECIES);
    FloatVector c6b = FloatVector.zero(SPECIES);
    FloatVector c7a = FloatVector.zero(SPECIES);
    FloatVector c7b = FloatVector.zero(SPECIES);
    FloatVector c8a = FloatVector.zero(SPECIES);
    FloatVector c8b = FloatVector.zero(SPECIES);
    FloatVector c9a = FloatVector.zero(SPECIES);
    FloatVector c9b = FloatVector.zero(SPECIES);
    FloatVector c10a = FloatVector.zero(SPECIES);
    FloatVector c10b = FloatVector.zero(SPECIES);
    FloatVector c11a = FloatVector.zero(SPECIES);
    FloatVector c11b = FloatVector.zero(SPECIES);
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
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[at + 5 * LINE]);
      c5a = a5.fma(ba, c5a);
      c5b = a5.fma(bb, c5b);
      FloatVector a6 = FloatVector.broadcast(SPECIES, a[at + 6 * LINE]);
      c6a = a6.fma(ba, c6a);
      c6b = a6.fma(bb, c6b);
      FloatVector a7 = FloatVector.broadcast(SPECIES, a[at + 7 * LINE]);
      c7a = a7.fma(ba, c7a);
      c7b = a7.fma(bb, c7b);
      FloatVector a8 = FloatVector.broadcast(SPECIES, a[at + 8 * LINE]);
      c8a = a8.fma(ba, c8a);
      c8b = a8.fma(bb, c8b);
      FloatVector a9 = FloatVector.broadcast(SPECIES, a[at + 9 * LINE]);
      c9a = a9.fma(ba, c9a);
      c9b = a9.fma(bb, c9b);
      FloatVector a10 = FloatVector.broadcast(SPECIES, a[at + 10 * LINE]);
      c10a = a10.fma(ba, c10a);
      c10b = a10.fma(bb, c10b);
      FloatVector a11 = FloatVector.broadcast(SPECIES, a[at + 11 * LINE]);
      c11a = a11.fma(ba, c11a);
      c11b = a11.fma(bb, c11b);
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
      c5a = FloatVector.fromArray(SPECIES, c, cOffset + 5 * cRow).add(c5a);
      c5b = FloatVector.fromArray(SPECIES, c, cOffset + 5 * cRow + LANES).add(c5b);
      c6a = FloatVector.fromArray(SPECIES, c, cOffset + 6 * cRow).add(c6a);
      c6b = FloatVector.fromArray(SPECIES, c, cOffset + 6 * cRow + LANES).add(c6b);
      c7a = FloatVector.fromArray(SPECIES, c, cOffset + 7 * cRow).add(c7a);
      c7b = FloatVector.fromArray(SPECIES, c, cOffset + 7 * cRow + LANES).add(c7b);
      c8a = FloatVector.fromArray(SPECIES, c, cOffset + 8 * cRow).add(c8a);
      c8b = FloatVector.fromArray(SPECIES, c, cOffset + 8 * cRow + LANES).add(c8b);
      c9a = FloatVector.fromArray(SPECIES, c, cOffset + 9 * cRow).add(c9a);
      c9b = FloatVector.fromArray(SPECIES, c, cOffset + 9 * cRow + LANES).add(c9b);
      c10a = FloatVector.fromArray(SPECIES, c, cOffset + 10 * cRow).add(c10a);
      c10b = FloatVector.fromArray(SPECIES, c, cOffset + 10 * cRow + LANES).add(c10b);
      c11a = FloatVector.fromArray(SPECIES, c, cOffset + 11 * cRow).add(c11a);
      c11b = FloatVector.fromArray(SPECIES, c, cOffset + 11 * cRow + LANES).add(c11b);
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
}
