package org.thalweg.autodiff.formula.compile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.Formulas;
import org.thalweg.autodiff.formula.Order;
import org.thalweg.autodiff.formula.Precision;
import org.thalweg.autodiff.formula.compile.KernelData.Call;

/// Long formulas in stages, and what kernels do with their ranges and many inputs.
class StagedLoopTest {
  @ParameterizedTest
  @EnumSource(Precision.class)
  void aLongFormulaIsCutIntoStagesWithoutATrace(Precision precision) {
    Formula f = KernelData.long_(40);
    for (long pattern : KernelData.patterns(2)) {
      Program program = KernelData.program(f, precision, pattern);
      Loop staged = StagedLoop.of(program);
      assertThat(staged).isInstanceOf(StagedLoop.class);
      Loop whole = KernelClass.scalar(program);
      for (int size : new int[] {0, 1, 17, 513, 1023, 1024, 1025, 2049}) {
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
    inPlace.assertSameOutput(2, 0, apart, "stages in place");
    inPlace.assertSameOutput(2, 1, apart, "stages in place");
  }

  /// Short outputs are not repeated in the last stage, which would be as long as the formula.
  @ParameterizedTest
  @EnumSource(Precision.class)
  void noStageIsTooLongOrWritesNothingWhereThereAreManyOutputs(Precision precision) {
    List<String> names = IntStream.range(0, 60).mapToObj(k -> "x" + k).toList();
    for (int operators = 1; operators <= 4; operators++) {
      int deep = operators;
      Formula f =
          Formula.of(
              names,
              in ->
                  IntStream.range(1, 60)
                      .mapToObj(k -> scaled(in.get(k), in.get(0), deep))
                      .toList());
      Program program = KernelData.program(f, precision, 0);
      StagedLoop staged = (StagedLoop) StagedLoop.of(program);
      assertThat(staged.costs()).allSatisfy(cost -> assertThat(cost).isBetween(1, 88));
      Call call = Call.of(new SplittableRandom(deep), f, precision, 1100);
      Call again = call.copied();
      call.run(KernelClass.scalar(program));
      again.run(staged);
      again.assertSameBits(call, "outputs of " + deep + " operators");
    }
  }

  private static Expr scaled(Expr x, Expr g, int operators) {
    return operators == 1 ? x.times(g) : scaled(x, g, operators - 1).minus(g);
  }

  /// Powers, angles and logarithms are made by way of the bits of numbers, which are used far from
  /// where they are made.
  @ParameterizedTest
  @EnumSource(Precision.class)
  void formulasWhoseBitsAreUsedEverywhereAreCutToo(Precision precision) {
    List<Formula> formulas =
        List.of(
            Formula.of("x", "a", (x, a) -> x.pow(a.pow(x))),
            Formula.of("x", "a", (x, a) -> x.sin().times(x.cos()).times(a.times(x).tan())),
            Formula.of("x", "a", (x, a) -> x.tanh().times(a).exp().sin().log1p().sin()));
    for (Formula formula : formulas) {
      Formula f = formula;
      for (int order = 0; order < 3; order++) {
        for (long pattern : KernelData.patterns(2)) {
          Program program = KernelData.program(f, precision, pattern);
          Call call = Call.of(new SplittableRandom(order), f, precision, 600);
          Call again = call.copied();
          call.run(KernelClass.scalar(program));
          again.run(StagedLoop.of(program));
          again.assertSameBits(call, formula + ", order " + order + ", pattern " + pattern);
        }
        f = f.derivative(0, 0);
      }
    }
  }

  @Test
  void noNameOfAnInputIsMistakenForWhatPassesFromStageToStage() {
    Formula plain = KernelData.long_(60);
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

  @ParameterizedTest
  @ValueSource(longs = {0b00, 0b10, 0b11})
  void aLongFormulaIsComputedWhateverHasOneElement(long pattern) {
    double[] x = {1, 2, 3};
    double[] a = {0.5, 0.5, 0.5};
    double[] y = new double[3];
    FormulaKernel kernel = FormulaKernel.of(KernelData.chain(300), Precision.DOUBLE);
    kernel.run(pattern, new Object[] {x, a, y}, new int[3], 0, 3);
    // The fixed point of y = y/2 + x.
    double[] expected = pattern == 0b11 ? new double[] {2, 2, 2} : new double[] {2, 4, 6};
    assertThat(y).containsExactly(expected);
  }

  @Test
  void noMethodOfAKernelGrowsWithTheFormula() {
    for (long pattern : new long[] {0b01, 0b10, 0b11}) {
      Program program = KernelData.program(KernelData.chain(20_000), Precision.DOUBLE, pattern);
      assertThat(program.invariant).as("pattern %d", pattern).hasSizeLessThan(300);
    }
  }

  @Test
  void sixtyFourInputsAreAsGoodAsOneWhetherTheyHaveOneElementOrMany() {
    List<String> names = new ArrayList<>();
    for (int k = 0; k < 64; k++) {
      names.add("x" + k);
    }
    Formula sum = Formula.of(names, in -> List.of(in.stream().reduce(Expr.number(0), Expr::plus)));
    for (long pattern : new long[] {0, -1, 1L << 63, Long.MAX_VALUE}) {
      Call call = Call.of(new SplittableRandom(pattern), sum, Precision.DOUBLE, 100);
      Call again = call.copied();
      FormulaKernel kernel = FormulaKernel.of(sum, Precision.DOUBLE);
      kernel.run(pattern, call.arrays(), call.offsets(), call.from(), call.to());
      double[] y = (double[]) again.arrays()[64];
      for (int i = again.from(); i < again.to(); i++) {
        double expected = 0;
        for (int k = 0; k < 64; k++) {
          int element = (pattern >>> k & 1) == 0 ? i : 0;
          expected += ((double[]) again.arrays()[k])[element + again.offsets()[k]];
        }
        y[i + again.offsets()[64]] = expected;
      }
      call.assertSameBits(again, "sum with pattern " + pattern);
    }
  }

  @Test
  void aKernelIsSharedByFormulasOfEqualStructure() {
    Formula one = Formula.of("x", x -> x.tanh().plus(3)).named("one");
    Formula other = Formula.of("x", x -> x.tanh().plus(3)).named("other");
    assertThat(FormulaKernel.of(one, Precision.FLOAT))
        .isSameAs(FormulaKernel.of(other, Precision.FLOAT));
    assertThat(FormulaKernel.of(one, Precision.FLOAT))
        .isNotSameAs(FormulaKernel.of(one, Precision.DOUBLE));
  }

  @Test
  void elementsOutsideTheRangeAreNeitherReadNorWritten() {
    float[] x = {1, 2, 3, 4, 5};
    float[] y = {9, 9, 9, 9, 9};
    FormulaKernel kernel = FormulaKernel.of(Formulas.SQUARE, Precision.FLOAT);
    kernel.run(0, new Object[] {x, y}, new int[] {-1, 0}, 2, 4);
    assertThat(y).containsExactly(9, 9, 4, 9, 9);
    assertThat(x).containsExactly(1, 2, 3, 4, 5);
  }
}
