package org.thalweg.benchmarks.work.operation;

import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.benchmarks.work.FmaPeak;
import org.thalweg.benchmarks.work.Limit;
import org.thalweg.benchmarks.work.Streams;
import org.thalweg.benchmarks.work.Unit;
import org.thalweg.benchmarks.work.Work;

/// The product of two matrices, m × k and k × n, by the public operation. A scope recycles the
/// result, so that it is written to the same memory each time, as the peer's is by `out=`.
///
/// @param dtype of the numbers
/// @param m rows of the first
/// @param k columns of the first and rows of the second
/// @param n columns of the second
public record Matmul(DType dtype, int m, int k, int n) implements Work {
  /// The product of two square matrices.
  public static Matmul square(DType dtype, int size) {
    return new Matmul(dtype, size, size, size);
  }

  @Override
  public String name() {
    String size = m == k && k == n ? Integer.toString(m) : m + "x" + k + "x" + n;
    return "matmul-" + (dtype == DType.FLOAT32 ? "f32" : "f64") + "-" + size;
  }

  @Override
  public Unit unit() {
    return Unit.MICROSECONDS;
  }

  /// Its multiply-adds. With a vector each number of the matrix is in one alone, so that it is
  /// reading them that takes the time: one pass.
  @Override
  public Limit limit() {
    return m == 1 || n == 1
        ? new Limit(new Streams(m * k * n, 1, 0), 1)
        : new FmaPeak(dtype).forOperations(2.0 * m * k * n);
  }

  @Override
  public Runnable prepare() {
    Tensor a = Tensor.uniform(1, m, k).to(dtype);
    Tensor b = Tensor.uniform(2, k, n).to(dtype);
    return () -> Scope.run(() -> a.matmul(b));
  }
}
