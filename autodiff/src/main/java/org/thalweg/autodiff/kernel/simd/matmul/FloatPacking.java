package org.thalweg.autodiff.kernel.simd.matmul;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.thalweg.autodiff.kernel.Simd;

/// Copies a matrix into panels, in the order in which [FloatTiles] reads them.
///
/// A *line* is a row of A or a column of B. A panel holds `width` lines; number `p` of line `i` of
/// a panel stands at `p · width + i`. The last panel may have fewer lines: its other places hold
/// anything, since they only reach places of a tile that nobody reads.
///
/// A matrix with unit stride across lines is copied by vectors. One with unit stride along lines is
/// transposed in registers, a square of vectors at a time, by log₂ steps of two-vector selections.
/// A vector may be wider than a panel: its surplus lands where the next store goes, or in the slack
/// of `LANES` numbers that the caller leaves behind the last panel.
public final class FloatPacking {
  /// The numbers behind the last panel that may be overwritten.
  public static final int SLACK = 16;

  /// So many panels are packed at a time.
  private static final int GROUP = 8;

  private static final VectorSpecies<Float> FLOATS = FloatTiles.SPECIES;
  private static final VectorSpecies<Integer> INTS =
      VectorShape.forBitSize(Simd.bits()).withLanes(int.class);
  private static final int LANES = FLOATS.length();

  // Step d of a transposition merges vectors i and i + d: LOW takes the halves that end up in i.
  private static final int[] LOW = selection(LANES, false);
  private static final int[] HIGH = selection(LANES, true);

  private FloatPacking() {}

  /// Packs `lines` lines of length `k`; number `p` of line `i` is `s[sOffset + i·lineStride +
  /// p·pStride]`. `starts` has room for as many numbers as a vector has lanes.
  static void pack(
      float[] s,
      int sOffset,
      int lineStride,
      int pStride,
      int lines,
      int k,
      float[] d,
      int dOffset,
      int width,
      int[] starts) {
    int first = 0;
    if (lineStride == 1 && width <= LANES) {
      first = acrossInGroups(s, sOffset, pStride, lines, k, d, dOffset, width);
    }
    for (int line = first; line < lines; line += width) {
      int count = Math.min(width, lines - line);
      int from = sOffset + line * lineStride;
      int to = dOffset + line * k;
      if (lineStride == 1) {
        across(s, from, pStride, count, k, d, to, width);
      } else if (pStride == 1
          && k >= LANES
          && LANES >= 8
          && (width <= LANES || width % LANES == 0)) {
        along(s, from, lineStride, count, k, d, to, width, starts);
      } else {
        oneByOne(s, from, lineStride, pStride, count, k, d, to, width);
      }
    }
  }

  /// Packs eight panels at a time, so that whole cache lines of a row are read at once: row after
  /// row of one panel alone, a large matrix would come from far away for each panel again.
  ///
  /// @return how many lines have been packed
  private static int acrossInGroups(
      float[] s, int sOffset, int pStride, int lines, int k, float[] d, int dOffset, int width) {
    int group = GROUP * width;
    int line = 0;
    for (; line + group <= lines; line += group) {
      int from = sOffset + line;
      int to = dOffset + line * k;
      // The last row is left out, for its surplus would fall on what the next panel begins with.
      long room = (long) s.length - LANES - (GROUP - 1L) * width - from;
      int rows = room < 0 ? 0 : (int) Math.min(k - 1, pStride == 0 ? k : room / pStride + 1);
      copyGroup(s, from, pStride, rows, d, to, width, width * k);
      for (int p = rows; p < k; p++) {
        for (int panel = 0; panel < GROUP; panel++) {
          int source = from + p * pStride + panel * width;
          System.arraycopy(s, source, d, to + panel * width * k + p * width, width);
        }
      }
    }
    return line;
  }

