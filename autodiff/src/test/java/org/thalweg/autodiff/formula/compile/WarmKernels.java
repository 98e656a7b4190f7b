package org.thalweg.autodiff.formula.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.Formulas;
import org.thalweg.autodiff.formula.Precision;
import org.thalweg.autodiff.formula.compile.KernelData.Call;
import org.thalweg.autodiff.kernel.WarmUp;

/// Kernels as users get them: first scalar, then compiled vectors, in one pass or in stages. Prints
/// how many formulas there were, and how many vector loops have been taken into use.
///
/// It has a JVM of its own, where nothing else waits to be compiled.
final class WarmKernels {
  private static final int[] SIZES = {0, 1, 15, 16, 17, 65, 127, 1000, 4098};

  /// A formula, the inputs that have one element, and its kernel.
  private record Case(Formula formula, Precision precision, long broadcast) {
    FormulaKernel kernel() {
      return FormulaKernel.of(formula, precision);
    }

    void compare(int size, String when) {
      SplittableRandom random = new SplittableRandom(size);
      Call call = Call.of(random, formula, precision, size);
      Call again = call.copied();
      call.run(KernelClass.scalar(KernelData.program(formula, precision, broadcast)));
      kernel().run(broadcast, again.arrays(), again.offsets(), again.from(), again.to());
      again.assertSameBits(call, formula.name() + " of " + size + " elements, " + when);
    }
  }

  private static List<Case> cases() {
    Formula geluSecond = pullback(pullback(Formulas.GELU, 0), 0);
    List<Case> cases = new ArrayList<>();
    for (Precision precision : Precision.values()) {
      cases.add(new Case(Formulas.TANH, precision, 0));
      cases.add(new Case(Formulas.MAX, precision, 0b10));
      cases.add(new Case(geluSecond, precision, 0b1));
      cases.add(new Case(KernelData.ADAM, precision, 0b1111_0000));
    }
    cases.add(new Case(KernelData.long_(20), Precision.FLOAT, 0b10));
    cases.add(new Case(Formulas.POW, Precision.DOUBLE, 0));
    return cases;
  }

  private static Formula pullback(Formula f, int input) {
    return Objects.requireNonNull(f.pullback(input)).formula();
  }

  private WarmKernels() {}

  /// Every case at every size before and after the vectors take over; a difference is an error.
  public static void main(String[] arguments) {
    List<Case> cases = cases();
    for (int size : SIZES) {
      cases.forEach(one -> one.compare(size, "at once"));
    }
    WarmUp.await();
    for (int size : SIZES) {
      cases.forEach(one -> one.compare(size, "warm"));
    }
    System.out.println(cases.size() + " " + FormulaKernel.vectorLoops());
  }
}
