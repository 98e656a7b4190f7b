package org.thalweg.autodiff.kernel.simd;

import java.util.Arrays;
import org.thalweg.autodiff.kernel.Lanes;
import org.thalweg.autodiff.kernel.Reduce.Operation;

/// How rows of lanes are cut into vectors: all of [Lanes#fold] but the vectors themselves.
///
/// The subclasses' vector loops are methods of their own, with no vector among the arguments: small
/// enough for the JIT to keep every vector in a register.
abstract class BlockedLanes implements Lanes {
  /// Elements that are read before the next vector of lanes gets its turn: 16 KiB of floats, so
  /// that narrow rows, whose vectors share cache lines, are still in the L1 cache then.
  private static final int BAND = 4096;

  private final Operation operation;
  private final int lanes;
  private final int length;

  /// Makes the kernel for an operation, `lanes` lanes a row and vectors of `length` elements.
  BlockedLanes(Operation operation, int lanes, int length) {
    this.operation = operation;
    this.lanes = lanes;
    this.length = length;
  }

  @Override
  public final Operation operation() {
    return operation;
  }

  @Override
  public final int lanes() {
    return lanes;
  }

  /// Folds `chains` complete chains, of which the first begins at `i`, into one vector of lanes:
  /// those of `y` from `at`.
  abstract void complete(Object x, int i, int stride, int chains, double[] y, int at);

  /// Folds the rest, of at most 16 rows, that begins at `i` into one vector of lanes, reading
  /// nothing at or after `end`.
  abstract void partial(Object x, int i, int end, int stride, double[] y, int at);

  @Override
  public final void fold(Object x, int from, int end, int stride, int width, double[] y) {
    int span = (width + length - 1) / length * length;
    Arrays.fill(y, 0, span, operation.neutral());
    int rest = from;
    // Chains count as complete whose vectors lie before the end, though maybe beyond the width.
    long spare = (long) end - from - span - (CHAIN - 1L) * stride;
    if (spare >= 0) {
      int chains = (int) (spare / ((long) CHAIN * stride)) + 1;
      bands(x, from, stride, chains, span, y);
      rest += chains * CHAIN * stride;
    }
    while (rest < end) {
      int until = rest + (int) Math.min(end - rest, (long) CHAIN * stride);
      int stop = Math.min(span, until - rest);
      for (int l = 0; l < stop; l += length) {
        partial(x, rest + l, until, stride, y, l);
      }
      rest = until;
    }
  }

  private void bands(Object x, int from, int stride, int chains, int span, double[] y) {
    int band = Math.max(1, BAND / CHAIN / stride);
    for (int chain = 0; chain < chains; chain += band) {
      int i = from + chain * CHAIN * stride;
      int many = Math.min(band, chains - chain);
      for (int l = 0; l < span; l += length) {
        complete(x, i + l, stride, many, y, l);
      }
    }
  }
}
