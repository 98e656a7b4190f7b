package org.thalweg.autodiff.window;

import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Machine;
import org.thalweg.autodiff.array.RandomArray;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.array.window.Convolved;
import org.thalweg.autodiff.array.window.Plan;
import org.thalweg.autodiff.array.window.Slide;

/// Computes fixed convolutions and their transposes and prints a hash of all bits: run in JVMs of
/// its own.
final class ConvolutionHash {
  private ConvolutionHash() {}

  /// Prints `width vectorProducts chunksByWorkers hash…`: a hash before warm-up, and after it one
  /// for each number of threads.
  public static void main(String[] arguments) {
    StringBuilder hashes = new StringBuilder(" ").append(hash());
    Machine.awaitWarmUp();
    long before = Machine.vectorProducts();
    for (int threads = 1; threads <= 3; threads++) {
      Machine.setThreads(threads);
      hashes.append(' ').append(hash());
    }
    long products = Machine.vectorProducts() - before;
    System.out.println(
        Machine.vectorBits() + " " + products + " " + Machine.chunksByWorkers() + hashes);
  }

  private static String hash() {
    long hash = 1;
    Slide three = new Slide(3, 1, 1, 1, 1);
    Slide two = new Slide(2, 2, 0, 1, 3);
    for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
      hash = hash(hash, dtype, plan(three, three, 1, 28, 28), 3, 1, 33);
      hash = hash(hash, dtype, plan(three, three, 1, 14, 14), 3, 45, 33);
      hash = hash(hash, dtype, plan(two, three, 2, 15, 17), 4, 26, 14);
      hash = hash(hash, dtype, plan(three, two, 1, 61, 53), 2, 2, 3);
    }
    return Long.toHexString(hash);
  }

  private static Plan plan(Slide down, Slide across, int groups, int height, int width) {
    int rows = down.places(height, "hash");
    return new Plan(down, across, groups, height, width, rows, across.places(width, "hash"));
  }

  private static long hash(long hash, DType dtype, Plan plan, int batch, int in, int out) {
    Array x = numbers(dtype, 1, batch, in, plan.height(), plan.width());
    Array w =
        numbers(
            dtype, 2, out, in / plan.groups(), plan.vertical().size(), plan.horizontal().size());
    Array y = numbers(dtype, 3, batch, out, plan.rows(), plan.columns());
    long now = hash;
    now = hash(now, Convolved.output(plan, x, w));
    now = hash(now, Convolved.input(plan, y, w));
    return hash(now, Convolved.weight(plan, x, y));
  }

  private static Array numbers(DType dtype, long seed, int... sizes) {
    return RandomArray.uniform(dtype, seed, 0, Shape.of(sizes));
  }

  private static long hash(long hash, Array x) {
    long now = hash;
    for (int i = 0; i < x.elements(); i++) {
      now = (now ^ Double.doubleToLongBits(x.get(i))) * 0x100000001b3L;
    }
    return now;
  }
}
