package org.thalweg.autodiff.array.attention;

import org.thalweg.autodiff.array.Array;

/// The matrices of all heads in one array: some stand side by side, as columns of one matrix.
///
/// @param rows of each
/// @param columns of each
/// @param beside how many stand side by side
record Heads(Object data, int rows, int columns, int beside) {
  /// @param x `[…, rows, beside·columns]`
  static Heads of(Array x, int beside) {
    return new Heads(x.data(), x.shape().size(-2), x.shape().size(-1) / beside, beside);
  }

  /// How much further the next row of a head begins.
  int step() {
    return beside * columns;
  }

  /// The number of a row of a head, where those of heads side by side are counted one after the
  /// other.
  int number(int head, int row) {
    return (head / beside * rows + row) * beside + head % beside;
  }

  /// Where a row of a head begins.
  int at(int head, int row) {
    return number(head, row) * columns;
  }
}
