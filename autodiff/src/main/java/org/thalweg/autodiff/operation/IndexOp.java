package org.thalweg.autodiff.operation;

import java.util.List;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.axis.Index;

/// Operations that take elements by INT32 index: two pairs, in each of which the one is the
/// gradient of the other. Indices have no gradient.
sealed interface IndexOp extends Op {
  /// Slabs along an axis by index.
  ///
  /// @param skipped the index that gives zeros, [Index#NONE] where each gives what is there
  record Select(int axis, int skipped, String name) implements IndexOp {
    Select(int axis, String name) {
      this(axis, Index.NONE, name);
    }

    @Override
    public Result apply(Tensor... in) {
      int size = in[0].shape().rank() == 0 ? 0 : in[0].shape().size(axis);
      Array y = Index.select(in[0].array(), axis, in[1].array(), skipped, name);
      return new Result(
          y, toFirst(new Accumulate(axis, size, skipped, "gradient of " + name), in[1]));
    }
  }

  /// Slabs added up by index into so many of zeros, in index order.
  record Accumulate(int axis, int size, int skipped, String name) implements IndexOp {
    Accumulate(int axis, int size, String name) {
      this(axis, size, Index.NONE, name);
    }

    @Override
    public long flops(List<Tensor> inputs, Tensor output) {
      return inputs.get(0).elements();
    }

    @Override
    public Result apply(Tensor... in) {
      Array y = Index.accumulate(in[0].array(), axis, in[1].array(), size, skipped, name);
      return new Result(y, toFirst(new Select(axis, skipped, "gradient of " + name), in[1]));
    }
  }

  /// Rows of a table by index; that of one index has no gradient.
  record Embedding(int padding) implements IndexOp {
    @Override
    public Result apply(Tensor... in) {
      Array y = Index.select(in[0].array(), 0, in[1].array(), Index.NONE, name());
      int rows = in[0].shape().size(0);
      return new Result(
          y, toFirst(new Accumulate(0, rows, padding, "gradient of " + name()), in[1]));
    }
  }

  /// One element for each index, from the place that it says along an axis.
  record Gather(int axis, String name) implements IndexOp {
    @Override
    public Result apply(Tensor... in) {
      int size = in[0].shape().rank() == 0 ? 0 : in[0].shape().size(axis);
      Array y = Index.gather(in[0].array(), axis, in[1].array(), name);
      return new Result(y, toFirst(new Scatter(axis, size, "gradient of " + name), in[1]));
    }
  }

  /// Elements added up by index along an axis into zeros of so large a size, in index order.
  record Scatter(int axis, int size, String name) implements IndexOp {
    @Override
    public long flops(List<Tensor> inputs, Tensor output) {
      return inputs.get(0).elements();
    }

    @Override
    public Result apply(Tensor... in) {
      Array y = Index.scatter(in[0].array(), axis, in[1].array(), size, name);
      return new Result(y, toFirst(new Gather(axis, "gradient of " + name), in[1]));
    }
  }

  /// The places of what is not 0, in row-major order, as INT32 `[k]`.
  record Nonzero() implements IndexOp {
    @Override
    public Result apply(Tensor... in) {
      return new Result(Index.nonzero(in[0].array()), (_, _) -> null);
    }

    @Override
    public List<Array> branches(Tensor... in) {
      return List.of(Index.nonzero(in[0].array()));
    }
  }

  /// Only the first input has a gradient: what its transpose by the same indices gives.
  private static Backward toFirst(IndexOp transpose, Tensor indices) {
    return (input, _) -> input == 0 ? g -> Tensor.apply(transpose, g, indices) : null;
  }

  /// One element of each row of `[n, m]` by its index: `[n]`.
  static Tensor pick(Tensor x, Tensor indices, String name) {
    if (x.shape().rank() != 2
        || indices.shape().rank() != 1
        || indices.elements() != x.shape().size(0)) {
      throw new IllegalArgumentException(
          name
              + ": "
              + x.shape()
              + " and indices "
              + indices.shape()
              + " do not fit: give [n, m] and [n]");
    }
    return Tensor.apply(new Gather(1, name), x, column(indices)).reshape(indices.elements());
  }

  /// Numbers `[n]` written into zeros `[n, columns]`, one a row, by index: the transpose of
  /// [#pick].
  static Tensor spread(Tensor x, Tensor indices, int columns, String name) {
    return Tensor.apply(new Scatter(1, columns, name), column(x), column(indices));
  }

  private static Tensor column(Tensor x) {
    return x.reshape(x.elements(), 1);
  }
}
