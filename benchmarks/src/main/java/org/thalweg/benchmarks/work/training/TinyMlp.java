package org.thalweg.benchmarks.work.training;

import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.benchmarks.work.Unit;
import org.thalweg.benchmarks.work.Work;
import org.thalweg.nn.Activation;
import org.thalweg.nn.Layer;
import org.thalweg.nn.Linear;
import org.thalweg.nn.Losses;
import org.thalweg.nn.Sequential;
import org.thalweg.optim.Optimizer;
import org.thalweg.optim.gradient.Sgd;

/// A training step of 2-16-1 on one example: tanh, squared error, SGD. Arithmetic is nothing here.
///
/// The target is 1 and −1 by turns, so that the error never vanishes.
public record TinyMlp() implements Work {
  @Override
  public String name() {
    return "tiny-mlp";
  }

  @Override
  public Unit unit() {
    return Unit.MICROSECONDS;
  }

  @Override
  public Runnable prepare() {
    Layer model =
        Layer.build(Sequential.of(Linear.of(2, 16), Activation.tanh(), Linear.of(16, 1)), 42);
    Optimizer optimizer = new Sgd(0.01).over(model.parameters());
    Tensor x = Tensor.of(new float[] {0.5f, -0.25f}, Shape.of(1, 2));
    Tensor up = Tensor.ones(1, 1);
    Tensor down = up.negated();
    return () -> {
      Tensor target = optimizer.steps() % 2 == 0 ? up : down;
      optimizer.step(Losses.squaredError(model.apply(x), target).backward());
    };
  }
}
