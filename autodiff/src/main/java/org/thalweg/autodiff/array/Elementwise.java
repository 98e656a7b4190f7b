package org.thalweg.autodiff.array;

import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.compile.Call;
import org.thalweg.autodiff.formula.compile.FormulaKernel;
import org.thalweg.autodiff.kernel.Pool;

/// Applies formulas to arrays: broadcasting, and the cut into parts for the threads. Which thread
/// computes an element leaves no trace in it.
public final class Elementwise {
  /// Below so many operators times elements one thread is faster than waking a second.
  private static final long WORTH_A_THREAD = 200_000;

  /// Parts begin at multiples of this many elements, a whole number of vectors of any width.
  private static final int GRAIN = 64;

  private Elementwise() {}

  /// The value of a formula of one output, its inputs broadcast by NumPy's rules.
  ///
  /// @throws IllegalArgumentException where the number of inputs or outputs is wrong, types differ
  ///   or are not floating, or shapes do not broadcast
  public static Array apply(Formula formula, Array... inputs) {
    Shape shape = shape(formula, inputs);
    checkCount(formula, 1);
    Array y = Array.uninitialised(inputs[0].dtype(), shape);
    run(formula, shape, inputs, y);
    return y;
  }

  /// The outputs of a formula, each of the broadcast shape, from one pass.
  ///
  /// @throws IllegalArgumentException where the number of inputs is wrong, types differ or are not
  ///   floating, or shapes do not broadcast
  public static Array[] applyAll(Formula formula, Array... inputs) {
    Shape shape = shape(formula, inputs);
    Array[] outputs = new Array[formula.outputs().size()];
    for (int k = 0; k < outputs.length; k++) {
      outputs[k] = Array.uninitialised(inputs[0].dtype(), shape);
    }
    run(formula, shape, inputs, outputs);
    return outputs;
  }

  /// Writes the outputs of a formula to arrays of the broadcast shape. An output may be one of the
  /// inputs, which is then updated in place.
  ///
  /// @throws IllegalArgumentException where the number of inputs or outputs is wrong, types differ
  ///   or are not floating, shapes do not broadcast, or an output is not of the broadcast shape;
  ///   nothing is written then
  public static void applyInto(Formula formula, Array[] inputs, Array[] outputs) {
    Shape shape = shape(formula, inputs);
    DType dtype = inputs[0].dtype();
    checkCount(formula, outputs.length);
    for (Array output : outputs) {
      if (output.dtype() != dtype || !output.shape().equals(shape)) {
        throw new IllegalArgumentException(
            formula.name()
                + ": an output is "
                + output.dtype()
                + " "
                + output.shape()
                + " and must be "
                + dtype
                + " "
                + shape
                + ": make it of that shape and type");
      }
    }
    run(formula, shape, inputs, outputs);
    for (Array output : outputs) {
      output.countChange();
    }
  }

  private static void checkCount(Formula formula, int outputs) {
    if (formula.outputs().size() != outputs) {
      throw new IllegalArgumentException(
          formula.name()
              + ": it has "
              + formula.outputs().size()
              + " outputs and was given "
              + outputs
              + ": pass one array for each");
    }
  }

  private static void run(Formula formula, Shape shape, Array[] inputs, Array... outputs) {
    FormulaKernel kernel = FormulaKernel.of(formula, inputs[0].dtype().precision());
    Object[] data = new Object[inputs.length + outputs.length];
    boolean isFlat = true;
    long broadcast = 0;
    for (int k = 0; k < inputs.length; k++) {
      data[k] = inputs[k].data();
      boolean isOne = inputs[k].elements() == 1;
      isFlat &= isOne || inputs[k].shape().equals(shape);
      broadcast |= isOne ? 1L << k : 0;
    }
    for (int j = 0; j < outputs.length; j++) {
      data[inputs.length + j] = outputs[j].data();
    }
    if (isFlat) {
      flat(kernel, broadcast, data, shape.elements());
    } else if (shape.elements() > 0) {
      rows(kernel, RowStarts.merged(shape, inputs), data, shape.elements());
    }
  }

  /// The innermost axis that is left when axes are merged is the kernel's loop; rows that follow
  /// each other at equal steps are one call.
  private static void rows(FormulaKernel kernel, RowStarts starts, Object[] arrays, int elements) {
    int rows = elements / starts.columns();
    if (rows == 1) {
      flat(kernel, starts.broadcast(), arrays, elements);
      return;
    }
    Pool.share(
        rows, parts(kernel, elements), (first, stop) -> rows(kernel, starts, arrays, first, stop));
  }

  private static void rows(
      FormulaKernel kernel, RowStarts starts, Object[] arrays, int first, int stop) {
    int inputs = starts.arrays();
    int columns = starts.columns();
    try (Call call = kernel.call(starts.broadcast())) {
      for (int k = 0; k < arrays.length; k++) {
        call.with(k, arrays[k], k < inputs ? starts.step(k) : columns);
      }
      for (int row = first; row < stop; ) {
        int many = Math.min(stop - row, starts.run(row));
        for (int k = 0; k < arrays.length; k++) {
          call.at(k, k < inputs ? starts.at(k, row, 0) : row * columns);
        }
        call.run(many, columns);
        row += many;
      }
    }
  }

  private static void flat(FormulaKernel kernel, long broadcast, Object[] arrays, int elements) {
    int parts = parts(kernel, elements);
    if (parts < 2) {
      kernel.run(broadcast, arrays, 0, elements);
      return;
    }
    Pool.share(
        Math.ceilDiv(elements, GRAIN),
        parts,
        (first, stop) ->
            kernel.run(
                broadcast, arrays, first * GRAIN, (int) Math.min(elements, (long) stop * GRAIN)));
  }

  /// Into how many parts to cut the work on so many elements.
  private static int parts(FormulaKernel kernel, long elements) {
    int threads = Pool.threads();
    long worth = elements * kernel.weight() / WORTH_A_THREAD;
    return threads < 2 || worth < 2 ? 1 : (int) Math.min(worth, 4L * threads);
  }

  private static void checkType(Formula formula, Array[] inputs) {
    if (inputs.length != formula.inputs().size()) {
      throw new IllegalArgumentException(
          formula.name()
              + ": it has inputs "
              + formula.inputs()
              + " and was given "
              + inputs.length
              + ": pass one tensor for each");
    }
    if (inputs.length == 0) {
      throw new IllegalArgumentException(
          formula.name() + ": a formula without inputs has no type: give it one");
    }
    DType dtype = inputs[0].dtype();
    for (Array input : inputs) {
      if (input.dtype() != dtype) {
        throw new IllegalArgumentException(
            formula.name()
                + ": types "
                + dtype
                + " and "
                + input.dtype()
                + " do not mix: use to(FLOAT32) or to(FLOAT64) on one");
      }
    }
    if (!dtype.isFloating()) {
      throw new IllegalArgumentException(
          formula.name() + ": INT32 has no arithmetic: use to(FLOAT32) or to(FLOAT64) first");
    }
  }

  /// The shape of a formula's value: what its inputs are broadcast to.
  ///
  /// @throws IllegalArgumentException where the number of inputs is wrong, types differ or are not
  ///   floating, or shapes do not broadcast
  public static Shape shape(Formula formula, Array... inputs) {
    checkType(formula, inputs);
    Shape shape = inputs[0].shape();
    for (int k = 1; k < inputs.length; k++) {
      shape = shape.broadcast(inputs[k].shape(), formula.name());
    }
    return shape;
  }
}
