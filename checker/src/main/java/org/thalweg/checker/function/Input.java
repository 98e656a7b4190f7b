package org.thalweg.checker.function;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;

/// One input of a function that is checked: a tensor made anew for each evaluation, or a parameter
/// changed in place.
public final class Input {
  private final String name;
  private final DType dtype;
  private final Shape shape;
  private final double[] point;
  private final double[] values;

  /// What is changed in place; `null` where each evaluation has a tensor of its own.
  private final @Nullable Parameter parameter;

  /// The same parameter of the same model in FLOAT32; `null` where there is none.
  private final @Nullable Parameter single;

  private Input(
      String name,
      DType dtype,
      Shape shape,
      double[] point,
      @Nullable Parameter parameter,
      @Nullable Parameter single) {
    this.name = name;
    this.dtype = dtype;
    this.shape = shape;
    this.point = point;
    this.values = point.clone();
    this.parameter = parameter;
    this.single = single;
  }

  /// A tensor that the function is given. INT32 is given as it is and never moves.
  public static Input of(String name, Tensor values) {
    DType dtype = values.dtype() == DType.INT32 ? DType.INT32 : DType.FLOAT64;
    return new Input(name, dtype, values.shape(), values.toDoubles(), null, null);
  }

  /// A parameter that the function uses by itself.
  public static Input of(Parameter parameter) {
    return of(parameter, null);
  }

  /// A parameter that the function uses by itself, and its twin in the same model in FLOAT32.
  public static Input of(Parameter parameter, @Nullable Parameter single) {
    double[] point = parameter.toDoubles();
    return new Input(
        parameter.name(), parameter.dtype(), parameter.shape(), point, parameter, single);
  }

  /// The same input in another type, at the values that it has now; for a parameter its twin.
  Input to(DType other) {
    DType type = dtype == DType.INT32 ? dtype : other;
    if (parameter == null || type == dtype) {
      return new Input(name, type, shape, values, parameter, single);
    }
    Input twin = new Input(name, type, shape, values, single, null);
    twin.set(values);
    return twin;
  }

  /// The same input at its point; for a parameter, at the values that it has now.
  public Input copy() {
    if (parameter == null) {
      return new Input(name, dtype, shape, point, null, null);
    }
    if (single != null) {
      parameter.assignInPlace(single.to(DType.FLOAT64));
    }
    return of(parameter, single);
  }

  public String name() {
    return name;
  }

  public DType dtype() {
    return dtype;
  }

  public Shape shape() {
    return shape;
  }

  public int elements() {
    return point.length;
  }

  /// Whether derivatives in it are asked for.
  public boolean moves() {
    return dtype.isFloating();
  }

  public boolean isParameter() {
    return parameter != null;
  }

  /// The values at which the function is checked.
  public double[] point() {
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
  public void set(int flat, double value) {
    values[flat] = value;
    if (parameter != null && dtype == DType.FLOAT64) {
      parameter.array().doubles()[flat] = value;
      parameter.array().changed();
    } else if (parameter != null) {
      set(values);
    }
  }

  /// Moves all elements.
  public void set(double[] all) {
    System.arraycopy(all, 0, values, 0, all.length);
    if (parameter != null) {
      parameter.assignInPlace(Tensor.of(values, shape).to(dtype));
    }
  }

  /// Back to the point, bit for bit.
  public void restore() {
    set(point);
  }

  /// Whether the values are those of the point, bit for bit: false where the function itself
  /// changes them.
  public boolean isAtPoint() {
    double[] now = parameter == null ? values : parameter.toDoubles();
    return Arrays.equals(now, point);
  }
}
