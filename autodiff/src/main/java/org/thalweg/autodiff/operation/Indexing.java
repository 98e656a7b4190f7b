package org.thalweg.autodiff.operation;

import java.util.Arrays;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;

/// Elements by INT32 index, checked before anything is read: indices are counted from 0, and
/// negative ones are refused. An index may occur often; what goes to one place adds up in index
/// order. Indices have no gradient.
public interface Indexing {
  /// Rows by index: `[n, …]` and indices of shape `[i, j, …]` to `[i, j, …, …]`.
  ///
  /// @throws IllegalArgumentException where an index is not in 0 … n − 1, or indices are not INT32
  default Tensor gatherRows(Tensor indices) {
    return Tensor.apply(new IndexOp.Select(0, "gatherRows"), (Tensor) this, indices);
  }

  /// Rows added up by index into `rows` rows of zeros: `[k, …]` and indices `[k]` to `[rows, …]`.
  ///
  /// @throws IllegalArgumentException where an index is not in 0 … rows − 1, or shapes do not fit
  default Tensor scatterAddRows(Tensor indices, int rows) {
    return Tensor.apply(new IndexOp.Accumulate(0, rows, "scatterAddRows"), (Tensor) this, indices);
  }

  /// Rows of a table `[n, …]` by index, as [#gatherRows] gives them, where row `padding` stands for
  /// nothing: it gets no gradient. Only weight decay moves it, unless it is 0.
  ///
  /// @throws IllegalArgumentException where an index or the padding is not in 0 … n − 1, or indices
  ///   are not INT32
  default Tensor embedding(Tensor indices, int padding) {
    Tensor x = (Tensor) this;
    int rows = x.shape().rank() == 0 ? 0 : x.shape().size(0);
    if (padding < 0 || padding >= rows) {
      throw new IllegalArgumentException(
          "embedding: row "
              + padding
              + " for padding is not in table "
              + x.shape()
              + ": use one of its rows, or gatherRows without padding");
    }
    return Tensor.apply(new IndexOp.Embedding(padding), x, indices);
  }

  /// One element of each row: `[n, m]` and indices `[n]` to `[n]`.
  ///
  /// @throws IllegalArgumentException where an index is not in 0 … m − 1, or shapes do not fit
  default Tensor pick(Tensor indices) {
    return IndexOp.pick((Tensor) this, indices, "pick");
  }

  /// One element for each index, in the shape of the indices: along the axis from the place that
  /// the index says, along the others from the place of the index.
  ///
  /// ```
  /// y[i, j, k] = x[i, indices[i, j, k], k]      for axis 1 of three
  /// ```
  ///
  /// @throws IllegalArgumentException where an index is not in 0 … n − 1, indices are not INT32, or
  ///   the sizes of another axis differ
  default Tensor gather(int axis, Tensor indices) {
    Tensor x = (Tensor) this;
    return Tensor.apply(new IndexOp.Gather(axis(axis, "gather"), "gather"), x, indices);
  }

  /// This with values added by index: the transpose of [#gather].
  ///
  /// ```
  /// y = x, then y[i, indices[i, j, k], k] += source[i, j, k]      for axis 1 of three
  /// ```
  ///
  /// @throws IllegalArgumentException where an index is not in 0 … n − 1, indices are not INT32,
  ///   source and indices differ in shape, or the sizes of another axis differ
  default Tensor scatterAdd(int axis, Tensor indices, Tensor source) {
    Tensor x = (Tensor) this;
    int counted = axis(axis, "scatterAdd");
    checkSource("scatterAdd", source);
    boolean fits =
        source.shape().rank() == x.shape().rank()
            && source.shape().with(counted, 1).equals(x.shape().with(counted, 1));
    if (!fits) {
      throw mismatch("scatterAdd", axis, source, "all other sizes must be equal");
    }
    int size = x.shape().size(counted);
    IndexOp added = new IndexOp.Scatter(counted, size, "scatterAdd");
    return x.plus(Tensor.apply(added, source, indices));
  }

  /// The slabs at some places of an axis: indices `[k]`, and the axis has size k afterwards.
  ///
  /// ```
  /// y[i, j, k] = x[i, indices[j], k]      for axis 1 of three
  /// ```
  ///
  /// @throws IllegalArgumentException where an index is not in 0 … n − 1, or indices are not INT32
  ///   of one axis
  default Tensor indexSelect(int axis, Tensor indices) {
    int counted = axis(axis, "indexSelect");
    checkOneAxis("indexSelect", indices);
    return Tensor.apply(new IndexOp.Select(counted, "indexSelect"), (Tensor) this, indices);
  }

