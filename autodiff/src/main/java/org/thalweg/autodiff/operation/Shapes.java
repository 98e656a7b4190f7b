package org.thalweg.autodiff.operation;

import com.google.common.primitives.ImmutableIntArray;
import java.util.Arrays;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;

/// How elements are arranged. Axes are counted from 0, or from −1 at the end.
public interface Shapes {
  /// The same elements in another shape, memory shared; one size may be −1, to be found.
  ///
  /// @throws IllegalArgumentException where the numbers of elements differ
  default Tensor reshape(int... sizes) {
    Tensor x = (Tensor) this;
    Shape shape = completed(x.shape(), sizes);
    return shape.equals(x.shape()) ? x : Tensor.apply(new ShapeOp.Reshape(shape), x);
  }

  /// The last two axes exchanged: a matrix transposed.
  ///
  /// @throws IllegalArgumentException where there are fewer than two axes
  default Tensor transpose() {
    int rank = ((Tensor) this).shape().rank();
    if (rank < 2) {
      throw new IllegalArgumentException(
          "transpose: shape " + ((Tensor) this).shape() + " has no two axes: reshape it first");
    }
    int[] order = new int[rank];
    Arrays.setAll(order, axis -> axis);
    order[rank - 1] = rank - 2;
    order[rank - 2] = rank - 1;
    return permute(order);
  }

  /// Axes in another order: axis k of the result is axis `order[k]` of this.
  ///
  /// @throws IllegalArgumentException where an axis is missing or named twice
  default Tensor permute(int... order) {
    Tensor x = (Tensor) this;
    int[] counted = Arrays.stream(order).map(x.shape()::axis).toArray();
    int[] sorted = counted.clone();
    Arrays.sort(sorted);
    boolean isComplete = sorted.length == x.shape().rank();
    for (int k = 0; isComplete && k < sorted.length; k++) {
      isComplete = sorted[k] == k;
    }
    if (!isComplete) {
      throw new IllegalArgumentException(
          "permute: order "
              + Arrays.toString(order)
              + " does not name each axis of "
              + x.shape()
              + " once: give "
              + x.shape().rank()
              + " axes");
    }
    return Tensor.apply(new ShapeOp.Permute(ImmutableIntArray.copyOf(counted)), x);
  }

  /// The elements `from … to − 1` along an axis.
  ///
  /// @throws IllegalArgumentException where the range is not inside the axis
  default Tensor slice(int axis, int from, int to) {
    Tensor x = (Tensor) this;
    int counted = x.shape().axis(axis);
    if (from < 0 || to < from || to > x.shape().size(counted)) {
      throw new IllegalArgumentException(
          "slice: "
              + from
              + " to "
              + to
              + " is not inside axis "
              + axis
              + " of "
              + x.shape()
              + ": use 0 ≤ from ≤ to ≤ "
              + x.shape().size(counted));
    }
    return Tensor.apply(new ShapeOp.Slice(counted, from, to), x);
  }

  /// This and others one after the other along an axis.
  ///
  /// @throws IllegalArgumentException where types or the sizes of another axis differ
  default Tensor concat(int axis, Tensor... others) {
    Tensor x = (Tensor) this;
    int counted = x.shape().axis(axis);
    Tensor[] all = new Tensor[others.length + 1];
    all[0] = x;
    for (int k = 0; k < others.length; k++) {
      Tensor other = others[k];
      boolean fits =
          other.dtype() == x.dtype()
              && other.shape().rank() == x.shape().rank()
              && other.shape().with(counted, 0).equals(x.shape().with(counted, 0));
      if (!fits) {
        throw new IllegalArgumentException(
            "concat: "
                + x.dtype()
                + " "
                + x.shape()
                + " and "
                + other.dtype()
                + " "
                + other.shape()
                + " do not join along axis "
                + axis
                + ": types and all other sizes must be equal");
      }
      all[k + 1] = other;
    }
    return Tensor.apply(new ShapeOp.Concat(counted), all);
  }

  /// Repeated along axes of size 1, with new axes in front: what broadcasting does, carried out.
  ///
  /// @throws IllegalArgumentException where this shape does not broadcast to that
  default Tensor broadcastTo(Shape shape) {
    Tensor x = (Tensor) this;
    return x.shape().equals(shape) ? x : Tensor.apply(new ShapeOp.BroadcastTo(shape), x);
  }

  private static Shape completed(Shape before, int... sizes) {
    int open = -1;
    long known = 1;
    for (int axis = 0; axis < sizes.length; axis++) {
      if (sizes[axis] == -1 && open < 0) {
        open = axis;
      } else {
        known *= sizes[axis];
      }
    }
    if (open < 0) {
      return Shape.of(sizes);
    }
    if (known <= 0 || before.elements() % known != 0) {
      throw new IllegalArgumentException(
          "reshape: "
              + before
              + " with "
              + before.elements()
              + " elements does not fill "
              + Arrays.toString(sizes)
              + ": choose sizes whose product divides it");
    }
    int[] complete = sizes.clone();
    complete[open] = (int) (before.elements() / known);
    return Shape.of(complete);
  }
}
