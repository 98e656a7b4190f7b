package org.thalweg.autodiff.kernel.simd.matmul;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.thalweg.autodiff.kernel.Simd;

/// Copies a matrix into panels, in the order in which [DoubleTiles] reads them.
///
/// The layout is that of [FloatPacking], and so are the ways: copies by vectors, and squares of
/// numbers that are transposed in registers. A panel is at least as wide as a vector, so that the
/// last vector and the last square may overlap those before: they write the same numbers again.
final class DoublePacking {
  private static final VectorSpecies<Double> DOUBLES = DoubleTiles.SPECIES;
  private static final VectorSpecies<Long> LONGS =
      VectorShape.forBitSize(Simd.bits()).withLanes(long.class);
  private static final int LANES = DOUBLES.length();
  private static final long[] LOW = selection(false);
  private static final long[] HIGH = selection(true);

  private DoublePacking() {}

  private static long[] selection(boolean high) {
    return Arrays.stream(FloatPacking.selection(LANES, high)).asLongStream().toArray();
  }

  /// Packs `lines` lines of length `k`; number `p` of line `i` is `s[sOffset + i·lineStride +
  /// p·pStride]`.
  static void pack(
      double[] s,
      int sOffset,
      int lineStride,
      int pStride,
      int lines,
      int k,
      double[] d,
      int dOffset,
      int width) {
    for (int line = 0; line < lines; line += width) {
      int count = Math.min(width, lines - line);
      int from = sOffset + line * lineStride;
      int to = dOffset + line * k;
      if (lineStride == 1 && count >= LANES) {
        across(s, from, pStride, count, k, d, to, width);
      } else if (pStride == 1 && count >= LANES && k >= LANES && LANES >= 4) {
        along(s, from, lineStride, count, k, d, to, width);
      } else {
        oneByOne(s, from, lineStride, pStride, count, k, d, to, width);
      }
    }
  }

  private static void across(
      double[] s, int from, int pStride, int count, int k, double[] d, int to, int width) {
    for (int line = 0; line < count; line += LANES) {
      int at = Math.min(line, count - LANES);
      copy(s, from + at, pStride, k, d, to + at, width);
    }
  }

  private static void copy(
      double[] s, int from, int pStride, int k, double[] d, int to, int width) {
    for (int p = 0; p < k; p++) {
      DoubleVector.fromArray(DOUBLES, s, from + p * pStride).intoArray(d, to + p * width);
    }
  }

  private static void along(
      double[] s, int from, int lineStride, int count, int k, double[] d, int to, int width) {
    int whole = k / LANES * LANES;
    for (int line = 0; line < count; line += LANES) {
      int at = Math.min(line, count - LANES);
      int source = from + at * lineStride;
      transpose(s, source, lineStride, 0, whole, d, to + at, width);
      if (whole < k) {
        transpose(s, source, lineStride, k - LANES, k, d, to + at, width);
      }
    }
  }

  private static void oneByOne(
      double[] s,
      int from,
      int lineStride,
      int pStride,
      int count,
      int k,
      double[] d,
      int to,
      int width) {
    for (int p = 0; p < k; p++) {
      for (int i = 0; i < count; i++) {
        d[to + p * width + i] = s[from + i * lineStride + p * pStride];
      }
    }
  }

  /// Copies squares of numbers: number `p` of line `i` from `s[source + i·lineStride + p]` to `d[to
  /// + p·width + i]`, for as many lines as a vector has lanes, and `from ≤ p < stop`.
  private static void transpose(
      double[] s, int source, int lineStride, int from, int stop, double[] d, int to, int width) {
    if (LANES == 8) {
      transpose8(s, source, lineStride, from, stop, d, to, width);
    } else {
      transpose4(s, source, lineStride, from, stop, d, to, width);
    }
  }

