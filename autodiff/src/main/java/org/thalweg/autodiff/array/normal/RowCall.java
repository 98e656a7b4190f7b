package org.thalweg.autodiff.array.normal;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.formula.compile.Call;

/// One pass after the other over a few rows: the operands of the next are given in order, and then
/// it is run. The call of a pass is kept for the next rows. One thread's until it is closed, and
/// used again after that.
final class RowCall implements AutoCloseable {
  /// The most that anybody makes over the same rows.
  private static final int MOST_PASSES = 4;

  private final DType dtype;
  private final @Nullable RowPass[] passes = new RowPass[MOST_PASSES];
  private final @Nullable Call[] calls = new Call[MOST_PASSES];
  private @Nullable RowPass pass;
  private @Nullable Call call;
  private int operands;

  /// Of all rows, until it is closed; `null` after that.
  private @Nullable RowLayout layout;

  RowCall(DType dtype) {
    this.dtype = dtype;
  }

  /// Begins with rows of a layout.
  void begin(RowLayout rows) {
    layout = rows;
  }

  private RowLayout layout() {
    return requireNonNull(layout);
  }

  /// Begins a pass.
  RowCall of(RowPass next) {
    int k = 0;
    while (passes[k] != next && passes[k] != null) {
      k++;
    }
    if (passes[k] == null) {
      passes[k] = next;
      calls[k] = next.call(layout(), dtype);
    }
    pass = next;
    call = calls[k];
    operands = 0;
    return this;
  }

  /// Gives the next operand, and where the numbers of the first row stand in it.
  RowCall with(Object array, int offset) {
    return with(array, offset, requireNonNull(pass).step(layout(), operands));
  }

  /// Gives the next operand, which is that of a row and those after it.
  RowCall with(RowGradient g, int row) {
    return withRows(g.data(), g.at(row), g.step());
  }

  /// Gives the next operand, rows of elements from `offset`.
  ///
  /// @param step how much further the next row begins: its length, or 0 where there is one for all;
  ///   runs follow each other, whatever it is
  RowCall withRows(Object array, int offset, int step) {
    RowPass now = requireNonNull(pass);
    return with(array, offset, now.isByRuns(layout()) ? layout().run() : step * now.together());
  }

  private RowCall with(Object array, int offset, int step) {
    requireNonNull(call).with(operands, array, step).at(operands, offset);
    operands++;
    return this;
  }

  /// Gives the next operand of a pass that has one less where it is `null`.
  RowCall withAny(@Nullable Object array, int offset) {
    return array == null ? this : with(array, offset);
  }

  /// Gives the next three operands: numbers of `all` rows each, which follow each other in one
  /// array.
  RowCall withThree(Object array, int first, int all) {
    return with(array, first).with(array, all + first).with(array, 2 * all + first);
  }

  /// Runs the pass.
  ///
  /// @param rows one, where rows have runs; a multiple of those that the pass takes together
  void run(int rows) {
    RowPass now = requireNonNull(pass);
    int times = now.isByRuns(layout()) ? layout().channels() : rows / now.together();
    requireNonNull(call).run(times, now.length(layout()));
  }

  @Override
  public void close() {
    for (Call made : calls) {
      if (made != null) {
        made.close();
      }
    }
    Arrays.fill(calls, null);
    Arrays.fill(passes, null);
    pass = null;
    call = null;
    layout = null;
  }
}
