package org.thalweg.benchmarks.work.operation;

import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.benchmarks.work.FmaPeak;
import org.thalweg.benchmarks.work.Limit;
import org.thalweg.benchmarks.work.Unit;
import org.thalweg.benchmarks.work.Work;

/// The product of two square matrices, by the public operation. A scope recycles the result, so
/// that it is written to the same memory each time, as the peer's is by `out=`.
///
/// @param dtype of the numbers
/// @param size rows and columns of both matrices
public record Matmul(DType dtype, int size) implements Work {
  @Override
  public String name() {
    return "matmul-" + (dtype == DType.FLOAT32 ? "f32" : "f64") + "-" + size;
  }

  @Override
  public Unit unit() {
    return Unit.MICROSECONDS;
  }

  @Override
  public Limit limit() {
    return new FmaPeak(dtype).forOperations(2.0 * size * size * size);
  }

  @Override
  public Runnable prepare() {
    Tensor a = Tensor.uniform(1, size, size).to(dtype);
    Tensor b = Tensor.uniform(2, size, size).to(dtype);
    return () -> Scope.run(() -> a.matmul(b));
  }
}
