package org.thalweg.autodiff.formula.compile;

/// A loop over vectors, then over the single elements that remain. Several rows have to be of whole
/// vectors.
interface VectorLoop extends Loop {
  /// Evaluates one vector, from element `from` on, of each of some rows.
  ///
  /// This is no loop in a loop: in one that is entered for a single vector too, C2 finds the tests
  /// of indices that it has moved before the loop failing, and leaves all of them inside from then
  /// on, for rows of any length.
  ///
  /// @param offsets where element 0 of each array stands in the first row; they stay as they are
  /// @param steps how much further each array's next row begins
  void oneVector(Object[] arrays, int[] offsets, int[] steps, int rows, int from);
}
