package org.thalweg.autodiff.kernel.simd.window;

import org.thalweg.autodiff.kernel.MatmulKernel;
import org.thalweg.autodiff.kernel.simd.matmul.DoubleTiles;
import org.thalweg.autodiff.kernel.simd.matmul.FloatTiles;
import org.thalweg.autodiff.kernel.window.ContractionKernel;
import org.thalweg.autodiff.kernel.window.Scattered;

/// Products of scattered matrices on the Vector API, see [FloatContraction] and
/// [DoubleContraction]; and the sizes of the pieces into which they are cut, which change speed
/// only, never a bit.
public final class VectorContraction implements ContractionKernel {
  /// How many blocks of `k` are packed at a time.
  private static final int BLOCKS = 5;

  /// The most of `k` that is packed at a time.
  static final int DEPTH = BLOCKS * MatmulKernel.BLOCK;

  /// The bytes of packed A, for a second-level cache of 1 to 2 MiB.
  static final int A_BYTES = 720 << 10;

  /// In an array that lies at the start of a region, this many bytes of numbers come before the
  /// first cache line that is all its own.
  static final int LINE_START = 48;

  /// How many idle workspaces of a type are kept.
  static final int KEPT = 64;

  private final int rows = FloatTiles.best().rows();

  /// Makes the kernel, for vectors of the width in use.
  public VectorContraction() {}

  /// How much of `k` is packed at a time, in whole blocks: with blocks that are shorter than usual
  /// less, so that small matrices take every path.
  static int depth(int block) {
    return BLOCKS * Math.min(block, MatmulKernel.BLOCK);
  }

  /// The size of the equal parts, multiples of `step` and at most `most` if that is possible, that
  /// cover `size`.
  static int part(int size, int most, int step) {
    int whole = Math.max(step, most / step * step);
    int parts = (size + whole - 1) / whole;
    return roundUp((size + parts - 1) / parts, step);
  }

  static int roundUp(int size, int step) {
    return (size + step - 1) / step * step;
  }

  @Override
  public int rowStep() {
    return rows;
  }

  @Override
  public int columnStep(int bytes) {
    return bytes == Float.BYTES ? FloatTiles.COLUMNS : DoubleTiles.COLUMNS;
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
