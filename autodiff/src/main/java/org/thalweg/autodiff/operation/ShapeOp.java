package org.thalweg.autodiff.operation;

import com.google.common.primitives.ImmutableIntArray;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Elementwise;
import org.thalweg.autodiff.array.Layout;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Formulas;

/// Operations that move elements or only say otherwise how they are arranged.
sealed interface ShapeOp extends Op {
  /// The same elements in another shape; shares the memory.
  record Reshape(Shape shape) implements ShapeOp {
    @Override
    public Result apply(Tensor... in) {
      Shape before = in[0].shape();
      return new Result(in[0].array().reshape(shape), (_, _) -> g -> reshaped(g, before));
    }
  }

  /// The same elements in a shape of as many.
  static Tensor reshaped(Tensor x, Shape shape) {
    return shape.equals(x.shape()) ? x : Tensor.apply(new Reshape(shape), x);
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
          (_, _) -> new IntoZeros(new Embed(axis, from, size, 0)));
    }
  }

  /// The gradient of [Slice].
  record IntoZeros(Embed embed) implements Op.Adding {
    @Override
    public Tensor apply(Tensor g) {
      return Tensor.apply(embed, g);
    }

    @Override
    public Tensor addedTo(@Nullable Tensor sofar, Tensor g) {
      Array y = embed.of(g.array());
      if (sofar != null) {
        Elementwise.applyInto(Formulas.PLUS, new Array[] {sofar.array(), y}, new Array[] {y});
      }
      return Tensor.of(y);
    }
  }

  /// Placed into one value along an axis, from an index on; into zeros, the gradient of [Slice].
  record Embed(int axis, int from, int size, double value) implements ShapeOp {
    @Override
    public Result apply(Tensor... in) {
      int to = from + in[0].shape().size(axis);
      return new Result(of(in[0].array()), (_, _) -> g -> g.slice(axis, from, to));
    }

    private Array of(Array x) {
      return Layout.embed(x, axis, from, size, value);
    }

    @Override
    public String name() {
      return "pad";
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
      return new Result(Layout.broadcastTo(in[0].array(), shape), (_, _) -> g -> g.sumTo(before));
    }
  }

  /// Each matrix with zeros on one side of a diagonal.
  record Triangle(int offset, boolean isUpper) implements ShapeOp {
    @Override
    public Result apply(Tensor... in) {
      return new Result(
          Layout.triangle(in[0].array(), offset, isUpper), (_, _) -> g -> Tensor.apply(this, g));
    }

    @Override
    public String name() {
      return isUpper ? "triu" : "tril";
    }
  }

  /// A diagonal of each matrix.
  record Diagonal(int offset) implements ShapeOp {
    @Override
    public Result apply(Tensor... in) {
      Array y = Layout.diagonal(in[0].array(), offset);
      int rows = in[0].shape().size(-2);
      int columns = in[0].shape().size(-1);
      return new Result(y, (_, _) -> g -> Tensor.apply(new OntoDiagonal(offset, rows, columns), g));
    }
  }

  /// The last axis on a diagonal of zeros: the gradient of [Diagonal].
  record OntoDiagonal(int offset, int rows, int columns) implements ShapeOp {
    @Override
    public Result apply(Tensor... in) {
      return new Result(
          Layout.ontoDiagonal(in[0].array(), offset, rows, columns),
          (_, _) -> g -> Tensor.apply(new Diagonal(offset), g));
    }

    @Override
    public String name() {
      return "diagonalMatrix";
    }
  }
}
