package org.thalweg.autodiff.formula;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.formula.compile.Evaluate;
import org.thalweg.autodiff.formula.compile.KernelData;

class FormulaTest {
  private static Formula of(String x, java.util.function.UnaryOperator<Expr> body) {
    return Formula.of(x, body).named("f");
  }

  @Test
  void aFormulaReadsAsMathematics() {
    assertThat(Formulas.GELU).hasToString("gelu(x) = x·0.5·(erf(x·0.7071067811865476) + 1)");
    assertThat(Formulas.RELU).hasToString("relu(x) = x ≤ 0 ? 0 : x");
    assertThat(Formulas.CLAMP)
        .hasToString("clamp(x, low, high) = x < low ? low : high < x ? high : x");
    assertThat(Formulas.SIGMOID).hasToString("sigmoid(x) = σ(x)");
    assertThat(Formulas.TANH.derivative(0, 0)).hasToString("tanh′(x) = sech2(x)");
  }

  @Test
  void parenthesesStandWhereTheyAreNeededAndNowhereElse() {
    Formula f =
        Formula.of(
            "a",
            "b",
            "c",
            (a, b, c) -> a.minus(b.minus(c)).over(b.times(c)).minus(a.plus(b).negated()));
    assertThat(f).hasToString("formula(a, b, c) = (a − (b − c)) ÷ (b·c) − −(a + b)");
    Formula left = Formula.of("a", "b", "c", (a, b, c) -> a.minus(b).minus(c).over(b).over(c));
    assertThat(left).hasToString("formula(a, b, c) = (a − b − c) ÷ b ÷ c");
    Formula choice =
        Formula.of("a", "b", (a, b) -> Expr.where(a.lessThan(b), a, Expr.where(b, a, b)).times(2));
    assertThat(choice).hasToString("formula(a, b) = (a < b ? a : not b = 0 ? a : b)·2");
  }

  @Test
  void numbersReadAsMathematicsToo() {
    assertThat(of("x", x -> x.plus(-3).times(-0.0).over(Double.POSITIVE_INFINITY)))
        .hasToString("f(x) = (x + −3)·−0 ÷ ∞");
    assertThat(of("x", x -> x.plus(Double.NaN).times(1e-20)))
        .hasToString("f(x) = (x + NaN)·1.0E−20");
  }

  @Test
  void whatIsUsedTwiceIsWrittenOnceUnderANameThatNoInputHas() {
    Formula twice = of("x", x -> x.exp().over(x.exp().plus(1)));
    assertThat(twice).hasToString("f(x) = t1 = exp(x); t1 ÷ (t1 + 1)");
    Formula taken = of("t1", x -> x.exp().over(x.exp().plus(1)));
    assertThat(taken).hasToString("f(t1) = t2 = exp(t1); t2 ÷ (t2 + 1)");
  }

  @Test
  void severalOutputsAreListed() {
    Formula f = Formula.of(List.of("a", "b"), in -> List.of(in.get(1), in.get(0).sqrt()));
    assertThat(f.named("swap")).hasToString("swap(a, b) = b, sqrt(a)");
  }

  @Test
  void theDeepestFormulaHasATextAndADerivative() {
    Formula deep = KernelData.chain(20_000);
    assertThat(deep.toString()).startsWith("formula(x, a) = t1 = ").contains("; t2 = ");
    assertThat(deep.derivative(0, 0).outputs()).hasSize(1);
  }