  private static void copyGroup(
      float[] s, int from, int pStride, int k, float[] d, int to, int width, int panel) {
    for (int p = 0; p < k; p++) {
      int source = from + p * pStride;
      int target = to + p * width;
      FloatVector.fromArray(FLOATS, s, source).intoArray(d, target);
      FloatVector.fromArray(FLOATS, s, source + width).intoArray(d, target + panel);
      FloatVector.fromArray(FLOATS, s, source + 2 * width).intoArray(d, target + 2 * panel);
      FloatVector.fromArray(FLOATS, s, source + 3 * width).intoArray(d, target + 3 * panel);
      FloatVector.fromArray(FLOATS, s, source + 4 * width).intoArray(d, target + 4 * panel);
      FloatVector.fromArray(FLOATS, s, source + 5 * width).intoArray(d, target + 5 * panel);
      FloatVector.fromArray(FLOATS, s, source + 6 * width).intoArray(d, target + 6 * panel);
      FloatVector.fromArray(FLOATS, s, source + 7 * width).intoArray(d, target + 7 * panel);
    }
  }

  private static void across(
      float[] s, int from, int pStride, int count, int k, float[] d, int to, int width) {
    int p = 0;
    if (count == width) {
      if (width == 2 * LANES) {
        copyOne(s, from, pStride, k, d, to, width);
        copyOne(s, from + LANES, pStride, k, d, to + LANES, width);
        return;
      }
      if (width <= LANES) {
        // A vector reads more than the panel has; the last ones would read past the array.
        long room = (long) s.length - LANES - from;
        p = room < 0 ? 0 : (int) Math.min(k, pStride == 0 ? k : room / pStride + 1);
        copyOne(s, from, pStride, p, d, to, width);
      }
    }
    for (; p < k; p++) {
      System.arraycopy(s, from + p * pStride, d, to + p * width, count);
    }
  }

  private static void along(
      float[] s,
      int from,
      int lineStride,
      int count,
      int k,
      float[] d,
      int to,
      int width,
      int[] starts) {
    for (int line = 0; line < count; line += LANES) {
      int last = Math.min(LANES, count - line) - 1;
      for (int i = 0; i < LANES; i++) {
        starts[i] = from + (line + Math.min(i, last)) * lineStride;
      }
      transpose(s, starts, 0, k / LANES, d, to + line, width);
      if (k % LANES > 0) {
        transpose(s, starts, k - LANES, 1, d, to + line, width);
      }
    }
  }

  /// Copies squares of numbers: number `p` of line `i` from `s[starts[i] + p]` to `d[dOffset + p ·
  /// width + i]`, for as many lines as a vector has lanes, 8 or 16, and `from ≤ p < from + squares
  /// · LANES`.
  public static void transpose(
      float[] s, int[] starts, int from, int squares, float[] d, int dOffset, int width) {
    if (LANES == 16) {
      transpose16(s, starts, from, squares, d, dOffset, width);
    } else {
      transpose8(s, starts, from, squares, d, dOffset, width);
    }
  }

  private static void oneByOne(
      float[] s,
      int from,
      int lineStride,
      int pStride,
      int count,
      int k,
      float[] d,
      int to,
      int width) {
    for (int p = 0; p < k; p++) {
      for (int i = 0; i < count; i++) {
        d[to + p * width + i] = s[from + i * lineStride + p * pStride];
      }
    }
  }

  private static void copyOne(
      float[] s, int from, int pStride, int k, float[] d, int to, int width) {
    for (int p = 0; p < k; p++) {
      FloatVector.fromArray(FLOATS, s, from + p * pStride).intoArray(d, to + p * width);
    }
  }

  /// For each step of a transposition of vectors of so many lanes, of which two each lane of the
  /// lower or the higher one is taken.
  static int[] selection(int lanes, boolean high) {
    int steps = Integer.numberOfTrailingZeros(lanes);
    int[] all = new int[steps * lanes];
    for (int step = 0; step < steps; step++) {
      int distance = 1 << step;
      for (int lane = 0; lane < lanes; lane++) {
        int ofLow = (lane & distance) == 0 ? lane : lanes + lane - distance;
        all[step * lanes + lane] = high ? ofLow + distance : ofLow;
      }
    }
    return all;
  }

