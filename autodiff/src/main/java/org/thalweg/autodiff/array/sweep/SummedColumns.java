package org.thalweg.autodiff.array.sweep;

import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Elementwise;
import org.thalweg.autodiff.array.Layout;
import org.thalweg.autodiff.array.RowStarts;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.compile.FormulaKernel;
import org.thalweg.autodiff.kernel.FreeList;
import org.thalweg.autodiff.kernel.Lanes;
import org.thalweg.autodiff.kernel.Parts;
import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.autodiff.kernel.Reduce;

/// A formula of several outputs in one pass, some of them written and some summed over the rows
/// while they are in the cache: the gradients of a formula in its inputs, of which those that were
/// broadcast as one row get the sum of a column each.
///
/// A sum has the bits of [Reduce#values]: columns are cut into cells of rows and these into chains,
/// whatever the number of threads. Threads share rows, where these are enough: two that write parts
/// of the same rows take lines of the cache from each other.
public final class SummedColumns {
  /// The most columns that are evaluated before they are added up.
  private static final int WIDEST = 512;

  /// The least: no less than a vector, for the sums.
  private static final int NARROWEST = 64;

  private static final int CHAINS_IN_CELL = Reduce.CELL_ROWS / Lanes.CHAIN;

  /// Into how many units the share of a thread is cut, so that a late thread delays less.
  private static final int UNITS_PER_THREAD = 4;

  private static final int MOST_IDLE = 64;

  private static final FreeList<float[]> FLOATS =
      new FreeList<>(MOST_IDLE, () -> new float[Lanes.CHAIN * WIDEST]);
  private static final FreeList<double[]> DOUBLES =
      new FreeList<>(MOST_IDLE, () -> new double[Lanes.CHAIN * WIDEST]);

  private static final FreeList<double[]> SUMS =
      new FreeList<>(MOST_IDLE, () -> new double[WIDEST + Lanes.PADDING]);

  private final FormulaKernel kernel;
  private final DType dtype;
  private final RowStarts starts;
  private final Array[] inputs;
  private final Array[] outputs;
  private final int rows;

  /// So many rows follow each other at equal steps.
  private final int inRun;

  private final int columns;
  private final int width;
  private final int chains;
  private final int cells;
  private final int threads;

  /// So many chains are a unit of work: those of a cell, or some that have sums of their own.
  private final int together;

  /// Into how many units the columns of few chains are cut; 1 where chains are enough.
  private final int across;

  /// Whether each chain has sums of its own until all are there, because cells are too few for the
  /// threads; each cell has otherwise. They take an eighth of the memory of a matrix of floats.
  private final boolean isByChain;

  /// By output: the sums of columns by chain or cell; `null` for one that is written.
  private final double[][] sums;

  /// Evaluates a formula.
  ///
  /// @param shape what the inputs are broadcast to
  /// @param targets by output: the shape, or that of one row of it, for the sums of its columns;
  ///   with any other the output has the whole shape all the same
  /// @return one array for each output
  public static Array[] apply(Formula formula, Shape shape, Shape[] targets, Array... inputs) {
    Array[] whole = inputs.clone();
    Shape common = whole[0].shape();
    for (Array input : whole) {
      common = common.broadcast(input.shape(), formula.name());
    }
    if (!common.equals(shape)) {
      whole[0] = Layout.broadcastTo(whole[0], shape);
    }
    boolean isAnySummed = false;
    boolean[] isSummed = new boolean[targets.length];
    Array[] outputs = new Array[targets.length];
    for (int j = 0; j < targets.length; j++) {
      isSummed[j] = isRow(targets[j], shape);
      isAnySummed |= isSummed[j];
      Shape own = isSummed[j] ? targets[j] : shape;
      outputs[j] = Array.uninitialised(whole[0].dtype(), own);
    }
    if (isAnySummed) {
      new SummedColumns(formula, shape, isSummed, whole, outputs).run();
    } else {
      Elementwise.applyInto(formula, whole, outputs);
    }
    return outputs;
  }

  /// Whether sums of columns, of the shape of one row, are what is wanted; short rows are left to a
  /// pass of its own, which adds up several at a time.
  private static boolean isRow(Shape target, Shape shape) {
    int last = shape.rank() - 1;
    return last >= 1
        && shape.size(last) >= NARROWEST
        && shape.elements() > shape.size(last)
        && target.rank() >= 1
        && target.size(-1) == shape.size(last)
        && target.elements() == shape.size(last);
  }

  private SummedColumns(
      Formula formula, Shape shape, boolean[] isSummed, Array[] inputs, Array[] outputs) {
    this.dtype = inputs[0].dtype();
    this.kernel = FormulaKernel.of(formula, dtype.precision());
    this.starts = RowStarts.of(shape, inputs);
    this.inputs = inputs;
    this.outputs = outputs;
    this.columns = shape.size(-1);
    this.rows = shape.elements() / columns;
    this.inRun = shape.size(-2);
    this.chains = Math.ceilDiv(rows, Lanes.CHAIN);
    this.cells = Math.ceilDiv(rows, Reduce.CELL_ROWS);
    long work = Math.multiplyFull(rows, columns) * kernel.weight();
    this.threads = work < Sweep.WORTH_A_THREAD ? 1 : Pool.threads();
    int wanted = UNITS_PER_THREAD * threads;
    this.isByChain = threads > 1 && cells < 2 * threads;
    this.together = isByChain ? Math.ceilDiv(chains, wanted) : CHAINS_IN_CELL;
    this.across = isByChain ? Math.clamp(wanted / chains, 1, columns / NARROWEST) : 1;
    this.width = Parts.atMost(Parts.of(columns, across, NARROWEST), WIDEST, NARROWEST);
    this.sums = new double[outputs.length][];
    for (int j = 0; j < sums.length; j++) {
      if (isSummed[j]) {
        Shape places = Shape.of(isByChain ? chains : cells, columns);
        sums[j] = Array.uninitialised(DType.FLOAT64, places).doubles();
      }
    }
  }

