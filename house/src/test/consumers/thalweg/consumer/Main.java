package consumer;

import org.thalweg.autodiff.Gradients;
import org.thalweg.autodiff.Tensor;
import org.thalweg.nn.Layer;
import org.thalweg.nn.Linear;

/// All modules by one name.
public final class Main {
  private Main() {}

  /// Prints the same on every path, with the Vector API and without.
  public static void main(String[] args) {
    Layer layer = Layer.build(Linear.of(3, 2), 1);
    Gradients gradients = layer.apply(Tensor.of(new float[][] {{1, 2, 3}})).sum().backward();
    layer.parameters().forEach(p -> System.out.println(gradients.of(p)));
  }
}
