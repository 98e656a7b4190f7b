package org.thalweg.autodiff.formula.compile;

import java.util.Arrays;
import org.thalweg.autodiff.kernel.FreeList;

/// A kernel with its operands, for whoever calls it again and again: what a call is given stays,
/// and is set anew where it changes. Calls are handed out by [FormulaKernel#call] and used again
/// after [#close], so that none takes memory from the heap. One thread's at a time.
public final class Call implements AutoCloseable {
  private final Loop loop;
  private final FreeList<Call> idle;
  private final Object[] arrays;
  private final int[] offsets;
  private final int[] steps;

  Call(Loop loop, FreeList<Call> idle, int operands) {
    this.loop = loop;
    this.idle = idle;
    this.arrays = new Object[operands];
    this.offsets = new int[operands];
    this.steps = new int[operands];
  }

  /// Sets the array of an operand, of the inputs in order and then the outputs.
  ///
  /// @param step how much further the next row begins
  public Call with(int operand, Object array, int step) {
    arrays[operand] = array;
    steps[operand] = step;
    return this;
  }

  /// Sets where element 0 of an operand stands, in the first row.
  public Call at(int operand, int offset) {
    offsets[operand] = offset;
    return this;
  }

  /// Evaluates the elements from 0 to `n` (exclusive) of some rows, see [FormulaKernel#run].
  public void run(int rows, int n) {
    if (rows == 1) {
      loop.run(arrays, offsets, 0, n);
    } else {
      loop.run(arrays, offsets, steps, rows, 0, n);
    }
  }

  /// Lets go of the operands and gives the call back: it must not be used any more.
  @Override
  public void close() {
    Arrays.fill(arrays, null);
    idle.give(this);
  }
}
