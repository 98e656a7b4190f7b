package org.thalweg.autodiff.formula.compile;

import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.Precision;

/// Values of formulas at single points, through their kernels.
public final class Evaluate {
  private Evaluate() {}

  /// The first output in double.
  public static double at(Formula f, double... x) {
    return output(f, 0, x);
  }

  /// One output in double.
  public static double output(Formula f, int j, double... x) {
    int inputs = f.inputs().size();
    if (x.length != inputs) {
      throw new IllegalArgumentException(f + " was given " + x.length + " numbers");
    }
    Object[] arrays = new Object[inputs + f.outputs().size()];
    for (int k = 0; k < arrays.length; k++) {
      arrays[k] = new double[] {k < inputs ? x[k] : 0};
    }
    Loop loop = KernelClass.scalar(KernelData.program(f, Precision.DOUBLE, 0));
    loop.run(arrays, new int[arrays.length], 0, 1);
    return ((double[]) arrays[inputs + j])[0];
  }

  /// The first output in float.
  public static float single(Formula f, float... x) {
    Object[] arrays = new Object[x.length + f.outputs().size()];
    for (int k = 0; k < arrays.length; k++) {
      arrays[k] = new float[] {k < x.length ? x[k] : 0};
    }
    Loop loop = KernelClass.scalar(KernelData.program(f, Precision.FLOAT, 0));
    loop.run(arrays, new int[arrays.length], 0, 1);
    return ((float[]) arrays[x.length])[0];
  }

  /// The derivative in one input.
  public static double slope(Formula f, int input, double... x) {
    return at(f.derivative(0, input), x);
  }
}
