package org.thalweg.autodiff.array.normal;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.formula.compile.Call;

/// One pass after the other over a few rows: the operands of the next are given in order, and then
/// it is run. One thread's.
final class RowCall {
  private final RowLayout layout;
  private final DType dtype;
  private @Nullable RowPass pass;
  private @Nullable Call call;
  private int operands;

  RowCall(RowLayout layout, DType dtype) {
    this.layout = layout;
    this.dtype = dtype;
  }

  /// Begins a pass.
  RowCall of(RowPass next) {
    pass = next;
    call = next.call(layout, dtype);
    operands = 0;
    return this;
  }

  /// Gives the next operand, and where the numbers of the first row stand in it.
  RowCall with(Object array, int offset) {
    int step = requireNonNull(pass).step(layout, operands);
    requireNonNull(call).with(operands, array, step).at(operands, offset);
    operands++;
    return this;
  }

  /// Gives the next three operands: numbers of `all` rows each, which follow each other in one
  /// array.
  RowCall withThree(Object array, int first, int all) {
    return with(array, first).with(array, all + first).with(array, 2 * all + first);
  }

  /// Runs the pass.
  ///
  /// @param rows one, where rows have runs
  void run(int rows) {
    RowPass now = requireNonNull(pass);
    try (Call given = requireNonNull(call)) {
      given.run(now.isByRuns(layout) ? layout.channels() : rows, now.length(layout));
    }
    call = null;
  }
}
