package org.thalweg.autodiff;

import org.thalweg.autodiff.array.DType;

/// Goes back over a million small operations in little memory and on a small stack: for a JVM of
/// its own.
final class LongChain {
  private static final int LENGTH = 1_000_000;

  private LongChain() {}

  /// Prints the gradient, and the mebibytes in use with the graph and after it is dropped.
  public static void main(String[] args) {
    Parameter x = new Parameter("x", Tensor.scalar(DType.FLOAT32, 1));
    Tensor y = x;
    for (int i = 0; i < LENGTH; i++) {
      y = y.negated();
    }
    long held = used();
    double gradient = y.backward().of(x).item();
    boolean isTracked = y.isTracked();
    y = x;
    System.out.println(gradient + " " + isTracked + " " + held + " " + used() + " " + y.item());
  }

  private static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return (runtime.totalMemory() - runtime.freeMemory()) >> 20;
  }
}