  /// Packs 16 lines of unit stride in p: 16 numbers of each are transposed at a time.
  private static void transpose16(
      float[] s, int[] starts, int from, int squares, float[] d, int dOffset, int width) {
    IntVector low1 = IntVector.fromArray(INTS, LOW, 0 * LANES);
    IntVector high1 = IntVector.fromArray(INTS, HIGH, 0 * LANES);
    IntVector low2 = IntVector.fromArray(INTS, LOW, 1 * LANES);
    IntVector high2 = IntVector.fromArray(INTS, HIGH, 1 * LANES);
    IntVector low4 = IntVector.fromArray(INTS, LOW, 2 * LANES);
    IntVector high4 = IntVector.fromArray(INTS, HIGH, 2 * LANES);
    IntVector low8 = IntVector.fromArray(INTS, LOW, 3 * LANES);
    IntVector high8 = IntVector.fromArray(INTS, HIGH, 3 * LANES);
    int o0 = starts[0];
    int o1 = starts[1];
    int o2 = starts[2];
    int o3 = starts[3];
    int o4 = starts[4];
    int o5 = starts[5];
    int o6 = starts[6];
    int o7 = starts[7];
    int o8 = starts[8];
    int o9 = starts[9];
    int o10 = starts[10];
    int o11 = starts[11];
    int o12 = starts[12];
    int o13 = starts[13];
    int o14 = starts[14];
    int o15 = starts[15];
    for (int q = 0; q < squares; q++) {
      int p = from + q * LANES;
      IntVector x0 = FloatVector.fromArray(FLOATS, s, o0 + p).reinterpretAsInts();
      IntVector x1 = FloatVector.fromArray(FLOATS, s, o1 + p).reinterpretAsInts();
      IntVector x2 = FloatVector.fromArray(FLOATS, s, o2 + p).reinterpretAsInts();
      IntVector x3 = FloatVector.fromArray(FLOATS, s, o3 + p).reinterpretAsInts();
      IntVector x4 = FloatVector.fromArray(FLOATS, s, o4 + p).reinterpretAsInts();
      IntVector x5 = FloatVector.fromArray(FLOATS, s, o5 + p).reinterpretAsInts();
      IntVector x6 = FloatVector.fromArray(FLOATS, s, o6 + p).reinterpretAsInts();
      IntVector x7 = FloatVector.fromArray(FLOATS, s, o7 + p).reinterpretAsInts();
      IntVector x8 = FloatVector.fromArray(FLOATS, s, o8 + p).reinterpretAsInts();
      IntVector x9 = FloatVector.fromArray(FLOATS, s, o9 + p).reinterpretAsInts();
      IntVector x10 = FloatVector.fromArray(FLOATS, s, o10 + p).reinterpretAsInts();
      IntVector x11 = FloatVector.fromArray(FLOATS, s, o11 + p).reinterpretAsInts();
      IntVector x12 = FloatVector.fromArray(FLOATS, s, o12 + p).reinterpretAsInts();
      IntVector x13 = FloatVector.fromArray(FLOATS, s, o13 + p).reinterpretAsInts();
      IntVector x14 = FloatVector.fromArray(FLOATS, s, o14 + p).reinterpretAsInts();
      IntVector x15 = FloatVector.fromArray(FLOATS, s, o15 + p).reinterpretAsInts();
      IntVector y0 = low1.selectFrom(x0, x1);
      IntVector y1 = high1.selectFrom(x0, x1);
      IntVector y2 = low1.selectFrom(x2, x3);
      IntVector y3 = high1.selectFrom(x2, x3);
      IntVector y4 = low1.selectFrom(x4, x5);
      IntVector y5 = high1.selectFrom(x4, x5);
      IntVector y6 = low1.selectFrom(x6, x7);
      IntVector y7 = high1.selectFrom(x6, x7);
      IntVector y8 = low1.selectFrom(x8, x9);
      IntVector y9 = high1.selectFrom(x8, x9);
      IntVector y10 = low1.selectFrom(x10, x11);
      IntVector y11 = high1.selectFrom(x10, x11);
      IntVector y12 = low1.selectFrom(x12, x13);
      IntVector y13 = high1.selectFrom(x12, x13);
      IntVector y14 = low1.selectFrom(x14, x15);
      IntVector y15 = high1.selectFrom(x14, x15);
      IntVector z0 = low2.selectFrom(y0, y2);
      IntVector z2 = high2.selectFrom(y0, y2);
      IntVector z1 = low2.selectFrom(y1, y3);
      IntVector z3 = high2.selectFrom(y1, y3);
      IntVector z4 = low2.selectFrom(y4, y6);
      IntVector z6 = high2.selectFrom(y4, y6);
      IntVector z5 = low2.selectFrom(y5, y7);
      IntVector z7 = high2.selectFrom(y5, y7);
      IntVector z8 = low2.selectFrom(y8, y10);
      IntVector z10 = high2.selectFrom(y8, y10);
      IntVector z9 = low2.selectFrom(y9, y11);
      IntVector z11 = high2.selectFrom(y9, y11);
      IntVector z12 = low2.selectFrom(y12, y14);
      IntVector z14 = high2.selectFrom(y12, y14);
      IntVector z13 = low2.selectFrom(y13, y15);
      IntVector z15 = high2.selectFrom(y13, y15);
      IntVector u0 = low4.selectFrom(z0, z4);
      IntVector u4 = high4.selectFrom(z0, z4);
      IntVector u1 = low4.selectFrom(z1, z5);
      IntVector u5 = high4.selectFrom(z1, z5);
      IntVector u2 = low4.selectFrom(z2, z6);
      IntVector u6 = high4.selectFrom(z2, z6);
      IntVector u3 = low4.selectFrom(z3, z7);
      IntVector u7 = high4.selectFrom(z3, z7);
      IntVector u8 = low4.selectFrom(z8, z12);
      IntVector u12 = high4.selectFrom(z8, z12);
      IntVector u9 = low4.selectFrom(z9, z13);
      IntVector u13 = high4.selectFrom(z9, z13);
      IntVector u10 = low4.selectFrom(z10, z14);
      IntVector u14 = high4.selectFrom(z10, z14);
      IntVector u11 = low4.selectFrom(z11, z15);
      IntVector u15 = high4.selectFrom(z11, z15);
      IntVector v0 = low8.selectFrom(u0, u8);
      IntVector v8 = high8.selectFrom(u0, u8);
      IntVector v1 = low8.selectFrom(u1, u9);
      IntVector v9 = high8.selectFrom(u1, u9);
      IntVector v2 = low8.selectFrom(u2, u10);
      IntVector v10 = high8.selectFrom(u2, u10);
      IntVector v3 = low8.selectFrom(u3, u11);
      IntVector v11 = high8.selectFrom(u3, u11);
      IntVector v4 = low8.selectFrom(u4, u12);
      IntVector v12 = high8.selectFrom(u4, u12);
      IntVector v5 = low8.selectFrom(u5, u13);
      IntVector v13 = high8.selectFrom(u5, u13);
      IntVector v6 = low8.selectFrom(u6, u14);
      IntVector v14 = high8.selectFrom(u6, u14);
      IntVector v7 = low8.selectFrom(u7, u15);
      IntVector v15 = high8.selectFrom(u7, u15);
      int at = dOffset + p * width;
      v0.reinterpretAsFloats().intoArray(d, at);
      v1.reinterpretAsFloats().intoArray(d, at + width);
      v2.reinterpretAsFloats().intoArray(d, at + 2 * width);
      v3.reinterpretAsFloats().intoArray(d, at + 3 * width);
      v4.reinterpretAsFloats().intoArray(d, at + 4 * width);
      v5.reinterpretAsFloats().intoArray(d, at + 5 * width);
      v6.reinterpretAsFloats().intoArray(d, at + 6 * width);
      v7.reinterpretAsFloats().intoArray(d, at + 7 * width);
      v8.reinterpretAsFloats().intoArray(d, at + 8 * width);
      v9.reinterpretAsFloats().intoArray(d, at + 9 * width);
      v10.reinterpretAsFloats().intoArray(d, at + 10 * width);
      v11.reinterpretAsFloats().intoArray(d, at + 11 * width);
      v12.reinterpretAsFloats().intoArray(d, at + 12 * width);
      v13.reinterpretAsFloats().intoArray(d, at + 13 * width);
      v14.reinterpretAsFloats().intoArray(d, at + 14 * width);
      v15.reinterpretAsFloats().intoArray(d, at + 15 * width);
    }
  }

