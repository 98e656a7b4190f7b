package org.thalweg.benchmarks.work.operation;

import org.thalweg.autodiff.Gradients;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.benchmarks.work.Unit;
import org.thalweg.benchmarks.work.Work;

/// The sum of tanh(p²) of a 4 × 4 parameter, forward and backward: arithmetic is nothing here, what
/// is timed is the graph.
public record SmallGraph() implements Work {
  @Override
  public String name() {
    return "graph-4x4";
  }

  @Override
  public Unit unit() {
    return Unit.MICROSECONDS;
  }

  @Override
  public Runnable prepare() {
    Parameter p = new Parameter("p", Tensor.uniform(1, 4, 4));
    return () -> {
      Gradients gradients = p.times(p).tanh().sum().backward();
      if (gradients.parameters().isEmpty()) {
        throw new IllegalStateException("graph-4x4: no gradient came back");
      }
    };
  }
}
