package org.thalweg.autodiff.array;

import java.util.Arrays;
import org.thalweg.autodiff.formula.compile.FormulaKernel;
import org.thalweg.autodiff.kernel.Pool;

/// The loops over arrays of different shapes: axes along which all arrays advance in the same way
/// are merged, the innermost becomes the kernel's loop, the others rows of it.
final class Broadcast {
  private final int inputs;
  private final int arrays;

  /// The sizes of the merged axes, outermost first.
  private final int[] sizes;

  /// How far each array advances along each merged axis: 0 where it is broadcast.
  private final int[][] strides;

  private Broadcast(int inputs, int[] sizes, int[][] strides) {
    this.inputs = inputs;
    this.arrays = strides.length;
    this.sizes = sizes;
    this.strides = strides;
  }

  /// @param outputs how many dense arrays of the whole shape follow the inputs
  static Broadcast of(Shape shape, Array[] inputs, int outputs) {
    int[][] strides = Arrays.copyOf(strides(shape, inputs), inputs.length + outputs);
    for (int k = inputs.length; k < strides.length; k++) {
      strides[k] = shape.strides();
    }
    int[] sizes = shape.sizes();
    int rank = merge(sizes, strides);
    int[][] left = Arrays.stream(strides).map(s -> Arrays.copyOf(s, rank)).toArray(int[][]::new);
    return new Broadcast(inputs.length, Arrays.copyOf(sizes, rank), left);
  }

  /// How far arrays advance along the axes of a shape that they broadcast to, in arrays of their
  /// own.
  static int[][] strides(Shape shape, Array... arrays) {
    int[][] strides = new int[arrays.length][];
    for (int k = 0; k < strides.length; k++) {
      strides[k] = arrays[k].shape().stridesIn(shape);
    }
    return strides;
  }

  /// Makes one axis of those along which all arrays advance alike, and none of those of size 1.
  ///
  /// @param sizes of the axes, those that are left at the beginning then
  /// @param strides by array and axis, likewise
  /// @return how many axes are left
  static int merge(int[] sizes, int[][] strides) {
    int merged = 0;
    for (int axis = 0; axis < sizes.length; axis++) {
      if (sizes[axis] == 1) {
        continue;
      }
      if (merged > 0 && advanceAlike(strides, merged - 1, axis, sizes[axis])) {
        sizes[merged - 1] *= sizes[axis];
        move(strides, axis, merged - 1);
      } else {
        sizes[merged] = sizes[axis];
        move(strides, axis, merged);
        merged++;
      }
    }
    return merged;
  }

  private static boolean advanceAlike(int[][] strides, int outer, int axis, int size) {
    for (int[] stride : strides) {
      if (stride[outer] != stride[axis] * size) {
        return false;
      }
    }
    return true;
  }

  private static void move(int[][] strides, int from, int to) {
    for (int[] stride : strides) {
      stride[to] = stride[from];
    }
  }

  void run(FormulaKernel kernel, Object[] data) {
    int rank = sizes.length;
    int inner = rank == 0 ? 1 : sizes[rank - 1];
    long broadcast = 0;
    for (int k = 0; k < inputs; k++) {
      broadcast |= rank == 0 || strides[k][rank - 1] == 0 ? 1L << k : 0;
    }
    int rows = 1;
    for (int axis = 0; axis < rank - 1; axis++) {
      rows *= sizes[axis];
    }
    if (inner == 0 || rows == 0) {
      return;
    }
    int all = rows;
    long pattern = broadcast;
    if (all == 1) {
      Elementwise.flat(kernel, pattern, data, inner);
      return;
    }
    Pool.share(
        all,
        Elementwise.parts(kernel, (long) all * inner),
        (from, to) -> rows(kernel, pattern, data, from, to, inner));
  }

  /// The rows along the second innermost axis are one call of the kernel.
  private void rows(
      FormulaKernel kernel, long broadcast, Object[] data, int from, int to, int inner) {
    int outer = sizes.length - 1;
    int[] index = new int[outer];
    int[] offsets = new int[arrays];
    int[] steps = new int[arrays];
    int left = from;
    for (int axis = outer - 1; axis >= 0; axis--) {
      index[axis] = left % sizes[axis];
      left /= sizes[axis];
      advance(offsets, axis, index[axis]);
    }
    advance(steps, outer - 1, 1);
    for (int row = from; row < to; ) {
      int many = Math.min(to - row, sizes[outer - 1] - index[outer - 1]);
      kernel.run(broadcast, data, offsets, steps, many, 0, inner);
      row += many;
      advance(offsets, outer - 1, many - 1);
      index[outer - 1] += many - 1;
      int axis = outer - 1;
      while (axis >= 0 && ++index[axis] == sizes[axis]) {
        index[axis] = 0;
        advance(offsets, axis, 1 - sizes[axis]);
        axis--;
      }
      if (axis >= 0) {
        advance(offsets, axis, 1);
      }
    }
  }

  private void advance(int[] offsets, int axis, int steps) {
    for (int k = 0; k < arrays; k++) {
      offsets[k] += strides[k][axis] * steps;
    }
  }
}
