package org.thalweg.nn;

import java.util.function.UnaryOperator;
import org.thalweg.autodiff.Tensor;

/// A function without parameters as a layer.
public final class Activation extends Layer {
  private final UnaryOperator<Tensor> function;

  private Activation(Build build, UnaryOperator<Tensor> function) {
    super(build);
    this.function = function;
  }

  /// Any function of a tensor.
  public static Plan<Activation> of(UnaryOperator<Tensor> function) {
    return build -> new Activation(build, function);
  }

  /// max(x, 0)
  public static Plan<Activation> relu() {
    return of(Tensor::relu);
  }

  /// The Gaussian error linear unit.
  public static Plan<Activation> gelu() {
    return of(Tensor::gelu);
  }

  /// The hyperbolic tangent.
  public static Plan<Activation> tanh() {
    return of(Tensor::tanh);
  }

  /// 1 ÷ (1 + e⁻ˣ)
  public static Plan<Activation> sigmoid() {
    return of(Tensor::sigmoid);
  }

  /// ln(1 + eˣ)
  public static Plan<Activation> softplus() {
    return of(Tensor::softplus);
  }

  @Override
  public Tensor apply(Tensor x, Training training) {
    return function.apply(x);
  }
}
