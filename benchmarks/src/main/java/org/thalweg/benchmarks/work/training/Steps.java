package org.thalweg.benchmarks.work.training;

import java.util.Arrays;
import java.util.function.Function;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.nn.Layer;
import org.thalweg.nn.Training;
import org.thalweg.optim.Optimizer;
import org.thalweg.optim.Rule;

/// What training steps have in common.
///
/// Rates are so small, and inputs so evenly spread around 0, that the same batch can be learned
/// from thousands of times without the loss going to 0 or a unit dying: the moments of a vanished
/// gradient are denormal numbers, which make every step slow, ours and the peer's.
final class Steps {
  /// The rate of every optimizer here that has to leave a model as it is.
  static final double RATE = 1e-6;

  private Steps() {}

  /// A step of a model on one batch, inside a scope: forward, loss, backward, optimizer.
  static Runnable of(Layer model, Rule rule, Tensor x, Function<Tensor, Tensor> loss) {
    Optimizer optimizer = rule.over(model.parameters());
    Training training = Training.of(42);
    return () ->
        Scope.run(
            () -> {
              Tensor y = model.apply(x, training.at(optimizer.steps()));
              optimizer.step(loss.apply(y).backward());
            });
  }

  /// 0, 1, 2, … and again from 0 after so many classes.
  static Tensor labels(int count, int classes) {
    int[] labels = new int[count];
    Arrays.setAll(labels, i -> i % classes);
    return Tensor.ints(labels);
  }
}