  private static void transpose8(
      double[] s, int source, int lineStride, int from, int stop, double[] d, int to, int width) {
    LongVector low1 = LongVector.fromArray(LONGS, LOW, 0 * LANES);
    LongVector high1 = LongVector.fromArray(LONGS, HIGH, 0 * LANES);
    LongVector low2 = LongVector.fromArray(LONGS, LOW, 1 * LANES);
    LongVector high2 = LongVector.fromArray(LONGS, HIGH, 1 * LANES);
    LongVector low4 = LongVector.fromArray(LONGS, LOW, 2 * LANES);
    LongVector high4 = LongVector.fromArray(LONGS, HIGH, 2 * LANES);
    for (int p = from; p < stop; p += LANES) {
      LongVector x0 = DoubleVector.fromArray(DOUBLES, s, source + p).reinterpretAsLongs();
      LongVector x1 =
          DoubleVector.fromArray(DOUBLES, s, source + lineStride + p).reinterpretAsLongs();
      LongVector x2 =
          DoubleVector.fromArray(DOUBLES, s, source + 2 * lineStride + p).reinterpretAsLongs();
      LongVector x3 =
          DoubleVector.fromArray(DOUBLES, s, source + 3 * lineStride + p).reinterpretAsLongs();
      LongVector x4 =
          DoubleVector.fromArray(DOUBLES, s, source + 4 * lineStride + p).reinterpretAsLongs();
      LongVector x5 =
          DoubleVector.fromArray(DOUBLES, s, source + 5 * lineStride + p).reinterpretAsLongs();
      LongVector x6 =
          DoubleVector.fromArray(DOUBLES, s, source + 6 * lineStride + p).reinterpretAsLongs();
      LongVector x7 =
          DoubleVector.fromArray(DOUBLES, s, source + 7 * lineStride + p).reinterpretAsLongs();
      LongVector y0 = low1.selectFrom(x0, x1);
      LongVector y1 = high1.selectFrom(x0, x1);
      LongVector y2 = low1.selectFrom(x2, x3);
      LongVector y3 = high1.selectFrom(x2, x3);
      LongVector y4 = low1.selectFrom(x4, x5);
      LongVector y5 = high1.selectFrom(x4, x5);
      LongVector y6 = low1.selectFrom(x6, x7);
      LongVector y7 = high1.selectFrom(x6, x7);
      LongVector z0 = low2.selectFrom(y0, y2);
      LongVector z2 = high2.selectFrom(y0, y2);
      LongVector z1 = low2.selectFrom(y1, y3);
      LongVector z3 = high2.selectFrom(y1, y3);
      LongVector z4 = low2.selectFrom(y4, y6);
      LongVector z6 = high2.selectFrom(y4, y6);
      LongVector z5 = low2.selectFrom(y5, y7);
      LongVector z7 = high2.selectFrom(y5, y7);
      LongVector u0 = low4.selectFrom(z0, z4);
      LongVector u4 = high4.selectFrom(z0, z4);
      LongVector u1 = low4.selectFrom(z1, z5);
      LongVector u5 = high4.selectFrom(z1, z5);
      LongVector u2 = low4.selectFrom(z2, z6);
      LongVector u6 = high4.selectFrom(z2, z6);
      LongVector u3 = low4.selectFrom(z3, z7);
      LongVector u7 = high4.selectFrom(z3, z7);
      int at = to + p * width;
      u0.reinterpretAsDoubles().intoArray(d, at);
      u1.reinterpretAsDoubles().intoArray(d, at + width);
      u2.reinterpretAsDoubles().intoArray(d, at + 2 * width);
      u3.reinterpretAsDoubles().intoArray(d, at + 3 * width);
      u4.reinterpretAsDoubles().intoArray(d, at + 4 * width);
      u5.reinterpretAsDoubles().intoArray(d, at + 5 * width);
      u6.reinterpretAsDoubles().intoArray(d, at + 6 * width);
      u7.reinterpretAsDoubles().intoArray(d, at + 7 * width);
    }
  }

  private static void transpose4(
      double[] s, int source, int lineStride, int from, int stop, double[] d, int to, int width) {
    LongVector low1 = LongVector.fromArray(LONGS, LOW, 0 * LANES);
    LongVector high1 = LongVector.fromArray(LONGS, HIGH, 0 * LANES);
    LongVector low2 = LongVector.fromArray(LONGS, LOW, 1 * LANES);
    LongVector high2 = LongVector.fromArray(LONGS, HIGH, 1 * LANES);
    for (int p = from; p < stop; p += LANES) {
      LongVector x0 = DoubleVector.fromArray(DOUBLES, s, source + p).reinterpretAsLongs();
      LongVector x1 =
          DoubleVector.fromArray(DOUBLES, s, source + lineStride + p).reinterpretAsLongs();
      LongVector x2 =
          DoubleVector.fromArray(DOUBLES, s, source + 2 * lineStride + p).reinterpretAsLongs();
      LongVector x3 =
          DoubleVector.fromArray(DOUBLES, s, source + 3 * lineStride + p).reinterpretAsLongs();
      LongVector y0 = low1.selectFrom(x0, x1);
      LongVector y1 = high1.selectFrom(x0, x1);
      LongVector y2 = low1.selectFrom(x2, x3);
      LongVector y3 = high1.selectFrom(x2, x3);
      LongVector z0 = low2.selectFrom(y0, y2);
      LongVector z2 = high2.selectFrom(y0, y2);
      LongVector z1 = low2.selectFrom(y1, y3);
      LongVector z3 = high2.selectFrom(y1, y3);
      int at = to + p * width;
      z0.reinterpretAsDoubles().intoArray(d, at);
      z1.reinterpretAsDoubles().intoArray(d, at + width);
      z2.reinterpretAsDoubles().intoArray(d, at + 2 * width);
      z3.reinterpretAsDoubles().intoArray(d, at + 3 * width);
    }
  }
}
