package org.thalweg.nn.window;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.operation.window.Convolution;
import org.thalweg.nn.Build;
import org.thalweg.nn.Initializer;
import org.thalweg.nn.Layer;
import org.thalweg.nn.Training;

/// What convolutions of all kinds share: a weight, a shift of each channel, the check of the input.
abstract sealed class Convolving extends Layer permits Conv1d, Conv2d, ConvTranspose2d {
  /// The operation on tensors.
  @FunctionalInterface
  interface Operation {
    Tensor apply(Tensor x, Tensor weight, Convolution options);
  }

  /// A kind of convolution.
  ///
  /// @param name for messages
  /// @param places the axes that the window slides over, as messages show them
  /// @param isTransposed whether weights are `[in, out ÷ groups, …]`, not `[out, in ÷ groups, …]`
  record Kind(String name, Operation operation, String places, boolean isTransposed) {
    int axes() {
      return 2 + places.split(", ").length;
    }

    Sizes sizes(int in, int out, int size, Convolution options) {
      int groups = options.groups();
      if (in < 1 || out < 1 || size < 1 || in % groups != 0 || out % groups != 0) {
        throw new IllegalArgumentException(
            name
                + ": "
                + in
                + " and "
                + out
                + " channels, size "
                + size
                + ", "
                + groups
                + " groups: use positive numbers, and groups that divide both");
      }
      if (!isTransposed) {
        options.checkForward(name);
      }
      return new Sizes(this, in, out, size, options);
    }
  }

  /// The sizes of a layer, checked.
  record Sizes(Kind kind, int in, int out, int size, Convolution options) {
    Shape weight() {
      int[] sizes = new int[kind.axes()];
      Arrays.fill(sizes, size);
      sizes[0] = kind.isTransposed ? in : out;
      sizes[1] = (kind.isTransposed ? out : in) / options.groups();
      return Shape.of(sizes);
    }

    /// PyTorch's: its fan-in is that of the weight as it is laid out, of transposed ones, too.
    Initializer usual() {
      return Initializer.uniform(1 / Math.sqrt(weight().product(1, kind.axes())));
    }
  }

  private final Sizes sizes;
  private final Parameter weight;
  private final @Nullable Parameter bias;

  Convolving(Build build, Sizes sizes, Initializer initializer, boolean hasBias) {
    super(build);
    this.sizes = sizes;
    weight = parameter("weight", sizes.weight(), initializer);
    bias = hasBias ? parameter("bias", Shape.of(sizes.out), sizes.usual()) : null;
  }

  /// @throws IllegalArgumentException where x has not `in` channels, or another number of axes or
  ///   another type than the layer, or is smaller than the window
  @Override
  public final Tensor apply(Tensor x, Training training) {
    int axes = sizes.kind.axes();
    boolean fits = x.shape().rank() == axes && x.shape().size(1) == sizes.in;
    if (!fits || x.dtype() != weight.dtype()) {
      String wanted = weight.dtype() + " [batch, " + sizes.in + ", " + sizes.kind.places + "]";
      throw misfit(sizes.kind.name, "input", x, wanted);
    }
    Tensor y = sizes.kind.operation.apply(x, weight, sizes.options);
    if (bias == null) {
      return y;
    }
    int[] channels = new int[axes - 1];
    Arrays.fill(channels, 1);
    channels[0] = sizes.out;
    return y.plus(bias.reshape(channels));
  }
}
