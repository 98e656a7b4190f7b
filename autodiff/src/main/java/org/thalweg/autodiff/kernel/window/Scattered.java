package org.thalweg.autodiff.kernel.window;

import java.util.Arrays;

/// A matrix whose elements stand where two tables say:
///
/// ```
/// M[i, j] = data[from + rows[i] + columns[j]]
/// ```
///
/// The patches of an image are such a matrix, without being copied out of it. The idea is the
/// scatter matrix of Matthews, "High-performance tensor contraction without transposition", SIAM
/// Journal on Scientific Computing 40 (2018).
public final class Scattered {
  private final Object data;
  private final int from;
  private final int[] rows;
  private final int[] columns;

  /// A matrix over a `float[]` or `double[]`; the arrays are shared.
  public Scattered(Object data, int from, int[] rows, int[] columns) {
    this.data = data;
    this.from = from;
    this.rows = rows;
    this.columns = columns;
  }

  /// A contiguous matrix.
  static Scattered dense(Object data, int from, int rows, int columns) {
    return new Scattered(data, from, grid(1, 0, 1, 0, rows, columns), grid(1, 0, 1, 0, columns, 1));
  }

  /// A table of `outer · middle · inner` places, the innermost counted first.
  public static int[] grid(
      int outer, int outerStep, int middle, int middleStep, int inner, int innerStep) {
    int[] places = new int[outer * middle * inner];
    int next = 0;
    for (int i = 0; i < outer; i++) {
      for (int j = 0; j < middle; j++) {
        int at = i * outerStep + j * middleStep;
        for (int k = 0; k < inner; k++) {
          places[next++] = at + k * innerStep;
        }
      }
    }
    return places;
  }

  /// The memory.
  public Object data() {
    return data;
  }

  /// What is added to both tables.
  public int from() {
    return from;
  }

  /// A place for each row; shared.
  public int[] rows() {
    return rows;
  }

  /// A place for each column; shared.
  public int[] columns() {
    return columns;
  }

  boolean isFloat() {
    return data instanceof float[];
  }

  /// The same matrix from another place on.
  public Scattered from(int other) {
    return new Scattered(data, other, rows, columns);
  }

  Scattered transposed() {
    return new Scattered(data, from, columns, rows);
  }

  Scattered rows(int first, int stop) {
    return new Scattered(data, from, Arrays.copyOfRange(rows, first, stop), columns);
  }

  Scattered columns(int first, int stop) {
    return new Scattered(data, from, rows, Arrays.copyOfRange(columns, first, stop));
  }
}
