package org.thalweg.autodiff.kernel.simd.matmul;

import org.thalweg.autodiff.kernel.FreeList;
import org.thalweg.autodiff.kernel.Parts;
import org.thalweg.autodiff.kernel.matmul.MatmulKernel;
import org.thalweg.autodiff.kernel.matmul.ScalarMatmul;
import org.thalweg.autodiff.kernel.matmul.Strided;

/// One product of `double` matrices under way, with the workspace for its packed panels.
///
/// Blocked after Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", ACM
/// Transactions on Mathematical Software 34 (2008). From the outside in:
///
/// - some blocks of `k`, of the grid on which sums are cut: see [VectorMatmul#depth];
/// - as many columns as have room in the part of the workspace for B, which stays in the
///   third-level cache (and within reach of the TLB);
/// - as many rows as have room in the part for A: packed into panels as high as a tile, they stay
///   in the second-level cache while all of B's panels pass by;
/// - for each panel of B, packed when it is first used, for each panel of A, one tile of C: the
///   blocks of `k` in succession, so that C is written once and then still at hand.
///
/// Packing absorbs transposition and offsets: the innermost loop reads forward. Tiles at the edges
/// are computed in full into a scratch tile, of which the valid part is copied. When C is narrower
/// than a tile and higher than wide, the transposed product is computed: C' = B'A'.
final class DoubleProduct {
  private static final double[] NONE = {};
  private static final int COLUMNS = DoubleTiles.COLUMNS;
  private static final FreeList<DoubleProduct> IDLE =
      new FreeList<>(Blocking.KEPT, DoubleProduct::new);

  private final DoubleTiles tiles = DoubleTiles.best();
  private final int rows = tiles.rows();
  private final double[] workspace = new double[VectorMatmul.WORKSPACE_BYTES / Double.BYTES];
  private final int scratch = Blocking.LINE_START / Double.BYTES;
  private final int packedA = scratch + Parts.roundUp(rows * COLUMNS, COLUMNS);
  private final int packedB = packedA + Blocking.A_BYTES / Double.BYTES + COLUMNS;

  /// Where B stands in panels.
  private double[] panels = workspace;

  private double[] a = NONE;
  private int aOffset;
  private int aRow;
  private int aColumn;
  private double[] b = NONE;
  private int bOffset;
  private int bRow;
  private int bColumn;
  private double[] c = NONE;
  private int cOffset;
  private int cRow;
  private int cColumn;

  private DoubleProduct() {}

