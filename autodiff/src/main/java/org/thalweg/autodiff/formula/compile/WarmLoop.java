package org.thalweg.autodiff.formula.compile;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.thalweg.autodiff.kernel.Simd;
import org.thalweg.autodiff.kernel.WarmUp;

/// A loop that starts scalar and becomes a vector loop once that is compiled. Nobody sees the
/// change but by the clock: the bits are the same.
final class WarmLoop implements Loop {
  private static final int WARM_ELEMENTS = 64;
  private static final int PATTERNS = 4;
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

  @Override
  public void run(Object[] arrays, int[] offsets, int[] steps, int rows, int from, int to) {
    loop.run(arrays, offsets, steps, rows, from, to);
  }

  static long vectorLoops() {
    return VECTOR_LOOPS.get();
  }

  /// Takes every path: whole vectors and nothing after them, a rest after whole vectors, a rest
  /// alone, nothing; and numbers that compare with each other in every way. A path that is not
  /// taken here is not compiled, and the first call that takes it throws the compiled loop away.
  private static void rehearse(Loop vector, Object[] arrays, int[] offsets, int inputs) {
    for (int pattern = 0; pattern < PATTERNS; pattern++) {
      for (int k = 0; k < inputs; k++) {
        fill(arrays[k], pattern == 0 ? 0 : pattern == 1 ? 1 : pattern == 2 ? k + 1 : inputs - k);
      }
      vector.run(arrays, offsets, 0, WARM_ELEMENTS);
      vector.run(arrays, offsets, 1, WARM_ELEMENTS);
      vector.run(arrays, offsets, 0, 1);
      vector.run(arrays, offsets, 0, 0);
    }
  }

  private static void fill(Object array, int value) {
    if (array instanceof float[] floats) {
      Arrays.fill(floats, value);
    } else {
      Arrays.fill((double[]) array, value);
    }
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
        () -> rehearse(vector, arrays, offsets, program.inputs.size()),
        () -> {
          loop = vector;
          VECTOR_LOOPS.incrementAndGet();
        });
  }
}
