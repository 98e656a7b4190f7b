package org.thalweg.autodiff.formula.compile;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.kernel.Simd;
import org.thalweg.autodiff.kernel.WarmUp;

/// A loop that starts scalar and becomes a vector loop once that is compiled. Nobody sees the
/// change but by the clock: the bits are the same.
///
/// The vector loop over several rows is compiled by itself, when it is first wanted: a call for
/// each row takes as long as some hundred elements where a formula has many inputs and constants.
/// What is left of rows after whole vectors is computed by vectors that reach back. Single vectors
/// have code of their own, see [VectorLoop#oneVector].
final class WarmLoop implements Loop {
  private static final int WARM_ELEMENTS = 64;
  private static final int WARM_ROWS = 2;
  private static final int PATTERNS = 4;

  /// A vector of a program of so many operators and inputs costs less than what is left of a row by
  /// itself.
  private static final int MANY_NODES = 16;

  private static final AtomicLong VECTOR_LOOPS = new AtomicLong();

  private final Program program;
  private final int lanes;

  /// The places of the arrays that are read.
  private final int[] read;

  private final Loop scalar;
  private final @Nullable VectorLoop vector;
  private final Later severalRows = new Later("rows of ", Rehearsal::severalRows);
  private final Later singleVectors = new Later("single vectors of ", Rehearsal::oneVector);
  private volatile Loop loop;

  WarmLoop(Program program) {
    this.program = program;
    read = IntStream.range(0, program.inputs.size()).filter(program::reads).toArray();
    scalar = KernelClass.scalar(program);
    loop = scalar;
    lanes = Simd.bits() / (program.isFloat() ? Float.SIZE : Double.SIZE);
    // The JIT makes vectors of a loop that copies by itself, and takes seconds or minutes over
    // ours.
    if (Simd.available() && program.isComputing()) {
      VectorLoop made = KernelClass.vector(program, Simd.bits());
      vector = made;
      Rehearsal rehearsal = new Rehearsal(made, program, lanes);
      WarmUp.submit(
          program.outputs.toString(),
          rehearsal::oneRow,
          () -> {
            loop = made;
            VECTOR_LOOPS.incrementAndGet();
          });
    } else {
      vector = null;
    }
  }

  @Override
  public void run(Object[] arrays, int[] offsets, int from, int to) {
    VectorLoop single = to - from == lanes ? singleVectors.warm() : null;
    if (single != null) {
      // The steps are of no consequence.
      single.oneVector(arrays, offsets, offsets, 1, from);
      return;
    }
    Loop now = to - from < 2 * lanes ? scalar : loop;
    int rest = rest(from, to);
    if (now == vector && rest > 0 && program.varying.size() >= MANY_NODES && !isInPlace(arrays)) {
      now.run(arrays, offsets, from, to - rest);
      now.run(arrays, offsets, to - 2 * lanes, to);
    } else {
      now.run(arrays, offsets, from, to);
    }
  }

  Program program() {
    return program;
  }

  /// What is left of a row after whole vectors.
  private int rest(int from, int to) {
    return vector == null ? 0 : (to - from) % lanes;
  }

  /// Whether an output is an input's array: then what is left of a row after whole vectors cannot
  /// be computed by vectors that reach back, in which some elements are computed again.
  private boolean isInPlace(Object[] arrays) {
    for (int output : program.places) {
      for (int input : read) {
        if (arrays[input] == arrays[output]) {
          return true;
        }
      }
    }
    return false;
  }

  @Override
  public void run(Object[] arrays, int[] offsets, int[] steps, int rows, int from, int to) {
    int rest = rest(from, to);
    int whole = to - from - rest;
    boolean isByVectors = rest == 0 || (whole > 0 && !isInPlace(arrays));
    if (to == from || rows < 2 || !isByVectors) {
      Loop.super.run(arrays, offsets, steps, rows, from, to);
      return;
    }
    VectorLoop several = whole > lanes ? severalRows.warm() : vector;
    VectorLoop single = whole == lanes || rest > 0 ? singleVectors.warm() : vector;
    if (several == null || single == null) {
      Loop.super.run(arrays, offsets, steps, rows, from, to);
      return;
    }
    if (whole > lanes) {
      several.run(arrays, offsets, steps, rows, from, to - rest);
    } else {
      single.oneVector(arrays, offsets, steps, rows, from);
    }
    if (rest > 0) {
      single.oneVector(arrays, offsets, steps, rows, to - lanes);
    }
  }

