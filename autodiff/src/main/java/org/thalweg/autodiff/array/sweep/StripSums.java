package org.thalweg.autodiff.array.sweep;

import java.util.Arrays;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.compile.FormulaKernel;
import org.thalweg.autodiff.kernel.Reduce;

/// Adds up the outputs of a formula while they are in the cache: strip by strip, on one thread, in
/// memory that is used again.
final class StripSums {
  private static final int STRIP = 2048;

  /// Where the sum of squares of doubles may have lost bits, or all of them.
  private static final double TINY = 1e-280;

  private final FormulaKernel kernel;
  private final int inputs;
  private final Object[] data;
  private final int[] offsets;
  private final double[] scratch = new double[Reduce.SCRATCH];

  StripSums(FormulaKernel kernel, DType dtype, int inputs, int outputs) {
    this.kernel = kernel;
    this.inputs = inputs;
    this.data = new Object[inputs + outputs];
    this.offsets = new int[inputs + outputs];
    for (int j = 0; j < outputs; j++) {
      data[inputs + j] = Array.persistent(dtype, Shape.of(STRIP)).data();
    }
  }

  /// Evaluates the elements `from … to − 1` and stores a sum for each output.
  ///
  /// @param arrays how many inputs, from the first, advance
  /// @param sums one for each output, empty
  void of(
      Sweep.Sum[] what,
      long broadcast,
      Object[] from,
      int[] at,
      int arrays,
      int first,
      int end,
      PartialSum[] sums) {
    System.arraycopy(from, 0, data, 0, inputs);
    System.arraycopy(at, 0, offsets, 0, inputs);
    for (int start = first; start < end; start += STRIP) {
      int n = Math.min(STRIP, end - start);
      for (int k = 0; k < arrays; k++) {
        offsets[k] = at[k] + start;
      }
      kernel.run(broadcast, data, offsets, 0, n);
      for (int j = 0; j < sums.length; j++) {
        Object y = data[inputs + j];
        add(what[j], y, 0, n, scratch, sums[j]);
      }
    }
    Arrays.fill(data, 0, inputs, null);
  }

  /// Adds up an array as the output of a formula is.
  static PartialSum of(Sweep.Sum what, Object y, int n) {
    PartialSum sum = new PartialSum();
    double[] scratch = new double[Reduce.SCRATCH];
    for (int start = 0; start < n; start += STRIP) {
      add(what, y, start, Math.min(STRIP, n - start), scratch, sum);
    }
    return sum;
  }

  private static void add(
      Sweep.Sum what, Object y, int from, int n, double[] scratch, PartialSum sum) {
    if (what == Sweep.Sum.PLAIN) {
      sum.add(Reduce.few(y, from, n, scratch), 0);
      return;
    }
    double squares = Reduce.fewSquares(y, from, n, scratch);
    // Squares of floats neither overflow nor vanish in double precision.
    boolean isLost = squares < TINY || squares == Double.POSITIVE_INFINITY;
    if (y instanceof double[] doubles && isLost) {
      addScaled(doubles, from, n, sum);
    } else {
      sum.add(squares, 0);
    }
  }

  private static void addScaled(double[] y, int from, int n, PartialSum sum) {
    double largest = 0;
    for (int i = from; i < from + n; i++) {
      largest = Math.max(largest, Math.abs(y[i]));
    }
    if (largest == 0 || !Double.isFinite(largest)) {
      sum.add(largest, 0);
      return;
    }
    int exponent = Math.getExponent(largest);
    double squares = 0;
    for (int i = from; i < from + n; i++) {
      double scaled = Math.scalb(y[i], -exponent);
      squares += scaled * scaled;
    }
    sum.add(squares, 2 * exponent);
  }
}