  /// This with slabs added at some places of an axis: the transpose of [#indexSelect].
  ///
  /// ```
  /// y = x, then y[i, indices[j], k] += source[i, j, k]      for axis 1 of three
  /// ```
  ///
  /// @throws IllegalArgumentException where an index is not in 0 … n − 1, indices are not INT32 of
  ///   one axis, or the source does not have one slab for each
  default Tensor indexAdd(int axis, Tensor indices, Tensor source) {
    Tensor x = (Tensor) this;
    int counted = axis(axis, "indexAdd");
    checkSource("indexAdd", source);
    checkOneAxis("indexAdd", indices);
    if (!source.shape().equals(x.shape().with(counted, indices.elements()))) {
      String advice = "give one slab for each of " + indices.elements() + " indices";
      throw mismatch("indexAdd", axis, source, advice);
    }
    int size = x.shape().size(counted);
    IndexOp added = new IndexOp.Accumulate(counted, size, "indexAdd");
    return x.plus(Tensor.apply(added, source, indices));
  }

  /// What a class number stands for: INT32 `[…]` to `[…, classes]`, 1 at the place of the number
  /// and 0 elsewhere, in a type.
  ///
  /// @throws IllegalArgumentException where a number is not in 0 … classes − 1, this is not INT32,
  ///   or the type is
  default Tensor oneHot(int classes, DType dtype) {
    Tensor x = (Tensor) this;
    if (!dtype.isFloating()) {
      throw new IllegalArgumentException(
          "oneHot: the result is to be " + dtype + ": use FLOAT32 or FLOAT64");
    }
    Tensor ones = Tensor.full(dtype, 1, x.elements());
    int[] sizes = Arrays.copyOf(x.shape().sizes(), x.shape().rank() + 1);
    sizes[sizes.length - 1] = classes;
    return IndexOp.spread(ones, x, classes, "oneHot").reshape(sizes);
  }

  /// The elements where a mask of this type is not 0, in row-major order: `[k]`. The mask is
  /// broadcast to this shape. How many there are depends on its values.
  ///
  /// @throws IllegalArgumentException where the mask has another type or does not broadcast
  default Tensor maskedSelect(Tensor mask) {
    Tensor x = (Tensor) this;
    if (mask.dtype() != x.dtype()) {
      throw new IllegalArgumentException(
          "maskedSelect: the mask is "
              + mask.dtype()
              + " "
              + mask.shape()
              + " and the tensor "
              + x.dtype()
              + ": use to("
              + x.dtype()
              + ") on the mask");
    }
    mask.shape().repeatedAxes(x.shape(), "maskedSelect");
    Tensor places = Tensor.apply(new IndexOp.Nonzero(), mask.broadcastTo(x.shape()));
    return Tensor.apply(new IndexOp.Select(0, "maskedSelect"), x.reshape(x.elements()), places);
  }

  private int axis(int axis, String operation) {
    Shape shape = ((Tensor) this).shape();
    if (shape.rank() == 0) {
      throw new IllegalArgumentException(operation + ": a scalar has no axes: reshape it to [1]");
    }
    return shape.axis(operation, axis);
  }

  private void checkSource(String operation, Tensor source) {
    Tensor x = (Tensor) this;
    x.array().checkFloating(operation);
    if (source.dtype() != x.dtype()) {
      throw new IllegalArgumentException(
          operation
              + ": types "
              + x.dtype()
              + " and "
              + source.dtype()
              + " do not mix: use to(FLOAT32) or to(FLOAT64) on one");
    }
  }

  private static void checkOneAxis(String operation, Tensor indices) {
    if (indices.shape().rank() != 1) {
      throw new IllegalArgumentException(
          operation
              + ": indices "
              + indices.shape()
              + " have "
              + indices.shape().rank()
              + " axes: give one, [k]");
    }
  }

  private IllegalArgumentException mismatch(
      String operation, int axis, Tensor source, String advice) {
    return new IllegalArgumentException(
        operation
            + ": "
            + ((Tensor) this).shape()
            + " and source "
            + source.shape()
            + " do not fit along axis "
            + axis
            + ": "
            + advice);
  }
}
