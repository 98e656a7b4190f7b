package org.thalweg.autodiff;

import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;

/// A named leaf that training changes in place: the one kind of tensor whose values move.
///
/// Every change is counted. A graph that used the values before a change refuses to go back over
/// them afterwards, and says whose they were.
public final class Parameter extends Tensor {
  private final String name;

  /// A parameter that starts at these values, copied.
  ///
  /// @param name its path in a model, such as `encoder.0.weight`
  /// @throws IllegalArgumentException for INT32 values, which have no gradient
  public Parameter(String name, Tensor values) {
    super(Array.parameter(floating(name, values), name));
    this.name = name;
    leaf(Node.leaf(this, this));
  }

  private static Array floating(String name, Tensor values) {
    if (values.dtype() == DType.INT32) {
      throw new IllegalArgumentException(
          "parameter: [" + name + "] of type INT32 has no gradient: use to(FLOAT32) first");
    }
    return values.array();
  }

  /// The name, a path in its model.
  public String name() {
    return name;
  }

  /// Replaces the values in place.
  ///
  /// @throws IllegalArgumentException where shape or type differ
  public void assignInPlace(Tensor values) {
    if (!values.shape().equals(shape()) || values.dtype() != dtype()) {
      throw new IllegalArgumentException(
          "parameter: ["
              + name
              + "] is "
              + dtype()
              + " "
              + shape()
              + " and the values are "
              + values.dtype()
              + " "
              + values.shape()
              + ": convert or reshape them");
    }
    System.arraycopy(values.array().data(), 0, array().data(), 0, elements());
    array().changed();
  }
}
