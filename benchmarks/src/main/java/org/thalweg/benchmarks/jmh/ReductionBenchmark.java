package org.thalweg.benchmarks.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.thalweg.autodiff.kernel.Reduce;

/// Sums and maxima in `float`: of everything, of each row and of each column of a square matrix.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 2, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ReductionBenchmark {
  /// What is done.
  @Param({"SUM", "MAX"})
  public Reduce.Operation operation = Reduce.Operation.SUM;

  /// Rows and columns of the matrix.
  @Param({"10", "100", "1000"})
  public int size;

  /// Of the pool.
  @Param({"1", "2"})
  public int threads;

  private float[] matrix = {};
  private float[] result = {};

  /// Makes the matrix.
  @Setup
  public void prepare() {
    matrix = Kernels.floats(size * size);
    result = new float[size];
    Kernels.warm(threads, this::everything);
    Kernels.warm(threads, this::rows);
    Kernels.warm(threads, this::columns);
  }

  /// Of all elements.
  @Benchmark
  public double everything() {
    return Reduce.all(operation, matrix, 0, matrix.length);
  }

  /// Of each row.
  @Benchmark
  public float[] rows() {
    Reduce.values(operation, matrix, 0, size, size, 1, result, 0);
    return result;
  }

  /// Of each column.
  @Benchmark
  public float[] columns() {
    Reduce.values(operation, matrix, 0, 1, size, size, result, 0);
    return result;
  }
}
