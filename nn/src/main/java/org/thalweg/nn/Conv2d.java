package org.thalweg.nn;

import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.operation.window.Convolution;
import org.thalweg.autodiff.operation.window.Convolutions;

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
///             Activation.of(x -> Pooling.max2d(x, Window.of(2)))),
///         42);
/// ```
public final class Conv2d extends Layer {
  private final Parameter weight;
  private final @Nullable Parameter bias;
  private final Convolution options;

  private Conv2d(
      Build build, Shape shape, Convolution options, Initializer initializer, boolean hasBias) {
    super(build);
    this.options = options;
    weight = parameter("weight", shape, initializer);
    bias = hasBias ? parameter("bias", Shape.of(shape.size(0)), uniform(shape)) : null;
  }

  private static Initializer uniform(Shape shape) {
    return Initializer.uniform(1 / Math.sqrt(shape.product(1, 4)));
  }

  /// With stride 1, no padding, a bias, and PyTorch's first values.
  public static Plan of(int in, int out, int size) {
    return of(in, out, size, Convolution.plain());
  }

  /// With a bias, and PyTorch's first values.
  ///
  /// @throws IllegalArgumentException where a size is not positive, or the groups do not divide
  ///   `in` and `out`
  public static Plan of(int in, int out, int size, Convolution options) {
    Shape shape = shape(in, out, size, options);
    return build -> new Conv2d(build, shape, options, uniform(shape), true);
  }

  /// With a bias, and these first values of the weight.
  ///
  /// @throws IllegalArgumentException as [#of(int, int, int, Convolution)]
  public static Plan of(int in, int out, int size, Convolution options, Initializer weight) {
    Shape shape = shape(in, out, size, options);
    return build -> new Conv2d(build, shape, options, weight, true);
  }

  /// Without a bias.
  ///
  /// @throws IllegalArgumentException as [#of(int, int, int, Convolution)]
  public static Plan withoutBias(
      int in, int out, int size, Convolution options, Initializer weight) {
    Shape shape = shape(in, out, size, options);
    return build -> new Conv2d(build, shape, options, weight, false);
  }

  private static Shape shape(int in, int out, int size, Convolution options) {
    int groups = options.groups();
    if (in < 1 || out < 1 || size < 1 || in % groups != 0 || out % groups != 0) {
      throw new IllegalArgumentException(
          "conv2d: "
              + in
              + " and "
              + out
              + " channels, size "
              + size
              + ", "
              + groups
              + " groups: use positive numbers, and groups that divide both");
    }
    return Shape.of(out, in / groups, size, size);
  }

  /// @throws IllegalArgumentException where x is not `[batch, in, height, width]`, or smaller than
  ///   the window
  @Override
  public Tensor apply(Tensor x, Training training) {
    int in = weight.shape().size(1) * options.groups();
    if (x.shape().rank() != 4 || x.shape().size(1) != in) {
      throw new IllegalArgumentException(
          "conv2d ["
              + path()
              + "]: the input is "
              + x.shape()
              + " and must be [batch, "
              + in
              + ", height, width]: reshape it");
    }
    Tensor y = Convolutions.conv2d(x, weight, options);
    return bias == null ? y : y.plus(bias.reshape(bias.elements(), 1, 1));
  }
}
