package org.thalweg.checker.registry;

import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.Derivatives;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.checker.GradientChecker;

/// Third derivatives of every operation that a user can call: a formula or a method is tested by
/// being there.
///
/// A function g is replaced by h(x) = ∇⟨u, g(x)⟩ with a fixed random u, twice, and the gradient of
/// that is compared with its differences. The result is a tensor and not a sum: next to ln‴ at 10⁻⁸
/// a sum would have no digits of ln‴ at 1.
class ThirdOrderTest {
  private static final int POINTS = 12;

  private static final int ENTRIES = 4;

  /// A norm of a single number is |x|: of its second derivative only rounding is left, and in one
  /// of the three inputs of the third, nothing can be compared.
  private static final double INCONCLUSIVE = 0.34;

  private static final Counts COUNTS = new Counts("operations", "to third order");

  /// Derivatives have the same bits on both kernels.
  @BeforeAll
  static void onceIsEnough() {
    MutationTest.onceIsEnough();
  }

  @AfterAll
  static void printCounts() {
    System.out.println(COUNTS);
  }

  /// Every formula, and of every other method one sample.
  static Stream<Subject> some() {
    return Stream.concat(
        formulas(POINTS),
        methods()
            .map(
                signature ->
                    samples(signature)
                        .min(Comparator.comparing(Sample::isSingle))
                        .map(sample -> Subject.of(signature, sample))
                        .orElseThrow(() -> new AssertionError("no samples of " + signature))));
  }

  static Stream<Subject> all() {
    return Stream.concat(
        formulas(60),
        methods()
            .flatMap(signature -> samples(signature).map(sample -> Subject.of(signature, sample))));
  }

  private static Stream<Subject> formulas(int points) {
    return Registry.formulas().stream().map(formula -> Subject.of(formula, points));
  }

  /// The methods with a gradient that do not apply a formula.
  private static Stream<String> methods() {
    return MethodRegistryTest.others()
        .filter(signature -> !Registry.NO_GRADIENT.containsKey(signature));
  }

  private static Stream<Sample> samples(String signature) {
    return Samples.of(signature).stream()
        .filter(sample -> sample.hasGradient() && sample.isFloating() && !sample.isEmpty());
  }

  @ParameterizedTest
  @MethodSource("some")
  void theThirdDerivativesAreRight(Subject subject) {
    Function<List<Tensor>, Tensor> second = gradient(gradient(subject.call(), 1), 2);
    COUNTS.check(
        GradientChecker.ofAll(second)
            .named("second derivatives of " + subject)
            .at(subject.inputs().toArray(Tensor[]::new))
            .withEntries(ENTRIES)
            .allowing(0.1, 1));
  }

  /// With the symmetry of what is differentiated, and in both precisions.
  @ParameterizedTest
  @MethodSource("all")
  @Tag("heavy")
  void theDerivativesAreRightToThirdOrderInBothPrecisions(Subject subject) {
    COUNTS.check(
        GradientChecker.ofAll(subject.call())
            .named(subject.name())
            .at(
                subject.inputs().stream()
                    .map(x -> x.dtype().isFloating() ? x.to(DType.FLOAT32) : x)
                    .toArray(Tensor[]::new))
            .toOrder(3)
            .withEntries(ENTRIES)
            .allowing(INCONCLUSIVE, 1));
  }

  /// The gradients of a weighted sum of all outputs in all inputs, one after the other.
  private static Function<List<Tensor>, Tensor> gradient(
      Function<List<Tensor>, Tensor> f, long seed) {
    return inputs -> {
      List<Tensor> tracked =
          inputs.stream()
              .map(x -> x.isTracked() || !x.dtype().isFloating() ? x : x.tracked())
              .toList();
      Tensor y = f.apply(tracked);
      Tensor weights = Tensor.normal(seed, y.shape().sizes()).to(y.dtype());
      List<Tensor> moving = tracked.stream().filter(Tensor::isTracked).toList();
      Tensor[] parts =
          Derivatives.of(y, weights, moving).stream().map(Tensor::flatten).toArray(Tensor[]::new);
      return parts[0].concat(
          0, IntStream.range(1, parts.length).mapToObj(k -> parts[k]).toArray(Tensor[]::new));
    };
  }
}
