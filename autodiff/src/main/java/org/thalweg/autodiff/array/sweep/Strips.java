package org.thalweg.autodiff.array.sweep;

import java.util.Arrays;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.array.sweep.Sweep.Measure;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.compile.FormulaKernel;
import org.thalweg.autodiff.kernel.Reduce;

/// Measures the outputs of a formula while they are in the cache: strip by strip, on one thread, in
/// memory that is used again. An output that is an input as it stands is measured where it is.
final class Strips {
  private static final int STRIP = 2048;

  private final int arrays;
  private final int inputs;
  private final Measure[] measures;
  private final Partial[] results;
  private final Object[] data;
  private final int[] offsets;
  private final int[] sources;
  private final boolean isComputed;
  private final double[] scratch = new double[Reduce.SCRATCH];

  /// @param arrays how many inputs, from the first, advance
  Strips(Formula formula, DType dtype, int arrays, Measure[] measures) {
    this.arrays = arrays;
    this.inputs = formula.inputs().size();
    this.measures = measures;
    int outputs = measures.length;
    this.results = Partial.some(outputs);
    this.data = new Object[inputs + outputs];
    this.offsets = new int[inputs + outputs];
    this.sources = new int[outputs];
    for (int j = 0; j < outputs; j++) {
      data[inputs + j] = Array.persistent(dtype, Shape.of(STRIP)).data();
      Expr output = formula.outputs().get(j);
      int input = output.name() == null ? -1 : formula.inputs().indexOf(output.name());
      sources[j] = input >= 0 && input < arrays ? input : inputs + j;
    }
    this.isComputed = Arrays.stream(sources).anyMatch(source -> source >= inputs);
  }

  /// Evaluates the elements `from … to − 1` and measures each output.
  void measure(FormulaKernel kernel, long broadcast, Object[] given, int[] at, int from, int to) {
    System.arraycopy(given, 0, data, 0, inputs);
    System.arraycopy(at, 0, offsets, 0, inputs);
    for (Partial result : results) {
      result.clear();
    }
    for (int start = from; start < to; start += STRIP) {
      int n = Math.min(STRIP, to - start);
      for (int k = 0; k < arrays; k++) {
        offsets[k] = at[k] + start;
      }
      if (isComputed) {
        kernel.run(broadcast, data, offsets, 0, n);
      }
      for (int j = 0; j < sources.length; j++) {
        int source = sources[j];
        results[j].add(measures[j], data[source], offsets[source], n, scratch);
      }
    }
    Arrays.fill(data, 0, inputs, null);
  }

  void copyTo(Partial[] others) {
    for (int j = 0; j < results.length; j++) {
      others[j].set(results[j]);
    }
  }
}
