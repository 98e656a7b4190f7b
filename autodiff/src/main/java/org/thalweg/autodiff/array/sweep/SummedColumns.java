package org.thalweg.autodiff.array.sweep;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Elementwise;
import org.thalweg.autodiff.array.Layout;
import org.thalweg.autodiff.array.RowStarts;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.compile.Call;
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

  private static final FreeList<double[]> SUMS =
      new FreeList<>(64, () -> new double[WIDEST + Lanes.PADDING]);

  private final FormulaKernel kernel;
  private final DType dtype;
  private final RowStarts starts;
  private final Array[] inputs;
  private final Array[] outputs;
  private final int rows;

  private final int columns;
  private final int width;
  private final int chains;
  private final int cells;
  private final int threads;

  /// So many chains that follow each other are a unit of work: those of a cell, or some of them.
  private final int together;

  /// Into how many units the columns of few chains are cut; 1 where chains are enough.
  private final int across;

  /// Whether threads share the chains of a cell, because cells are too few for them.
  private final boolean isByChain;

  /// By cell and part of the columns: the chain up to which sums are added up. A unit that begins
  /// there goes on adding; others keep the sums of their chains until all are there.
  private final AtomicIntegerArray reached;

  /// By output: the sums of columns by cell; `null` for one that is written.
  private final double[][] sums;

  /// By output: the sums of columns of chains that are kept, in the type of the inputs, as a chain
  /// is added up in it: a sixteenth of the memory of a matrix. `null` where there are none.
  private final Object[] kept;

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
  static boolean isRow(Shape target, Shape shape) {
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
    this.chains = Math.ceilDiv(rows, Lanes.CHAIN);
    this.cells = Math.ceilDiv(rows, Reduce.CELL_ROWS);
    long work = Math.multiplyFull(rows, columns) * kernel.weight();
    this.threads = work < Sweep.WORTH_A_THREAD ? 1 : Pool.threads();
    int wanted = UNITS_PER_THREAD * threads;
    this.isByChain = threads > 1 && cells < 2 * threads;
    this.together = isByChain ? Math.ceilDiv(chains, wanted) : CHAINS_IN_CELL;
    this.across = isByChain ? Math.clamp(wanted / chains, 1, columns / NARROWEST) : 1;
    this.width = Parts.atMost(Parts.of(columns, across, NARROWEST), WIDEST, NARROWEST);
    this.reached = new AtomicIntegerArray(cells * across);
    this.sums = new double[outputs.length][];
    this.kept = new Object[outputs.length];
    for (int j = 0; j < sums.length; j++) {
      if (isSummed[j]) {
        sums[j] = Array.uninitialised(DType.FLOAT64, Shape.of(cells, columns)).doubles();
        if (isByChain) {
          kept[j] = Array.uninitialised(dtype, Shape.of(chains, columns)).data();
        }
      }
    }
  }

  private void run() {
    int units = Math.ceilDiv(chains, together) * across;
    Pool.shareEach(units, threads == 1 ? 1 : units, this::unit);
    if (isByChain && chains > 1) {
      int parts = across > 1 ? across : Math.min(threads, columns / NARROWEST);
      Pool.run(parts, part -> addKept(part % across, begin(part, parts), begin(part + 1, parts)));
    }
    for (int j = 0; j < outputs.length; j++) {
      if (sums[j] != null) {
        Object y = outputs[j].data();
        Reduce.values(Reduce.Operation.SUM, sums[j], 0, 1, cells, columns, y, 0);
      }
    }
  }

  /// Adds the chains that were kept to the sums of their cells, some columns of them.
  private void addKept(int part, int from, int to) {
    for (int cell = 0; cell < cells; cell++) {
      int stop = Math.min(chains, (cell + 1) * CHAINS_IN_CELL);
      for (int chain = reached.get(cell * across + part); chain < stop; chain++) {
        for (int j = 0; j < outputs.length; j++) {
          if (sums[j] != null) {
            add(kept[j], chain * columns + from, sums[j], cell * columns + from, to - from);
          }
        }
      }
    }
  }

  /// Where a part of the columns begins: at a whole number of the narrowest.
  private int begin(int part, int parts) {
    return Math.min(columns, Parts.roundUp(Parts.begin(columns, part, parts), NARROWEST));
  }

  private static boolean isFirst(int chain) {
    return chain % CHAINS_IN_CELL == 0;
  }

  private void unit(int unit) {
    int first = unit / across * together;
    int stop = Math.min(chains, first + together);
    try (Unit work = new Unit(unit % across, first)) {
      for (int chain = first; chain < stop; chain++) {
        work.run(chain);
      }
    }
  }

  /// Chains that follow each other, a part of their columns: evaluated and added up tile by tile.
  private final class Unit implements AutoCloseable {
    private final int part;
    private final int from;
    private final int to;
    private final Call call = kernel.call(starts.broadcast());
    private final double[] sum = SUMS.take();
    private final Scratch[] scratch = new Scratch[outputs.length];

    /// Whether the next chain is added to the sums of its cell, for those before it are there.
    private boolean isAdding;

    Unit(int part, int first) {
      this.part = part;
      from = begin(part, across);
      to = begin(part + 1, across);
      isAdding = reached.get(counter(first)) == first;
      for (int k = 0; k < inputs.length; k++) {
        call.with(k, inputs[k].data(), starts.step(k));
      }
      for (int j = 0; j < outputs.length; j++) {
        if (sums[j] == null) {
          call.with(inputs.length + j, outputs[j].data(), columns);
        } else {
          scratch[j] = Scratch.take(dtype);
          call.with(inputs.length + j, scratch[j].data(), width);
        }
      }
    }

    /// The place in [#reached].
    private int counter(int chain) {
      return chain / CHAINS_IN_CELL * across + part;
    }

    void run(int chain) {
      isAdding |= isFirst(chain);
      for (int column = from; column < to; column += width) {
        tile(chain, column, Math.min(width, to - column));
      }
      if (isAdding) {
        reached.setRelease(counter(chain), chain + 1);
      }
    }

    private void tile(int chain, int column, int many) {
      int first = chain * Lanes.CHAIN;
      int length = Math.min(Lanes.CHAIN, rows - first);
      for (int row = first; row < first + length; ) {
        int run = Math.min(first + length - row, starts.run(row));
        place(row, first, column);
        call.run(run, many);
        row += run;
      }
      for (int j = 0; j < outputs.length; j++) {
        if (sums[j] != null) {
          Reduce.columns(scratch[j].data(), length, width, many, sum);
          int at = chain / CHAINS_IN_CELL * columns + column;
          if (isFirst(chain)) {
            System.arraycopy(sum, 0, sums[j], at, many);
          } else if (isAdding) {
            add(sum, 0, sums[j], at, many);
          } else {
            Reduce.store(sum, many, kept[j], chain * columns + column);
          }
        }
      }
    }

    /// Where the operands of rows begin.
    private void place(int row, int first, int column) {
      for (int k = 0; k < inputs.length; k++) {
        call.at(k, starts.at(k, row, column));
      }
      for (int j = 0; j < outputs.length; j++) {
        boolean isWritten = sums[j] == null;
        call.at(inputs.length + j, isWritten ? row * columns + column : (row - first) * width);
      }
    }

    /// Gives back what it has taken.
    @Override
    public void close() {
      call.close();
      for (int j = 0; j < outputs.length; j++) {
        if (scratch[j] != null) {
          scratch[j].close();
        }
      }
      SUMS.give(sum);
    }
  }

  private static void add(Object some, int from, double[] sums, int to, int many) {
    if (some instanceof float[] floats) {
      for (int l = 0; l < many; l++) {
        sums[to + l] += floats[from + l];
      }
    } else {
      double[] doubles = (double[]) some;
      for (int l = 0; l < many; l++) {
        sums[to + l] += doubles[from + l];
      }
    }
  }
}
