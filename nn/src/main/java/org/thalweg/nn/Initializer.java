package org.thalweg.nn;

import org.thalweg.autodiff.Draws;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;

/// How the values of a parameter begin: a function of the seed and the parameter's path, so that
/// one more layer changes no other's numbers.
///
/// For a weight `[out, in, …]` the fan-in is the size of everything but the first axis, the fan-out
/// that of everything but the second.
@FunctionalInterface
public interface Initializer {
  /// The first values of a parameter, FLOAT32.
  ///
  /// @param seed of the model
  /// @param path of the parameter in the model
  Tensor values(long seed, String path, Shape shape);

  /// The same value everywhere.
  static Initializer constant(double value) {
    return (_, _, shape) -> Tensor.full(DType.FLOAT32, value, shape.sizes());
  }

  /// Uniform in [−limit, limit).
  static Initializer uniform(double limit) {
    return (seed, path, shape) ->
        Draws.uniform(DType.FLOAT32, seed, Draws.stream(path), shape).times(2 * limit).minus(limit);
  }

  /// Normal with mean 0 and this standard deviation.
  static Initializer normal(double deviation) {
    return (seed, path, shape) ->
        Draws.normal(DType.FLOAT32, seed, Draws.stream(path), shape).times(deviation);
  }

  /// Uniform in ±√(6 / (fan-in + fan-out)). Glorot and Bengio, 2010, equation 16.
  static Initializer xavierUniform() {
    return (seed, path, shape) ->
        uniform(Math.sqrt(6.0 / (fanIn(shape) + fanOut(shape)))).values(seed, path, shape);
  }

  /// Normal with variance 2 / (fan-in + fan-out). Glorot and Bengio, 2010.
  static Initializer xavierNormal() {
    return (seed, path, shape) ->
        normal(Math.sqrt(2.0 / (fanIn(shape) + fanOut(shape)))).values(seed, path, shape);
  }

  /// Uniform in ±√(6 / fan-in), for layers before a ReLU. He et al., 2015, equation 10.
  static Initializer kaimingUniform() {
    return (seed, path, shape) -> uniform(Math.sqrt(6.0 / fanIn(shape))).values(seed, path, shape);
  }

  /// Normal with variance 2 / fan-in, for layers before a ReLU. He et al., 2015, equation 10.
  static Initializer kaimingNormal() {
    return (seed, path, shape) -> normal(Math.sqrt(2.0 / fanIn(shape))).values(seed, path, shape);
  }

  private static double fanIn(Shape shape) {
    return fan(shape, 0, 1);
  }

  private static double fanOut(Shape shape) {
    return fan(shape, 1, 0);
  }

  /// The product of the sizes of all axes but one.
  private static double fan(Shape shape, int without, int wanted) {
    if (shape.rank() < 2) {
      throw new IllegalArgumentException(
          "initializer: shape " + shape + " has no axis " + wanted + " to count: use constant(0)");
    }
    double fan = 1;
    for (int axis = 0; axis < shape.rank(); axis++) {
      fan *= axis == without ? 1 : shape.size(axis);
    }
    return Math.max(fan, 1);
  }
}