  /// Packs 8 lines of unit stride in p: 8 numbers of each are transposed at a time.
  private static void transpose8(
      float[] s, int[] starts, int from, int squares, float[] d, int dOffset, int width) {
    IntVector low1 = IntVector.fromArray(INTS, LOW, 0 * LANES);
    IntVector high1 = IntVector.fromArray(INTS, HIGH, 0 * LANES);
    IntVector low2 = IntVector.fromArray(INTS, LOW, 1 * LANES);
    IntVector high2 = IntVector.fromArray(INTS, HIGH, 1 * LANES);
    IntVector low4 = IntVector.fromArray(INTS, LOW, 2 * LANES);
    IntVector high4 = IntVector.fromArray(INTS, HIGH, 2 * LANES);
    int o0 = starts[0];
    int o1 = starts[1];
    int o2 = starts[2];
    int o3 = starts[3];
    int o4 = starts[4];
    int o5 = starts[5];
    int o6 = starts[6];
    int o7 = starts[7];
    for (int q = 0; q < squares; q++) {
      int p = from + q * LANES;
      IntVector x0 = FloatVector.fromArray(FLOATS, s, o0 + p).reinterpretAsInts();
      IntVector x1 = FloatVector.fromArray(FLOATS, s, o1 + p).reinterpretAsInts();
      IntVector x2 = FloatVector.fromArray(FLOATS, s, o2 + p).reinterpretAsInts();
      IntVector x3 = FloatVector.fromArray(FLOATS, s, o3 + p).reinterpretAsInts();
      IntVector x4 = FloatVector.fromArray(FLOATS, s, o4 + p).reinterpretAsInts();
      IntVector x5 = FloatVector.fromArray(FLOATS, s, o5 + p).reinterpretAsInts();
      IntVector x6 = FloatVector.fromArray(FLOATS, s, o6 + p).reinterpretAsInts();
      IntVector x7 = FloatVector.fromArray(FLOATS, s, o7 + p).reinterpretAsInts();
      IntVector y0 = low1.selectFrom(x0, x1);
      IntVector y1 = high1.selectFrom(x0, x1);
      IntVector y2 = low1.selectFrom(x2, x3);
      IntVector y3 = high1.selectFrom(x2, x3);
      IntVector y4 = low1.selectFrom(x4, x5);
      IntVector y5 = high1.selectFrom(x4, x5);
      IntVector y6 = low1.selectFrom(x6, x7);
      IntVector y7 = high1.selectFrom(x6, x7);
      IntVector z0 = low2.selectFrom(y0, y2);
      IntVector z2 = high2.selectFrom(y0, y2);
      IntVector z1 = low2.selectFrom(y1, y3);
      IntVector z3 = high2.selectFrom(y1, y3);
      IntVector z4 = low2.selectFrom(y4, y6);
      IntVector z6 = high2.selectFrom(y4, y6);
      IntVector z5 = low2.selectFrom(y5, y7);
      IntVector z7 = high2.selectFrom(y5, y7);
      IntVector u0 = low4.selectFrom(z0, z4);
      IntVector u4 = high4.selectFrom(z0, z4);
      IntVector u1 = low4.selectFrom(z1, z5);
      IntVector u5 = high4.selectFrom(z1, z5);
      IntVector u2 = low4.selectFrom(z2, z6);
      IntVector u6 = high4.selectFrom(z2, z6);
      IntVector u3 = low4.selectFrom(z3, z7);
      IntVector u7 = high4.selectFrom(z3, z7);
      int at = dOffset + p * width;
      u0.reinterpretAsFloats().intoArray(d, at);
      u1.reinterpretAsFloats().intoArray(d, at + width);
      u2.reinterpretAsFloats().intoArray(d, at + 2 * width);
      u3.reinterpretAsFloats().intoArray(d, at + 3 * width);
      u4.reinterpretAsFloats().intoArray(d, at + 4 * width);
      u5.reinterpretAsFloats().intoArray(d, at + 5 * width);
      u6.reinterpretAsFloats().intoArray(d, at + 6 * width);
      u7.reinterpretAsFloats().intoArray(d, at + 7 * width);
    }
  }
}
