package org.thalweg.autodiff.formula.compile;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.Precision;
import org.thalweg.autodiff.kernel.Simd;
import org.thalweg.autodiff.kernel.WarmUp;

/// A vector loop that has been taken into use is compiled for whatever comes: its first real call
/// does not fall back to the interpreter, where every vector is an object on the heap.
@Timeout(60)
@Tag("alone")
class FirstRealCallTest {
  private static final ThreadMXBean METER = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int LENGTH = 10_000;

  static Stream<Formula> formulas() {
    return Stream.of(
        Formula.of(
            List.of("x", "y", "c"), in -> List.of(in.get(0).times(in.get(1)).plus(in.get(2)))),
        Formula.of(
            List.of("x", "y", "c"),
            in ->
                List.of(
                    Expr.where(in.get(2).equalTo(Expr.number(1)), in.get(0), in.get(1).square()))),
        Formula.of(
            List.of("x", "y", "c", "d"),
            in ->
                List.of(
                    in.get(0)
                        .plus(in.get(1))
                        .times(
                            Expr.where(
                                in.get(2).greaterThan(in.get(3)),
                                in.get(3).over(in.get(2)),
                                Expr.number(1))))));
  }

  @ParameterizedTest
  @MethodSource("formulas")
  void whateverTheLengthAndTheNumbersNothingIsAllocated(Formula formula) {
    Assumptions.assumeTrue(Simd.available(), "there are no vector loops");
    FormulaKernel kernel = FormulaKernel.of(formula, Precision.FLOAT);
    int inputs = formula.inputs().size();
    Object[] arrays = new Object[inputs + 1];
    Arrays.setAll(arrays, _ -> new float[LENGTH]);
    int[] offsets = new int[arrays.length];
    long broadcast = -1L >>> (Long.SIZE - inputs) & -1L << 2;
    kernel.run(broadcast, arrays, offsets, 0, LENGTH);
    WarmUp.await();
    for (float number : new float[] {1, 3, -3}) {
      ((float[]) arrays[2])[0] = number;
      for (int length : new int[] {LENGTH, LENGTH - 3, 5, 1, 0}) {
        long before = METER.getCurrentThreadAllocatedBytes();
        kernel.run(broadcast, arrays, offsets, 0, length);
        long bytes = METER.getCurrentThreadAllocatedBytes() - before;
        assertThat(bytes).as("%s, number %s, %d elements", formula, number, length).isZero();
      }
    }
  }
}
