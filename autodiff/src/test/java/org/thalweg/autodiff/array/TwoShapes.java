package org.thalweg.autodiff.array;

import org.thalweg.autodiff.Tensor;

/// Steps over batches of two sizes in turn, each with tensors of six tenths of the heap.
final class TwoShapes {
  private static final int TENSORS = 24;

  private TwoShapes() {}

  public static void main(String[] arguments) {
    int part = (int) (Runtime.getRuntime().maxMemory() / 40 / Float.BYTES);
    for (int epoch = 0; epoch < 3; epoch++) {
      Scope.run(() -> step(part));
      Scope.run(() -> step(part));
      Scope.run(() -> step(part - TENSORS));
    }
    System.out.println("stepped");
  }

  private static void step(int length) {
    for (int i = 0; i < TENSORS; i++) {
      Tensor.ones(length - i);
    }
  }
}
