package org.thalweg.nn;

import org.thalweg.autodiff.Tensor;

/// Everything but the first axis as one: `[batch, …]` to `[batch, n]`. Shares the memory.
public final class Flatten extends Layer {
  private Flatten(Build build) {
    super(build);
  }

  /// All axes but the first.
  public static Plan<Flatten> of() {
    return Flatten::new;
  }

  /// @throws IllegalArgumentException where x has no axes
  @Override
  public Tensor apply(Tensor x, Training training) {
    int rank = x.shape().rank();
    if (rank == 0) {
      throw new IllegalArgumentException(
          "flatten [" + path() + "]: the input is a scalar, []: give it a batch axis");
    }
    return x.reshape(x.shape().size(0), x.shape().product(1, rank));
  }
}
