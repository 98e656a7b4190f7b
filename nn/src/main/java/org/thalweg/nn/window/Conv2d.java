package org.thalweg.nn.window;

import org.thalweg.autodiff.operation.window.Convolution;
import org.thalweg.autodiff.operation.window.Convolutions;
import org.thalweg.nn.Build;
import org.thalweg.nn.Initializer;

/// A convolution of images and a shift of each channel.
///
/// ```
/// y = x ∗ W + b
/// ```
///
/// `[batch, in, height, width]` to `[batch, out, rows, columns]`, with sizes as in [Convolutions].
/// The weight is `weight`, `[out, in ÷ groups, size, size]`, the shift `bias`, `[out]`. By default
/// both start uniform in ±1/√(in ÷ groups · size²), as in PyTorch.
///
/// ```java
/// Layer model =
///     Layer.build(
///         Sequential.of(
///             Conv2d.of(1, 32, 3, Convolution.plain().padding(1)),
///             Activation.relu(),
///             Pool.max2d(2)),
///         42);
/// ```
public final class Conv2d extends Convolving {
  private static final Kind KIND = new Kind("conv2d", Convolutions::conv2d, "height, width", false);

  private Conv2d(Build build, Sizes sizes, Initializer weight, boolean hasBias) {
    super(build, sizes, weight, hasBias);
  }

  /// With stride 1, no padding, a bias, and PyTorch's first values.
  ///
  /// @throws IllegalArgumentException where a size is not positive
  public static Plan<Conv2d> of(int in, int out, int size) {
    return of(in, out, size, Convolution.plain());
  }

  /// With a bias, and PyTorch's first values.
  ///
  /// @throws IllegalArgumentException where a size is not positive, or the groups do not divide
  ///   `in` and `out`
  public static Plan<Conv2d> of(int in, int out, int size, Convolution options) {
    return of(in, out, size, options, KIND.sizes(in, out, size, options).usual());
  }

  /// With a bias, and these first values of the weight.
  ///
  /// @throws IllegalArgumentException as [#of(int, int, int, Convolution)]
  public static Plan<Conv2d> of(
      int in, int out, int size, Convolution options, Initializer weight) {
    Sizes sizes = KIND.sizes(in, out, size, options);
    return build -> new Conv2d(build, sizes, weight, true);
  }

  /// Without a bias.
  ///
  /// @throws IllegalArgumentException as [#of(int, int, int, Convolution)]
  public static Plan<Conv2d> withoutBias(
      int in, int out, int size, Convolution options, Initializer weight) {
    Sizes sizes = KIND.sizes(in, out, size, options);
    return build -> new Conv2d(build, sizes, weight, false);
  }
}
