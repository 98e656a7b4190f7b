package org.thalweg.autodiff.formula.compile;

/// A formula compiled for one precision and one pattern of broadcast inputs: one pass over memory.
interface Loop {
  /// Evaluates the elements from `from` to `to` (exclusive).
  ///
  /// @param arrays the inputs in order, then the outputs: all `float[]` or all `double[]`; an
  ///   output may be the same array, at the same offset, as an input
  /// @param offsets where element 0 of each array stands; element i stands i places further, but a
  ///   broadcast input has one element only
  void run(Object[] arrays, int[] offsets, int from, int to);

  /// Evaluates the elements from `from` to `to` (exclusive) of some rows, one after the other.
  ///
  /// @param offsets where element 0 of each array stands in the first row; they may change and come
  ///   back meanwhile
  /// @param steps how much further each array's next row begins
  default void run(Object[] arrays, int[] offsets, int[] steps, int rows, int from, int to) {
    for (int row = 0; row < rows; row++) {
      run(arrays, offsets, from, to);
      move(offsets, steps, 1);
    }
    move(offsets, steps, -rows);
  }

  private static void move(int[] offsets, int[] steps, int rows) {
    for (int k = 0; k < offsets.length; k++) {
      offsets[k] += rows * steps[k];
    }
  }
}
