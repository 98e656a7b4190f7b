package org.thalweg.benchmarks.work.operation;

import java.util.List;
import org.thalweg.autodiff.Gradients;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.benchmarks.work.Limit;
import org.thalweg.benchmarks.work.Streams;
import org.thalweg.benchmarks.work.Unit;
import org.thalweg.benchmarks.work.Work;

/// The sum of gelu(x·a + b)·mask as one formula, forward and backward in x, a and b: x and the mask
/// are matrices, a and b rows, as the scale and the shift of a layer are. The exact form of gelu.
public record Chain() implements Work {
  private static final int SIDE = 1000;

  private static final Formula CHAIN =
      Formula.of(
              List.of("x", "a", "b", "mask"),
              in -> List.of(in.get(0).times(in.get(1)).plus(in.get(2)).gelu().times(in.get(3))))
          .named("chain");

  @Override
  public String name() {
    return "chain-1m";
  }

  @Override
  public Unit unit() {
    return Unit.MICROSECONDS;
  }

  /// One pass that reads x and the mask, and writes the gradient in x.
  @Override
  public Limit limit() {
    return new Limit(new Streams(SIDE * SIDE, 2, 1), 1);
  }

  @Override
  public Runnable prepare() {
    Parameter x = new Parameter("x", Tensor.normal(1, SIDE, SIDE));
    Parameter a = new Parameter("a", Tensor.uniform(2, SIDE).plus(0.5));
    Parameter b = new Parameter("b", Tensor.normal(3, SIDE));
    Tensor mask = Tensor.uniform(4, SIDE, SIDE).lessThan(0.5);
    return () ->
        Scope.run(
            () -> {
              Gradients gradients = Tensor.sumOf(CHAIN, x, a, b, mask).backward();
              if (gradients.parameters().size() < 3) {
                throw new IllegalStateException("chain-1m: a gradient is missing");
              }
            });
  }
}
