package org.thalweg.autodiff.formula.elementary;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.Precision;
import org.thalweg.autodiff.formula.compile.FormulaKernel;

/// Every float there is; only of the angles for which the functions of the library are taken, which
/// is slow, one block in 64. The kernel for double, which other tests hold to a few ulp of its own
/// precision, says what is right.
@Tag("heavy")
class ElementarySweepTest {
  private static final int BLOCK = 1 << 16;
  private static final Set<Elementary> PERIODIC =
      EnumSet.of(Elementary.SIN, Elementary.COS, Elementary.TAN);

  @ParameterizedTest
  @EnumSource(Elementary.class)
  void everyFloatIsWithinTheBound(Elementary function) {
    Worst worst = sweep(function);
    assertThat(worst.count).isGreaterThan(1L << 31);
    assertThat(worst.error).as(worst.toString()).isBetween(0.49, function.floatBound);
  }

  /// The largest error over all floats; one that is rounded right is not looked at twice.
  static Worst sweep(Elementary function) {
    Formula formula =
        Formula.of(List.of("x"), inputs -> List.of(function.expr)).named(function.name());
    FormulaKernel singles = FormulaKernel.of(formula, Precision.FLOAT);
    FormulaKernel doubles = FormulaKernel.of(formula, Precision.DOUBLE);
    float[] x = new float[BLOCK];
    float[] y = new float[BLOCK];
    double[] exactX = new double[BLOCK];
    double[] exactY = new double[BLOCK];
    int[] offsets = new int[2];
    Worst worst = new Worst();
    boolean isPeriodic = PERIODIC.contains(function);
    for (long first = Integer.MIN_VALUE; first <= Integer.MAX_VALUE; first += BLOCK) {
      boolean isFar = Math.abs(Float.intBitsToFloat((int) first)) >= 0x1p19f;
      if (isPeriodic && isFar && first / BLOCK % 64 != 0) {
        continue;
      }
      for (int i = 0; i < BLOCK; i++) {
        x[i] = Float.intBitsToFloat((int) first + i);
        exactX[i] = x[i];
      }
      singles.run(0, new Object[] {x, y}, offsets, 0, BLOCK);
      doubles.run(0, new Object[] {exactX, exactY}, offsets, 0, BLOCK);
      for (int i = 0; i < BLOCK; i++) {
        if (Ulp.isSame(y[i], (float) exactY[i])) {
          worst.count++;
        } else {
          worst.add(x[i], y[i], function.error(x[i], y[i], exactY[i]));
        }
      }
    }
    return worst;
  }
}
