package org.thalweg.autodiff.array.sweep;

import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Elementwise;
import org.thalweg.autodiff.array.Reduction;
import org.thalweg.autodiff.array.RowStarts;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.compile.Call;
import org.thalweg.autodiff.formula.compile.FormulaKernel;
import org.thalweg.autodiff.kernel.FreeList;
import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.autodiff.kernel.Reduce;
import org.thalweg.autodiff.kernel.Reduce.Operation;

/// The sum of a formula in one pass: some thousand elements are evaluated and added up while they
/// are in the cache, and written nowhere else.
///
/// ```
/// y[…] = Σ f(x₁, x₂, …)
/// ```
///
/// Sums have the bits of [Reduction#SUM] over the formula's value: each cell of its fixed grid is
/// evaluated as a whole.
public final class FormulaSum {
  /// Fewer elements are written and added up then.
  private static final int FEWEST = 1024;

  /// The most rows that are added up together.
  private static final int MOST_ROWS = 64;

  /// Where rows are shorter, so many elements are evaluated at a time, if they are whole rows.
  private static final int AT_ONCE = 4096;

  /// Into how many spans the share of a thread is cut, so that a late thread delays less.
  private static final int SPANS_PER_THREAD = 4;

  private static final FreeList<double[]> SUMS =
      new FreeList<>(64, () -> new double[Math.max(Reduce.SCRATCH, Reduce.room(MOST_ROWS))]);

  private final FormulaKernel kernel;
  private final DType dtype;
  private final RowStarts starts;
  private final Array[] inputs;

  /// The elements that are added up to one, contiguous.
  private final int n;

  private final Array sums;
  private final int cell;
  private final int cells;

  private FormulaSum(Formula formula, Shape shape, int n, Array[] inputs, Array sums) {
    this.dtype = sums.dtype();
    this.kernel = FormulaKernel.of(formula, dtype.precision());
    this.starts = RowStarts.merged(shape, inputs);
    this.inputs = inputs;
    this.n = n;
    this.sums = sums;
    this.cell = Reduce.cell(sums.data());
    this.cells = Math.ceilDiv(n, cell);
  }

  /// Sums over some axes of what the inputs are broadcast to (counted from the front, ascending).
  ///
  /// In one pass where these are the last axes, or the sums are those of whole columns.
  ///
  /// @param made the shape of the sums, which has an element for each that is left
  /// @throws IllegalArgumentException as [Elementwise#apply]
  public static Array apply(Formula formula, Shape made, int[] axes, Array... inputs) {
    Shape shape = Elementwise.shape(formula, inputs);
    if (axes.length > 0 && shape.elements() >= FEWEST) {
      int rank = shape.rank();
      int stop = axes[axes.length - 1] + 1;
      boolean isBlock = stop - axes[0] == axes.length;
      if (isBlock && shape.product(stop, rank) == 1) {
        Array sums = Array.uninitialised(inputs[0].dtype(), made);
        new FormulaSum(formula, shape, shape.product(axes[0], stop), inputs, sums).run();
        return sums;
      }
      Shape row = shape.reduced(axes, true);
      if (SummedColumns.isRow(row, shape)) {
        return SummedColumns.apply(formula, shape, new Shape[] {row}, inputs)[0].reshape(made);
      }
    }
    return Reduction.SUM.apply(Elementwise.apply(formula, inputs), made, axes);
  }

  /// Sums over some axes of what the inputs are broadcast to, which stay with size 1.
  public static Array apply(Formula formula, int[] axes, Array... inputs) {
    return apply(formula, Elementwise.shape(formula, inputs).reduced(axes, true), axes, inputs);
  }

  private void run() {
    int outer = sums.elements();
    long work = Math.multiplyFull(outer, n) * kernel.weight();
    int parts = work < Sweep.WORTH_A_THREAD ? 1 : SPANS_PER_THREAD * Pool.threads();
    if (cells == 1) {
      Pool.share(outer, parts, this::rows);
      return;
    }
    double[] partial = Array.uninitialised(DType.FLOAT64, Shape.of(outer, cells)).doubles();
    Pool.share(outer * cells, parts, (first, stop) -> cells(first, stop, partial));
    Reduce.values(Operation.SUM, partial, 0, outer, cells, 1, sums.data(), 0);
  }

  /// Whole rows, some at a time.
  private void rows(int first, int stop) {
    int together = Math.clamp(AT_ONCE / n, 1, MOST_ROWS);
    double[] results = SUMS.take();
    try (Values values = new Values()) {
      for (int row = first; row < stop; row += together) {
        int many = Math.min(together, stop - row);
        Object there = values.of(row * n, many * n);
        Reduce.fewRows(Operation.SUM, there, 0, n, many, results);
        Reduce.store(results, many, sums.data(), row);
      }
    }
    SUMS.give(results);
  }

  /// Parts of rows, one at a time.
  private void cells(int first, int stop, double[] partial) {
    double[] scratch = SUMS.take();
    try (Values values = new Values()) {
      for (int unit = first; unit < stop; unit++) {
        int from = unit % cells * cell;
        int many = Math.min(cell, n - from);
        Object there = values.of(unit / cells * n + from, many);
        partial[unit] = Reduce.few(Operation.SUM, there, 0, many, scratch);
      }
    }
    SUMS.give(scratch);
  }

  /// Values of the formula, which one thread evaluates some at a time.
  private final class Values implements AutoCloseable {
    private final Scratch scratch = Scratch.take(dtype);
    private final Call call = kernel.call(starts.broadcast());

    Values() {
      for (int k = 0; k < inputs.length; k++) {
        call.with(k, inputs[k].data(), starts.step(k));
      }
      call.with(inputs.length, scratch.data(), starts.columns());
    }

    /// Those of consecutive elements, from the beginning of what is returned; until the next call.
    Object of(int from, int count) {
      int columns = starts.columns();
      for (int done = 0; done < count; ) {
        int row = (from + done) / columns;
        int column = (from + done) % columns;
        int left = count - done;
        boolean isWhole = column == 0 && left >= columns;
        int rows = isWhole ? Math.min(left / columns, starts.run(row)) : 1;
        int width = isWhole ? columns : Math.min(left, columns - column);
        for (int k = 0; k < inputs.length; k++) {
          call.at(k, starts.at(k, row, column));
        }
        call.at(inputs.length, done).run(rows, width);
        done += rows * width;
      }
      return scratch.data();
    }

    @Override
    public void close() {
      call.close();
      scratch.close();
    }
  }
}