  static long vectorLoops() {
    return VECTOR_LOOPS.get();
  }

  /// A way of running the vector loop that is compiled when it is first wanted.
  private final class Later {
    private final String name;
    private final Consumer<Rehearsal> rehearsal;
    private final AtomicBoolean isWanted = new AtomicBoolean();
    private volatile boolean isWarm;

    Later(String name, Consumer<Rehearsal> rehearsal) {
      this.name = name;
      this.rehearsal = rehearsal;
    }

    /// The loop; `null` until this way of running it is compiled, which begins when it is asked
    /// for.
    @Nullable VectorLoop warm() {
      VectorLoop made = vector;
      if (made != null && !isWarm && !isWanted.getAndSet(true)) {
        Rehearsal ours = new Rehearsal(made, program, lanes);
        WarmUp.submit(name + program.outputs, () -> rehearsal.accept(ours), () -> isWarm = true);
      }
      return isWarm ? made : null;
    }
  }

  /// The small work that gets a loop compiled, with numbers that compare with each other in every
  /// way. A path that is not taken here is not compiled, and the first call that takes it throws
  /// the compiled loop away.
  private static final class Rehearsal {
    private final VectorLoop loop;
    private final int lanes;
    private final int inputs;
    private final Object[] arrays;
    private final int[] offsets;
    private final int[] steps;

    Rehearsal(VectorLoop loop, Program program, int lanes) {
      this.loop = loop;
      this.lanes = lanes;
      this.inputs = program.inputs.size();
      this.arrays = new Object[program.arrays()];
      for (int k = 0; k < arrays.length; k++) {
        arrays[k] = program.isFloat() ? new float[WARM_ELEMENTS] : new double[WARM_ELEMENTS];
      }
      this.offsets = new int[arrays.length];
      this.steps = new int[arrays.length];
      Arrays.fill(steps, WARM_ELEMENTS / WARM_ROWS);
    }

    /// Whole vectors and nothing after them, two vectors, a rest after whole vectors.
    void oneRow() {
      for (int pattern = 0; pattern < PATTERNS; pattern++) {
        fill(pattern);
        loop.run(arrays, offsets, 0, WARM_ELEMENTS);
        loop.run(arrays, offsets, lanes, 3 * lanes);
        loop.run(arrays, offsets, 1, WARM_ELEMENTS);
      }
    }

    /// Rows of whole vectors.
    void severalRows() {
      for (int pattern = 0; pattern < PATTERNS; pattern++) {
        fill(pattern);
        loop.run(arrays, offsets, steps, WARM_ROWS, 0, WARM_ELEMENTS / WARM_ROWS);
        loop.run(arrays, offsets, steps, 1, 0, WARM_ELEMENTS / WARM_ROWS);
      }
    }

    /// One vector of each row.
    void oneVector() {
      for (int pattern = 0; pattern < PATTERNS; pattern++) {
        fill(pattern);
        loop.oneVector(arrays, offsets, steps, WARM_ROWS, 0);
        loop.oneVector(arrays, offsets, steps, 1, lanes);
      }
    }

    private void fill(int pattern) {
      for (int k = 0; k < inputs; k++) {
        int value = pattern == 0 ? 0 : pattern == 1 ? 1 : pattern == 2 ? k + 1 : inputs - k;
        if (arrays[k] instanceof float[] floats) {
          Arrays.fill(floats, value);
        } else {
          Arrays.fill((double[]) arrays[k], value);
        }
      }
    }
  }
}
