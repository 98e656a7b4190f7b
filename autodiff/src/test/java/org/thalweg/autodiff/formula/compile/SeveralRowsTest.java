package org.thalweg.autodiff.formula.compile;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.Precision;
import org.thalweg.autodiff.kernel.Simd;
import org.thalweg.autodiff.kernel.WarmUp;

/// Several rows in one call are what a call for each row gives, bit for bit, before and after the
/// loop over rows has been compiled.
@Timeout(60)
@Tag("alone")
class SeveralRowsTest {
  private static final int SPACE = 4096;

  /// x and a number for each row, y and a row for all, and a second output.
  private static final Formula FORMULA =
      Formula.of(
          List.of("x", "c", "y", "r"),
          in -> {
            Expr t = in.get(0).times(in.get(1)).plus(in.get(3));
            return List.of(t.exp(), Expr.where(t.lessThan(in.get(2)), in.get(2), t));
          });

  private static final int BROADCAST = 0b10;

  private final Random random = new Random(7);

  private Object numbers(Precision precision) {
    float[] floats = new float[SPACE];
    double[] doubles = new double[SPACE];
    for (int i = 0; i < SPACE; i++) {
      doubles[i] = random.nextGaussian();
      floats[i] = (float) doubles[i];
    }
    return precision == Precision.FLOAT ? floats : doubles;
  }

  private static Object copy(Object x) {
    return x instanceof float[] floats ? floats.clone() : ((double[]) x).clone();
  }

  private Object[] operands(Precision precision) {
    Object[] arrays = new Object[6];
    for (int k = 0; k < arrays.length; k++) {
      arrays[k] = numbers(precision);
    }
    return arrays;
  }

