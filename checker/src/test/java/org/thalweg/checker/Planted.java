package org.thalweg.checker;

import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.operation.Op;

/// An operation whose value is right and whose pullback is whatever a test says.
///
/// @param value of the operation
/// @param pullback to each input, from the inputs; `null` where no gradient goes back
record Planted(Function<Tensor[], Tensor> value, Pullbacks pullback) implements Op.Custom {
  /// The gradient of an input, from the inputs and the gradient of the output.
  @FunctionalInterface
  interface Pullbacks {
    @Nullable Tensor of(int input, Tensor[] in, Tensor g);
  }

  @Override
  public Result apply(Tensor... in) {
    Tensor[] constant = new Tensor[in.length];
    for (int k = 0; k < in.length; k++) {
      constant[k] = in[k].detach();
    }
    return new Result(value.apply(constant).array(), (k, _) -> g -> pullback.of(k, in, g));
  }

  /// x², with the gradient 2x·g changed by a test.
  static UnaryOperator<Tensor> square(UnaryOperator<Tensor> wrong) {
    Planted op =
        new Planted(in -> in[0].square(), (_, in, g) -> wrong.apply(in[0].times(2).times(g)));
    return x -> Tensor.apply(op, x);
  }

  /// x², with each element of the gradient multiplied by a factor of its index.
  static UnaryOperator<Tensor> squareTimes(IntToDoubleFunction factor) {
    return square(
        gradient -> {
          double[] factors = new double[gradient.elements()];
          for (int i = 0; i < factors.length; i++) {
            factors[i] = factor.applyAsDouble(i);
          }
          return gradient.times(Tensor.of(factors, gradient.shape()).to(gradient.dtype()));
        });
  }

  /// Numbers of both signs and of size 0.1 … 3, FLOAT64.
  static Tensor numbers(long seed, int... sizes) {
    Tensor u = Tensor.uniform(seed, sizes).to(DType.FLOAT64);
    Tensor sign = Tensor.uniform(seed + 1, sizes).to(DType.FLOAT64).minus(0.5).sign();
    return u.times(2.9).plus(0.1).times(sign).snapshot();
  }
}
