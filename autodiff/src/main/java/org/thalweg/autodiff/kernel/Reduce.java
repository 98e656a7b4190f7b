package org.thalweg.autodiff.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.thalweg.autodiff.kernel.Pool.Span;

/// Sums and extremes of arrays, over one axis or over everything.
///
/// The input is read as `[outer, n, inner]`, row-major from an offset; the axis of `n` elements is
/// reduced, and the output is `[outer, inner]`. Arrays are `float[]` or `double[]`. Sums are kept
/// in double precision and rounded once, at the end.
///
/// **The bits depend on the shape alone**: not on the number of threads, the width of vectors, or
/// whether there are any. The `n·inner` elements of one slab are dealt out in turn to `L` lanes,
///
/// ```
/// L = g·inner       g = max(1, a / 2^⌊log₂ inner⌋)       a = 16 for float[], 8 for double[]
/// ```
///
/// so that element `i` goes to lane `i mod L`, and the lanes are cut into cells of 1024 rows (for
/// one contiguous row of floats: 16 lanes, cells of 16,384 elements). Within a cell
///
/// 1. each lane adds up chains of 16 elements in the precision of the input, and the chains in
///    double precision, both in order, from +0 (see [Lanes]);
/// 2. the `g` lanes of one output meet in a tree: lane `l` takes `l + g/2`, then `l + g/4`, ….
///
/// The cells' results, as `double[]` of shape `[outer, cells, inner]`, are reduced in the same way.
/// No float takes part in more than 16 additions of floats: a sum of positive floats is off by
/// 17·2⁻²⁴ of itself at most, by 2⁻²³ as a rule, however many they are. A sum is infinite where 16
/// elements of a lane overflow on their way, even if others would bring them back.
public final class Reduce {
  /// What is done with the elements.
  ///
  /// `MAX` and `MIN` are those of [Math#max(float, float)]: NaN wins, and −0 is less than +0.
  public enum Operation {
    /// The sum; 0 where there are no elements.
    SUM(0),
    /// The largest element.
    MAX(Double.NEGATIVE_INFINITY),
    /// The smallest element.
    MIN(Double.POSITIVE_INFINITY);

    private final double neutral;
    private final String label = name().toLowerCase(Locale.ROOT);

    Operation(double neutral) {
      this.neutral = neutral;
    }

    /// Its name in messages.
    public String label() {
      return label;
    }

    /// The element that changes no other: +0, −∞ or +∞.
    public double neutral() {
      return neutral;
    }

    /// Combines `lanes` elements of `s` from `at`, a power of two and at least 8: lane `l` takes
    /// lane `l + lanes/2`, then `l + lanes/4`, and so on. Overwrites them.
    public double tree(double[] s, int at, int lanes) {
      for (int half = lanes / 2; half > 4; half /= 2) {
        for (int l = at; l < at + half; l++) {
          s[l] = of(s[l], s[l + half]);
        }
      }
      double even = of(of(s[at], s[at + 4]), of(s[at + 2], s[at + 6]));
      double odd = of(of(s[at + 1], s[at + 5]), of(s[at + 3], s[at + 7]));
      return of(even, odd);
    }

    float of(float a, float b) {
      return this == SUM ? a + b : this == MAX ? Math.max(a, b) : Math.min(a, b);
    }

    /// The operation itself.
    public double of(double a, double b) {
      return this == SUM ? a + b : this == MAX ? Math.max(a, b) : Math.min(a, b);
    }
  }

  /// How long the scratch of [#few] and [#fewProducts] is.
  public static final int SCRATCH = Lanes.DOT_LANES + Lanes.PADDING;

  /// Rows of lanes in one cell of the fixed grid.
  public static final int CELL_ROWS = 1024;

  /// Lanes that one step takes at most: their accumulators fit the L1 cache.
  private static final int TILE = 512;

  /// Rows up to this length are taken many at a time by [#dots].
  private static final int LONGEST_DOTS = 8192;

