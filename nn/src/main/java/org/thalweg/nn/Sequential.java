package org.thalweg.nn;

import java.util.ArrayList;
import java.util.List;
import org.thalweg.autodiff.Tensor;

/// Layers one after the other, named 0, 1, 2, ….
///
/// ```java
/// Layer model =
///     Layer.build(Sequential.of(Linear.of(784, 128), Activation.relu(), Linear.of(128, 10)), 42);
/// ```
public final class Sequential extends Layer {
  private final List<Layer> layers = new ArrayList<>();

  private Sequential(Build build, List<Plan<?>> plans) {
    super(build);
    for (Plan<?> plan : plans) {
      layers.add(child(Integer.toString(layers.size()), plan));
    }
  }

  /// These layers in order.
  public static Plan<Sequential> of(Plan<?>... layers) {
    List<Plan<?>> plans = List.of(layers);
    return build -> new Sequential(build, plans);
  }

  @Override
  public Tensor apply(Tensor x, Training training) {
    Tensor y = x;
    for (Layer layer : layers) {
      y = layer.apply(y, training);
    }
    return y;
  }
}
