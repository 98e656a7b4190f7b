package org.thalweg.autodiff.array.sweep;

import java.util.Arrays;
import java.util.List;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.RowStarts;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.compile.FormulaKernel;
import org.thalweg.autodiff.kernel.FreeList;
import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.autodiff.kernel.Reduce;
import org.thalweg.autodiff.kernel.Reduce.Operation;

/// A formula over arrays that are broadcast together, its outputs reduced while they are in the
/// cache and written nowhere: a norm of all, or the means of rows or columns, any of them in one
/// pass over the inputs.
///
/// The arrays are read as matrices, `[…, rows, columns]`. Sums are kept in double precision. Rows
/// are cut into at most [#CUTS] parts whatever the number of threads, so that the shape alone
/// decides the bits.
public final class Fused {
  /// What is made of an output.
  public sealed interface Goal {
    /// One number.
    ///
    /// @param measure of all elements
    record Whole(Sweep.Measure measure) implements Goal {}

    /// The mean of each row, `[…, rows, 1]`.
    record RowMeans() implements Goal {}

    /// The mean of each column, `[…, 1, columns]`.
    record ColumnMeans() implements Goal {}
  }

  private static final int CUTS = 16;
  private static final int STRIP = 2048;
  private static final int MOST_IDLE = 64;

  private final List<Goal> goals;
  private final DType dtype;
  private final FormulaKernel kernel;
  private final int inputs;
  private final FreeList<Scratch> idle;

  /// @param goals one for each output
  public Fused(Formula formula, List<Goal> goals, DType dtype) {
    this.goals = List.copyOf(goals);
    this.dtype = dtype;
    this.kernel = FormulaKernel.of(formula, dtype.precision());
    this.inputs = formula.inputs().size();
    this.idle = new FreeList<>(MOST_IDLE, Scratch::new);
  }

  /// Evaluates and reduces; means of nothing are 0.
  ///
  /// @param shape what the inputs are broadcast to
  /// @return one array for each output: a number, the means of rows, or those of columns
  public Array[] of(Shape shape, Array... arrays) {
    int rank = shape.rank();
    int columns = rank == 0 ? 1 : shape.size(rank - 1);
    int rows = rank < 2 ? 1 : shape.size(rank - 2);
    int matrices = columns == 0 || rows == 0 ? 0 : shape.elements() / (rows * columns);
    int cuts = Math.min(CUTS, Math.max(1, rows));
    Run run = new Run(RowStarts.of(shape, arrays), arrays, rows, columns, matrices, cuts);
    int parts = matrices * cuts;
    if (Math.multiplyFull(shape.elements(), kernel.weight()) < Sweep.WORTH_A_THREAD) {
      for (int part = 0; part < parts; part++) {
        run.part(part);
      }
    } else {
      Pool.run(parts, run::part);
    }
    Array[] results = new Array[goals.size()];
    for (int j = 0; j < results.length; j++) {
      results[j] = run.result(j, shape);
    }
    return results;
  }

  /// What one thread needs.
  private final class Scratch {
    final Object[] data = new Object[inputs + goals.size()];
    final int[] offsets = new int[data.length];
    final double[] sums = new double[Reduce.SCRATCH];

    Scratch() {
      for (int j = inputs; j < data.length; j++) {
        data[j] = Array.persistent(dtype, Shape.of(STRIP)).data();
      }
    }
  }

  /// One evaluation: its parts are rows of one matrix each.
  private final class Run {
    private final RowStarts starts;
    private final Array[] arrays;
    private final int rows;
    private final int columns;
    private final int cuts;
    private final Partial[][] wholes;

    /// By output: the sums of rows, or those of columns by part.
    private final double[][] sums = new double[goals.size()][];

    Run(RowStarts starts, Array[] arrays, int rows, int columns, int matrices, int cuts) {
      this.starts = starts;
      this.arrays = arrays;
      this.rows = rows;
      this.columns = columns;
      this.cuts = cuts;
      this.wholes = new Partial[matrices * cuts][];
      Arrays.setAll(wholes, _ -> Partial.some(goals.size()));
      for (int j = 0; j < sums.length; j++) {
        sums[j] =
            switch (goals.get(j)) {
              case Goal.Whole _ -> new double[0];
              case Goal.RowMeans _ -> new double[matrices * rows];
              case Goal.ColumnMeans _ -> new double[matrices * cuts * columns];
            };
      }
    }

    void part(int part) {
      int matrix = part / cuts;
      int cut = part % cuts;
      int first = matrix * rows + (int) ((long) rows * cut / cuts);
      int end = matrix * rows + (int) ((long) rows * (cut + 1) / cuts);
      Scratch scratch = idle.take();
      for (int k = 0; k < inputs; k++) {
        scratch.data[k] = arrays[k].data();
      }
      for (int column = 0; column < columns; column += STRIP) {
        int n = Math.min(STRIP, columns - column);
        for (int row = first; row < end; row++) {
          for (int k = 0; k < inputs; k++) {
            scratch.offsets[k] = starts.at(k, row, column);
          }
          kernel.run(starts.broadcast(), scratch.data, scratch.offsets, 0, n);
          for (int j = 0; j < goals.size(); j++) {
            take(scratch, j, part, row, column, n);
          }
        }
      }
      Arrays.fill(scratch.data, 0, inputs, null);
      idle.give(scratch);
    }

    private void take(Scratch scratch, int j, int part, int row, int column, int n) {
      Object y = scratch.data[inputs + j];
      double[] into = sums[j];
      switch (goals.get(j)) {
        case Goal.Whole(Sweep.Measure measure) ->
            wholes[part][j].add(measure, y, 0, n, scratch.sums);
        case Goal.RowMeans _ -> into[row] += Reduce.few(Operation.SUM, y, 0, n, scratch.sums);
        case Goal.ColumnMeans _ -> add(y, into, part * columns + column, n);
      }
    }

    private static void add(Object y, double[] into, int at, int n) {
      if (y instanceof float[] floats) {
        for (int i = 0; i < n; i++) {
          into[at + i] += floats[i];
        }
      } else {
        double[] doubles = (double[]) y;
        for (int i = 0; i < n; i++) {
          into[at + i] += doubles[i];
        }
      }
    }

    Array result(int j, Shape shape) {
      double[] from = sums[j];
      return switch (goals.get(j)) {
        case Goal.Whole(Sweep.Measure measure) -> {
          Partial total = new Partial();
          for (Partial[] part : wholes) {
            total.add(measure, part[j]);
          }
          yield Array.full(dtype, Shape.SCALAR, total.value(measure));
        }
        case Goal.RowMeans _ ->
            means(from, 1, columns, shape.reduced(new int[] {shape.rank() - 1}, true));
        case Goal.ColumnMeans _ ->
            means(from, cuts, rows, shape.reduced(new int[] {shape.rank() - 2}, true));
      };
    }

    private static void set(Object data, int i, double value) {
      if (data instanceof float[] floats) {
        floats[i] = (float) value;
      } else {
        ((double[]) data)[i] = value;
      }
    }

    /// Adds `parts` sums of each result in order, and divides.
    private Array means(double[] from, int parts, int count, Shape shape) {
      Array means = Array.zeros(dtype, shape);
      int length = parts == 1 ? 1 : columns;
      for (int i = 0; from.length > 0 && i < means.elements(); i++) {
        double sum = 0;
        for (int part = 0; part < parts; part++) {
          sum += from[(i / length * parts + part) * length + i % length];
        }
        set(means.data(), i, sum / count);
      }
      return means;
    }
  }
}
