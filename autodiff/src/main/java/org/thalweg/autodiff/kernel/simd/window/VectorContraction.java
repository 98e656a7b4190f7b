package org.thalweg.autodiff.kernel.simd.window;

import org.thalweg.autodiff.kernel.matmul.MatmulKernel;
import org.thalweg.autodiff.kernel.simd.matmul.DoubleTiles;
import org.thalweg.autodiff.kernel.simd.matmul.FloatTiles;
import org.thalweg.autodiff.kernel.window.ContractionKernel;
import org.thalweg.autodiff.kernel.window.Scattered;

/// Products of scattered matrices on the Vector API, see [FloatContraction] and
/// [DoubleContraction].
public final class VectorContraction implements ContractionKernel {
  /// How many blocks of `k` are packed at a time.
  private static final int BLOCKS = 5;

  /// The most of `k` that is packed at a time.
  static final int DEPTH = BLOCKS * MatmulKernel.BLOCK;

  /// Makes the kernel, for vectors of the width in use.
  public VectorContraction() {}

  /// How much of `k` is packed at a time, in whole blocks: with blocks that are shorter than usual
  /// less, so that small matrices take every path.
  static int depth(int block) {
    return BLOCKS * Math.min(block, MatmulKernel.BLOCK);
  }

  /// Where C would be narrower than a tile, or where lines of A are [copied][WindowTiles#lines] and
  /// B has more lines to transpose.
  @Override
  public boolean isBetterTransposed(Scattered a, Scattered b, boolean isFloat) {
    int m = a.rows().size();
    int n = b.columns().size();
    int columns = isFloat ? FloatTiles.COLUMNS : DoubleTiles.COLUMNS;
    boolean isNarrow = n < Math.min(m, columns);
    boolean isLong = isFloat && n > m && m >= columns && FloatContraction.isInLines(a, b);
    return isNarrow || isLong;
  }

  @Override
  public void multiply(Scattered a, Scattered b, Scattered c, int block) {
    if (c.data() instanceof float[]) {
      FloatContraction.multiply(a, b, c, block);
    } else {
      DoubleContraction.multiply(a, b, c, block);
    }
  }
}