  /// See [MatmulKernel].
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
      int block) {
    if (m == 1 && b.column() == 1 && c.column() == 1 && n >= DoubleRow.LEAST) {
      DoubleRow.multiply(
          a.doubles(),
          aFrom,
          a.column(),
          b.doubles(),
          bFrom,
          b.row(),
          c.doubles(),
          cFrom,
          n,
          k,
          block);
    } else if (n == 1 && a.row() == 1 && c.row() == 1 && m >= DoubleRow.LEAST) {
      DoubleRow.multiply(
          b.doubles(),
          bFrom,
          b.row(),
          a.doubles(),
          aFrom,
          a.column(),
          c.doubles(),
          cFrom,
          m,
          k,
          block);
    } else if (ScalarMatmul.isFew(m, n, k, block)) {
      ScalarMatmul.few(a, aFrom, b, bFrom, c, cFrom, m, n, k);
    } else if (b.column() == 1 && c.column() == 1 && DoubleRow.isSmall(m, n, k, block)) {
      DoubleRow.small(a, aFrom, b, bFrom, c, cFrom, m, n, k);
    } else {
      DoubleProduct product = IDLE.take();
      try {
        if (n < COLUMNS && n < m) {
          product.a(b.doubles(), bFrom, b.column(), b.row());
          product.b(a.doubles(), aFrom, a.column(), a.row());
          product.c(c.doubles(), cFrom, c.column(), c.row());
          product.run(n, m, k, block);
        } else {
          product.a(a.doubles(), aFrom, a.row(), a.column());
          product.b(b.doubles(), bFrom, b.row(), b.column());
          product.c(c.doubles(), cFrom, c.row(), c.column());
          product.run(m, n, k, block);
        }
      } finally {
        product.end();
      }
    }
  }

  /// The same for B that [#pack] has packed.
  static void multiplyPacked(
      Strided a, int aFrom, double[] packed, Strided c, int cFrom, int m, int n, int k, int block) {
    DoubleProduct product = IDLE.take();
    try {
      product.a(a.doubles(), aFrom, a.row(), a.column());
      product.c(c.doubles(), cFrom, c.row(), c.column());
      product.panels = packed;
      product.runPacked(m, n, k, block);
    } finally {
      product.panels = product.workspace;
      product.end();
    }
  }

  /// How many numbers a packed B takes.
  static int packedLength(int n, int k) {
    return Parts.roundUp(n, COLUMNS) * k;
  }

  /// Packs all of B, panel after panel.
  static void pack(Strided b, int bFrom, int n, int k, double[] packed) {
    DoublePacking.pack(b.doubles(), bFrom, b.column(), b.row(), n, k, packed, 0, COLUMNS);
  }

  private void a(double[] numbers, int from, int down, int across) {
    a = numbers;
    aOffset = from;
    aRow = down;
    aColumn = across;
  }

  private void b(double[] numbers, int from, int down, int across) {
    b = numbers;
    bOffset = from;
    bRow = down;
    bColumn = across;
  }

  private void c(double[] numbers, int from, int down, int across) {
    c = numbers;
    cOffset = from;
    cRow = down;
    cColumn = across;
  }

  /// Keeps no array of a caller.
  private void end() {
    a = NONE;
    b = NONE;
    c = NONE;
    IDLE.give(this);
  }

  private void run(int m, int n, int k, int block) {
    int depth = VectorMatmul.depth(k, block);
    for (int p = 0; p < k; p += depth) {
      int kNow = Math.min(depth, k - p);
      int mMost = Blocking.lines(Blocking.A_BYTES / Double.BYTES, kNow, block);
      int mStep = Parts.atMost(m, mMost, rows);
      int nMost = Blocking.lines(VectorMatmul.B_BYTES / Double.BYTES, kNow, block);
      int nStep = Parts.atMost(n, nMost, COLUMNS);
      for (int j = 0; j < n; j += nStep) {
        int nNow = Math.min(nStep, n - j);
        for (int i = 0; i < m; i += mStep) {
          int mNow = Math.min(mStep, m - i);
          int from = aOffset + i * aRow + p * aColumn;
          DoublePacking.pack(a, from, aRow, aColumn, mNow, kNow, workspace, packedA, rows);
          panels(i, mNow, j, nNow, p, kNow, block, mStep < m);
        }
      }
    }
  }

  private void runPacked(int m, int n, int k, int block) {
    int depth = VectorMatmul.depth(k, block);
    for (int p = 0; p < k; p += depth) {
      int kNow = Math.min(depth, k - p);
      int mStep =
          Parts.atMost(m, Blocking.lines(Blocking.A_BYTES / Double.BYTES, kNow, block), rows);
      for (int i = 0; i < m; i += mStep) {
        int mNow = Math.min(mStep, m - i);
        int from = aOffset + i * aRow + p * aColumn;
        DoublePacking.pack(a, from, aRow, aColumn, mNow, kNow, workspace, packedA, rows);
        for (int j = 0; j < n; j += COLUMNS) {
          int target = j * k + p * COLUMNS;
          down(i, mNow, j, Math.min(COLUMNS, n - j), true, 0, target, p, kNow, block);
        }
      }
    }
  }

  /// Multiplies the packed panels of A by panels of B. Where `keep` is set they will be needed
  /// again and each has its own place; otherwise they take turns in one, which stays in the caches.
  private void panels(int i, int m, int j, int n, int p, int k, int block, boolean keep) {
    for (int at = 0; at < n; at += COLUMNS) {
      int width = Math.min(COLUMNS, n - at);
      int target = keep ? packedB + at * k : packedB;
      int source = bOffset + p * bRow + (j + at) * bColumn;
      boolean packed = i > 0;
      if (!packed && (keep || bColumn != 1 || width < COLUMNS)) {
        DoublePacking.pack(b, source, bColumn, bRow, width, k, workspace, target, COLUMNS);
        packed = true;
      }
      down(i, m, j + at, width, packed, source, target, p, k, block);
    }
  }

  /// Multiplies the packed panels of A by one panel of B, which the first of them packs where it is
  /// not `packed`.
  private void down(
      int i,
      int m,
      int j,
      int width,
      boolean packed,
      int source,
      int target,
      int p,
      int k,
      int block) {
    boolean direct = width == COLUMNS && cColumn == 1;
    for (int down = 0; down < m; down += rows) {
      int height = Math.min(rows, m - down);
      int to = cOffset + (i + down) * cRow + j * cColumn;
      int panel = packedA + down * k;
      boolean isPacked = packed || down > 0;
      if (direct && height == rows) {
        tile(panel, isPacked, source, target, c, to, cRow, k, block, p > 0);
      } else {
        edge(panel, isPacked, source, target, to, direct, height, width, k, block, p > 0);
      }
    }
  }

  private void tile(
      int panel,
      boolean packed,
      int source,
      int target,
      double[] to,
      int toOffset,
      int toRow,
      int k,
      int block,
      boolean add) {
    for (int p = 0; p < k; p += block) {
      int length = Math.min(block, k - p);
      int atA = panel + p * rows;
      int atB = target + p * COLUMNS;
      if (packed) {
        tiles.multiply(workspace, atA, panels, atB, to, toOffset, toRow, length, add || p > 0);
      } else {
        tiles.packAndMultiply(
            b,
            source + p * bRow,
            bRow,
            workspace,
            atA,
            workspace,
            atB,
            to,
            toOffset,
            toRow,
            length,
            add || p > 0);
      }
    }
  }

  /// Computes what is less than a tile, in parts of a tile where that is less work; straight into C
  /// where it fits, otherwise by way of the scratch tile.
  private void edge(
      int panel,
      boolean packed,
      int source,
      int target,
      int to,
      boolean direct,
      int height,
      int width,
      int k,
      int block,
      boolean add) {
    int inParts = Parts.roundUp(height, DoubleTiles.PART);
    boolean parts = packed && inParts < rows;
    boolean straight = direct && parts && inParts == height;
    double[] out = straight ? c : workspace;
    int outOffset = straight ? to : scratch;
    int outRow = straight ? cRow : COLUMNS;
    if (add && !straight) {
      load(to, height, width);
    }
    if (parts) {
      for (int r = 0; r < height; r += DoubleTiles.PART) {
        part(panel + r, target, out, outOffset + r * outRow, outRow, k, block, add);
      }
    } else {
      tile(panel, packed, source, target, out, outOffset, outRow, k, block, add);
    }
    if (!straight) {
      store(to, height, width);
    }
  }

  private void part(
      int panel, int target, double[] to, int toOffset, int toRow, int k, int block, boolean add) {
    for (int p = 0; p < k; p += block) {
      int length = Math.min(block, k - p);
      tiles.multiplyPart(
          workspace,
          panel + p * rows,
          panels,
          target + p * COLUMNS,
          to,
          toOffset,
          toRow,
          length,
          add || p > 0);
    }
  }

  private void load(int from, int height, int width) {
    for (int i = 0; i < height; i++) {
      for (int j = 0; j < width; j++) {
        workspace[scratch + i * COLUMNS + j] = c[from + i * cRow + j * cColumn];
      }
    }
  }

  private void store(int to, int height, int width) {
    for (int i = 0; i < height; i++) {
      int row = scratch + i * COLUMNS;
      if (cColumn == 1) {
        System.arraycopy(workspace, row, c, to + i * cRow, width);
      } else {
        for (int j = 0; j < width; j++) {
          c[to + i * cRow + j * cColumn] = workspace[row + j];
        }
      }
    }
  }
}
