package org.thalweg.autodiff.kernel.matmul;

import org.thalweg.autodiff.kernel.FreeList;
import org.thalweg.autodiff.kernel.Parts;
import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.autodiff.kernel.matmul.Matmul.Epilogue;

/// One product under way, in parts that are the threads' to compute. It is used again for another
/// one: little of a product is taken from the heap.
final class Parted implements Pool.Chunk {
  /// The bytes of C that are computed before they are finished.
  private static final int BAND_BYTES = 1 << 20;

  /// The least number of rows that is worth packing B for.
  private static final int LEAST_BAND = 256;

  private static final int KEPT = 64;
  private static final Strided NONE = Strided.rows(new float[0], 0);
  private static final FreeList<Parted> IDLE = new FreeList<>(KEPT, Parted::new);

  private Strided a = NONE;
  private int aFrom;
  private Strided b = NONE;
  private int bFrom;
  private Strided c = NONE;
  private int cFrom;
  private int m;
  private int n;
  private int k;
  private Epilogue epilogue = Epilogue.NONE;
  private final Cut cut = new Cut();

  private Parted() {}

  /// See [Matmul#multiply].
  static void multiply(
      Strided a,
      int aFrom,
      Strided b,
      int bFrom,
      Strided c,
      int cFrom,
      int m,
      int n,
      int k,
      Epilogue epilogue,
      int parts) {
    Parted product = IDLE.take();
    try {
      product.a = a;
      product.aFrom = aFrom;
      product.b = b;
      product.bFrom = bFrom;
      product.c = c;
      product.cFrom = cFrom;
      product.m = m;
      product.n = n;
      product.k = k;
      product.epilogue = epilogue;
      product.cut(parts);
      Pool.run(parts, product);
    } finally {
      product.a = NONE;
      product.b = NONE;
      product.c = NONE;
      product.epilogue = Epilogue.NONE;
      IDLE.give(product);
    }
  }

  private void cut(int parts) {
    MatmulKernel kernel = Matmul.kernel(c.isFloat());
    int bytes = c.bytes();
    cut.make(parts, kernel.rowStep(), kernel.columnStep(bytes), bytes, m, n);
  }

  /// Computes a part of C, and finishes it: some rows at a time, while they are in the caches.
  @Override
  public void run(int part) {
    int j = cut.column(part);
    int columns = Math.min(cut.width(), n - j);
    int stop = Math.min(m, cut.row(part) + cut.height());
    int atB = bFrom + b.at(0, j);
    int band = band(stop - cut.row(part), columns);
    for (int i = cut.row(part); i < stop && columns > 0; i += band) {
      int rows = Math.min(band, stop - i);
      int to = cFrom + c.at(i, j);
      Matmul.onThisThread(a, aFrom + a.at(i, 0), b, atB, c, to, rows, columns, k);
      epilogue.apply(i, j, rows, columns);
    }
  }

  /// How many rows are computed before they are finished: few enough to be in the second-level
  /// cache then, but not so few that packing B anew for each costs much.
  private int band(int rows, int columns) {
    if (epilogue == Epilogue.NONE) {
      return Math.max(1, rows);
    }
    int most = Math.max(LEAST_BAND, BAND_BYTES / Math.max(1, columns * c.bytes()));
    int step = Matmul.kernel(c.isFloat()).rowStep();
    return Parts.of(rows, Math.max(1, (rows + most - 1) / most), step);
  }
}
