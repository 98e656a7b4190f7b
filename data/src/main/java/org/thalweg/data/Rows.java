package org.thalweg.data;

import org.thalweg.autodiff.Tensor;

/// Checks of what is counted along the first axis.
final class Rows {
  private Rows() {}

  /// The number of rows that both tensors have.
  static int count(String operation, Tensor x, Tensor y) {
    boolean both = x.shape().rank() > 0 && y.shape().rank() > 0;
    if (!both || x.shape().size(0) != y.shape().size(0)) {
      throw new IllegalArgumentException(
          operation
              + ": x of shape "
              + x.shape()
              + " and y of shape "
              + y.shape()
              + " are not as many samples: give both the same first axis");
    }
    return x.shape().size(0);
  }

  /// Whether every index is that of a row.
  static void check(String operation, int[] indices, int size) {
    for (int place = 0; place < indices.length; place++) {
      if (indices[place] < 0 || indices[place] >= size) {
        throw new IllegalArgumentException(
            operation
                + ": index "
                + indices[place]
                + " at place "
                + place
                + " is not in a dataset of "
                + size
                + " samples: use 0 to "
                + (size - 1));
      }
    }
  }
}
