package org.thalweg.autodiff.kernel.simd.matmul;

/// Copies a matrix into panels, in the order in which [DoubleTiles] reads them.
///
/// The layout is that of [FloatPacking]. Plain loops: with `double` a product spends twice as long
/// on each number it has packed.
final class DoublePacking {
  private DoublePacking() {}

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
      if (lineStride == 1) {
        across(s, from, pStride, count, k, d, to, width);
      } else {
        along(s, from, lineStride, pStride, count, k, d, to, width);
      }
    }
  }

  private static void across(
      double[] s, int from, int pStride, int count, int k, double[] d, int to, int width) {
    for (int p = 0; p < k; p++) {
      System.arraycopy(s, from + p * pStride, d, to + p * width, count);
    }
  }

  /// Four lines at a time, so that whole cache lines are read and written.
  private static void along(
      double[] s,
      int from,
      int lineStride,
      int pStride,
      int count,
      int k,
      double[] d,
      int to,
      int width) {
    int i = 0;
    for (; i <= count - 4; i += 4) {
      int source = from + i * lineStride;
      for (int p = 0; p < k; p++) {
        int at = source + p * pStride;
        int target = to + p * width + i;
        d[target] = s[at];
        d[target + 1] = s[at + lineStride];
        d[target + 2] = s[at + 2 * lineStride];
        d[target + 3] = s[at + 3 * lineStride];
      }
    }
    for (; i < count; i++) {
      for (int p = 0; p < k; p++) {
        d[to + p * width + i] = s[from + i * lineStride + p * pStride];
      }
    }
  }
}
