package org.thalweg.autodiff.formula.compile;

import java.util.concurrent.atomic.AtomicLong;
import org.thalweg.autodiff.kernel.Simd;
import org.thalweg.autodiff.kernel.WarmUp;

/// A loop that starts scalar and becomes a vector loop once that is compiled. Nobody sees the
/// change but by the clock: the bits are the same.
final class WarmLoop implements Loop {
  private static final int WARM_ELEMENTS = 64;
  private static final AtomicLong VECTOR_LOOPS = new AtomicLong();

  private volatile Loop loop;

  WarmLoop(Program program) {
    loop = KernelClass.scalar(program);
    // The JIT makes vectors of a loop that copies by itself, and takes seconds or minutes over
    // ours.
    if (Simd.available() && program.isComputing()) {
      warmVectorLoop(program);
    }
  }

  @Override
  public void run(Object[] arrays, int[] offsets, int from, int to) {
    loop.run(arrays, offsets, from, to);
  }

  static long vectorLoops() {
    return VECTOR_LOOPS.get();
  }

  private void warmVectorLoop(Program program) {
    Object[] arrays = new Object[program.inputs.size() + program.outputs.size()];
    for (int k = 0; k < arrays.length; k++) {
      arrays[k] = program.isFloat() ? new float[WARM_ELEMENTS] : new double[WARM_ELEMENTS];
    }
    int[] offsets = new int[arrays.length];
    Loop vector = KernelClass.vector(program, Simd.bits());
    WarmUp.submit(
        program.outputs.toString(),
        () -> vector.run(arrays, offsets, 0, WARM_ELEMENTS),
        () -> {
          loop = vector;
          VECTOR_LOOPS.incrementAndGet();
        });
  }
}