  /// Elements that are worth a second thread: 2 µs where they follow each other, 6 by columns.
  private static final int GRAIN = 1 << 15;

  private static final List<Twin<Lanes>> KERNELS = kernels();

  /// Results of rows or lanes, before they are stored.
  private static final FreeList<double[]> SUMS =
      new FreeList<>(64, () -> new double[Lanes.room(TILE)]);

  private Reduce() {}

  private static List<Twin<Lanes>> kernels() {
    List<Twin<Lanes>> twins = new ArrayList<>();
    for (Operation operation : Operation.values()) {
      twins.add(twin(operation, false));
      twins.add(twin(operation, true));
    }
    return List.copyOf(twins);
  }

  private static Twin<Lanes> twin(Operation operation, boolean floats) {
    return new Twin<>(
        operation + (floats ? " of floats" : " of doubles"),
        ScalarLanes.of(operation, floats),
        () -> vector(operation, floats),
        () -> new Lanes.Rehearsal(floats));
  }

  private static Lanes vector(Operation operation, boolean floats) {
    // The kernels need two doubles at least; where vectors are shorter they never become warm.
    int bits = Math.max(128, Simd.bits());
    return Simd.load("LanesFactory", Lanes.Factory.class).make(operation, floats, bits);
  }

  /// How many elements of a contiguous row are in one cell of the fixed grid.
  public static int cell(Object x) {
    return CELL_ROWS * kernel(Operation.SUM, x).lanes();
  }

  /// The kernel that answers now.
  static Lanes kernel(Operation operation, Object x) {
    return KERNELS.get(2 * operation.ordinal() + (x instanceof float[] ? 1 : 0)).get();
  }

  /// Reduces the middle axis of `x`, read as `[outer, n, inner]` from `xFrom`, and stores the
  /// result as `[outer, inner]` in `y` from `yFrom`. `x` and `y` are each `float[]` or `double[]`.
  ///
  /// Throws [IllegalArgumentException] for `MAX` or `MIN` of no elements, and for other arrays.
  public static void values(
      Operation operation, Object x, int xFrom, int outer, int n, int inner, Object y, int yFrom) {
    check(operation, x, n);
    check(operation, y, 1);
    if (outer == 0 || inner == 0) {
      return;
    }
    Pass pass = new Pass(operation, x, xFrom, outer, n, inner);
    if (pass.cells == 1) {
      pass.run(y, yFrom);
    } else {
      double[] room = SUMS.take();
      values(operation, pass.partial(room), 0, outer, pass.cells, inner, y, yFrom);
      SUMS.give(room);
    }
  }

  /// The reduction of the `n` elements of `x` from `from`, in double precision.
  ///
  /// Throws as [#values] does.
  public static double all(Operation operation, Object x, int from, int n) {
    double[] y = new double[1];
    values(operation, x, from, 1, n, 1, y, 0);
    return y[0];
  }

  /// The reduction of `n` elements of `x` from `from`, a [cell][#cell] at most, in double
  /// precision, with the bits of [#all]. On this thread, and nothing is allocated.
  ///
  /// @param scratch [#SCRATCH] elements, which are overwritten
  public static double few(Operation operation, Object x, int from, int n, double[] scratch) {
    Lanes lanes = kernel(operation, x);
    lanes.fold(x, from, from + n, lanes.lanes(), lanes.lanes(), scratch);
    return operation.tree(scratch, 0, lanes.lanes());
  }

  /// The sum of the squares of `n` elements of `x` from `from`, 8,192 at most, with the bits of
  /// [#dot]. On this thread, and nothing is allocated.
  ///
  /// @param scratch [#SCRATCH] elements, which are overwritten
  public static double fewSquares(Object x, int from, int n, double[] scratch) {
    return fewProducts(x, from, x, from, n, scratch);
  }

