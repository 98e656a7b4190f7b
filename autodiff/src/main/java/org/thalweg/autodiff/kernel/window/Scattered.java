package org.thalweg.autodiff.kernel.window;

/// A matrix whose elements stand where two lists of [places][Places] say:
///
/// ```
/// M[i, j] = data[from + rows.at(i) + columns.at(j)]
/// ```
///
/// The patches of an image are such a matrix, without being copied out of it. The idea is the
/// scatter matrix of Matthews, "High-performance tensor contraction without transposition", SIAM
/// Journal on Scientific Computing 40 (2018).
public final class Scattered {
  private final Object data;
  private final int from;
  private final Places rows;
  private final Places columns;

  /// A matrix over a `float[]` or `double[]`; it is shared.
  public Scattered(Object data, int from, Places rows, Places columns) {
    this.data = data;
    this.from = from;
    this.rows = rows;
    this.columns = columns;
  }

  /// A contiguous matrix.
  static Scattered dense(Object data, int from, int rows, int columns) {
    return new Scattered(data, from, Places.line(rows, columns), Places.line(columns, 1));
  }

  /// The memory.
  public Object data() {
    return data;
  }

  /// What is added to all places.
  public int from() {
    return from;
  }

  /// A place for each row.
  public Places rows() {
    return rows;
  }

  /// A place for each column.
  public Places columns() {
    return columns;
  }

  boolean isFloat() {
    return data instanceof float[];
  }

  /// The same matrix from another place on.
  public Scattered from(int other) {
    return new Scattered(data, other, rows, columns);
  }

  /// Rows as columns, and columns as rows.
  public Scattered transposed() {
    return new Scattered(data, from, columns, rows);
  }

  Scattered rows(int first, int stop) {
    return new Scattered(data, from, rows.part(first, stop), columns);
  }

  Scattered columns(int first, int stop) {
    return new Scattered(data, from, rows, columns.part(first, stop));
  }
}
