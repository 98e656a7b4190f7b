package org.thalweg.benchmarks.work.training;

import java.util.ArrayList;
import java.util.List;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.benchmarks.work.FmaPeak;
import org.thalweg.benchmarks.work.Heap;
import org.thalweg.benchmarks.work.Limit;
import org.thalweg.benchmarks.work.Unit;
import org.thalweg.benchmarks.work.Work;
import org.thalweg.nn.Activation;
import org.thalweg.nn.Layer;
import org.thalweg.nn.Linear;
import org.thalweg.nn.Losses;
import org.thalweg.nn.Sequential;
import org.thalweg.optim.adaptive.Adam;

/// A whole training step of a 784-512-256-10 classifier on a batch of 128: forward, cross-entropy,
/// backward, Adam, inside a scope.
public record MlpStep() implements Work {
  private static final int BATCH = 128;
  private static final int[] WIDTHS = {784, 512, 256, 10};

  /// Of the weights `[out, in]` and biases, in order.
  public static List<Shape> shapes() {
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
  public boolean isTraining() {
    return true;
  }

  @Override
  public List<String> heap() {
    return Heap.ofMost(128);
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
    Tensor labels = Steps.labels(BATCH, WIDTHS[WIDTHS.length - 1]);
    return Steps.of(
        model,
        new Adam(Steps.RATE),
        Tensor.normal(1, BATCH, WIDTHS[0]),
        logits -> Losses.crossEntropy(logits, labels));
  }
}
