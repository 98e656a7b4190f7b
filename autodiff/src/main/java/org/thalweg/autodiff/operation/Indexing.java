package org.thalweg.autodiff.operation;

import org.thalweg.autodiff.Tensor;

/// Elements by INT32 index, checked before anything is read.
public interface Indexing {
  /// Rows by index: `[n, …]` and indices of shape `[i, j, …]` to `[i, j, …, …]`. An index may occur
  /// often; the gradients of its uses add up in index order.
  ///
  /// @throws IllegalArgumentException where an index is not in 0 … n − 1, or indices are not INT32
  default Tensor gatherRows(Tensor indices) {
    return Tensor.apply(new IndexOp.GatherRows(), (Tensor) this, indices);
  }

  /// Rows added up by index into `rows` rows of zeros: `[k, …]` and indices `[k]` to `[rows, …]`.
  ///
  /// @throws IllegalArgumentException where an index is not in 0 … rows − 1, or shapes do not fit
  default Tensor scatterAddRows(Tensor indices, int rows) {
    return Tensor.apply(new IndexOp.ScatterAddRows(rows), (Tensor) this, indices);
  }

  /// One element of each row: `[n, m]` and indices `[n]` to `[n]`.
  ///
  /// @throws IllegalArgumentException where an index is not in 0 … m − 1, or shapes do not fit
  default Tensor pick(Tensor indices) {
    Tensor x = (Tensor) this;
    return Tensor.apply(new IndexOp.Pick(), x, indices).reshape(indices.elements());
  }
}