  @Test
  void argumentsThatAnOperatorDoesNotTakeAreRefused() {
    Expr x = Expr.input("x");
    Expr mask = Masks.less(x, Expr.number(1));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> x.plus(mask))
        .withMessage(
            "formula: PLUS takes a number and was given a mask, [x < 1]: make it a number first");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Masks.select(x, x, Expr.number(0)))
        .withMessage(
            "formula: SELECT takes a mask and was given a number, [x]: make it a mask first");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Expr.shifted(Operator.SHIFT_LEFT, x, 1))
        .withMessage(
            "formula: SHIFT_LEFT takes bits and was given a number, [x]: make it bits first");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Expr.of(Operator.FMA, x, x))
        .withMessage("formula: FMA takes 3 arguments and was given 2: give it 3");
  }

  @Test
  void aGradientThatTakesTooManyInputsIsRefused() {
    List<String> names = IntStream.range(0, 64).mapToObj(k -> "x" + k).toList();
    Formula product =
        Formula.of(names, in -> List.of(in.stream().reduce(Expr.number(1), Expr::times).exp()));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> product.pullback(0))
        .withMessage(
            "formula: its gradient takes 65 inputs, itself and the gradient of the output among"
                + " them, and 64 is the limit: split it");
    Formula sum = Formula.of(names, in -> List.of(in.stream().reduce(Expr.number(0), Expr::plus)));
    assertThat(sum.pullback(63)).isNotNull();
  }

  @Test
  void inputsOfOneNameAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Formula.of("x", "x", Expr::plus))
        .withMessage("formula: two inputs have the same name, [x, x]: rename one");
  }

  @Test
  void anExpressionOfAnotherFormulaIsRefused() {
    Expr[] foreign = new Expr[1];
    Formula.of(
        "z",
        z -> {
          foreign[0] = z.exp();
          return z;
        });
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Formula.of("x", "y", (x, y) -> x.plus(foreign[0])))
        .withMessage("formula: [z] is not one of its inputs [x, y]: pass it as an input");
  }

  @Test
  void aFormulaHasAnOutput() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Formula.of(List.of("x"), in -> List.of()))
        .withMessage("formula: it has no output: give at least one expression");
  }

  @Test
  void sixtyFiveInputsAreTooMany() {
    List<String> names = IntStream.range(0, 65).mapToObj(k -> "x" + k).toList();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Formula.of(names, in -> List.of(in.get(0))))
        .withMessage("formula: 65 inputs, and 64 is the limit: split it");
  }

  @Test
  void aFormulaOfTheMostInputsCanBeDifferentiated() {
    List<String> names = IntStream.range(0, 62).mapToObj(k -> "x" + k).toList();
    Formula product =
        Formula.of(names, in -> List.of(in.stream().reduce(Expr.number(1), Expr::times).exp()));
    PointwisePullback pullback = product.pullback(61);
    assertThat(pullback).isNotNull();
    assertThat(pullback.formula().inputs()).hasSize(63);
  }

  @Test
  void equalStructureIsOneObjectInEveryFormula() {
    Expr one = of("x", x -> x.times(2).exp().plus(x.sin())).outputs().get(0);
    Expr other = of("x", x -> x.times(2).exp().plus(x.sin())).outputs().get(0);
    Expr different = of("x", x -> x.times(3).exp().plus(x.sin())).outputs().get(0);
    assertThat(other).isSameAs(one);
    assertThat(different).isNotEqualTo(one);
    assertThat(of("y", x -> x.times(2).exp().plus(x.sin())).outputs().get(0)).isNotEqualTo(one);
  }

  @Test
  void zerosOfEitherSignAreDifferentNumbers() {
    assertThat(Expr.number(0.0)).isSameAs(Expr.number(0.0)).isNotEqualTo(Expr.number(-0.0));
    assertThat(Expr.number(Double.NaN)).isSameAs(Expr.number(Double.NaN));
  }

  @Test
  void onlyWhatIeeeArithmeticAllowsIsSimplified() {
    double[] values = {0.0, -0.0, 3, Double.NaN, Double.POSITIVE_INFINITY};
    for (double x : values) {
      assertThat(Evaluate.at(of("x", e -> e.times(0)), x)).isEqualTo(Double.valueOf(x * 0));
      assertThat(Evaluate.at(of("x", e -> e.plus(0)), x)).isEqualTo(Double.valueOf(x + 0.0));
      assertThat(Evaluate.at(of("x", e -> e.minus(0)), x)).isEqualTo(Double.valueOf(x - 0.0));
      assertThat(Evaluate.at(of("x", e -> e.minus(-0.0)), x)).isEqualTo(Double.valueOf(x - -0.0));
      double difference = Double.isFinite(x) ? 0 : Double.NaN;
      assertThat(Evaluate.at(of("x", e -> e.minus(e)), x)).isEqualTo(Double.valueOf(difference));
      assertThat(Evaluate.at(of("x", e -> e.times(1).over(1)), x)).isEqualTo(Double.valueOf(x));
      assertThat(Evaluate.at(of("x", e -> e.negated().negated()), x)).isEqualTo(Double.valueOf(x));
      for (double b : new double[] {-1, 0, 1, 2, 3, 0.5}) {
        assertThat(Evaluate.at(of("x", e -> e.pow(b)), x))
            .isEqualTo(Double.valueOf(Math.pow(x, b)));
      }
    }
  }

  @Test
  void constantsAndInputsAreFormulasToo() {
    Formula three = of("x", x -> Expr.number(3));
    assertThat(Evaluate.at(three, 7)).isEqualTo(3);
    assertThat(three.pullback(0)).isNull();
    assertThat(Evaluate.slope(three, 0, 7)).isZero();
    Formula same = of("x", x -> x);
    assertThat(Evaluate.at(same, 7)).isEqualTo(7);
    assertThat(Evaluate.slope(same, 0, 7)).isOne();
    assertThat(same.pullback(0)).isNotNull();
  }

  @Test
  void fmaRoundsOnce() {
    Formula fused = Formula.of("a", "b", "c", Expr::fma);
    Formula apart = Formula.of("a", "b", "c", (a, b, c) -> a.times(b).plus(c));
    double a = 1 + 0x1p-30;
    assertThat(Evaluate.at(fused, a, a, -1)).isEqualTo(Math.fma(a, a, -1));
    assertThat(Evaluate.at(apart, a, a, -1)).isEqualTo(a * a - 1).isNotEqualTo(Math.fma(a, a, -1));
  }

  @Test
  void namingAFormulaChangesItsNameOnly() {
    Formula named = Formulas.EXP.named("e");
    assertThat(named.name()).isEqualTo("e");
    assertThat(named.outputs()).isEqualTo(Formulas.EXP.outputs());
    assertThat(Formulas.EXP.name()).isEqualTo("exp");
    assertThat(Formula.of("x", x -> x).name()).isEqualTo("formula");
  }
}
