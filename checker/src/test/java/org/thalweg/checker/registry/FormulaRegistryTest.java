package org.thalweg.checker.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.Derivatives;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.checker.Entry;
import org.thalweg.checker.GradientChecker;
import org.thalweg.checker.Report;
import org.thalweg.checker.Verdict;

/// Every constant of `Formulas`, found by reflection, with inputs that are found too: a formula is
/// tested by being there.
class FormulaRegistryTest {
  private static final Counts COUNTS = new Counts("formulas", Counts.SECOND_ORDER);

  static Stream<Formula> formulas() {
    return Registry.formulas().stream();
  }

  @AfterAll
  static void printCounts() {
    System.out.println(Registry.formulas().size() + " " + COUNTS);
  }

  @Test
  void formulasAreFound() {
    assertThat(Registry.formulas()).hasSizeGreaterThan(30);
    assertThat(Registry.formulas().stream().map(Formula::name)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("formulas")
  void theValueIsWhatTheTextSays(Formula formula) {
    List<double[]> points = new ArrayList<>(Points.of(formula));
    points.addAll(Points.bends(formula));
    compareWithText(formula, points);
  }

  @ParameterizedTest
  @MethodSource("formulas")
  void theDerivativesAreWhatTheirTextsSay(Formula formula) {
    for (int k = 0; k < formula.inputs().size(); k++) {
      compareWithText(formula.derivative(0, k), Points.some(Points.of(formula), 40));
    }
  }

  private static void compareWithText(Formula formula, List<double[]> points) {
    List<Tensor> columns = Points.columns(points, formula.inputs().size());
    for (DType dtype : List.of(DType.FLOAT64, DType.FLOAT32)) {
      boolean isDouble = dtype == DType.FLOAT64;
      TextOracle oracle =
          new TextOracle(
              formula, isDouble ? 0x1p-53 : 0x1p-24, isDouble ? Double.MIN_VALUE : Float.MIN_VALUE);
      Tensor y =
          Tensor.apply(formula, columns.stream().map(x -> x.to(dtype)).toArray(Tensor[]::new));
      for (int i = 0; i < points.size(); i++) {
        TextOracle.Value expected = oracle.at(points.get(i));
        COUNTS.value();
        assertThat(expected.admits(y.get(i)))
            .as(
                "%s in %s at %s: %s and the text says %s",
                formula, dtype, Arrays.toString(points.get(i)), y.get(i), expected)
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("formulas")
  void theGradientsAreRightToSecondOrderInBothPrecisions(Formula formula) {
    int arity = formula.inputs().size();
    List<Tensor> columns = Points.columns(Points.some(Points.of(formula), 60), arity);
    COUNTS.check(checker(formula, columns).allowing(0.2, 0.5));
  }

  private static GradientChecker checker(Formula formula, List<Tensor> inputs) {
    return GradientChecker.ofAll(in -> Tensor.apply(formula, in.toArray(Tensor[]::new)))
        .named(formula.name())
        .at(inputs.stream().map(x -> x.to(DType.FLOAT32)).toArray(Tensor[]::new))
        .toSecondOrder();
  }

  @ParameterizedTest
  @MethodSource("formulas")
  void whereItBendsTheDerivativeIsBetweenTheSlopes(Formula formula) {
    List<double[]> bends = Points.some(Points.bends(formula), 40);
    if (bends.isEmpty()) {
      return;
    }
    Report report =
        GradientChecker.ofAll(in -> Tensor.apply(formula, in.toArray(Tensor[]::new)))
            .named(formula.name())
            .at(Points.columns(bends, formula.inputs().size()).toArray(Tensor[]::new))
            .allowing(1, 1)
            .check();

    assertThat(report.entries())
        .filteredOn(entry -> entry.verdict() == Verdict.FAILED)
        .as(report.toString())
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("formulas")
  void inputsOfDifferentShapesBroadcastAndTheirGradientsAreSummed(Formula formula) {
    int arity = formula.inputs().size();
    if (arity == 1) {
      return;
    }
    double[] around = Points.roomy(Points.of(formula));
    List<List<Shape>> cases =
        List.of(
            List.of(Shape.of(3, 1), Shape.of(1, 4), Shape.of(4)),
            List.of(Shape.of(4), Shape.of(2, 3, 4), Shape.of(3, 1)),
            List.of(Shape.of(2, 3, 1), Shape.of(3, 2), Shape.SCALAR),
            List.of(Shape.SCALAR, Shape.of(2, 3), Shape.of(1)),
            List.of(Shape.of(1, 1), Shape.of(5), Shape.of(2, 1, 1)));
    for (List<Shape> shapes : cases) {
      List<Tensor> inputs = new ArrayList<>();
      Shape joint = shapes.get(0);
      for (int k = 0; k < arity; k++) {
        inputs.add(near(around[k], k, shapes.get(k)));
        joint = joint.broadcast(shapes.get(k), "test");
      }
      assertThat(Tensor.apply(formula, inputs.toArray(Tensor[]::new)).shape()).isEqualTo(joint);
      COUNTS.check(checker(formula, inputs).allowing(0.2, 1));
    }
  }

  /// Numbers that differ by a per cent or so.
  private static Tensor near(double x, int input, Shape shape) {
    double[] values = new double[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = x * (1 + 0.011 * (i + 1) / values.length * (input + 1));
    }
    return Tensor.of(values, shape);
  }

  @ParameterizedTest
  @MethodSource("formulas")
  void emptyTensorsAndSingleNumbersHaveAValueAndAGradient(Formula formula) {
    int arity = formula.inputs().size();
    double[] point = Points.roomy(Points.of(formula));
    for (Shape shape : List.of(Shape.of(0), Shape.of(2, 0, 3), Shape.of(1), Shape.SCALAR)) {
      for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
        List<Tensor> inputs = new ArrayList<>();
        for (int k = 0; k < arity; k++) {
          // The second input of an empty first one is a single number: it broadcasts to nothing.
          Shape own = k == 1 && shape.elements() == 0 ? Shape.of(1) : shape;
          inputs.add(Tensor.full(dtype, point[k], own.sizes()).tracked());
        }
        Tensor y = Tensor.apply(formula, inputs.toArray(Tensor[]::new));
        assertThat(y.shape()).isEqualTo(shape);
        assertThat(Derivatives.of(y.sum(), inputs))
            .extracting(Tensor::shape)
            .isEqualTo(inputs.stream().map(Tensor::shape).toList());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("formulas")
  void whatIsNotANumberStaysNotANumber(Formula formula) {
    double[] point = Points.roomy(Points.of(formula));
    for (int k = 0; k < point.length; k++) {
      String place = formula.name() + "." + formula.inputs().get(k);
      double[] broken = point.clone();
      broken[k] = Double.NaN;
      for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
        Tensor[] inputs =
            Points.columns(List.of(broken), point.length).stream()
                .map(x -> x.to(dtype))
                .toArray(Tensor[]::new);
        assertThat(Double.isNaN(Tensor.apply(formula, inputs).item()))
            .as("%s is NaN, in %s", place, dtype)
            .isEqualTo(!Registry.NAN_IGNORED.containsKey(place));
      }
    }
  }

  @Test
  void everyExceptionForNanNamesAnInput() {
    List<String> places =
        Registry.formulas().stream()
            .flatMap(f -> f.inputs().stream().map(input -> f.name() + "." + input))
            .toList();

    assertThat(places).containsAll(Registry.NAN_IGNORED.keySet());
  }

  @ParameterizedTest
  @MethodSource("formulas")
  void typesThatDoNotFitAreRefusedByName(Formula formula) {
    int arity = formula.inputs().size();
    Tensor[] whole = new Tensor[arity];
    Arrays.fill(whole, Tensor.ints(1, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.apply(formula, whole))
        .withMessageStartingWith(formula.name() + ": ")
        .withMessageContaining("INT32")
        .withMessageContaining("use to(FLOAT32) or to(FLOAT64)");
    if (arity > 1) {
      Tensor[] mixed = new Tensor[arity];
      Arrays.fill(mixed, Tensor.of(1.0, 2.0));
      mixed[arity - 1] = Tensor.of(1f, 2f);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Tensor.apply(formula, mixed))
          .withMessage(
              formula.name()
                  + ": types FLOAT64 and FLOAT32 do not mix: use to(FLOAT32) or to(FLOAT64) on"
                  + " one");
      Tensor[] unfit = new Tensor[arity];
      Arrays.fill(unfit, Tensor.of(1.0, 2.0));
      unfit[arity - 1] = Tensor.of(1.0, 2.0, 3.0);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Tensor.apply(formula, unfit))
          .withMessage(
              formula.name()
                  + ": shapes [2] and [3] do not broadcast, sizes 2 and 3 differ: reshape one, or"
                  + " make the size 1");
    }
  }

  @Test
  void aFormulaThatIsDefinedNowhereIsNamed() {
    Formula nowhere = Formula.of("x", x -> x.abs().plus(1).negated().sqrt()).named("nowhere");

    assertThatThrownBy(() -> Points.of(nowhere))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("nowhere: no sample inputs");
  }

  @Test
  void aTextThatSaysSomethingElseIsFound() {
    Formula wrong = Formula.of("x", x -> x.times(1.0000001).exp()).named("exp");
    TextOracle oracle =
        new TextOracle(Formula.of("x", x -> x.exp()).named("exp"), 0x1p-53, Double.MIN_VALUE);
    Tensor y = Tensor.apply(wrong, Tensor.of(1.5));

    assertThat(oracle.at(1.5).admits(y.item())).isFalse();
    assertThat(new TextOracle(wrong, 0x1p-53, Double.MIN_VALUE).at(1.5).admits(y.item())).isTrue();
  }

  @Test
  void entriesCoverBothPrecisionsAndBothOrders() {
    Report report =
        checker(Registry.formulas().get(0), List.of(Tensor.of(1.5), Tensor.of(2.5))).check();

    assertThat(report.entries()).extracting(Entry::dtype).contains(DType.FLOAT32, DType.FLOAT64);
    assertThat(report.entries()).extracting(Entry::order).contains(1, 2);
  }
}
