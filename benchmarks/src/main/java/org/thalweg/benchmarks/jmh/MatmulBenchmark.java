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
import org.thalweg.autodiff.kernel.matmul.Matmul;
import org.thalweg.autodiff.kernel.matmul.Strided;

/// Products of matrices `[rows, inner]` and `[inner, columns]`: square ones, and those of the
/// layers of a small network with their transposes.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 2, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MatmulBenchmark {
  /// Rows, inner size and columns.
  @Param({"96x96x96", "384x384x384", "1024x1024x1024", "128x784x512", "1x512x512", "512x512x1"})
  public String shape = "";

  /// Of the pool.
  @Param({"1", "2"})
  public int threads;

  private int m;
  private int k;
  private int n;
  private float[] a = {};
  private float[] b = {};
  private float[] c = {};
  private double[] aDoubles = {};
  private double[] bDoubles = {};
  private double[] cDoubles = {};

  /// Makes the matrices.
  @Setup
  public void prepare() {
    String[] sizes = shape.split("x", -1);
    m = Integer.parseInt(sizes[0]);
    k = Integer.parseInt(sizes[1]);
    n = Integer.parseInt(sizes[2]);
    a = Kernels.floats(m * k);
    b = Kernels.floats(k * n);
    c = new float[m * n];
    aDoubles = Kernels.doubles(m * k);
    bDoubles = Kernels.doubles(k * n);
    cDoubles = new double[m * n];
    Kernels.warm(threads, this::floats);
    Kernels.warm(threads, this::doubles);
  }

  /// C = A·B in `float`.
  @Benchmark
  public float[] floats() {
    multiply(Strided.rows(a, k), Strided.rows(b, n), Strided.rows(c, n));
    return c;
  }

  /// C = A·Bᵀ in `float`, as in a linear layer.
  @Benchmark
  public float[] floatsTransposed() {
    multiply(Strided.rows(a, k), Strided.rows(b, k).transposed(), Strided.rows(c, n));
    return c;
  }

  /// C = A·B in `double`.
  @Benchmark
  public double[] doubles() {
    multiply(Strided.rows(aDoubles, k), Strided.rows(bDoubles, n), Strided.rows(cDoubles, n));
    return cDoubles;
  }

  private void multiply(Strided x, Strided y, Strided z) {
    Matmul.multiply(x, 0, y, 0, z, 0, m, n, k, Matmul.Epilogue.NONE);
  }
}
