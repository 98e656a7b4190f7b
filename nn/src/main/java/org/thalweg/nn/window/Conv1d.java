package org.thalweg.nn.window;

import org.thalweg.autodiff.operation.window.Convolution;
import org.thalweg.autodiff.operation.window.Convolutions;
import org.thalweg.nn.Build;
import org.thalweg.nn.Initializer;

/// A convolution of signals and a shift of each channel.
///
/// ```
/// y = x ∗ W + b
/// ```
///
/// `[batch, in, length]` to `[batch, out, places]`, with sizes as in [Convolutions]. The weight is
/// `weight`, `[out, in ÷ groups, size]`, the shift `bias`, `[out]`. By default both start uniform
/// in ±1/√(in ÷ groups · size), as in PyTorch.
public final class Conv1d extends Convolving {
  private static final Kind KIND = new Kind("conv1d", Convolutions::conv1d, "length", false);

  private Conv1d(Build build, Sizes sizes, Initializer weight, boolean hasBias) {
    super(build, sizes, weight, hasBias);
  }

  /// With stride 1, no padding, a bias, and PyTorch's first values.
  ///
  /// @throws IllegalArgumentException where a size is not positive
  public static Plan<Conv1d> of(int in, int out, int size) {
    return of(in, out, size, Convolution.plain());
  }

  /// With a bias, and PyTorch's first values.
  ///
  /// @throws IllegalArgumentException where a size is not positive, or the groups do not divide
  ///   `in` and `out`
  public static Plan<Conv1d> of(int in, int out, int size, Convolution options) {
    return of(in, out, size, options, KIND.sizes(in, out, size, options).usual());
  }

  /// With a bias, and these first values of the weight.
  ///
  /// @throws IllegalArgumentException as [#of(int, int, int, Convolution)]
  public static Plan<Conv1d> of(
      int in, int out, int size, Convolution options, Initializer weight) {
    Sizes sizes = KIND.sizes(in, out, size, options);
    return build -> new Conv1d(build, sizes, weight, true);
  }

  /// Without a bias.
  ///
  /// @throws IllegalArgumentException as [#of(int, int, int, Convolution)]
  public static Plan<Conv1d> withoutBias(
      int in, int out, int size, Convolution options, Initializer weight) {
    Sizes sizes = KIND.sizes(in, out, size, options);
    return build -> new Conv1d(build, sizes, weight, false);
  }
}
