package org.thalweg.autodiff.kernel.matmul;

import java.util.Random;

/// Matrices for tests, and the definition of their product, element by element.
///
/// `layout` 0 is row-major, 1 transposed, 2 without unit stride in either dimension.
record Products(int m, int n, int k, int layoutA, int layoutB) {
  static final int LAYOUTS = 3;

  int aRow() {
    return row(layoutA, k);
  }

  int aColumn() {
    return column(layoutA, m);
  }

  int bRow() {
    return row(layoutB, n);
  }

  int bColumn() {
    return column(layoutB, k);
  }

  private static int row(int layout, int columns) {
    return layout == 0 ? columns : layout == 1 ? 1 : 3 * columns + 1;
  }

  private static int column(int layout, int rows) {
    return layout == 0 ? 1 : layout == 1 ? rows : 3;
  }

  /// A in an array.
  Strided inA(Object numbers) {
    return new Strided(numbers, aRow(), aColumn());
  }

  Strided inB(Object numbers) {
    return new Strided(numbers, bRow(), bColumn());
  }

  /// C in an array.
  Strided inC(Object numbers) {
    return Strided.rows(numbers, n);
  }

  /// Computes C, of which each part is finished.
  void multiply(
      Object a, int aFrom, Object b, int bFrom, Object c, int cFrom, Matmul.Epilogue epilogue) {
    Matmul.multiply(inA(a), aFrom, inB(b), bFrom, inC(c), cFrom, m, n, k, epilogue);
  }

  /// The least array that holds A behind `offset` numbers.
  float[] a(int offset, Random random) {
    return fill(size(offset, m, k, aRow(), aColumn()), random);
  }

  float[] b(int offset, Random random) {
    return fill(size(offset, k, n, bRow(), bColumn()), random);
  }

  private static int size(int offset, int rows, int columns, int row, int column) {
    return rows == 0 || columns == 0
        ? offset
        : offset + (rows - 1) * row + (columns - 1) * column + 1;
  }

  /// Only exact operations: the same numbers on every machine.
  private static float[] fill(int size, Random random) {
    float[] all = new float[size];
    for (int i = 0; i < size; i++) {
      all[i] = 2 * random.nextFloat() - 1;
    }
    return all;
  }

  static double[] widen(float[] all) {
    double[] wide = new double[all.length];
    for (int i = 0; i < all.length; i++) {
      wide[i] = all[i];
    }
    return wide;
  }

  /// One element by the definition of its bits.
  float element(float[] a, int aOffset, float[] b, int bOffset, int i, int j) {
    float sum = 0;
    for (int from = 0; from < k; from += 384) {
      float block = 0;
      for (int p = from; p < Math.min(k, from + 384); p++) {
        block =
            Math.fma(
                a[aOffset + i * aRow() + p * aColumn()],
                b[bOffset + p * bRow() + j * bColumn()],
                block);
      }
      sum = from == 0 ? block : sum + block;
    }
    return sum;
  }

  /// The same in `double`.
  double element(double[] a, int aOffset, double[] b, int bOffset, int i, int j) {
    double sum = 0;
    for (int from = 0; from < k; from += 384) {
      double block = 0;
      for (int p = from; p < Math.min(k, from + 384); p++) {
        block =
            Math.fma(
                a[aOffset + i * aRow() + p * aColumn()],
                b[bOffset + p * bRow() + j * bColumn()],
                block);
      }
      sum = from == 0 ? block : sum + block;
    }
    return sum;
  }
}
