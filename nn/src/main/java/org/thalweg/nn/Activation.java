package org.thalweg.nn;

import java.util.function.UnaryOperator;
import org.thalweg.autodiff.Tensor;

/// A function without parameters as a layer.
public final class Activation extends Layer {
  private enum Kind {
    RELU,
    MAXIMA,
    OTHER
  }

  private final Kind kind;
  private final UnaryOperator<Tensor> function;

  private Activation(Build build, Kind kind, UnaryOperator<Tensor> function) {
    super(build);
    this.kind = kind;
    this.function = function;
  }

  /// Any function of a tensor.
  public static Plan<Activation> of(UnaryOperator<Tensor> function) {
    return build -> new Activation(build, Kind.OTHER, function);
  }

  /// A function whose results are elements of the tensor, each the largest of some, the first where
  /// several are. After a [#relu], a [Sequential] applies it first: then the ReLU has less to do,
  /// and results and gradients are the same.
  public static Plan<Activation> maxima(UnaryOperator<Tensor> function) {
    return build -> new Activation(build, Kind.MAXIMA, function);
  }

  /// Whether `next`, applied first, gives the same.
  boolean commutesWith(Activation next) {
    return kind == Kind.RELU && next.kind == Kind.MAXIMA;
  }

  /// max(x, 0)
  public static Plan<Activation> relu() {
    return build -> new Activation(build, Kind.RELU, Tensor::relu);
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