  /// The sum of `n` products of elements of `x` from `xFrom` and of `y` from `yFrom`, 8,192 at
  /// most, with the bits of [#dot]. On this thread, and nothing is allocated.
  ///
  /// @param scratch [#SCRATCH] elements, which are overwritten
  public static double fewProducts(
      Object x, int xFrom, Object y, int yFrom, int n, double[] scratch) {
    kernel(Operation.SUM, x).dot(x, xFrom, y, yFrom, n, scratch);
    return Operation.SUM.tree(scratch, 0, Lanes.DOT_LANES);
  }

  /// How long the results of [#fewRows] and [#dots] are, with room for their work.
  public static int room(int rows) {
    return Lanes.room(rows);
  }

  /// The reductions of `rows` contiguous rows of `n` elements, a [cell][#cell] at most, of `x` from
  /// `from`, in double precision, with the bits of [#all]. On this thread.
  ///
  /// @param y the results; of [#room] elements, which are overwritten
  public static void fewRows(Operation operation, Object x, int from, int n, int rows, double[] y) {
    kernel(operation, x).rows(x, from, n, rows, y);
  }

  /// The sums of products of `rows` pairs of contiguous rows of `n` elements of `x` from `xFrom`
  /// and of `y` from `yFrom`, in double precision, with the bits of [#dot]. On this thread, but for
  /// long rows.
  ///
  /// @param yStep how much further the next row of y begins: `n`, or 0 where there is one for all
  /// @param sums the results; of [#room] elements, which are overwritten
  public static void dots(
      Object x, int xFrom, Object y, int yFrom, int yStep, int n, int rows, double[] sums) {
    if (n <= LONGEST_DOTS) {
      kernel(Operation.SUM, x).dots(x, xFrom, y, yFrom, yStep, n, rows, sums);
      return;
    }
    for (int row = 0; row < rows; row++) {
      sums[row] = dot(x, xFrom + row * n, y, yFrom + row * yStep, n);
    }
  }

  /// The sums of c and of c² over `rows` contiguous rows of `n` elements of `x` from `from`, where
  /// c is an element less the row's shift, in double precision; see [Lanes#moments]. On this
  /// thread.
  ///
  /// @param sums the first results; of [#room] elements, which are overwritten
  /// @param squares the second, likewise
  public static void moments(
      Object x, int from, int n, int rows, double[] shifts, double[] sums, double[] squares) {
    kernel(Operation.SUM, x).moments(x, from, n, rows, shifts, sums, squares);
  }

  /// The sums of y and of c y over `rows` pairs of contiguous rows of `n` elements, where c is an
  /// element of x less the row's shift; see [Lanes#crossMoments]. On this thread.
  ///
  /// @param yStep as of [#dots]
  /// @param sums the first results; of [#room] elements, which are overwritten
  /// @param products the second, likewise
  public static void crossMoments(
      Object x,
      int xFrom,
      Object y,
      int yFrom,
      int yStep,
      int n,
      int rows,
      double[] shifts,
      double[] sums,
      double[] products) {
    kernel(Operation.SUM, x)
        .crossMoments(x, xFrom, y, yFrom, yStep, n, rows, shifts, sums, products);
  }

  /// Adds up the columns of some rows, [Lanes#CHAIN] at most, of `width` elements each, which begin
  /// at 0 and every `step` elements, in the order in which [#values] adds so many rows of a longer
  /// column. On this thread.
  ///
  /// @param step at least 16, the elements of a vector
  /// @param sums the sum of column l is stored at l; `width + PADDING` elements may be overwritten
  public static void columns(Object x, int rows, int step, int width, double[] sums) {
    kernel(Operation.SUM, x).fold(x, 0, rows * step, step, width, sums);
  }

