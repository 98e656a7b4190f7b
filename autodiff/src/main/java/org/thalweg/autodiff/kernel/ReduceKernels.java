package org.thalweg.autodiff.kernel;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.kernel.Reduce.Operation;

/// Which kernel answers a reduction: the scalar one until its vector twin is warm.
final class ReduceKernels {
  private static final AtomicReferenceArray<@Nullable Lanes> KERNELS =
      new AtomicReferenceArray<>(2 * Operation.values().length);

  private ReduceKernels() {}

  /// The kernel for one operation on `float[]` or `double[]`.
  static Lanes lanes(Operation operation, boolean floats) {
    Lanes kernel = KERNELS.getAcquire(slot(operation, floats));
    return kernel == null ? first(operation, floats) : kernel;
  }

  private static Lanes first(Operation operation, boolean floats) {
    int slot = slot(operation, floats);
    Lanes scalar = ScalarLanes.of(operation, floats);
    if (KERNELS.compareAndSet(slot, null, scalar) && Simd.available()) {
      Rehearsal rehearsal = new Rehearsal(operation, floats);
      String name = operation + (floats ? " of floats" : " of doubles");
      WarmUp.submit(name, rehearsal, () -> KERNELS.setRelease(slot, rehearsal.vector()));
    }
    Lanes kernel = KERNELS.getAcquire(slot);
    return kernel == null ? scalar : kernel;
  }

  private static int slot(Operation operation, boolean floats) {
    return 2 * operation.ordinal() + (floats ? 1 : 0);
  }

  /// Calls that take every path of a vector kernel: complete chains, the rows after them, and
  /// vectors that reach over the end. The kernel is made at the first call, by whoever makes it:
  /// linking the Vector API takes tens of milliseconds.
  private static final class Rehearsal implements Runnable {
    private static final int N = 3 * 256 + 3 * 16 + 5;

    private final Operation operation;
    private final boolean floats;
    private final Object x;
    private final double[] y = new double[64];
    private @Nullable Lanes vector;

    Rehearsal(Operation operation, boolean floats) {
      this.operation = operation;
      this.floats = floats;
      this.x = floats ? new float[N] : new double[N];
    }

    Lanes vector() {
      Lanes made = vector;
      if (made == null) {
        Lanes.Factory factory = Simd.load("LanesFactory", Lanes.Factory.class);
        made = factory.make(operation, floats, Simd.bits());
        vector = made;
      }
      return made;
    }

    @Override
    public void run() {
      Lanes lanes = vector();
      lanes.fold(x, 0, N, 16, 16, y);
      lanes.fold(x, 0, 37, 17, 17, y);
      lanes.rows(x, 0, 61, 3, y);
      lanes.rows(x, 0, 64, 3, y);
      lanes.rows(x, 0, 3, 3, y);
      lanes.find(x, 0, 69, 1, 1);
      lanes.find(x, 0, 69, 1, 0);
      lanes.find(x, 0, 69, 7, 1);
      lanes.find(x, 0, 9, 1, Double.NaN);
      lanes.dot(x, 1, x, 0, 101, y);
    }
  }
}
