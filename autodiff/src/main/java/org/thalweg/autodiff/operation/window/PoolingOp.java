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

  /// The largest element of each window. Its gradient goes where that stands.
  record Largest(Windows windows, String name) implements PoolingOp {
    @Override
    public Result apply(Tensor... in) {
      Windows.Largest largest = windows.largest(in[0].array());
      Tensor places = Tensor.of(largest.places());
      return new Result(
          largest.values(), (_, _) -> g -> Tensor.apply(new Put(windows, name), g, places));
    }

    @Override
    public List<Array> branches(Tensor... in) {
      return List.of(windows.largest(in[0].array()).places());
    }
  }

  /// The gradient of [Largest]: zeros, and each number at its place.
  record Put(Windows windows, String name) implements PoolingOp {
    @Override
    public long flops(List<Tensor> inputs, Tensor output) {
      return inputs.get(0).elements();
    }

    @Override
    public Result apply(Tensor... in) {
      Tensor places = in[1];
      return new Result(
          windows.put(in[0].array(), places.array()),
          (input, _) -> input == 0 ? g -> Tensor.apply(new Take(windows, name), g, places) : null);
    }
  }

  /// The transpose of [Put]: the elements at places.
  record Take(Windows windows, String name) implements PoolingOp {
    @Override
    public long flops(List<Tensor> inputs, Tensor output) {
      return 0;
    }

    @Override
    public Result apply(Tensor... in) {
      Tensor places = in[1];
      return new Result(
          windows.take(in[0].array(), places.array()),
          (input, _) -> input == 0 ? g -> Tensor.apply(new Put(windows, name), g, places) : null);
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
