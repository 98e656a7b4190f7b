package org.thalweg.autodiff.operation;

import com.google.common.primitives.ImmutableIntArray;
import java.util.Arrays;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Layout;
import org.thalweg.autodiff.array.Shape;

/// Operations that move elements or only say otherwise how they are arranged.
sealed interface ShapeOp extends Op {
  /// The same elements in another shape; shares the memory.
  record Reshape(Shape shape) implements ShapeOp {
    @Override
    public Result apply(Tensor... in) {
      Shape before = in[0].shape();
      return new Result(in[0].array().reshape(shape), (_, _) -> g -> g.reshape(before.sizes()));
    }
  }

  /// The same elements in another type.
  record To(DType dtype) implements ShapeOp {
    @Override
    public Result apply(Tensor... in) {
      DType before = in[0].dtype();
      return new Result(in[0].array().to(dtype), (_, _) -> g -> g.to(before));
    }
  }

  /// Axes in another order: axis k of the result is axis `order[k]` of the operand.
  record Permute(ImmutableIntArray order) implements ShapeOp {
    @Override
    public Result apply(Tensor... in) {
      return new Result(
          Layout.permute(in[0].array(), order.toArray()),
          (_, _) -> g -> Tensor.apply(new Permute(inverse()), g));
    }

    private ImmutableIntArray inverse() {
      int[] inverse = new int[order.length()];
      for (int k = 0; k < inverse.length; k++) {
        inverse[order.get(k)] = k;
      }
      return ImmutableIntArray.copyOf(inverse);
    }
  }

  /// The elements `from … to − 1` along an axis.
  record Slice(int axis, int from, int to) implements ShapeOp {
    @Override
    public Result apply(Tensor... in) {
      int size = in[0].shape().size(axis);
      return new Result(
          Layout.slice(in[0].array(), axis, from, to),
          (_, _) -> g -> Tensor.apply(new Embed(axis, from, size), g));
    }
  }

  /// Placed into zeros along an axis, from an index on: the gradient of [Slice].
  record Embed(int axis, int from, int size) implements ShapeOp {
    @Override
    public Result apply(Tensor... in) {
      int to = from + in[0].shape().size(axis);
      return new Result(
          Layout.embed(in[0].array(), axis, from, size), (_, _) -> g -> g.slice(axis, from, to));
    }
  }

  /// Tensors one after the other along an axis.
  record Concat(int axis) implements ShapeOp {
    @Override
    public Result apply(Tensor... in) {
      Array[] arrays = Arrays.stream(in).map(Tensor::array).toArray(Array[]::new);
      int[] starts = new int[in.length + 1];
      for (int k = 0; k < in.length; k++) {
        starts[k + 1] = starts[k] + in[k].shape().size(axis);
      }
      return new Result(
          Layout.concat(arrays, axis),
          (k, _) -> {
            int from = starts[k];
            int to = starts[k + 1];
            return g -> g.slice(axis, from, to);
          });
    }
  }

  /// Repeated along axes of size 1, and new axes in front.
  record BroadcastTo(Shape shape) implements ShapeOp {
    @Override
    public Result apply(Tensor... in) {
      Shape before = in[0].shape();
      broadcastAxes(before, shape);
      return new Result(Layout.broadcastTo(in[0].array(), shape), (_, _) -> g -> g.sumTo(before));
    }
  }

  /// The axes of a shape along which a smaller one is repeated when it broadcasts.
  ///
  /// @throws IllegalArgumentException where it does not
  static int[] broadcastAxes(Shape small, Shape shape) {
    int shift = shape.rank() - small.rank();
    int[] axes = new int[shape.rank()];
    int count = 0;
    for (int axis = 0; axis < shape.rank(); axis++) {
      int size = axis < shift ? 1 : small.size(axis - shift);
      boolean isRepeated = axis < shift || (size == 1 && shape.size(axis) != 1);
      if (shift < 0 || (size != 1 && size != shape.size(axis))) {
        throw mismatch(small, shape);
      }
      if (isRepeated) {
        axes[count++] = axis;
      }
    }
    if (shift < 0) {
      throw mismatch(small, shape);
    }
    return Arrays.copyOf(axes, count);
  }

  private static IllegalArgumentException mismatch(Shape small, Shape shape) {
    return new IllegalArgumentException(
        "broadcastTo: shape "
            + small
            + " does not broadcast to "
            + shape
            + ": sizes are aligned at the last axis and must be equal or 1");
  }
}
