package org.thalweg.benchmarks.work;

import org.thalweg.autodiff.Tensor;
import org.thalweg.optim.ArrayOptimizer;
import org.thalweg.optim.adaptive.Adam;

/// A step of Adam over one array of floats, with a gradient that stays the same.
///
/// @param name of the work
/// @param count of parameters
record AdamSteps(String name, int count) implements Work {
  @Override
  public Unit unit() {
    return Unit.nanosPer("parameter", count);
  }

  @Override
  public Limit limit() {
    return new Limit(new Streams(count), 1);
  }

  @Override
  public Runnable prepare() {
    float[] parameters = Tensor.uniform(1, count).toFloats();
    float[] gradient = Tensor.uniform(2, count).toFloats();
    ArrayOptimizer optimizer = new Adam().over(parameters);
    return () -> optimizer.step(gradient);
  }
}
