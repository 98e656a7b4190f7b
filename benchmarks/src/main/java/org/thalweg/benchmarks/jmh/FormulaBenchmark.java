package org.thalweg.benchmarks.jmh;

import java.util.List;
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
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.Formulas;
import org.thalweg.autodiff.formula.Precision;
import org.thalweg.autodiff.formula.compile.FormulaKernel;

/// Compiled formulas of one input over contiguous arrays, on the calling thread.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 2, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FormulaBenchmark {
  private static final List<Formula> FORMULAS =
      List.of(
          Formulas.SQUARE,
          Formulas.EXP,
          Formulas.LOG,
          Formulas.TANH,
          Formulas.ERF,
          Formulas.GELU,
          Formulas.SIGMOID,
          Formulas.SIN);

  /// The name.
  @Param({"square", "exp", "log", "tanh", "erf", "gelu", "sigmoid", "sin"})
  public String formula = "";

  /// How many elements.
  @Param({"100", "10000", "1000000"})
  public int elements;

  private final int[] offsets = new int[2];
  private FormulaKernel floatKernel = FormulaKernel.of(Formulas.SQUARE, Precision.FLOAT);
  private FormulaKernel doubleKernel = FormulaKernel.of(Formulas.SQUARE, Precision.DOUBLE);
  private Object[] floatArrays = {};
  private Object[] doubleArrays = {};

  /// Makes the arrays.
  @Setup
  public void prepare() {
    Formula chosen =
        FORMULAS.stream().filter(one -> one.name().equals(formula)).findFirst().orElseThrow();
    floatKernel = FormulaKernel.of(chosen, Precision.FLOAT);
    doubleKernel = FormulaKernel.of(chosen, Precision.DOUBLE);
    floatArrays = new Object[] {Kernels.floats(elements), new float[elements]};
    doubleArrays = new Object[] {Kernels.doubles(elements), new double[elements]};
    Kernels.warm(1, this::floats);
    Kernels.warm(1, this::doubles);
  }

  /// In `float`.
  @Benchmark
  public Object floats() {
    floatKernel.run(0, floatArrays, offsets, 0, elements);
    return floatArrays;
  }

  /// In `double`.
  @Benchmark
  public Object doubles() {
    doubleKernel.run(0, doubleArrays, offsets, 0, elements);
    return doubleArrays;
  }
}
