package org.thalweg.autodiff.formula;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.thalweg.autodiff.formula.KernelData.Call;
import org.thalweg.autodiff.kernel.Simd;
import org.thalweg.autodiff.kernel.WarmUp;

/// Kernels as users get them: first scalar, then compiled vectors, in one pass or in stages.
@Timeout(120)
class WarmKernelTest {
  /// A step of Adam: three outputs, four arrays and four numbers.
  static final Formula ADAM =
      Formula.of(
              List.of("θ", "g", "m", "v", "β", "γ", "η", "ε"),
              in -> {
                Expr g = in.get(1);
                Expr m = in.get(4).times(in.get(2)).plus(Expr.number(1).minus(in.get(4)).times(g));
                Expr v =
                    in.get(5)
                        .times(in.get(3))
                        .plus(Expr.number(1).minus(in.get(5)).times(g.square()));
                Expr step = in.get(6).times(m).over(v.sqrt().plus(in.get(7)));
                return List.of(in.get(0).minus(step), m, v);
              })
          .named("adam");

  private static final int[] SIZES = {0, 1, 15, 16, 17, 65, 127, 1000, 4098};

  /// A formula, the inputs that have one element, and its kernel.
  private record Case(Formula formula, Precision precision, long broadcast) {
    FormulaKernel kernel() {
      return formula.kernel(precision);
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
      cases.add(new Case(ADAM, precision, 0b1111_0000));
    }
    cases.add(new Case(long_(60), Precision.FLOAT, 0b10));
    cases.add(new Case(Formulas.POW, Precision.DOUBLE, 0));
    return cases;
  }

  private static Formula pullback(Formula f, int input) {
    PointwisePullback pullback = f.pullback(input);
    assertThat(pullback).isNotNull();
    return pullback.formula();
  }

  /// A formula of so many steps, of which both inputs, masks and values cross every cut.
  private static Formula long_(int steps) {
    return Formula.of(
            "x",
            "a",
            (x, a) -> {
              Expr y = x;
              for (int i = 0; i < steps; i++) {
                Expr next = y.times(a).plus(x).minus(i);
                y = Expr.where(x.lessThan(Expr.number(i - 30)), next, y.max(a.minus(i)));
              }
              return y;
            })
        .named("long");
  }

  @Test
  void compiledVectorsTakeOverAndNoBitChanges() {
    long before = FormulaKernel.vectorLoops();
    List<Case> cases = cases();
    for (int size : SIZES) {
      cases.forEach(one -> one.compare(size, "at once"));
    }
    WarmUp.await();
    if (Simd.available()) {
      assertThat(FormulaKernel.vectorLoops() - before)
          .as("vector loops taken into use, each formula of this test having one at least")
          .isGreaterThanOrEqualTo(cases.size());
    } else {
      assertThat(FormulaKernel.vectorLoops()).isZero();
    }
    for (int size : SIZES) {
      cases.forEach(one -> one.compare(size, "warm"));
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void aLongFormulaIsCutIntoStagesWithoutATrace(Precision precision) {
    Formula f = long_(200);
    for (long pattern : KernelData.patterns(2)) {
      Program program = KernelData.program(f, precision, pattern);
      Loop staged = StagedLoop.of(program);
      assertThat(staged).isInstanceOf(pattern == 0b11 ? WarmLoop.class : StagedLoop.class);
      Loop whole = KernelClass.scalar(program);
      for (int size : new int[] {0, 1, 17, 511, 512, 513, 1000, 1537}) {
        Call call = Call.of(new SplittableRandom(size), f, precision, size);
        Call again = call.copied();
        call.run(whole);
        again.run(staged);
        again.assertSameBits(call, "long of " + size + " elements, pattern " + pattern);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void stagesMayWriteOverTheirInputs(Precision precision) {
    Formula f =
        Formula.of(
            List.of("x", "y"),
            in -> {
              Expr x = in.get(0);
              Expr y = in.get(1);
              for (int i = 0; i < 100; i++) {
                Expr sum = x.plus(y);
                x = y.times(0.5).minus(i);
                y = sum;
              }
              return List.of(y, x);
            });
    Program program = KernelData.program(f, precision, 0);
    assertThat(StagedLoop.of(program)).isInstanceOf(StagedLoop.class);
    Call apart = Call.of(new SplittableRandom(1), f, precision, 1300);
    Call inPlace = apart.inPlace(2, 0, 0).inPlace(2, 1, 1).copied();
    apart.run(KernelClass.scalar(program));
    inPlace.run(StagedLoop.of(program));
    for (int j = 0; j < 2; j++) {
      for (int i = apart.from(); i < apart.to(); i++) {
        assertThat(KernelData.bits(inPlace.arrays()[j])[i + inPlace.offsets()[j]])
            .as("output %d, element %d", j, i)
            .isEqualTo(KernelData.bits(apart.arrays()[2 + j])[i + apart.offsets()[2 + j]]);
      }
    }
  }

  @Test
  void noNameOfAnInputIsMistakenForWhatPassesFromStageToStage() {
    Formula plain = long_(60);
    Formula named = Formula.of(List.of("#0", "#1"), in -> List.of(renamed(plain, in)));
    Program program = KernelData.program(named, Precision.FLOAT, 0);
    Call call = Call.of(new SplittableRandom(3), named, Precision.FLOAT, 100);
    Call again = call.copied();
    call.run(KernelClass.scalar(program));
    again.run(StagedLoop.of(program));
    again.assertSameBits(call, "inputs called #0 and #1");
  }

  private static Expr renamed(Formula f, List<Expr> names) {
    Expr x = Expr.input(f.inputs().get(0));
    Expr a = Expr.input(f.inputs().get(1));
    return Order.rewrite(f.outputs(), e -> e == x ? names.get(0) : e == a ? names.get(1) : e)
        .get(0);
  }

  @Test
  void sixtyFourInputsAreAsGoodAsOneWhetherTheyHaveOneElementOrMany() {
    List<String> names = new ArrayList<>();
    for (int k = 0; k < 64; k++) {
      names.add("x" + k);
    }
    Formula sum = Formula.of(names, in -> List.of(in.stream().reduce(Expr.number(0), Expr::plus)));
    for (long pattern : new long[] {0, -1, 1L << 63, Long.MAX_VALUE, 0x5555_5555_5555_5555L}) {
      new Case(sum, Precision.DOUBLE, pattern).compare(100, "pattern " + pattern);
    }
  }

  @Test
  void aKernelIsSharedByFormulasOfEqualStructure() {
    Formula one = Formula.of("x", x -> x.tanh().plus(3)).named("one");
    Formula other = Formula.of("x", x -> x.tanh().plus(3)).named("other");
    assertThat(one.kernel(Precision.FLOAT)).isSameAs(other.kernel(Precision.FLOAT));
    assertThat(one.kernel(Precision.FLOAT)).isNotSameAs(one.kernel(Precision.DOUBLE));
  }

  @Test
  void elementsOutsideTheRangeAreNeitherReadNorWritten() {
    float[] x = {1, 2, 3, 4, 5};
    float[] y = {9, 9, 9, 9, 9};
    FormulaKernel kernel = Formulas.SQUARE.kernel(Precision.FLOAT);
    kernel.run(0, new Object[] {x, y}, new int[] {-1, 0}, 2, 4);
    assertThat(y).containsExactly(9, 9, 4, 9, 9);
    assertThat(x).containsExactly(1, 2, 3, 4, 5);
  }
}
