package org.thalweg.benchmarks.work.operation;

import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.benchmarks.work.Limit;
import org.thalweg.benchmarks.work.Streams;
import org.thalweg.benchmarks.work.Unit;
import org.thalweg.benchmarks.work.Work;

/// The sum of two tensors, the second of which is broadcast to the shape of the first. A scope
/// recycles the result.
///
/// @param name in the report
/// @param x the shape of the first, and of the sum
/// @param y the shape of the second
public record Plus(String name, Shape x, Shape y) implements Work {
  @Override
  public Unit unit() {
    return Unit.MICROSECONDS;
  }

  /// One pass that reads x and writes the sum, and reads y where that is as large.
  @Override
  public Limit limit() {
    return new Limit(new Streams(x.elements(), x.equals(y) ? 2 : 1, 1), 1);
  }

  @Override
  public Runnable prepare() {
    Tensor first = Tensor.normal(1, x.sizes());
    Tensor second = Tensor.normal(2, y.sizes());
    return () -> Scope.run(() -> first.plus(second));
  }
}
