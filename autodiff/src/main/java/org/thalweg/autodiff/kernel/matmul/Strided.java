package org.thalweg.autodiff.kernel.matmul;

/// Matrices in an array, wherever in it each begins: how far apart rows and columns stand.
///
/// ```
/// M[i, j] = data[from + i·row + j·column]
/// ```
///
/// @param data a `float[]` or `double[]`, shared
/// @param row from a row to the next one
/// @param column from a column to the next one
public record Strided(Object data, int row, int column) {
  /// Matrices of so many columns whose rows follow each other without gaps.
  public static Strided rows(Object data, int columns) {
    return new Strided(data, columns, 1);
  }

  /// The same, taken as transposed.
  public static Strided columns(Object data, int columns) {
    return new Strided(data, 1, columns);
  }

  /// Rows as columns, and columns as rows.
  public Strided transposed() {
    return new Strided(data, column, row);
  }

  /// Whether the numbers are `float`.
  public boolean isFloat() {
    return data instanceof float[];
  }

  /// The bytes of a number.
  int bytes() {
    return isFloat() ? Float.BYTES : Double.BYTES;
  }

  /// The numbers, which are `float`.
  public float[] floats() {
    return (float[]) data;
  }

  /// The numbers, which are `double`.
  public double[] doubles() {
    return (double[]) data;
  }

  /// How far behind the beginning of a matrix an element stands.
  public int at(int i, int j) {
    return i * row + j * column;
  }
}
