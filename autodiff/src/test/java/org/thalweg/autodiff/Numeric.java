package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.UnaryOperator;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;

/// Differences in place of derivatives: slow, and independent of everything that is tested.
final class Numeric {
  private static final double STEP = 1e-3;

  private Numeric() {}

  /// FLOAT64 numbers between −1 and 1.
  static Tensor random(long seed, int... sizes) {
    return Draws.uniform(DType.FLOAT64, seed, 0, Shape.of(sizes)).times(2).minus(1);
  }

  /// Asserts that the gradient of a function, and the gradient of that, are what differences say.
  /// The function is smooth around `at`, FLOAT64, and of any shape.
  static void check(String what, UnaryOperator<Tensor> f, Tensor at) {
    Tensor weights = random(77, f.apply(at).shape().sizes());
    UnaryOperator<Tensor> loss = x -> f.apply(x).times(weights).sum();
    UnaryOperator<Tensor> gradient = Derivatives.gradient(loss);
    assertThat(gradient.apply(at).shape()).as(what).isEqualTo(at.shape());
    compare(what, loss, gradient.apply(at), at);
    Tensor direction = random(78, at.shape().sizes());
    UnaryOperator<Tensor> slope = x -> gradient.apply(x).times(direction).sum();
    compare("gradient of " + what, slope, Derivatives.gradient(slope).apply(at), at);
  }

  private static void compare(String what, UnaryOperator<Tensor> loss, Tensor gradient, Tensor at) {
    double[] there = gradient.toDoubles();
    for (int i = 0; i < there.length; i++) {
      double expected =
          (8 * difference(loss, at, i, STEP) - difference(loss, at, i, 2 * STEP)) / (12 * STEP);
      assertThat(there[i])
          .as("%s, element %d", what, i)
          .isCloseTo(expected, within(1e-7 * (1 + Math.abs(expected))));
    }
  }

  private static double difference(UnaryOperator<Tensor> loss, Tensor at, int i, double step) {
    return moved(loss, at, i, step) - moved(loss, at, i, -step);
  }

  private static double moved(UnaryOperator<Tensor> loss, Tensor at, int i, double step) {
    double[] x = at.toDoubles();
    x[i] += step;
    return loss.apply(Tensor.of(x, at.shape())).item();
  }

  /// The derivatives of order 0, 1, 2, … of a function of one number.
  static double[] orders(UnaryOperator<Tensor> f, double at, int highest) {
    double[] values = new double[highest + 1];
    UnaryOperator<Tensor> derivative = f;
    for (int order = 0; order <= highest; order++) {
      values[order] = derivative.apply(Tensor.scalar(DType.FLOAT64, at)).item();
      derivative = Derivatives.gradient(derivative);
    }
    return values;
  }
}
