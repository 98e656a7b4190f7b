package org.thalweg.autodiff.operation.window;

import java.util.List;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.window.Windows;
import org.thalweg.autodiff.operation.Op;

/// What is made of the windows of images `[batch, channels, height, width]`.
sealed interface PoolingOp extends Op.Custom {
  /// The windows.
  Windows windows();

  /// One for each element of each window.
  @Override
  default long flops(List<Tensor> inputs, Tensor output) {
    Tensor x = inputs.get(0);
    return (long) x.shape().size(0) * x.shape().size(1) * windows().elements();
  }

  /// Where the largest element of each window stands in its image: what a maximum decides. No
  /// gradient.
  record Largest(Windows windows, String name) implements PoolingOp {
    @Override
    public Result apply(Tensor... in) {
      return new Result(windows.largest(in[0].array()), (_, _) -> null);
    }

    @Override
    public List<Array> branches(Tensor... in) {
      return List.of(windows.largest(in[0].array()));
    }
  }

  /// The mean of each window.
  record Mean(Windows windows, String name) implements PoolingOp {
    @Override
    public Result apply(Tensor... in) {
      Array y = windows.mean(in[0].array());
      return new Result(y, (_, _) -> g -> Tensor.apply(new Spread(windows, name), g));
    }
  }

  /// The gradient of [Mean]: each number shared out over its window.
  record Spread(Windows windows, String name) implements PoolingOp {
    @Override
    public Result apply(Tensor... in) {
      Array x = windows.spread(in[0].array());
      return new Result(x, (_, _) -> g -> Tensor.apply(new Mean(windows, name), g));
    }
  }
}