  /// Finds where the middle axis of `x`, read as `[outer, n, inner]` from `xFrom`, has its extreme,
  /// and stores the indices, in `0 … n − 1`, as `[outer, inner]` in `y` from `yFrom`.
  ///
  /// Of equal elements the first counts, the zeros being equal; the first NaN wins over all.
  ///
  /// Throws [IllegalArgumentException] for no elements, for `SUM`, and for arrays other than
  /// `float[]` and `double[]`.
  public static void positions(
      Operation operation, Object x, int xFrom, int outer, int n, int inner, int[] y, int yFrom) {
    check(operation, x, n);
    if (operation == Operation.SUM) {
      throw new IllegalArgumentException("positions: a sum has no position: use MAX or MIN");
    }
    if (outer == 0 || inner == 0) {
      return;
    }
    Pass pass = new Pass(operation, x, xFrom, outer, n, inner);
    double[] partial = pass.partial(new double[0]);
    Pool.shareEach(
        outer * inner,
        Pool.parts((long) outer * n * inner, GRAIN),
        i -> y[yFrom + i] = pass.position(partial, i / inner, i % inner));
  }

  /// The sum of products `x[xFrom + i]·y[yFrom + i]` for `i` in `0 … n − 1`, in double precision:
  /// products of floats are exact, those of doubles are rounded. Both arrays have one type.
  ///
  /// Product `i` goes to accumulator `i mod 32`; the accumulators meet in a tree after each cell of
  /// 16,384 products, and the cells are added up as [#values] does.
  ///
  /// Throws [IllegalArgumentException] for arrays of two types or other than `float[]` and
  /// `double[]`.
  public static double dot(Object x, int xFrom, Object y, int yFrom, int n) {
    check(Operation.SUM, x, n);
    if (x.getClass() != y.getClass()) {
      throw new IllegalArgumentException(
          "dot: arrays differ, ["
              + x.getClass().getSimpleName()
              + "] and ["
              + y.getClass().getSimpleName()
              + "]: give two of one type");
    }
    Lanes lanes = kernel(Operation.SUM, x);
    int cells = Math.max(1, (int) ((n + CELL_ROWS * 16L - 1) / (CELL_ROWS * 16)));
    double[] partial = new double[cells];
    Span body =
        (first, stop) -> {
          double[] sums = new double[Lanes.DOT_LANES];
          for (int cell = first; cell < stop; cell++) {
            int at = cell * CELL_ROWS * 16;
            int many = Math.min(CELL_ROWS * 16, n - at);
            lanes.dot(x, xFrom + at, y, yFrom + at, many, sums);
            partial[cell] = Operation.SUM.tree(sums, 0, Lanes.DOT_LANES);
          }
        };
    Pool.share(cells, Pool.parts(n, GRAIN), body);
    return cells == 1 ? partial[0] : all(Operation.SUM, partial, 0, cells);
  }

  /// Puts `many` results, from the beginning of `sums`, into `y` from `at`, rounded to its type.
  ///
  /// @param y a `float[]` or `double[]`
  public static void store(double[] sums, int many, Object y, int at) {
    if (y instanceof float[] floats) {
      for (int l = 0; l < many; l++) {
        floats[at + l] = (float) sums[l];
      }
    } else {
      System.arraycopy(sums, 0, y, at, many);
    }
  }

  /// Combines `groups` groups of `inner` lanes, a power of two, into the first.
  private static void tree(Operation operation, double[] s, int groups, int inner) {
    for (int group = groups / 2; group > 0; group /= 2) {
      int half = group * inner;
      for (int l = 0; l < half; l++) {
        s[l] = operation.of(s[l], s[l + half]);
      }
    }
  }

  private static void check(Operation operation, Object array, int n) {
    if (!(array instanceof float[]) && !(array instanceof double[])) {
      throw new IllegalArgumentException(
          operation.label
              + ": cannot reduce ["
              + array.getClass().getSimpleName()
              + "]: give float[] or double[]");
    }
    if (n == 0 && operation != Operation.SUM) {
      throw new IllegalArgumentException(
          operation.label + ": no elements, [0]: reduce an axis that has some");
    }
  }

