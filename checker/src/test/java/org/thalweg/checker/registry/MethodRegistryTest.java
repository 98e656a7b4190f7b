package org.thalweg.checker.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.Derivatives;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.checker.GradientChecker;

/// Every method of `Tensor` that returns a tensor, found by reflection. Pointwise ones are
/// recognised by the formula of their name and need nothing else; for the others there are
/// [Samples].
class MethodRegistryTest {
  /// Methods that only move elements, and so take INT32 too.
  private static final Set<String> MOVES =
      Set.of(
          "reshape(int[])",
          "to(DType)",
          "transpose()",
          "permute(int[])",
          "slice(int, int, int)",
          "concat(int, Tensor[])",
          "broadcastTo(Shape)",
          "gatherRows(Tensor)",
          "pick(Tensor)",
          "flatten()",
          "squeeze(int[])",
          "unsqueeze(int)",
          "swapAxes(int, int)",
          "expand(int[])",
          "tile(int[])",
          "repeat(int, int)",
          "stack(int, Tensor[])",
          "split(int, int[])",
          "chunk(int, int)",
          "flip(int[])",
          "roll(int, int)",
          "pad(Padding, int, int, int)",
          "triu(int)",
          "tril(int)",
          "diagonal(int)",
          "diagonalMatrix()",
          "gather(int, Tensor)",
          "indexSelect(int, Tensor)",
          "embedding(Tensor, int)",
          "maskedSelect(Tensor)",
          "sort(int, boolean)",
          "argsort(int)",
          "topK(int, int)",
          "median(int)");

  private static final Counts COUNTS = new Counts("methods", Counts.SECOND_ORDER);

  @AfterAll
  static void printCounts() {
    System.out.println(Registry.methods().size() + " " + COUNTS);
    System.out.println(
        "not checked: "
            + new TreeMap<>(Registry.NO_GRADIENT)
            + "; no operations: "
            + new TreeMap<>(Registry.NO_OPERATIONS)
            + " and factories "
            + new TreeSet<>(Registry.FACTORIES.keySet()));
  }

  /// The pointwise methods that apply a formula.
  static Stream<String> pointwise() {
    return Registry.methods().entrySet().stream()
        .filter(entry -> Registry.formula(entry.getValue()).isPresent())
        .map(Map.Entry::getKey);
  }

  /// All other operations.
  static Stream<String> others() {
    return Registry.methods().keySet().stream()
        .filter(signature -> !Registry.NO_OPERATIONS.containsKey(signature))
        .filter(signature -> Registry.formula(method(signature)).isEmpty());
  }

  private static Method method(String signature) {
    Method method = Registry.methods().get(signature);
    return method == null ? fail("there is no method " + signature) : method;
  }

  private static Formula formula(String signature) {
    return Registry.formula(method(signature)).orElseThrow();
  }

  @Test
  void everyMethodIsSortedOnceAndNoListIsStale() {
    Set<String> methods = Registry.methods().keySet();
    assertThat(methods).hasSizeGreaterThan(60);
    assertThat(methods).containsAll(Registry.NO_OPERATIONS.keySet());
    assertThat(methods).containsAll(Registry.NO_GRADIENT.keySet()).containsAll(MOVES);
    assertThat(others().toList()).containsAll(Samples.signatures());
    assertThat(Registry.staticMethods().values().stream().map(Method::getName).distinct())
        .as("static methods that return a tensor: a new one is an operation, or a factory by name")
        .containsExactlyInAnyOrderElementsOf(Registry.FACTORIES.keySet());
  }

  @Test
  void exclusionsAreFewAndDoNotGrowUnnoticed() {
    assertThat(Registry.NO_GRADIENT).hasSize(4);
    assertThat(Registry.NO_GRADIENT.size()).isLessThanOrEqualTo(Registry.methods().size() / 20);
  }

