package org.thalweg.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.formula.Formula;

/// Layers one after the other, named 0, 1, 2, ….
///
/// ```java
/// Layer model =
///     Layer.build(Sequential.of(Linear.of(784, 128), Activation.relu(), Linear.of(128, 10)), 42);
/// ```
///
/// A [Linear] and an [Activation] after it that is a formula are one pass, of the same bits.
public final class Sequential extends Layer {
  private final List<BiFunction<Tensor, Training, Tensor>> steps = new ArrayList<>();

  private Sequential(Build build, List<Plan<?>> plans) {
    super(build);
    List<Layer> layers = new ArrayList<>();
    for (Plan<?> plan : plans) {
      layers.add(child(Integer.toString(layers.size()), plan));
    }
    for (int k = 0; k < layers.size(); k++) {
      Layer layer = layers.get(k);
      Formula next = k + 1 < layers.size() ? formula(layers.get(k + 1)) : null;
      if (layer instanceof Linear linear && next != null) {
        steps.add((x, _) -> linear.apply(x, next));
        k++;
      } else {
        steps.add(layer::apply);
      }
    }
  }

  private static @Nullable Formula formula(Layer layer) {
    return layer instanceof Activation activation ? activation.formula() : null;
  }

  /// These layers in order.
  public static Plan<Sequential> of(Plan<?>... layers) {
    List<Plan<?>> plans = List.of(layers);
    return build -> new Sequential(build, plans);
  }

  @Override
  public Tensor apply(Tensor x, Training training) {
    Tensor y = x;
    for (BiFunction<Tensor, Training, Tensor> step : steps) {
      y = step.apply(y, training);
    }
    return y;
  }
}
