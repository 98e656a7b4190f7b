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
import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.autodiff.kernel.Reduce;

/// A formula of several outputs in one pass, some of them written and some summed over the rows
/// while they are in the cache: the gradients of a formula in its inputs, of which those that were
/// broadcast as one row get the sum of a column each.
///
/// A sum has the bits of [Reduce#values]: columns are cut into cells of rows and these into chains,
/// whatever the number of threads. Every column is one thread's within a cell.
public final class SummedColumns {
  /// The most columns that are evaluated before they are added up, and the least.
  private static final int WIDEST = 512;

  /// No less than a vector, for the sums.
  private static final int NARROWEST = 64;

  private static final int MOST_IDLE = 64;

  private static final FreeList<float[]> FLOATS =
      new FreeList<>(MOST_IDLE, () -> new float[Lanes.CHAIN * WIDEST]);
  private static final FreeList<double[]> DOUBLES =
      new FreeList<>(MOST_IDLE, () -> new double[Lanes.CHAIN * WIDEST]);

  private static final FreeList<double[]> CHAINS =
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
  private final int cells;
  private final int width;
  private final int tiles;

  /// By output: the sums of columns by cell; `null` for one that is written.
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
    this.cells = (rows - 1) / Reduce.CELL_ROWS + 1;
    int wanted = Math.max(1, 2 * Pool.threads() / cells);
    int even = ((columns + wanted - 1) / wanted + NARROWEST - 1) / NARROWEST * NARROWEST;
    this.width = Math.clamp(even, NARROWEST, WIDEST);
    this.tiles = (columns + width - 1) / width;
    this.sums = new double[outputs.length][];
    for (int j = 0; j < sums.length; j++) {
      if (isSummed[j]) {
        sums[j] = Array.uninitialised(DType.FLOAT64, Shape.of(cells, columns)).doubles();
      }
    }
  }

  private void run() {
    int units = cells * tiles;
    if (Math.multiplyFull(rows, columns) * kernel.weight() < Sweep.WORTH_A_THREAD) {
      for (int unit = 0; unit < units; unit++) {
        unit(unit);
      }
    } else {
      Pool.run(units, this::unit);
    }
    for (int j = 0; j < outputs.length; j++) {
      if (sums[j] != null) {
        Object y = outputs[j].data();
        Reduce.values(Reduce.Operation.SUM, sums[j], 0, 1, cells, columns, y, 0);
      }
    }
  }

  /// Some columns of one cell.
  private void unit(int unit) {
    Unit work = new Unit(unit);
    try {
      work.run();
    } finally {
      work.end();
    }
  }

  /// Some columns of one cell, chain by chain.
  private final class Unit {
    private final int cell;
    private final int column;
    private final int many;
    private final Object[] data = new Object[inputs.length + outputs.length];
    private final double[] chain = CHAINS.take();
    private final int[] offsets = new int[data.length];
    private final int[] steps = new int[data.length];
    private final int[] here = new int[inputs.length];
    private final int[] next = new int[inputs.length];

    Unit(int unit) {
      cell = unit / tiles;
      column = unit % tiles * width;
      many = Math.min(width, columns - column);
      for (int k = 0; k < inputs.length; k++) {
        data[k] = inputs[k].data();
      }
      for (int j = 0; j < outputs.length; j++) {
        data[inputs.length + j] = sums[j] == null ? outputs[j].data() : take();
      }
    }

    void run() {
      int end = Math.min(rows, (cell + 1) * Reduce.CELL_ROWS);
      for (int first = cell * Reduce.CELL_ROWS; first < end; first += Lanes.CHAIN) {
        int length = Math.min(Lanes.CHAIN, end - first);
        for (int row = first; row < first + length; ) {
          int run = Math.min(first + length - row, inRun - row % inRun);
          place(row, run, first);
          kernel.run(starts.broadcast(), data, offsets, steps, run, 0, many);
          row += run;
        }
        for (int j = 0; j < outputs.length; j++) {
          if (sums[j] != null) {
            Reduce.columns(data[inputs.length + j], length, width, many, chain);
            add(chain, sums[j], cell * columns + column, many, first % Reduce.CELL_ROWS == 0);
          }
        }
      }
    }

    /// Where the operands of so many rows begin, and how far apart their rows are.
    private void place(int row, int run, int first) {
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
      CHAINS.give(chain);
    }
  }

  private static void add(double[] chain, double[] sums, int at, int many, boolean isFirst) {
    if (isFirst) {
      System.arraycopy(chain, 0, sums, at, many);
      return;
    }
    for (int l = 0; l < many; l++) {
      sums[at + l] += chain[l];
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
