package org.thalweg.autodiff.kernel.simd.window;

import org.thalweg.autodiff.kernel.FreeList;
import org.thalweg.autodiff.kernel.Parts;
import org.thalweg.autodiff.kernel.simd.matmul.Blocking;
import org.thalweg.autodiff.kernel.simd.matmul.DoubleTiles;
import org.thalweg.autodiff.kernel.window.Places;
import org.thalweg.autodiff.kernel.window.Scattered;

/// One product of scattered `double` matrices under way, with the workspace for its packed panels.
///
/// Blocked as products of matrices in rows are (Goto and van de Geijn, 2008): up to
/// [VectorContraction#DEPTH] of `k`; as many rows of A as stay in the second-level cache, packed
/// into panels as high as a tile; for each panel of B, packed when it is used, for each panel of A
/// one tile of C. Packing reads from place to place, so the innermost loop reads forward. A tile
/// whose places in C are not those of a matrix in rows is computed into a scratch tile, and written
/// from place to place.
final class DoubleContraction {
  private static final double[] NONE = {};
  private static final Places NOWHERE = Places.line(0, 0);
  private static final int COLUMNS = DoubleTiles.COLUMNS;
  private static final FreeList<DoubleContraction> IDLE =
      new FreeList<>(Blocking.KEPT, DoubleContraction::new);

  /// Room for packed A, which is that for many panels.
  private static final int A_NUMBERS = Blocking.A_BYTES / Double.BYTES;

  private final DoubleTiles tiles = DoubleTiles.best();
  private final int rows = tiles.rows();
  private final int scratch = Blocking.LINE_START / Double.BYTES;
  private final int packedA = scratch + Parts.roundUp(rows * COLUMNS, COLUMNS);
  private final int packedB = packedA + Parts.roundUp(A_NUMBERS + DoubleGather.SLACK, COLUMNS);
  private final double[] workspace =
      new double[packedB + VectorContraction.DEPTH * COLUMNS + DoubleGather.SLACK];
  private final DoubleGather gather = new DoubleGather(Math.max(rows, COLUMNS));

  /// The places in C of the tile at hand.
  private final int[] rowPlaces = new int[rows];

  private final int[] columnPlaces = new int[COLUMNS];

  private double[] c = NONE;
  private int from;
  private Places cRows = NOWHERE;
  private Places cColumns = NOWHERE;

  private DoubleContraction() {}

  static void multiply(Scattered a, Scattered b, Scattered c, int block) {
    DoubleContraction product = IDLE.take();
    try {
      product.c = (double[]) c.data();
      product.from = c.from();
      product.cRows = c.rows();
      product.cColumns = c.columns();
      product.run(a, b, block);
    } finally {
      product.c = NONE;
      product.cRows = NOWHERE;
      product.cColumns = NOWHERE;
      IDLE.give(product);
    }
  }

  private void run(Scattered a, Scattered b, int block) {
    int m = cRows.size();
    int n = cColumns.size();
    int k = b.rows().size();
    int depth = VectorContraction.depth(block);
    for (int p = 0; p < k; p += depth) {
      int kNow = Math.min(depth, k - p);
      int step = Parts.atMost(m, Blocking.lines(A_NUMBERS, kNow, block), rows);
      for (int i = 0; i < m; i += step) {
        int mNow = Math.min(step, m - i);
        gather.begin((double[]) a.data(), a.from(), a.rows(), a.columns(), p, kNow);
        for (int down = 0; down < mNow; down += rows) {
          int height = Math.min(rows, mNow - down);
          gather.pack(i + down, height, workspace, packedA + down * kNow, rows);
        }
        gather.begin((double[]) b.data(), b.from(), b.columns(), b.rows(), p, kNow);
        for (int j = 0; j < n; j += COLUMNS) {
          int width = Math.min(COLUMNS, n - j);
          gather.pack(j, width, workspace, packedB, COLUMNS);
          panels(i, mNow, j, width, kNow, block, p > 0);
        }
      }
    }
  }

  /// Multiplies the packed panels of A by the packed panel of B.
  private void panels(int i, int m, int j, int width, int k, int block, boolean add) {
    cColumns.copy(j, width, columnPlaces);
    int run = run(columnPlaces, width, 1);
    boolean isRow = run == COLUMNS;
    for (int down = 0; down < m; down += rows) {
      int height = Math.min(rows, m - down);
      cRows.copy(i + down, height, rowPlaces);
      int cRow = height == 1 ? COLUMNS : rowPlaces[1] - rowPlaces[0];
      int panel = packedA + down * k;
      boolean isTile = isRow && run(rowPlaces, height, cRow) == height;
      int inParts = Parts.roundUp(height, DoubleTiles.PART);
      if (isTile && Math.min(inParts, rows) == height) {
        tile(panel, c, from + rowPlaces[0] + columnPlaces[0], cRow, height, k, block, add);
      } else {
        if (add) {
          load(height, width);
        }
        tile(panel, workspace, scratch, COLUMNS, height, k, block, add);
        store(height, width, run);
      }
    }
  }

  /// How many places from the first on follow each other at a step.
  private static int run(int[] places, int count, int step) {
    int run = 1;
    while (run < count && places[run] - places[run - 1] == step) {
      run++;
    }
    return run;
  }

  /// One tile, the blocks of `k` in succession; in parts where that is less work.
  private void tile(
      int panel, double[] to, int toOffset, int toRow, int height, int k, int block, boolean add) {
    boolean inParts = Parts.roundUp(height, DoubleTiles.PART) < rows;
    for (int p = 0; p < k; p += block) {
      int length = Math.min(block, k - p);
      boolean more = add || p > 0;
      int atA = panel + p * rows;
      int atB = packedB + p * COLUMNS;
      if (inParts) {
        for (int r = 0; r < height; r += DoubleTiles.PART) {
          int out = toOffset + r * toRow;
          tiles.multiplyPart(workspace, atA + r, workspace, atB, to, out, toRow, length, more);
        }
      } else {
        tiles.multiply(workspace, atA, workspace, atB, to, toOffset, toRow, length, more);
      }
    }
  }

  private void load(int height, int width) {
    for (int i = 0; i < height; i++) {
      int at = from + rowPlaces[i];
      for (int j = 0; j < width; j++) {
        workspace[scratch + i * COLUMNS + j] = c[at + columnPlaces[j]];
      }
    }
  }

  private void store(int height, int width, int run) {
    for (int i = 0; i < height; i++) {
      int at = from + rowPlaces[i];
      int tile = scratch + i * COLUMNS;
      System.arraycopy(workspace, tile, c, at + columnPlaces[0], run);
      for (int j = run; j < width; j++) {
        c[at + columnPlaces[j]] = workspace[tile + j];
      }
    }
  }
}
