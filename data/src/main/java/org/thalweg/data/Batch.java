package org.thalweg.data;

import org.thalweg.autodiff.Tensor;

/// Some samples at once: row i of `x` is what is given, row i of `y` what is wanted.
///
/// @param x inputs, `[batch, …]`
/// @param y targets, `[batch, …]`
public record Batch(Tensor x, Tensor y) {
  /// @throws IllegalArgumentException where one of them has no axis of samples, or their numbers
  ///   differ
  public Batch {
    Rows.count("batch", x, y);
  }

  /// The number of samples.
  public int size() {
    return x.shape().size(0);
  }
}
