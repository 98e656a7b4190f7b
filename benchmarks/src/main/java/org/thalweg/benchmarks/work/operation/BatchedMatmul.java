package org.thalweg.benchmarks.work.operation;

import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.benchmarks.work.FmaPeak;
import org.thalweg.benchmarks.work.Limit;
import org.thalweg.benchmarks.work.Unit;
import org.thalweg.benchmarks.work.Work;

/// Many products of two square matrices of `float`, by one operation, inside a scope.
///
/// @param count of the products
/// @param size rows and columns of the matrices
public record BatchedMatmul(int count, int size) implements Work {
  @Override
  public String name() {
    return "bmm-f32-" + count + "x" + size;
  }

  @Override
  public Unit unit() {
    return Unit.MICROSECONDS;
  }

  @Override
  public Limit limit() {
    return new FmaPeak(DType.FLOAT32).forOperations(2.0 * count * size * size * size);
  }

  @Override
  public Runnable prepare() {
    Tensor a = Tensor.uniform(1, count, size, size);
    Tensor b = Tensor.uniform(2, count, size, size);
    return () -> Scope.run(() -> a.matmul(b));
  }
}
