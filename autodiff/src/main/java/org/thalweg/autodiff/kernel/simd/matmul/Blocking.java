package org.thalweg.autodiff.kernel.simd.matmul;

import org.thalweg.autodiff.kernel.matmul.MatmulKernel;

/// The sizes of the pieces into which products are cut, which change speed only, never a bit.
public final class Blocking {
  /// The bytes of packed A, for a second-level cache of 1 to 2 MiB.
  public static final int A_BYTES = 720 << 10;

  /// In an array that lies at the start of a region, this many bytes of numbers come before the
  /// first cache line that is all its own. Workspaces are large enough to lie there in usual heaps.
  public static final int LINE_START = 48;

  /// How many idle workspaces of a type are kept.
  public static final int KEPT = 64;

  private Blocking() {}

  /// How many lines of length `k` are packed at a time, where there is room for so many numbers.
  /// With blocks that are shorter than usual less room is used, so that small matrices take every
  /// path.
  public static int lines(int numbers, int k, int block) {
    return numbers / MatmulKernel.BLOCK * Math.min(block, MatmulKernel.BLOCK) / k;
  }
}
