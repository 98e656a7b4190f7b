package org.thalweg.nn;

import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;

/// A linear map and a shift.
///
/// ```
/// y = x Wᵀ + b
/// ```
///
/// `[…, in]` to `[…, out]`. The weight is `weight`, `[out, in]`, as the field's files have it, the
/// shift `bias`, `[out]`. By default both start uniform in ±1/√in, as in PyTorch.
public final class Linear extends Layer {
  private final Parameter weight;
  private final @Nullable Parameter bias;

  private Linear(
      Build build, int in, int out, Initializer initializer, @Nullable Initializer shift) {
    super(build);
    weight = parameter("weight", Shape.of(out, in), initializer);
    bias = shift == null ? null : parameter("bias", Shape.of(out), shift);
  }

  private static Initializer usual(int in) {
    return Initializer.uniform(1 / Math.sqrt(Math.max(in, 1)));
  }

  /// With a bias, and PyTorch's first values.
  public static Plan<Linear> of(int in, int out) {
    return of(in, out, usual(in));
  }

  /// With a bias, and these first values of the weight.
  public static Plan<Linear> of(int in, int out, Initializer weight) {
    return of(in, out, weight, usual(in));
  }

  /// With a bias, and these first values of both.
  public static Plan<Linear> of(int in, int out, Initializer weight, Initializer bias) {
    checkSizes(in, out);
    return build -> new Linear(build, in, out, weight, bias);
  }

  /// Without a bias.
  public static Plan<Linear> withoutBias(int in, int out, Initializer weight) {
    checkSizes(in, out);
    return build -> new Linear(build, in, out, weight, null);
  }

  private static void checkSizes(int in, int out) {
    if (in < 1 || out < 1) {
      throw new IllegalArgumentException(
          "linear: sizes " + in + " and " + out + " are not both positive: give at least 1");
    }
  }

  /// @throws IllegalArgumentException where the last size of x is not `in`, x has fewer than two
  ///   axes, or another type than the layer
  @Override
  public Tensor apply(Tensor x, Training training) {
    int in = weight.shape().size(1);
    boolean fits = x.shape().rank() > 1 && x.shape().size(-1) == in;
    if (!fits || x.dtype() != weight.dtype()) {
      String wanted = weight.dtype() + " […, " + in + "] with at least two axes";
      throw misfit("linear", "input", x, wanted);
    }
    return bias == null ? x.matmulTransposed(weight) : x.linear(weight, bias);
  }
}
