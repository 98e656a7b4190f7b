package org.thalweg.autodiff.kernel.matmul;

import java.util.function.IntFunction;

/// The matrix B of many products, put once in the order in which the kernel in use reads it. For
/// any number of threads.
///
/// Products have the bits of [Matmul#multiply].
public final class Packed {
  private final MatmulKernel kernel;
  private final Object numbers;
  private final int n;
  private final int k;

  private Packed(MatmulKernel kernel, Object numbers, int n, int k) {
    this.kernel = kernel;
    this.numbers = numbers;
    this.n = n;
    this.k = k;
  }

  /// Packs B, k × n, which begins with the array and may change afterwards.
  ///
  /// @param k not 0
  /// @param room gives an array for so many numbers or more, which is kept
  public static Packed of(Strided b, int n, int k, IntFunction<Object> room) {
    MatmulKernel kernel = Matmul.kernel(b.isFloat());
    Object packed = room.apply(kernel.packedLength(n, k, b.bytes()));
    kernel.pack(b, 0, n, k, packed);
    return new Packed(kernel, packed, n, k);
  }

  /// Overwrites `m` rows of C by those of A times B, on this thread.
  public void multiply(Strided a, int aFrom, Strided c, int cFrom, int m) {
    Matmul.counted(kernel, 1)
        .multiplyPacked(a, aFrom, numbers, c, cFrom, m, n, k, MatmulKernel.BLOCK);
  }
}
