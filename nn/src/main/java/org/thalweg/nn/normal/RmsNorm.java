package org.thalweg.nn.normal;

import java.util.OptionalDouble;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.operation.normal.Normalizations;
import org.thalweg.nn.Build;
import org.thalweg.nn.Initializer;
import org.thalweg.nn.Layer;
import org.thalweg.nn.Training;

/// Each part of the input along its last axes divided by the root of its mean square, then scaled.
/// Zhang and Sennrich, 2019.
///
/// ```
/// y = x ÷ √(mean(x²) + ε) · weight
/// ```
///
/// `[…, *]` to `[…, *]`. `weight` has the shape `[*]` and starts at 1; ε is the distance from 1 to
/// the next number of the type unless it is given, as in PyTorch: 2⁻²³ or 2⁻⁵².
public final class RmsNorm extends Layer {
  private final OptionalDouble epsilon;
  private final Parameter weight;

  private RmsNorm(Build build, Shape shape, OptionalDouble epsilon) {
    super(build);
    this.epsilon = epsilon;
    weight = parameter("weight", shape, Initializer.constant(1));
  }

  /// Over the last axes, which have these sizes.
  ///
  /// @throws IllegalArgumentException where there is no size, or one is not positive
  public static Plan<RmsNorm> of(int... sizes) {
    Shape shape = Checks.normalised("rmsNorm", sizes);
    return build -> new RmsNorm(build, shape, OptionalDouble.empty());
  }

  /// With an ε, over the last axes, which have these sizes.
  ///
  /// @throws IllegalArgumentException where there is no size, or one is not positive, or ε is
  ///   negative or not a number
  public static Plan<RmsNorm> of(double epsilon, int... sizes) {
    Shape shape = Checks.normalised("rmsNorm", sizes);
    Checks.epsilon("rmsNorm", epsilon);
    return build -> new RmsNorm(build, shape, OptionalDouble.of(epsilon));
  }

  /// @throws IllegalArgumentException where the last axes of x have other sizes
  @Override
  public Tensor apply(Tensor x, Training training) {
    double next = weight.dtype() == DType.FLOAT64 ? Math.ulp(1.0) : Math.ulp(1f);
    return Normalizations.rmsNorm(x, weight, epsilon.orElse(next));
  }
}
