package org.thalweg.nn;

import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.buffer.Buffer;

/// Where a layer is being built: its path in the model, and where its values come from.
public final class Build {
  /// Gives the values of a parameter or a buffer.
  @FunctionalInterface
  interface Source {
    Tensor values(String path, Shape shape, Initializer initializer);
  }

  private final Layer.Plan<?> plan;
  private final String path;
  private final Source source;

  private Build(Layer.Plan<?> plan, String path, Source source) {
    this.plan = plan;
    this.path = path;
    this.source = source;
  }

  /// The root of a new model: parameters are drawn from the seed.
  static Build fresh(Layer.Plan<?> plan, long seed) {
    return new Build(plan, "", (path, shape, initial) -> initial.values(seed, path, shape));
  }

  /// The root of a copy of a model in another type.
  static Build copy(Layer model, DType dtype) {
    return new Build(
        model.plan(),
        model.path(),
        (path, _, _) -> {
          Tensor value = model.value(path);
          return value.dtype().isFloating() ? value.to(dtype) : value;
        });
  }

  /// The place of a part of the layer that is being built.
  Build at(String name, Layer.Plan<?> part) {
    return new Build(part, path(name), source);
  }

  Parameter parameter(String name, Shape shape, Initializer initializer) {
    Tensor values = source.values(path(name), shape, initializer);
    if (!values.shape().equals(shape)) {
      throw new IllegalArgumentException(
          "initializer: values of shape "
              + values.shape()
              + " for parameter ["
              + path(name)
              + "] of shape "
              + shape
              + ": give one value for each element");
    }
    return new Parameter(path(name), values);
  }

  Buffer buffer(String name, Tensor initial) {
    return new Buffer(path(name), source.values(path(name), initial.shape(), (_, _, _) -> initial));
  }

  Layer.Plan<?> plan() {
    return plan;
  }

  /// The path of the layer that is being built; empty for a model.
  public String path() {
    return path;
  }

  private String path(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
