package org.thalweg.nn.normal;

import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.operation.normal.Normalizations;
import org.thalweg.nn.Build;
import org.thalweg.nn.Initializer;
import org.thalweg.nn.Layer;
import org.thalweg.nn.Training;

/// Each part of the input along its last axes brought to mean 0 and variance 1, then scaled and
/// shifted. Ba, Kiros and Hinton, 2016.
///
/// ```
/// y = (x − mean) ÷ √(variance + ε) · weight + bias
/// ```
///
/// `[…, *]` to `[…, *]`. `weight` and `bias` have the shape `[*]` and start at 1 and 0; ε is 10⁻⁵
/// unless it is given, as in PyTorch.
public final class LayerNorm extends Layer {
  private final double epsilon;
  private final Parameter weight;
  private final Parameter bias;

  private LayerNorm(Build build, Shape shape, double epsilon) {
    super(build);
    this.epsilon = epsilon;
    weight = parameter("weight", shape, Initializer.constant(1));
    bias = parameter("bias", shape, Initializer.constant(0));
  }

  /// Over the last axes, which have these sizes.
  ///
  /// @throws IllegalArgumentException where there is no size, or one is not positive
  public static Plan<LayerNorm> of(int... sizes) {
    return of(1e-5, sizes);
  }

  /// With another ε, over the last axes, which have these sizes.
  ///
  /// @throws IllegalArgumentException where there is no size, or one is not positive, or ε is
  ///   negative or not a number
  public static Plan<LayerNorm> of(double epsilon, int... sizes) {
    Shape shape = Checks.normalised("layerNorm", sizes);
    Checks.epsilon("layerNorm", epsilon);
    return build -> new LayerNorm(build, shape, epsilon);
  }

  /// @throws IllegalArgumentException where the last axes of x have other sizes
  @Override
  public Tensor apply(Tensor x, Training training) {
    return Normalizations.layerNorm(x, weight, bias, epsilon);
  }
}
