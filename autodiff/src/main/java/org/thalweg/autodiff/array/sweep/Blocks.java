package org.thalweg.autodiff.array.sweep;

import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.compile.FormulaKernel;
import org.thalweg.autodiff.kernel.Parts;
import org.thalweg.autodiff.kernel.Pool;

/// A formula over blocks of matrices, all its outputs in one pass. Parts of one array can so be
/// several inputs of a formula, or outputs: the gates of a recurrent cell, which a product of
/// matrices puts side by side.
///
/// Each input and output is a number of rows of equal length, which begin at a place of an array
/// and at a distance of each other. For use by one thread, again and again.
public final class Blocks {
  private final Formula formula;
  private final DType dtype;
  private final FormulaKernel kernel;
  private final int rows;
  private final int columns;
  private final Object[] data;
  private final Array[] arrays;
  private final int[] starts;
  private final int[] distances;
  private final Pool.Chunk part = this::part;

  /// Where the operands of each part begin, a part for a thread.
  private final int[][] offsets;

  /// @param rows of each block
  /// @param columns the length of a row
  public Blocks(Formula formula, DType dtype, int rows, int columns) {
    this.formula = formula;
    this.dtype = dtype;
    this.rows = rows;
    this.columns = columns;
    this.kernel = FormulaKernel.of(formula, dtype.precision());
    int count = formula.inputs().size() + formula.outputs().size();
    this.data = new Object[count];
    this.arrays = new Array[count];
    this.starts = new int[count];
    this.distances = new int[count];
    long work = Math.multiplyFull(rows, columns) * kernel.weight();
    int parts = work < Sweep.WORTH_A_THREAD ? 1 : Math.min(rows, Pool.threads());
    this.offsets = new int[parts][count];
  }

  /// Sets a block.
  ///
  /// @param operand the inputs in order, then the outputs; an output may be the block of an input
  /// @param from where its first row begins
  /// @param distance how far apart rows begin; 0 for one row that counts for all
  /// @throws IllegalArgumentException where the array has another type or ends before the block
  public void set(int operand, Array array, int from, int distance) {
    long end = from + (rows - 1L) * distance + columns;
    if (array.dtype() != dtype || from < 0 || distance < 0 || end > array.elements()) {
      throw new IllegalArgumentException(
          formula.name()
              + ": operand "
              + operand
              + " is "
              + array.dtype()
              + " of "
              + array.elements()
              + " elements and is read as "
              + dtype
              + " from "
              + from
              + " to "
              + end
              + ": give an array of that type that holds the block");
    }
    arrays[operand] = array;
    data[operand] = array.data();
    starts[operand] = from;
    distances[operand] = distance;
  }

  /// Evaluates the formula over all rows.
  public void run() {
    if (rows == 0) {
      return;
    }
    Pool.run(offsets.length, part);
    for (int k = formula.inputs().size(); k < arrays.length; k++) {
      arrays[k].countChange();
    }
  }

  private void part(int part) {
    int first = Parts.begin(rows, part, offsets.length);
    int end = Parts.begin(rows, part + 1, offsets.length);
    int[] at = offsets[part];
    for (int k = 0; k < at.length; k++) {
      at[k] = starts[k] + first * distances[k];
    }
    kernel.run(0, data, at, distances, end - first, 0, columns);
  }
}
