package org.thalweg.autodiff;

import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.RandomArray;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Formula;

/// Random numbers as a function of a seed, a stream and the place in the tensor: whatever else is
/// drawn, on however many threads, these are the same.
public final class Draws {
  /// Two uniform numbers, one of them above 0, to a normal one. Box and Muller, 1958.
  private static final Formula NORMAL =
      Formula.of("u", "v", (u, v) -> u.log().times(-2).sqrt().times(v.times(2 * Math.PI).cos()))
          .named("normal");

  private Draws() {}

  /// The stream of a name, such as the path of a parameter: different names, different numbers.
  public static long stream(String name) {
    return RandomArray.stream(name);
  }

  /// Numbers in [0, 1), all equally likely.
  public static Tensor uniform(DType dtype, long seed, long stream, Shape shape) {
    return Tensor.of(RandomArray.uniform(dtype, seed, stream, shape));
  }

  /// Numbers from the normal distribution of mean 0 and variance 1.
  public static Tensor normal(DType dtype, long seed, long stream, Shape shape) {
    Array u = RandomArray.uniformAboveZero(dtype, seed, stream ^ RADIUS, shape);
    Array v = RandomArray.uniform(dtype, seed, stream ^ ANGLE, shape);
    return Tensor.apply(NORMAL, Tensor.of(u), Tensor.of(v));
  }

  /// Turn a stream into two others, so that normal and uniform numbers of one seed are independent.
  private static final long RADIUS = 0xD1B54A32D192ED03L;

  private static final long ANGLE = 0x9E3779B97F4A7C15L;
}
