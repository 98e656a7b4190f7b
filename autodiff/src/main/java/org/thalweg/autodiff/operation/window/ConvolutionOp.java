package org.thalweg.autodiff.operation.window;

import java.util.List;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.window.Convolved;
import org.thalweg.autodiff.array.window.Plan;
import org.thalweg.autodiff.operation.Op;

/// The convolution, linear in x and in w, and its transposes. Of each the gradients are the other
/// two, so that there are derivatives of every order.
sealed interface ConvolutionOp extends Op.Custom {
  /// The layout.
  Plan plan();

  /// 2 · in ÷ groups · taps for each element of the output.
  static long flops(Plan plan, Tensor w, Tensor y) {
    return 2L * w.shape().size(1) * plan.taps() * y.elements();
  }

  /// y of x and w.
  record Output(Plan plan, String name) implements ConvolutionOp {
    @Override
    public Result apply(Tensor... in) {
      Tensor x = in[0];
      Tensor w = in[1];
      return new Result(
          Convolved.output(plan, x.array(), w.array()),
          (input, _) ->
              input == 0
                  ? g -> Tensor.apply(new Input(plan, gradient(name)), g, w)
                  : g -> Tensor.apply(new Weight(plan, gradient(name)), x, g));
    }

    @Override
    public long flops(List<Tensor> inputs, Tensor output) {
      return ConvolutionOp.flops(plan, inputs.get(1), output);
    }
  }

  /// x of y and w: the transposed convolution.
  record Input(Plan plan, String name) implements ConvolutionOp {
    @Override
    public Result apply(Tensor... in) {
      Tensor y = in[0];
      Tensor w = in[1];
      return new Result(
          Convolved.input(plan, y.array(), w.array()),
          (input, _) ->
              input == 0
                  ? g -> Tensor.apply(new Output(plan, gradient(name)), g, w)
                  : g -> Tensor.apply(new Weight(plan, gradient(name)), g, y));
    }

    @Override
    public long flops(List<Tensor> inputs, Tensor output) {
      return ConvolutionOp.flops(plan, inputs.get(1), inputs.get(0));
    }
  }

  /// w of x and y.
  record Weight(Plan plan, String name) implements ConvolutionOp {
    @Override
    public Result apply(Tensor... in) {
      Tensor x = in[0];
      Tensor y = in[1];
      return new Result(
          Convolved.weight(plan, x.array(), y.array()),
          (input, _) ->
              input == 0
                  ? g -> Tensor.apply(new Input(plan, gradient(name)), y, g)
                  : g -> Tensor.apply(new Output(plan, gradient(name)), x, g));
    }

    @Override
    public long flops(List<Tensor> inputs, Tensor output) {
      return ConvolutionOp.flops(plan, output, inputs.get(1));
    }
  }

  private static String gradient(String name) {
    String before = "gradient of ";
    return name.startsWith(before) ? name : before + name;
  }
}
