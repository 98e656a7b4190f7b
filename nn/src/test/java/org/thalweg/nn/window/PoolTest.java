package org.thalweg.nn.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.operation.window.Pooling;
import org.thalweg.autodiff.operation.window.Window;
import org.thalweg.nn.Activation;
import org.thalweg.nn.Layer;
import org.thalweg.nn.Sequential;

class PoolTest {
  private static final float[] SPECIAL = {
    0, -0.0f, 1, 1, -1, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY
  };

  /// Many of them equal, many windows without a positive number.
  private static float[] numbers(int n) {
    Random random = new Random(6);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      boolean isSpecial = random.nextInt(8) == 0;
      values[i] = isSpecial ? SPECIAL[random.nextInt(SPECIAL.length)] : random.nextInt(5) - 3;
    }
    return values;
  }

  @Test
  void maximaAfterReluAreTheSameInEitherOrder() {
    Shape shape = Shape.of(3, 2, 9, 11);
    for (Window window : List.of(Window.of(2), Window.of(3).stride(1).padding(1))) {
      Layer model = Layer.build(Sequential.of(Activation.relu(), Pool.max2d(window)), 1);
      Parameter one = new Parameter("one", Tensor.of(numbers(shape.elements()), shape));
      Parameter other = new Parameter("other", Tensor.of(numbers(shape.elements()), shape));
      Tensor y = model.apply(one);
      Tensor wanted = Pooling.max2d(other.relu(), window);
      assertThat(y.detach().sameBits(wanted.detach())).isTrue();
      Tensor weights = Tensor.normal(7, wanted.shape().sizes());
      Tensor gradient = y.times(weights).sum().backward().of(one);
      Tensor wantedGradient = wanted.times(weights).sum().backward().of(other);
      assertThat(gradient.sameBits(wantedGradient)).isTrue();
    }
  }

  @Test
  void onlyMaximaAreAppliedBeforeTheReluInFrontOfThem() {
    Tensor x = Tensor.of(new float[] {-3, 2}, Shape.of(2));
    List<Float> seen = new ArrayList<>();
    UnaryOperator<Tensor> first =
        y -> {
          seen.add(y.toFloats()[0]);
          return y;
        };
    Layer.build(Sequential.of(Activation.relu(), Activation.maxima(first)), 1).apply(x);
    Layer.build(Sequential.of(Activation.relu(), Activation.of(first)), 1).apply(x);
    Layer.build(Sequential.of(Activation.softplus(), Activation.maxima(first)), 1).apply(x);
    assertThat(seen).startsWith(-3f, 0f).last().isNotEqualTo(-3f);
  }
}
