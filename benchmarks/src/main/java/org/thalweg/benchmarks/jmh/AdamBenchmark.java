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
import org.thalweg.optim.ArrayOptimizer;
import org.thalweg.optim.adaptive.Adam;

/// A step of Adam in `float`.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 2, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AdamBenchmark {
  /// How many parameters.
  @Param({"1000", "500000", "10000000"})
  public int parameters;

  /// Of the pool.
  @Param({"1", "2"})
  public int threads;

  private float[] gradient = {};
  private ArrayOptimizer optimizer = new Adam().over(gradient);

  /// Makes the parameters and a gradient.
  @Setup
  public void prepare() {
    gradient = Kernels.floats(parameters);
    optimizer = new Adam().over(Kernels.floats(parameters));
    Kernels.warm(threads, this::step);
  }

  /// One step.
  @Benchmark
  public void step() {
    optimizer.step(gradient);
  }
}
