package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.Formulas;
import org.thalweg.autodiff.operation.PointwiseOp;

/// What pointwise operations say of the side of a kink they are on.
class BranchesTest {
  private static List<List<Double>> at(Formula formula, double... x) {
    List<List<Double>> all = new ArrayList<>();
    for (DType dtype : List.of(DType.FLOAT64, DType.FLOAT32)) {
      Tensor[] inputs =
          Arrays.stream(x).mapToObj(n -> Tensor.scalar(dtype, n)).toArray(Tensor[]::new);
      List<Double> numbers = new ArrayList<>();
      for (Array array : new PointwiseOp(formula).branches(inputs)) {
        assertThat(array.dtype()).isEqualTo(dtype);
        numbers.add(array.get(0));
      }
      all.add(numbers);
    }
    return all;
  }

  static List<Formula> kinked() {
    return List.of(
        Formulas.RELU,
        Formulas.ABS,
        Formulas.SIGN,
        Formulas.FLOOR,
        Formulas.CEIL,
        Formulas.TRUNC,
        Formula.of("x", x -> x.plus(0.5).round()),
        Formula.of("x", x -> x.leakyRelu(Expr.number(0.1))),
        Formula.of("x", x -> x.elu(Expr.number(2))),
        Formula.of("x", x -> x.plus(3).hardswish()),
        Formula.of("x", x -> x.plus(3).hardsigmoid()),
        Formula.of("x", x -> x.plus(2).max(2).exp()),
        Formula.of("x", x -> x.min(x.negated())),
        Formula.of("x", x -> x.clamp(0, 1)),
        Formula.of("x", x -> Expr.where(x.atLeast(Expr.number(0)), x, x.tanh())));
  }

  @ParameterizedTest
  @MethodSource("kinked")
  void theTwoSidesOfAKinkDifferAndOneSideDoesNot(Formula formula) {
    boolean isTruncated = formula.name().startsWith("trunc");
    double kink = isTruncated ? 1 : 0;
    assertThat(at(formula, kink - 1e-3)).isNotEqualTo(at(formula, kink + 1e-3));
    assertThat(at(formula, kink + 1e-3)).isEqualTo(at(formula, kink + 0.4));
    assertThat(at(formula, kink - 1e-3)).isEqualTo(at(formula, kink - 0.4));
  }

  @Test
  void whatIsSmoothDecidesNothingThoughItsKernelDoes() {
    for (Formula smooth :
        List.of(
            Formulas.TANH,
            Formulas.EXP,
            Formulas.SIN,
            Formulas.POW,
            Formulas.GELU,
            Formulas.SOFTPLUS,
            Formulas.SILU,
            Formulas.HYPOT,
            Formulas.LOG_ADD_EXP,
            Formulas.TIMES)) {
      assertThat(smooth.branches()).as(smooth.toString()).isEmpty();
    }
    assertThat(new PointwiseOp(Formulas.TANH).branches(Tensor.of(1.0))).isEmpty();
  }

  @Test
  void theOrderOfTwoInputsIsADecisionAndTheyBroadcast() {
    assertThat(at(Formulas.MAX, 1, 2)).isNotEqualTo(at(Formulas.MAX, 2, 1));
    assertThat(at(Formulas.MAX, 1, 2)).isEqualTo(at(Formulas.MAX, -1, 5));
    assertThat(at(Formulas.MIN, 1, 1)).isNotEqualTo(at(Formulas.MIN, 1, 2));
    List<Array> branches =
        new PointwiseOp(Formulas.MAX).branches(Tensor.zeros(3, 1), Tensor.zeros(4));
    assertThat(branches).hasSize(1).first().extracting(Array::shape).isEqualTo(Shape.of(3, 4));
  }

  @Test
  void manyDecisionsShareNumbersThatAFloatHoldsExactly() {
    Formula corners =
        Formula.of(
            "x",
            x -> {
              Expr sum = x;
              for (int i = 0; i < 40; i++) {
                sum = sum.plus(x.minus(i).abs());
              }
              return sum;
            });
    assertThat(corners.branches().orElseThrow().outputs()).hasSize(3);
    assertThat(corners.branches().orElseThrow()).isSameAs(corners.branches().orElseThrow());
    for (int i = 0; i < 40; i++) {
      assertThat(at(corners, i - 0.25)).isNotEqualTo(at(corners, i + 0.25));
      assertThat(at(corners, i + 0.25)).isEqualTo(at(corners, i + 0.75));
    }
  }
}