  private void compare(FormulaKernel kernel, Precision precision, int rows, int from, int to) {
    int[] offsets = {3, 0, 5, 1, 0, 2};
    int[] steps = {to + 7, 1, to, 0, to + 1, to + 3};
    Object[] once = operands(precision);
    Object[] each = once.clone();
    each[4] = copy(once[4]);
    each[5] = copy(once[5]);
    kernel.run(BROADCAST, once, offsets, steps, rows, from, to);
    int[] places = offsets.clone();
    for (int row = 0; row < rows; row++) {
      kernel.run(BROADCAST, each, places, from, to);
      for (int k = 0; k < places.length; k++) {
        places[k] += steps[k];
      }
    }
    String what = precision + ", " + rows + " rows, " + from + " to " + to;
    assertThat(once[4]).as(what).isEqualTo(each[4]);
    assertThat(once[5]).as(what).isEqualTo(each[5]);
    assertThat(offsets).containsExactly(3, 0, 5, 1, 0, 2);
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void areWhatOneRowAfterTheOtherGives(Precision precision) {
    FormulaKernel kernel = FormulaKernel.of(FORMULA, precision);
    for (int time = 0; time < 2; time++) {
      for (int rows : new int[] {1, 2, 3, 7}) {
        for (int length : new int[] {0, 1, 15, 16, 17, 32, 48, 128, 130}) {
          compare(kernel, precision, rows, 0, length);
          compare(kernel, precision, rows, 5, 5 + length);
        }
      }
      WarmUp.await();
    }
  }

  /// A row of one vector has code of its own; elements by themselves are scalar.
  @ParameterizedTest
  @EnumSource(Precision.class)
  void ofAnyLengthAreWhatElementsByThemselvesAre(Precision precision) {
    FormulaKernel kernel = FormulaKernel.of(FORMULA, precision);
    for (int time = 0; time < 2; time++) {
      for (int length = 1; length <= 40; length++) {
        Object[] once = operands(precision);
        Object[] each = once.clone();
        each[4] = copy(once[4]);
        each[5] = copy(once[5]);
        int[] offsets = {3, 0, 5, 1, 0, 2};
        kernel.run(BROADCAST, once, offsets, 0, length);
        for (int i = 0; i < length; i++) {
          kernel.run(BROADCAST, each, offsets, i, i + 1);
        }
        assertThat(once[4]).as("%s, %d elements", precision, length).isEqualTo(each[4]);
        assertThat(once[5]).as("%s, %d elements", precision, length).isEqualTo(each[5]);
      }
      WarmUp.await();
    }
  }

  /// What is left of a row is computed together with elements before it, but not where those have
  /// been overwritten.
  @ParameterizedTest
  @EnumSource(Precision.class)
  void inPlaceAreWhatTheyAreElsewhere(Precision precision) {
    FormulaKernel kernel = FormulaKernel.of(polynomial(), precision);
    int[] offsets = {3, 3};
    for (int time = 0; time < 2; time++) {
      for (int length : new int[] {1, 15, 17, 31, 40, 130}) {
        int[] steps = {length + 2, length + 2};
        Object x = numbers(precision);
        Object elsewhere = copy(x);
        kernel.run(0, new Object[] {x, elsewhere}, offsets, steps, 3, 0, length);
        Object oneByOne = copy(x);
        for (int i = 0; i < 3; i++) {
          int[] row = {3 + i * steps[0], 3 + i * steps[0]};
          kernel.run(0, new Object[] {oneByOne, oneByOne}, row, 0, length);
        }
        kernel.run(0, new Object[] {x, x}, offsets, steps, 3, 0, length);
        assertThat(x).as("%s, %d elements", precision, length).isEqualTo(elsewhere);
        assertThat(oneByOne).as("%s, %d elements", precision, length).isEqualTo(elsewhere);
      }
      WarmUp.await();
    }
  }

  /// Many operators, the last of which reads the input.
  private static Formula polynomial() {
    return Formula.of(
        List.of("x"),
        in -> {
          Expr t = in.get(0);
          for (int k = 0; k < 12; k++) {
            t = t.times(in.get(0)).plus(Expr.number(k));
          }
          return List.of(t);
        });
  }

  @Test
  void takeNothingFromTheHeapFromTheFirstRealCallOn() {
    Assumptions.assumeTrue(Simd.available(), "there are no vector loops");
    FormulaKernel kernel = FormulaKernel.of(FORMULA, Precision.FLOAT);
    ThreadMXBean meter = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Object[] arrays = operands(Precision.FLOAT);
    int[] offsets = new int[6];
    int[] steps = {128, 1, 128, 0, 128, 128};
    int vector = Simd.bits() / Float.SIZE;
    List<String> abandoned = WarmUp.abandoned();
    kernel.run(BROADCAST, arrays, offsets, steps, 2, 0, 128);
    kernel.run(BROADCAST, arrays, offsets, steps, 2, 0, vector);
    WarmUp.await();
    assertThat(WarmUp.abandoned()).isEqualTo(abandoned);
    for (int length : new int[] {128, vector, 127, vector + 1}) {
      for (int rows : new int[] {30, 2, 5}) {
        long before = meter.getCurrentThreadAllocatedBytes();
        kernel.run(BROADCAST, arrays, offsets, steps, rows, 0, length);
        assertThat(meter.getCurrentThreadAllocatedBytes() - before)
            .as("%d rows of %d", rows, length)
            .isZero();
      }
    }
  }

  /// The gradients of one formula in three inputs, where that of the output is one number: what
  /// follows from it alone is made before the loop, and was left on the heap.
  @Test
  void ofTwoStagesThatShareNumbersBecomeWarm() {
    Assumptions.assumeTrue(Simd.available(), "there are no vector loops");
    Formula chain =
        Formula.of(
            List.of("x", "a", "b", "mask"),
            in -> List.of(in.get(0).times(in.get(1)).plus(in.get(2)).gelu().times(in.get(3))));
    Formula gradients = chain.pullbacks(0b111).formula();
    FormulaKernel kernel = FormulaKernel.of(gradients, Precision.FLOAT);
    long ofOutput = 1L << (gradients.inputs().size() - 1);
    Object[] arrays = new Object[gradients.inputs().size() + 3];
    Arrays.setAll(arrays, _ -> numbers(Precision.FLOAT));
    int[] steps = new int[arrays.length];
    Arrays.fill(steps, 256);
    List<String> abandoned = WarmUp.abandoned();
    kernel.run(ofOutput, arrays, new int[arrays.length], steps, 4, 0, 256);
    WarmUp.await();
    assertThat(WarmUp.abandoned()).isEqualTo(abandoned);
  }
}
