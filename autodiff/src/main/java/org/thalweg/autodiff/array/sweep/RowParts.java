package org.thalweg.autodiff.array.sweep;

import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.autodiff.kernel.matmul.Matmul;

/// Rows that have nothing to do with each other, divided among threads.
///
/// A thread goes with its rows through everything that is to be done with them, such as all steps
/// of a sequence, and waits for no other on the way. Where there are several parts, what is called
/// meanwhile is not divided any further.
public final class RowParts {
  /// The least number of rows that a thread takes: it reads whole matrices for them. Fewer are one
  /// part, whose operations are divided as they are elsewhere.
  private static final int LEAST_ROWS = 4;

  private RowParts() {}

  /// Something done with the rows from `first` to `end` (exclusive).
  @FunctionalInterface
  public interface Body {
    /// Does it on the calling thread.
    void run(int first, int end);
  }

  /// Into how many parts rows are divided.
  ///
  /// @param work that of a row, in multiply-adds
  public static int count(int rows, long work) {
    return Math.max(1, Math.min(Pool.parts(rows * work, Matmul.PER_THREAD), rows / LEAST_ROWS));
  }

  /// Does everything with rows 0 … `rows` − 1 and returns when all is done; nothing where there are
  /// none.
  ///
  /// @param work that of a row, in multiply-adds
  public static void run(int rows, long work, Body body) {
    Pool.share(rows, count(rows, work), body::run);
  }
}
