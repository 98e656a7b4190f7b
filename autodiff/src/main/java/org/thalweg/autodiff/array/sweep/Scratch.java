package org.thalweg.autodiff.array.sweep;

import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.kernel.FreeList;

/// Room for values between a formula and what is made of them, used again: one thread's until it is
/// closed.
final class Scratch implements AutoCloseable {
  /// How many elements there are: a cell of a sum.
  static final int LENGTH = 16_384;

  private static final int MOST_IDLE = 64;
  private static final FreeList<Scratch> FLOATS =
      new FreeList<>(MOST_IDLE, () -> new Scratch(DType.FLOAT32));
  private static final FreeList<Scratch> DOUBLES =
      new FreeList<>(MOST_IDLE, () -> new Scratch(DType.FLOAT64));

  private final FreeList<Scratch> idle;
  private final Object data;

  private Scratch(DType dtype) {
    this.idle = idle(dtype);
    this.data = Array.persistent(dtype, Shape.of(LENGTH)).data();
  }

  private static FreeList<Scratch> idle(DType dtype) {
    return dtype == DType.FLOAT32 ? FLOATS : DOUBLES;
  }

  static Scratch take(DType dtype) {
    return idle(dtype).take();
  }

  /// A `float[]` or `double[]` with any values.
  Object data() {
    return data;
  }

  @Override
  public void close() {
    idle.give(this);
  }
}