  @ParameterizedTest
  @MethodSource("others")
  void aMethodHasSamples(String signature) {
    List<Sample> samples = Samples.of(signature);

    assertThat(samples).as("no sample inputs for %s: add some to Samples", signature).isNotEmpty();
    assertThat(samples).as("%s of an empty tensor", signature).anyMatch(Sample::isEmpty);
    assertThat(samples).as("%s of a single number", signature).anyMatch(Sample::isSingle);
  }

  @ParameterizedTest
  @MethodSource("pointwise")
  void aPointwiseMethodAppliesTheFormulaOfItsName(String signature) {
    Formula formula = formula(signature);
    for (DType dtype : List.of(DType.FLOAT64, DType.FLOAT32)) {
      for (double[] point : Points.some(Points.of(formula), 10)) {
        List<Tensor> inputs =
            Points.columns(List.of(point), point.length).stream().map(x -> x.to(dtype)).toList();

        Tensor y = Registry.call(method(signature), inputs);

        COUNTS.value();
        assertThat(y.sameBits(Tensor.apply(formula, inputs.toArray(Tensor[]::new))))
            .as("%s at %s is %s", signature, inputs, y)
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pointwise")
  void theGradientsOfAPointwiseMethodAreRight(String signature) {
    Method method = method(signature);
    List<double[]> points = Points.some(Points.of(formula(signature)), 12);
    int arity = points.get(0).length;
    if (!Registry.takesNumbers(method)) {
      List<Tensor> inputs = Points.columns(points, arity);
      check(signature, method, inputs, IntStream.range(0, arity).toArray());
      return;
    }
    // Numbers are the same for all elements and do not move.
    for (double[] point : Points.some(points, 4)) {
      check(signature, method, Points.columns(List.of(point), arity), 0);
    }
  }

  private static void check(String signature, Method method, List<Tensor> inputs, int... moving) {
    List<Tensor> moved = IntStream.of(moving).mapToObj(inputs::get).toList();
    List<Tensor> fixed = inputs.subList(moving.length, inputs.size());
    COUNTS.check(
        GradientChecker.ofAll(
                in -> {
                  List<Tensor> all = new ArrayList<>(in);
                  fixed.forEach(x -> all.add(x.to(in.get(0).dtype())));
                  return Registry.call(method, all);
                })
            .named(signature)
            .at(moved.stream().map(x -> x.to(DType.FLOAT32)).toArray(Tensor[]::new))
            .toSecondOrder()
            .allowing(0.2, 1));
  }

  @ParameterizedTest
  @MethodSource("others")
  void theValueIsThatOfTheDefinition(String signature) {
    for (Sample sample : Samples.of(signature)) {
      for (DType dtype : List.of(DType.FLOAT64, DType.FLOAT32)) {
        Tensor y = sample.call().apply(sample.inputs(dtype));

        COUNTS.value();
        assertThat(sample.agrees(y, dtype == DType.FLOAT64 ? 1e-13 : 3e-6))
            .as("%s, %s, in %s: %s", signature, sample, dtype, y)
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("others")
  void theGradientsOfAMethodAreRight(String signature) {
    if (Registry.NO_GRADIENT.containsKey(signature)) {
      return;
    }
    int checked = 0;
    for (Sample sample : Samples.of(signature)) {
      if (!sample.hasGradient() || !sample.isFloating()) {
        continue;
      }
      checked++;
      COUNTS.check(
          GradientChecker.ofAll(in -> sample.call().apply(in))
              .named(signature + ", " + sample)
              .at(sample.inputs(DType.FLOAT32).toArray(Tensor[]::new))
              .toSecondOrder()
              .withEntries(64)
              .allowing(0.1, 1));
    }
    assertThat(checked).as("samples of %s with a gradient", signature).isPositive();
  }

  @ParameterizedTest
  @MethodSource("others")
  void theGradientHasTheShapeOfTheInputEvenWhereItIsEmpty(String signature) {
    if (Registry.NO_GRADIENT.containsKey(signature)) {
      return;
    }
    for (Sample sample : Samples.of(signature)) {
      if (!sample.isFloating()) {
        continue;
      }
      List<Tensor> inputs =
          sample.inputs(DType.FLOAT32).stream()
              .map(x -> x.dtype().isFloating() ? x.tracked() : x)
              .toList();
      List<Tensor> moving = inputs.stream().filter(Tensor::isTracked).toList();

      List<Tensor> gradients = Derivatives.of(sample.call().apply(inputs).sum(), moving);

      assertThat(gradients)
          .as("%s, %s", signature, sample)
          .extracting(Tensor::shape)
          .isEqualTo(moving.stream().map(Tensor::shape).toList());
    }
  }

  @ParameterizedTest
  @MethodSource("others")
  void whatIsNotANumberStaysNotANumber(String signature) {
    for (Sample sample : Samples.of(signature)) {
      for (int k = 0; sample.showsNan() && k < sample.inputs().size(); k++) {
        Tensor input = sample.inputs().get(k);
        if (!input.dtype().isFloating() || input.elements() == 0) {
          continue;
        }
        double[] values = input.toDoubles();
        values[0] = Double.NaN;
        List<Tensor> inputs = new ArrayList<>(sample.inputs());
        inputs.set(k, Tensor.of(values, input.shape()));
        for (DType dtype : List.of(DType.FLOAT64, DType.FLOAT32)) {
          List<Tensor> typed =
              inputs.stream().map(x -> x.dtype().isFloating() ? x.to(dtype) : x).toList();
          assertThat(sample.call().apply(typed).toDoubles())
              .as("%s, %s, input %d", signature, sample, k)
              .satisfies(
                  all ->
                      assertThat(all.length == 0 || Arrays.stream(all).anyMatch(Double::isNaN))
                          .isTrue());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("others")
  void integersAreMovedOrRefusedInASentence(String signature) {
    assumeFalse(Samples.of(signature).isEmpty(), "it has samples");
    Sample sample = Samples.of(signature).get(0);
    assumeFalse(
        sample.inputs().stream().noneMatch(x -> x.dtype().isFloating()), "it takes nothing else");
    List<Tensor> whole =
        sample.inputs().stream()
            .map(x -> x.dtype().isFloating() ? x.round().to(DType.INT32) : x)
            .toList();
    if (signature.equals("to(DType)")) {
      assertThat(whole.get(0).to(DType.FLOAT32).to(DType.INT32).sameBits(whole.get(0))).isTrue();
    } else if (MOVES.contains(signature)) {
      assertThat(sample.call().apply(whole).dtype()).isEqualTo(DType.INT32);
    } else {
      assertThatThrownBy(() -> sample.call().apply(whole))
          .as(signature)
          .isInstanceOf(IllegalArgumentException.class)
          .message()
          .matches("[a-z][A-Za-z0-9]*: .*")
          .contains("INT32");
    }
  }

  @ParameterizedTest
  @MethodSource("others")
  void tensorsOfDifferentTypesAreRefusedInASentence(String signature) {
    assumeFalse(Samples.of(signature).isEmpty(), "it has samples");
    Sample sample = Samples.of(signature).get(0);
    List<Tensor> mixed = new ArrayList<>(sample.inputs());
    Tensor last = mixed.get(mixed.size() - 1);
    if (mixed.size() == 1) {
      return;
    }
    // Indices that are not whole numbers by type, or FLOAT32 beside FLOAT64.
    mixed.set(mixed.size() - 1, last.to(DType.FLOAT32));
    assertThatThrownBy(() -> sample.call().apply(mixed))
        .as(signature)
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .matches("[a-z][A-Za-z0-9]*: .*")
        .contains("FLOAT32");
  }

  @Test
  void anExtremeOfNothingIsRefusedInASentence() {
    Tensor nothing = Tensor.zeros(2, 0);
    assertThatThrownBy(() -> nothing.max(1))
        .hasMessage("max: shape [2, 0] has nothing along axes [1]: check that it is not empty");
    assertThatThrownBy(() -> nothing.min(1))
        .hasMessage("min: shape [2, 0] has nothing along axes [1]: check that it is not empty");
    assertThatThrownBy(() -> nothing.argmax(1))
        .hasMessage("argmax: shape [2, 0] has nothing along axis 1: check its size");
  }
}
