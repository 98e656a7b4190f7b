package org.thalweg.autodiff.kernel.matmul;

import java.util.function.IntFunction;

/// The small products that get a matrix kernel compiled.
///
/// They take every path: whole tiles, parts of tiles and edges, one block and several, both
/// transpositions, narrow C, odd strides, sources that end where a vector would read on; and, by
/// very short blocks, those of large matrices, of which only a part is packed at a time. A path
/// that is not taken here would throw the compiled kernel away when it is taken first.
///
/// Their `k` is short: in the interpreter one step of the innermost loop takes microseconds, and
/// after many steps in one call the compiler would compile the loop first and the method once more.
final class MatmulWarmUp {
  /// Rows in whole tiles of five or twelve, and a part of one.
  private static final int M = 16;

  /// The same, and an edge that is no part.
  private static final int M_EDGE = 13;

  private static final int N = 35;
  private static final int K = 34;
  private static final int BLOCK = 16;

  /// Less than a fifth of K.
  private static final int SHORT = 3;

  /// More rows than are packed at a time in blocks of one, and each part of them more than are
  /// packed together.
  private static final int M_MANY = 235;

  /// More columns than are packed at a time in blocks of one.
  private static final int N_MANY = 630;

  private static final int K_FEW = 4;
  private static final int K_MOST = 5;

  /// One row: two wide pieces, some narrow ones and one that overlaps, for vectors of 16 numbers.
  private static final int ROW = 373;

  private static final int K_ROW = 8;
  private static final int LONGEST = N_MANY * K_MOST;

  private final Object a;
  private final Object b;
  private final Object c;
  private final Object room;

  // All of them are made beforehand: a rehearsal must take nothing from the heap.
  private final Product[] products;
  private final Product[] packed;

  private record Product(
      Strided a, int aFrom, Strided b, int bFrom, Strided c, int m, int n, int k, int block) {}

  /// Prepares products of numbers of which `array` makes arrays.
  MatmulWarmUp(IntFunction<Object> array) {
    this.a = array.apply(LONGEST);
    this.b = array.apply(LONGEST);
    this.c = array.apply(M_MANY * N);
    this.room = array.apply(LONGEST);
    int last = LONGEST - M_MANY * K_FEW;
    this.products =
        new Product[] {
          product(a(K, 1), 0, b(N, 1), 0, M, N, K, BLOCK),
          product(a(1, M_EDGE), 0, b(1, K), 0, M_EDGE, N, K, BLOCK),
          product(a(1, M), LONGEST - M * K, b(1, K), LONGEST - N * K, M, N, K - 1, BLOCK),
          product(b(K, 1), 0, a(M, 1), 0, N, M, K, BLOCK),
          product(b(1, N), 0, a(1, K), 0, N, M_EDGE, K, BLOCK),
          product(a(2, 2), 0, b(2, 2), 0, 3, 3, 3, 2),
          product(a(2, 2), 0, b(2, 2), 0, 3, 3, 3, 3),
          product(b(1, 1), 0, a(ROW, 1), 0, 1, ROW, K_ROW, BLOCK / 2),
          product(a(BLOCK, 1), 0, b(N, 1), 0, M, N, BLOCK, BLOCK),
          product(a(1, M), 0, b(1, 1), 0, M, 1, K_ROW, BLOCK / 2),
          product(a(K_ROW, 1), 0, b(N, 1), 0, M_EDGE, N, K_ROW, BLOCK),
          product(a(K, 1), 0, b(N, 1), 0, M, N, K, SHORT),
          product(a(1, M_MANY), last, b(N, 1), 0, M_MANY, N, K_FEW, 1),
          product(a(K_FEW, 1), 0, b(1, K_FEW), 0, M_MANY, N, K_FEW, 1),
          product(a(K_MOST, 1), 0, b(N_MANY, 1), 0, SHORT, N_MANY, K_MOST, 1)
        };
    this.packed =
        new Product[] {
          product(a(K, 1), 0, b(N, 1), 0, M, N, K, BLOCK),
          product(a(K, 1), 0, b(1, K), 0, M_EDGE, N, K, SHORT),
          product(a(K_FEW, 1), 0, b(1, K_FEW), 0, M_MANY, N, K_FEW, 1)
        };
  }

  private Strided a(int row, int column) {
    return new Strided(a, row, column);
  }

  private Strided b(int row, int column) {
    return new Strided(b, row, column);
  }

  private Product product(
      Strided x, int xFrom, Strided y, int yFrom, int m, int n, int k, int block) {
    return new Product(x, xFrom, y, yFrom, Strided.rows(c, n), m, n, k, block);
  }

  /// Multiplies matrices of all kinds once.
  void run(MatmulKernel kernel) {
    for (Product p : products) {
      kernel.multiply(p.a, p.aFrom, p.b, p.bFrom, p.c, 0, p.m, p.n, p.k, p.block);
    }
    for (Product p : packed) {
      kernel.pack(p.b, p.bFrom, p.n, p.k, room);
      kernel.multiplyPacked(p.a, p.aFrom, room, p.c, 0, p.m, p.n, p.k, p.block);
    }
  }
}
