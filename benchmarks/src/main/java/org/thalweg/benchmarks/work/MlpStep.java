package org.thalweg.benchmarks.work;

import java.util.ArrayList;
import java.util.List;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.nn.Activation;
import org.thalweg.nn.Layer;
import org.thalweg.nn.Linear;
import org.thalweg.nn.Losses;
import org.thalweg.nn.Sequential;
import org.thalweg.nn.Training;
import org.thalweg.optim.Optimizer;
import org.thalweg.optim.adaptive.Adam;

/// A whole training step of a 784-512-256-10 classifier on a batch of 128: forward, cross-entropy,
/// backward, Adam, inside a scope.
///
/// The rate is so small, and the input so evenly spread around 0, that the same batch can be
/// learned from thousands of times without the loss going to 0 or a unit dying: the moments of a
/// vanished gradient are denormal numbers, which make every step slow, ours and the peer's.
record MlpStep() implements Work {
  private static final int BATCH = 128;
  private static final int[] WIDTHS = {784, 512, 256, 10};
  private static final double RATE = 1e-6;

  /// Of the weights `[out, in]` and biases, in order.
  static List<Shape> shapes() {
    List<Shape> shapes = new ArrayList<>();
    for (int layer = 0; layer + 1 < WIDTHS.length; layer++) {
      shapes.add(Shape.of(WIDTHS[layer + 1], WIDTHS[layer]));
      shapes.add(Shape.of(WIDTHS[layer + 1]));
    }
    return shapes;
  }

  @Override
  public String name() {
    return "mlp-step";
  }

  @Override
  public Unit unit() {
    return Unit.MILLISECONDS;
  }

  /// Products alone: each layer's own, and those for the gradients of its weight and, but for the
  /// first layer, of its input.
  @Override
  public Limit limit() {
    double operations = 0;
    for (int layer = 0; layer + 1 < WIDTHS.length; layer++) {
      int products = layer == 0 ? 2 : 3;
      operations += 2.0 * products * BATCH * WIDTHS[layer] * WIDTHS[layer + 1];
    }
    return new FmaPeak(DType.FLOAT32).forOperations(operations);
  }

  @Override
  public Runnable prepare() {
    Layer model =
        Layer.build(
            Sequential.of(
                Linear.of(WIDTHS[0], WIDTHS[1]),
                Activation.relu(),
                Linear.of(WIDTHS[1], WIDTHS[2]),
                Activation.relu(),
                Linear.of(WIDTHS[2], WIDTHS[3])),
            42);
    Optimizer optimizer = new Adam(RATE).over(model.parameters());
    Tensor x = Tensor.normal(1, BATCH, WIDTHS[0]);
    Tensor labels = labels();
    Training training = Training.of(42);
    return () ->
        Scope.run(
            () -> {
              Tensor logits = model.apply(x, training.at(optimizer.steps()));
              optimizer.step(Losses.crossEntropy(logits, labels).backward());
            });
  }

  private static Tensor labels() {
    int[] labels = new int[BATCH];
    for (int i = 0; i < BATCH; i++) {
      labels[i] = i % WIDTHS[WIDTHS.length - 1];
    }
    return Tensor.ints(labels);
  }
}
