package org.thalweg.checker;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;

/// One input of a function that is checked: a tensor made anew for each evaluation, or a parameter
/// changed in place.
final class Input {
  private final String name;
  private final DType dtype;
  private final Shape shape;
  private final double[] point;
  private final double[] values;

  /// What is changed in place; `null` where each evaluation has a tensor of its own.
  private final @Nullable Parameter parameter;

  private Input(
      String name, DType dtype, Shape shape, double[] point, @Nullable Parameter parameter) {
    this.name = name;
    this.dtype = dtype;
    this.shape = shape;
    this.point = point;
    this.values = point.clone();
    this.parameter = parameter;
  }

  /// A tensor that the function is given. INT32 is given as it is and never moves.
  static Input of(String name, Tensor values) {
    DType dtype = values.dtype() == DType.INT32 ? DType.INT32 : DType.FLOAT64;
    return new Input(name, dtype, values.shape(), values.toDoubles(), null);
  }

  /// A parameter that the function uses by itself.
  static Input of(Parameter parameter) {
    return new Input(
        parameter.name(), parameter.dtype(), parameter.shape(), parameter.toDoubles(), parameter);
  }

  /// The same input in another type; not for parameters.
  Input to(DType other) {
    return new Input(name, dtype == DType.INT32 ? dtype : other, shape, values, null);
  }

  /// The same input at its point; for a parameter, at the values that it has now.
  Input copy() {
    return parameter == null ? new Input(name, dtype, shape, point, null) : of(parameter);
  }

  String name() {
    return name;
  }

  DType dtype() {
    return dtype;
  }

  Shape shape() {
    return shape;
  }

  int elements() {
    return point.length;
  }

  /// Whether derivatives in it are asked for.
  boolean moves() {
    return dtype.isFloating();
  }

  boolean isParameter() {
    return parameter != null;
  }

  /// The values at which the function is checked.
  double[] point() {
    return point;
  }

  /// The tensor for an evaluation.
  Tensor tensor() {
    if (parameter != null) {
      return parameter;
    }
    return switch (dtype) {
      case FLOAT64 -> Tensor.of(values, shape);
      case FLOAT32, INT32 -> Tensor.of(values, shape).to(dtype);
    };
  }

  /// The tensor for an evaluation that is over before the next element moves: not copied.
  Tensor lent() {
    return parameter == null && dtype == DType.FLOAT64 ? Tensor.wrap(values, shape) : tensor();
  }

  /// Moves one element.
  void set(int flat, double value) {
    values[flat] = value;
    if (parameter != null) {
      parameter.array().doubles()[flat] = value;
      parameter.array().changed();
    }
  }

  /// Moves all elements.
  void set(double[] all) {
    System.arraycopy(all, 0, values, 0, all.length);
    if (parameter != null) {
      parameter.assignInPlace(Tensor.of(values, shape));
    }
  }

  /// Back to the point, bit for bit.
  void restore() {
    set(point);
  }

  /// Whether the values are those of the point, bit for bit: false where the function itself
  /// changes them.
  boolean isAtPoint() {
    double[] now = parameter == null ? values : parameter.toDoubles();
    return Arrays.equals(now, point);
  }
}