  /// One walk over all cells of an input.
  private static final class Pass {
    final Operation operation;
    final Lanes kernel;
    final Object x;
    final int xFrom;
    final int outer;
    final int n;
    final int inner;
    final int groups;
    final int cells;

    Pass(Operation operation, Object x, int xFrom, int outer, int n, int inner) {
      this.operation = operation;
      this.kernel = kernel(operation, x);
      this.x = x;
      this.xFrom = xFrom;
      this.outer = outer;
      this.n = n;
      this.inner = inner;
      groups = Math.max(1, kernel.lanes() / Integer.highestOneBit(inner));
      cells = Math.max(1, (n - 1) / cellRows() + 1);
    }

    private int cellRows() {
      return CELL_ROWS * groups;
    }

    private int lanes() {
      return groups * inner;
    }

    private int tiles() {
      return (lanes() - 1) / TILE + 1;
    }

    /// Reduces every cell on its own: `[outer, cells, inner]`, in `room` where they fit there.
    double[] partial(double[] room) {
      int results = outer * cells * inner;
      double[] partial = results <= room.length ? room : new double[results];
      run(partial, 0);
      return partial;
    }

    void run(Object y, int yFrom) {
      int steps = outer * cells * tiles();
      int parts = Pool.parts((long) outer * n * inner, GRAIN);
      if (parts == 1) {
        run(0, steps, y, yFrom);
      } else {
        Pool.share(steps, parts, (first, stop) -> run(first, stop, y, yFrom));
      }
    }

    private void run(int first, int stop, Object y, int yFrom) {
      if (inner == 1 && cells == 1) {
        rows(first, stop, y, yFrom);
      } else {
        steps(first, stop, y, yFrom);
      }
    }

    private void rows(int first, int stop, Object y, int yFrom) {
      double[] sums = SUMS.take();
      for (int row = first; row < stop; row += TILE) {
        int rows = Math.min(TILE, stop - row);
        kernel.rows(x, xFrom + row * n, n, rows, sums);
        store(sums, rows, y, yFrom + row);
      }
      SUMS.give(sums);
    }

    private void steps(int first, int stop, Object y, int yFrom) {
      double[] sums = SUMS.take();
      int cellRows = cellRows();
      int lanes = lanes();
      int tiles = tiles();
      int tile = first % tiles;
      int block = first / tiles;
      int cell = block % cells;
      int slab = xFrom + block / cells * n * inner;
      for (int step = first; step < stop; step++) {
        int row = cell * cellRows;
        int from = slab + row * inner;
        int end = from + Math.min(cellRows, n - row) * inner;
        int lane = tile * TILE;
        int width = Math.min(TILE, lanes - lane);
        kernel.fold(x, from + lane, end, lanes, width, sums);
        if (groups > 1) {
          tree(operation, sums, groups, inner);
        }
        store(sums, Math.min(width, inner), y, yFrom + block * inner + lane);
        if (++tile == tiles) {
          tile = 0;
          block++;
          if (++cell == cells) {
            cell = 0;
            slab += n * inner;
          }
        }
      }
      SUMS.give(sums);
    }

    /// The index of the extreme among the cells' extremes, then within its cell.
    int position(double[] partial, int o, int c) {
      int at = o * cells * inner + c;
      double best = partial[at];
      int bestCell = 0;
      for (int cell = 1; cell < cells; cell++) {
        double next = partial[at + cell * inner];
        if (best != next && !Double.isNaN(best)) {
          double both = operation.of(best, next);
          if (both != best) {
            best = both;
            bestCell = cell;
          }
        }
      }
      int cellRows = cellRows();
      int row = bestCell * cellRows;
      int from = xFrom + (o * n + row) * inner + c;
      int end = from + (Math.min(cellRows, n - row) - 1) * inner + 1;
      return row + (kernel.find(x, from, end, inner, best) - from) / inner;
    }
  }
}
