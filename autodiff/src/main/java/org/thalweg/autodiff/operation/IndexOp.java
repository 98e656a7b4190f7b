package org.thalweg.autodiff.operation;

import java.util.List;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.Layout;

/// Operations that take elements by INT32 index. Indices have no gradient.
sealed interface IndexOp extends Op {
  /// Rows of `[n, …]` by index.
  record GatherRows() implements IndexOp {
    @Override
    public Result apply(Tensor... in) {
      Tensor indices = in[1];
      int rows = in[0].shape().rank() == 0 ? 0 : in[0].shape().size(0);
      return new Result(
          Layout.gatherRows(in[0].array(), indices.array()),
          (input, _) ->
              input == 0 ? g -> Tensor.apply(new ScatterAddRows(rows), g, indices) : null);
    }
  }

  /// Rows added up by index into so many rows of zeros, in index order: the gradient of
  /// [GatherRows].
  record ScatterAddRows(int rows) implements IndexOp {
    @Override
    public long flops(List<Tensor> inputs, Tensor output) {
      return inputs.get(0).elements();
    }

    @Override
    public Result apply(Tensor... in) {
      Tensor indices = in[1];
      return new Result(
          Layout.scatterAddRows(in[0].array(), indices.array(), rows),
          (input, _) -> input == 0 ? g -> Tensor.apply(new GatherRows(), g, indices) : null);
    }
  }

  /// One element of each row of a matrix, by the index in a vector: `[n, m]` and `[n]` to `[n, 1]`.
  record Pick() implements IndexOp {
    @Override
    public Result apply(Tensor... in) {
      Tensor indices = in[1];
      Array picked = Layout.pick(in[0].array(), indices.array(), name());
      int columns = in[0].shape().size(-1);
      return new Result(picked, (input, _) -> input == 0 ? g -> spread(g, indices, columns) : null);
    }
  }

  /// A column written into zeros, one element a row, by index: the gradient of [Pick].
  record Spread(int columns) implements IndexOp {
    @Override
    public Result apply(Tensor... in) {
      Tensor indices = in[1];
      return new Result(
          Layout.spread(in[0].array(), indices.array(), columns),
          (input, _) -> input == 0 ? g -> Tensor.apply(new Pick(), g, indices) : null);
    }
  }

  /// A column `[n, 1]` written into a matrix of zeros `[n, columns]`, one element a row, by index.
  static Tensor spread(Tensor column, Tensor indices, int columns) {
    return Tensor.apply(new Spread(columns), column, indices);
  }
}
