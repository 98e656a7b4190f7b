package org.thalweg.nn;

import org.thalweg.autodiff.Tensor;

/// A layer beside a path that leaves everything as it is. He et al., 2015.
///
/// ```
/// y = x + f(x)
/// ```
///
/// The layer is `inner`. A block of a transformer whose norms come first is two of them:
///
/// ```java
/// Plan<Sequential> block =
///     Sequential.of(
///         Residual.of(Sequential.of(LayerNorm.of(128), MultiHeadAttention.causal(128, 4))),
///         Residual.of(
///             Sequential.of(
///                 LayerNorm.of(128), Linear.of(128, 512), Activation.gelu(), Linear.of(512, 128))));
/// ```
public final class Residual extends Layer {
  private final Layer inner;

  private Residual(Build build, Plan<?> plan) {
    super(build);
    inner = child("inner", plan);
  }

  /// Around one layer.
  public static Plan<Residual> of(Plan<?> inner) {
    return build -> new Residual(build, inner);
  }

  /// @throws IllegalArgumentException where the layer gives another shape than it is given
  @Override
  public Tensor apply(Tensor x, Training training) {
    Tensor y = inner.apply(x, training);
    if (!y.shape().equals(x.shape())) {
      throw new IllegalArgumentException(
          "residual ["
              + path()
              + "]: the layer makes "
              + y.shape()
              + " of "
              + x.shape()
              + ": use one that keeps the shape");
    }
    return x.plus(y);
  }
}
