package org.thalweg.benchmarks.work.training;

import java.util.List;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.operation.window.Convolution;
import org.thalweg.benchmarks.work.FmaPeak;
import org.thalweg.benchmarks.work.Heap;
import org.thalweg.benchmarks.work.Limit;
import org.thalweg.benchmarks.work.Unit;
import org.thalweg.benchmarks.work.Work;
import org.thalweg.nn.Activation;
import org.thalweg.nn.Flatten;
import org.thalweg.nn.Layer;
import org.thalweg.nn.Linear;
import org.thalweg.nn.Losses;
import org.thalweg.nn.Sequential;
import org.thalweg.nn.window.Conv2d;
import org.thalweg.nn.window.Pool;
import org.thalweg.optim.adaptive.Adam;

/// A training step of a classifier of images, 28 × 28, in batches of 64: convolutions 3 × 3 of 1 to
/// 32 and 32 to 64 channels, each with ReLU and the maxima of 2 × 2 windows, then 3136-128-10;
/// cross-entropy, Adam.
public record CnnStep() implements Work {
  private static final int BATCH = 64;
  private static final int SIDE = 28;
  private static final int FIRST = 32;
  private static final int SECOND = 64;
  private static final int FLAT = SECOND * (SIDE / 4) * (SIDE / 4);
  private static final int HIDDEN = 128;
  private static final int CLASSES = 10;

  @Override
  public String name() {
    return "cnn-step";
  }

  @Override
  public Unit unit() {
    return Unit.MILLISECONDS;
  }

  /// Products alone, three for each layer, but two for the first, whose input needs no gradient.
  @Override
  public Limit limit() {
    double first = (double) SIDE * SIDE * 9 * FIRST;
    double second = (double) SIDE * SIDE / 4 * 9 * FIRST * SECOND;
    double rest = FLAT * HIDDEN + HIDDEN * CLASSES;
    double operations = 2.0 * BATCH * (2 * first + 3 * (second + rest));
    return new FmaPeak(DType.FLOAT32).forOperations(operations);
  }

  @Override
  public boolean isTraining() {
    return true;
  }

  @Override
  public List<String> heap() {
    return Heap.ofMost(256);
  }

  @Override
  public Runnable prepare() {
    Convolution same = Convolution.plain().padding(1);
    Layer model =
        Layer.build(
            Sequential.of(
                Conv2d.of(1, FIRST, 3, same),
                Activation.relu(),
                Pool.max2d(2),
                Conv2d.of(FIRST, SECOND, 3, same),
                Activation.relu(),
                Pool.max2d(2),
                Flatten.of(),
                Linear.of(FLAT, HIDDEN),
                Activation.relu(),
                Linear.of(HIDDEN, CLASSES)),
            42);
    Tensor labels = Steps.labels(BATCH, CLASSES);
    return Steps.of(
        model,
        new Adam(Steps.RATE),
        Tensor.normal(1, BATCH, 1, SIDE, SIDE),
        logits -> Losses.crossEntropy(logits, labels));
  }
}
