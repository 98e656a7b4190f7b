package org.thalweg.autodiff.kernel.simd.window;

import org.thalweg.autodiff.kernel.FreeList;
import org.thalweg.autodiff.kernel.Parts;
import org.thalweg.autodiff.kernel.simd.matmul.Blocking;
import org.thalweg.autodiff.kernel.simd.matmul.FloatTiles;
import org.thalweg.autodiff.kernel.window.Places;
import org.thalweg.autodiff.kernel.window.Scattered;

/// One product of scattered `float` matrices under way, with the workspace for its packed panels.
///
/// Blocked as products of matrices in rows are (Goto and van de Geijn, 2008): up to
/// [VectorContraction#DEPTH] of `k`; as many rows of A as stay in the second-level cache, packed
/// into panels as high as a tile; for each panel of B, packed when it is used, for each panel of A
/// one tile of C. Packing reads from place to place, so the innermost loop reads forward; a panel
/// of B whose columns are in few runs is not packed at all, but read where it stands. A tile whose
/// places in C are not those of a matrix in rows is computed into a scratch tile, and written from
/// place to place.
final class FloatContraction {
  private static final float[] NONE = {};
  private static final Places NOWHERE = Places.line(0, 0);
  private static final int COLUMNS = FloatTiles.COLUMNS;
  private static final FreeList<FloatContraction> IDLE =
      new FreeList<>(Blocking.KEPT, FloatContraction::new);

  /// Room for packed A, which is that for many panels.
  private static final int A_NUMBERS = Blocking.A_BYTES / Float.BYTES;

  private final FloatTiles tiles = FloatTiles.best();
  private final WindowTiles inPlace = WindowTiles.best(tiles);
  private final int rows = tiles.rows();
  private final int scratch = Blocking.LINE_START / Float.BYTES;
  private final int packedA = scratch + Parts.roundUp(rows * COLUMNS, COLUMNS);
  private final int packedB = packedA + Parts.roundUp(A_NUMBERS + FloatGather.SLACK, COLUMNS);
  private final float[] workspace =
      new float[packedB + VectorContraction.DEPTH * COLUMNS + FloatGather.SLACK];
  private final FloatGather gather = new FloatGather(Math.max(rows, COLUMNS));

  /// The places in C of the tile at hand.
  private final int[] rowPlaces = new int[rows];

  private final int[] columnPlaces = new int[COLUMNS];

  private float[] c = NONE;
  private int from;
  private Places cRows = NOWHERE;
  private Places cColumns = NOWHERE;

  /// Whether tiles read whole lines of A, see [#isInLines].
  private boolean isInLines;

  /// Whether tiles read the panel of B at hand where it stands.
  private boolean isInPlace;

  private FloatContraction() {}

  /// Whether the numbers of both factors follow each other along the sum, so that packing both
  /// would transpose both: then A is copied line by line.
  static boolean isInLines(Scattered a, Scattered b) {
    return a.columns().run() * 2 >= FloatTiles.LANES && b.rows().run() * 2 >= FloatTiles.LANES;
  }

  static void multiply(Scattered a, Scattered b, Scattered c, int block) {
    FloatContraction product = IDLE.take();
    try {
      product.c = (float[]) c.data();
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
    isInLines = isInLines(a, b);
    int depth = VectorContraction.depth(block);
    if (isInLines) {
      // Few blocks, so that all lines of A are copied at once if that is possible.
      int most = A_NUMBERS / WindowTiles.LINE / Parts.roundUp(m, rows);
      depth = Math.clamp(most, 1, depth / block) * block;
    }
    for (int p = 0; p < k; p += depth) {
      int kNow = Math.min(depth, k - p);
      int most = isInLines ? A_NUMBERS / row(kNow, block) : Blocking.lines(A_NUMBERS, kNow, block);
      int step = Parts.atMost(m, most, rows);
      for (int i = 0; i < m; i += step) {
        int mNow = Math.min(step, m - i);
        pack(a, i, mNow, p, kNow, block);
        gather.begin((float[]) b.data(), b.from(), b.columns(), b.rows(), p, kNow);
        for (int j = 0; j < n; j += COLUMNS) {
          int width = Math.min(COLUMNS, n - j);
          isInPlace = !isInLines && gather.isReadInPlace(j, width);
          if (!isInPlace) {
            gather.pack(j, width, workspace, packedB, COLUMNS);
          }
          panels(i, mNow, j, width, kNow, block, p > 0);
        }
      }
    }
  }

  private void pack(Scattered a, int i, int m, int p, int k, int block) {
    gather.begin((float[]) a.data(), a.from(), a.rows(), a.columns(), p, k);
    int left = 0;
    if (isInLines) {
      int vectors = gather.vectorsOfLine(rows, block);
      for (; computed(Math.min(rows, m - left), FloatTiles.PART) == rows; left += rows) {
        int count = Math.min(rows, m - left);
        int panel = packedA + left * row(k, block);
        gather.copyLines(i + left, count, workspace, panel, rows, block, vectors);
      }
    }
    for (; left < m; left += rows) {
      int panel = packedA + left * row(k, block);
      gather.pack(i + left, Math.min(rows, m - left), workspace, panel, rows);
    }
  }

  /// The numbers that a row of a panel of A takes.
  private int row(int k, int block) {
    return isInLines ? (k + block - 1) / block * WindowTiles.LINE : k;
  }

  /// The height of a part of a tile.
  private int part() {
    return isInPlace ? inPlace.part() : FloatTiles.PART;
  }

  /// How many rows are computed for so many, in parts where that is less work than all of a tile.
  private int computed(int height, int part) {
    return Math.min(rows, Parts.roundUp(height, part));
  }

  /// Multiplies the packed panels of A by the panel of B.
  private void panels(int i, int m, int j, int width, int k, int block, boolean add) {
    cColumns.copy(j, width, columnPlaces);
    int run = run(columnPlaces, width, 1);
    boolean isRow = run == COLUMNS;
    for (int down = 0; down < m; down += rows) {
      int height = Math.min(rows, m - down);
      cRows.copy(i + down, height, rowPlaces);
      int cRow = height == 1 ? COLUMNS : rowPlaces[1] - rowPlaces[0];
      int panel = packedA + down * row(k, block);
      boolean isTile = isRow && run(rowPlaces, height, cRow) == height;
      if (isTile && computed(height, part()) == height) {
        int to = from + rowPlaces[0] + columnPlaces[0];
        tile(panel, c, to, cRow, height, k, block, add);
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
      int panel, float[] to, int toOffset, int toRow, int height, int k, int block, boolean add) {
    boolean inParts = computed(height, part()) < rows;
    for (int p = 0; p < k; p += block) {
      int length = Math.min(block, k - p);
      boolean more = add || p > 0;
      int atA = panel + p * rows;
      int atB = packedB + p * COLUMNS;
      if (isInPlace) {
        gather.multiply(inPlace, inParts, p, workspace, atA, to, toOffset, toRow, length, more);
      } else if (isInLines && !inParts) {
        int lines = panel + FloatGather.place(p, rows, block);
        inPlace.lines(workspace, lines, workspace, atB, to, toOffset, toRow, length, more);
      } else if (inParts) {
        for (int r = 0; r < height; r += FloatTiles.PART) {
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