  private void run() {
    int units = Math.ceilDiv(chains, together) * across;
    Pool.runEach(units, threads == 1 ? 1 : units, this::unit);
    if (isByChain && chains > 1) {
      int parts = Math.min(threads, columns / NARROWEST);
      Pool.run(parts, part -> fold(begin(part, parts), begin(part + 1, parts)));
    }
    for (int j = 0; j < outputs.length; j++) {
      if (sums[j] != null) {
        Object y = outputs[j].data();
        Reduce.values(Reduce.Operation.SUM, sums[j], 0, 1, cells, columns, y, 0);
      }
    }
  }

  /// Adds up the chains of each cell, some columns of them. The sums of a cell are put where those
  /// of a chain were that is not needed any more.
  private void fold(int from, int to) {
    for (int chain = 0; chain < chains; chain++) {
      int at = chain * columns + from;
      int cell = chain / CHAINS_IN_CELL * columns + from;
      for (double[] sum : sums) {
        if (sum != null) {
          add(sum, at, sum, cell, to - from, isFirst(chain));
        }
      }
    }
  }

  /// Where a part of the columns begins: at a whole number of the narrowest.
  private int begin(int part, int parts) {
    return Math.min(columns, Parts.roundUp((int) ((long) columns * part / parts), NARROWEST));
  }

  private static boolean isFirst(int chain) {
    return chain % CHAINS_IN_CELL == 0;
  }

  private void unit(int unit) {
    int first = unit / across * together;
    int stop = Math.min(chains, first + together);
    int part = unit % across;
    Unit work = new Unit();
    try {
      work.run(first, stop, begin(part, across), begin(part + 1, across));
    } finally {
      work.end();
    }
  }

  /// Columns of chains, evaluated and added up tile by tile.
  private final class Unit {
    private final Object[] data = new Object[inputs.length + outputs.length];
    private final double[] sum = SUMS.take();
    private final int[] offsets = new int[data.length];
    private final int[] steps = new int[data.length];
    private final int[] here = new int[inputs.length];
    private final int[] next = new int[inputs.length];

    Unit() {
      for (int k = 0; k < inputs.length; k++) {
        data[k] = inputs[k].data();
      }
      for (int j = 0; j < outputs.length; j++) {
        data[inputs.length + j] = sums[j] == null ? outputs[j].data() : take();
      }
    }

    void run(int first, int stop, int from, int to) {
      for (int chain = first; chain < stop; chain++) {
        for (int column = from; column < to; column += width) {
          tile(chain, column, Math.min(width, to - column));
        }
      }
    }

    private void tile(int chain, int column, int many) {
      int first = chain * Lanes.CHAIN;
      int length = Math.min(Lanes.CHAIN, rows - first);
      for (int row = first; row < first + length; ) {
        int run = Math.min(first + length - row, inRun - row % inRun);
        place(row, run, first, column);
        kernel.run(starts.broadcast(), data, offsets, steps, run, 0, many);
        row += run;
      }
      int at = (isByChain ? chain : chain / CHAINS_IN_CELL) * columns + column;
      for (int j = 0; j < outputs.length; j++) {
        if (sums[j] != null) {
          Reduce.columns(data[inputs.length + j], length, width, many, sum);
          add(sum, 0, sums[j], at, many, isByChain || isFirst(chain));
        }
      }
    }

    /// Where the operands of so many rows begin, and how far apart their rows are.
    private void place(int row, int run, int first, int column) {
      starts.place(row, here);
      starts.place(row + Math.min(1, run - 1), next);
      for (int k = 0; k < here.length; k++) {
        offsets[k] = here[k] + (starts.advances(k) ? column : 0);
        steps[k] = next[k] - here[k];
      }
      for (int j = 0; j < outputs.length; j++) {
        boolean isWritten = sums[j] == null;
        offsets[inputs.length + j] = isWritten ? row * columns + column : (row - first) * width;
        steps[inputs.length + j] = isWritten ? columns : width;
      }
    }

    /// Gives back what it has taken.
    void end() {
      for (int j = 0; j < outputs.length; j++) {
        if (sums[j] != null) {
          give(data[inputs.length + j]);
        }
      }
      SUMS.give(sum);
    }
  }

  /// Adds to sums; the first takes the place of what is there.
  private static void add(
      double[] some, int from, double[] sums, int to, int many, boolean isFirst) {
    if (isFirst) {
      System.arraycopy(some, from, sums, to, many);
      return;
    }
    for (int l = 0; l < many; l++) {
      sums[to + l] += some[from + l];
    }
  }

  private Object take() {
    return dtype == DType.FLOAT32 ? FLOATS.take() : DOUBLES.take();
  }

  private static void give(Object scratch) {
    if (scratch instanceof float[] floats) {
      FLOATS.give(floats);
    } else {
      DOUBLES.give((double[]) scratch);
    }
  }
}
