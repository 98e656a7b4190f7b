package org.thalweg.autodiff.kernel.window;

/// The small products that get a kernel compiled: whole tiles, parts of them and edges, places that
/// follow each other, that follow in short runs, and that do not; one block of the sum and several;
/// sources that end where a vector would read on.
final class ContractionWarmUp {
  private static final int M = 29;
  private static final int N = 70;
  private static final int K = 34;
  private static final int RUN = 14;
  private static final int BLOCK = 4;

  private final Object c;
  private final Scattered[][] products;

  /// @param isFloat whether the numbers are `float`
  ContractionWarmUp(boolean isFloat) {
    Object a = numbers(isFloat, M * K);
    Object b = numbers(isFloat, 2 * N * K);
    c = numbers(isFloat, 2 * M * N);
    Places runs = Places.grid(1, 0, N / RUN, RUN + 3, RUN, 1);
    Places shorter = Places.grid(1, 0, N / 5, 8, 5, 1);
    // Images of rows that begin and end within a vector.
    Places images = Places.grid(2, 40, 2, 19, RUN + 3, 1);
    Places apart = Places.line(N, 2);
    products =
        new Scattered[][] {
          product(a, b, N, Places.line(N, 1), Places.line(N, 1)),
          product(a, b, 2 * N, runs, Places.line(N, 1)),
          product(a, b, 2 * N, shorter, Places.line(N, 1)),
          product(a, b, N, images, Places.line(images.size(), 1)),
          product(a, b, 2 * N, apart, apart),
          {
            Scattered.dense(a, 0, M, K),
            new Scattered(b, 0, runs.part(0, K), Places.line(N, 2 * K - RUN)),
            Scattered.dense(c, 0, M, N)
          },
          {
            Scattered.dense(a, 0, M, K).transposed(),
            Scattered.dense(b, 0, M, N),
            Scattered.dense(c, 0, K, N)
          }
        };
  }

  private static Object numbers(boolean isFloat, int n) {
    return isFloat ? new float[n] : new double[n];
  }

  private Scattered[] product(Object a, Object b, int row, Places columns, Places places) {
    return new Scattered[] {
      Scattered.dense(a, 0, M, K),
      new Scattered(b, 0, Places.line(K, row), columns),
      new Scattered(c, 0, Places.line(M, 2 * N), places)
    };
  }

  /// Computes them all once.
  void run(ContractionKernel kernel) {
    for (Scattered[] one : products) {
      kernel.multiply(one[0], one[1], one[2], BLOCK);
    }
  }
}
