package org.thalweg.nn.window;

import org.thalweg.autodiff.operation.window.Convolution;
import org.thalweg.autodiff.operation.window.Convolutions;
import org.thalweg.nn.Build;
import org.thalweg.nn.Initializer;

/// A transposed convolution of images, which enlarges them as a [Conv2d] of the same options makes
/// them smaller, and a shift of each channel.
///
/// `[batch, in, rows, columns]` to `[batch, out, height, width]`, with sizes as in [Convolutions].
/// The weight is `weight`, `[in, out ÷ groups, size, size]`, the shift `bias`, `[out]`. By default
/// both start uniform in ±1/√(out ÷ groups · size²), as in PyTorch.
public final class ConvTranspose2d extends Convolving {
  private static final Kind KIND =
      new Kind("convTranspose2d", Convolutions::convTranspose2d, "height, width", true);

  private ConvTranspose2d(Build build, Sizes sizes, Initializer weight, boolean hasBias) {
    super(build, sizes, weight, hasBias);
  }

  /// With stride 1, no padding, a bias, and PyTorch's first values.
  ///
  /// @throws IllegalArgumentException where a size is not positive
  public static Plan<ConvTranspose2d> of(int in, int out, int size) {
    return of(in, out, size, Convolution.plain());
  }

  /// With a bias, and PyTorch's first values.
  ///
  /// @throws IllegalArgumentException where a size is not positive, or the groups do not divide
  ///   `in` and `out`
  public static Plan<ConvTranspose2d> of(int in, int out, int size, Convolution options) {
    return of(in, out, size, options, KIND.sizes(in, out, size, options).usual());
  }

  /// With a bias, and these first values of the weight.
  ///
  /// @throws IllegalArgumentException as [#of(int, int, int, Convolution)]
  public static Plan<ConvTranspose2d> of(
      int in, int out, int size, Convolution options, Initializer weight) {
    Sizes sizes = KIND.sizes(in, out, size, options);
    return build -> new ConvTranspose2d(build, sizes, weight, true);
  }

  /// Without a bias.
  ///
  /// @throws IllegalArgumentException as [#of(int, int, int, Convolution)]
  public static Plan<ConvTranspose2d> withoutBias(
      int in, int out, int size, Convolution options, Initializer weight) {
    Sizes sizes = KIND.sizes(in, out, size, options);
    return build -> new ConvTranspose2d(build, sizes, weight, false);
  }
}
