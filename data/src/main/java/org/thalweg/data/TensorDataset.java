package org.thalweg.data;

import org.thalweg.autodiff.NoGradient;
import org.thalweg.autodiff.Tensor;

/// Samples in memory: row i of `x` and row i of `y` are sample i. A batch is gathered into memory
/// of the current [scope][org.thalweg.autodiff.array.Scope], where there is one.
///
/// @param x inputs, `[n, …]`, without a graph
/// @param y targets, `[n, …]`, without a graph
public record TensorDataset(Tensor x, Tensor y) implements Dataset<Batch> {
  /// Shares the memory of both.
  ///
  /// @throws IllegalArgumentException where one of them has no axis of samples, or their numbers
  ///   differ
  public TensorDataset {
    Rows.count("dataset", x, y);
    x = x.detach();
    y = y.detach();
  }

  @Override
  public int size() {
    return x.shape().size(0);
  }

  @Override
  public Batch batch(int... indices) {
    Rows.check("batch", indices, size());
    Tensor rows = Tensor.ints(indices);
    return NoGradient.get(() -> new Batch(x.gatherRows(rows), y.gatherRows(rows)));
  }
}
