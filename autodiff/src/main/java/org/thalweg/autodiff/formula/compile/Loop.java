package org.thalweg.autodiff.formula.compile;

/// A formula compiled for one precision and one pattern of broadcast inputs: one pass over memory.
interface Loop {
  /// Evaluates the elements from `from` to `to` (exclusive) of some rows.
  ///
  /// @param arrays the inputs in order, then the outputs: all `float[]` or all `double[]`; an
  ///   output may be the same array, at the same offset, as an input
  /// @param offsets where element 0 of each array stands in the first row; element i stands i
  ///   places further, but a broadcast input has one element only
  /// @param steps how much further each array's next row begins
  /// @param rows 1 at least
  void run(Object[] arrays, int[] offsets, int[] steps, int rows, int from, int to);

  /// Evaluates the elements of one row.
  default void run(Object[] arrays, int[] offsets, int from, int to) {
    // The steps are of no consequence.
    run(arrays, offsets, offsets, 1, from, to);
  }
}
