package org.thalweg.autodiff.array.attention;

import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.kernel.matmul.Strided;

/// The matrices of all heads in one array: some stand side by side, as columns of one matrix.
///
/// @param matrix the array, by the rows of a head
/// @param from where the first begins
/// @param rows of each
/// @param columns of each
/// @param beside how many stand side by side
record Heads(Strided matrix, int from, int rows, int columns, int beside) {
  /// @param x `[…, rows, beside·columns]`
  static Heads of(Array x, int beside) {
    return of(x, beside, 0, 1);
  }

  /// A part of the columns of an array.
  ///
  /// @param x `[…, rows, parts·beside·columns]`
  static Heads of(Array x, int beside, int part, int parts) {
    int step = x.shape().size(-1);
    int all = step / parts;
    Strided matrix = Strided.rows(x.data(), step);
    return new Heads(matrix, part * all, x.shape().size(-2), all / beside, beside);
  }

  Object data() {
    return matrix.data();
  }

  /// How much further the next row of a head begins.
  int step() {
    return matrix.row();
  }

  /// The number of a row of a head, where those of heads side by side are counted one after the
  /// other.
  int number(int head, int row) {
    return (head / beside * rows + row) * beside + head % beside;
  }

  /// Where a row of a head begins.
  int at(int head, int row) {
    return from + (head / beside * rows + row) * step() + head % beside * columns;
  }
}
