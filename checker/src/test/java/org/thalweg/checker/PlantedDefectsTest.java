package org.thalweg.checker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.thalweg.checker.Planted.numbers;
import static org.thalweg.checker.Planted.square;
import static org.thalweg.checker.Planted.squareTimes;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;

/// Wrong gradients of every kind are found, and the report says what is probably wrong.
class PlantedDefectsTest {
  /// A wrong function, where to look at it, and a part of the cause that the report gives.
  static Stream<Arguments> defects() {
    Tensor row = numbers(1, 37);
    Tensor matrix = numbers(2, 5, 5);
    return Stream.of(
        Arguments.of("the sign", square(Tensor::negated), row, "the sign is wrong"),
        Arguments.of("times 2", square(g -> g.times(2)), row, "a factor of 2"),
        Arguments.of("times ½", square(g -> g.times(0.5)), row, "a factor of 2"),
        Arguments.of("times −2", square(g -> g.times(-2)), row, "a factor of 2 and the sign"),
        Arguments.of("times 1.001", square(g -> g.times(1.001)), row, "ratio 1.001"),
        Arguments.of("times 1.0001", square(g -> g.times(1.0001)), row, "ratio 1.0001"),
        Arguments.of("times 1.00001", square(g -> g.times(1.00001)), row, "ratio 1.00001"),
        Arguments.of("zero", square(g -> g.times(0)), row, "no gradient arrives"),
        Arguments.of(
            "not a number",
            square(g -> g.over(0).times(0)),
            row,
            "the function is finite here: a division by zero or 0 · ∞ in the pullback?"),
        Arguments.of("the mean for the sum", square(g -> g.over(37)), row, "a factor of 37"),
        Arguments.of("the sum for the mean", square(g -> g.times(37)), row, "a factor of 37"),
        Arguments.of(
            "the last five of 37 zeroed",
            squareTimes(i -> i < 32 ? 1 : 0),
            row,
            "only the last elements: the tail of a vector loop?"),
        Arguments.of(
            "the last of 37 doubled", squareTimes(i -> i < 36 ? 1 : 2), row, "vector loop"),
        Arguments.of("one of 37 zeroed", squareTimes(i -> i == 11 ? 0 : 1), row, "no gradient"),
        Arguments.of(
            "transposed",
            square(Tensor::transpose),
            matrix,
            "it is the derivative of the transposed element: transposed?"),
        Arguments.of(
            "shifted by one",
            square(PlantedDefectsTest::rolled),
            row,
            "it is the derivative of the next element: shifted by one?"),
        Arguments.of(
            "shifted by one of 10,000",
            square(PlantedDefectsTest::rolled),
            numbers(3, 10_000),
            "at ["),
        Arguments.of(
            "one of 10,000 off by 0.1 %",
            squareTimes(i -> i == 5_432 ? 1.001 : 1),
            numbers(4, 100, 100),
            "at [54, 32] (flat 5432)"),
        Arguments.of(
            "one of 1,000 off by 10",
            squareTimes(i -> i == 321 ? 10 : 1),
            numbers(5, 1_000),
            "at [321] (flat 321)"),
        Arguments.of(
            "one element alone",
            squareTimes(i -> i == 11 ? 3 : 1),
            row,
            "only this element of those checked"),
        Arguments.of(
            "one factor", square(g -> g.times(1.7)), row, "all are off by one factor, 1.7"),
        Arguments.of(
            "a transposed oblong",
            square(g -> g.transpose().reshape(4, 6)),
            numbers(7, 4, 6),
            "transposed?"),
        Arguments.of(
            "reversed",
            square(PlantedDefectsTest::reversed),
            row,
            "it is the derivative of the element counted from the end: reversed?"),
        Arguments.of(
            "rolled along an axis",
            square(g -> g.slice(1, 2, 6).concat(1, g.slice(1, 0, 2))),
            numbers(7, 4, 6),
            "2 further along axis 1: rolled?"),
        Arguments.of(
            "in another order",
            square(g -> g.gatherRows(Tensor.ints(2, 0, 3, 1))),
            numbers(7, 4, 6),
            "in another order: permuted?"),
        Arguments.of(
            "a term of each row left out",
            square(g -> g.plus(g.sumKept(1))),
            numbers(7, 4, 6),
            "off by the same all along axis 1"),
        Arguments.of(
            "the last 7 of 10,007 zeroed",
            squareTimes(i -> i < 10_000 ? 1 : 0),
            numbers(6, 10_007),
            "no gradient arrives"));
  }

  private static Tensor reversed(Tensor g) {
    int n = g.elements();
    int[] order = new int[n];
    Arrays.setAll(order, i -> n - 1 - i);
    return g.gatherRows(Tensor.ints(order));
  }

  private static Tensor rolled(Tensor g) {
    int n = g.elements();
    return g.slice(0, 1, n).concat(0, g.slice(0, 0, 1));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("defects")
  void aWrongPullbackIsFoundAndExplained(
      String defect, UnaryOperator<Tensor> f, Tensor x, String cause) {
    Report report = GradientChecker.of(f).named(defect).at(x).check();

    assertThat(report.isCorrect()).as(report.toString()).isFalse();
    assertThat(report.toString()).contains("gradients of " + defect).contains(cause);
    assertThat(report.count(Verdict.INCONCLUSIVE)).isZero();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("defects")
  void aWrongPullbackIsFoundInFloat32(
      String defect, UnaryOperator<Tensor> f, Tensor x, String cause) {
    Report report = GradientChecker.of(f).at(x.to(DType.FLOAT32)).check();

    assertThat(report.isCorrect()).as(defect + " " + cause).isFalse();
  }

  @Test
  void theSameFunctionWithoutADefectIsCorrect() {
    for (Tensor x : new Tensor[] {numbers(1, 37), numbers(2, 5, 5), numbers(4, 100, 100)}) {
      Report report = GradientChecker.of(square(g -> g)).at(x).toSecondOrder().check();

      assertThat(report.isCorrect()).as(report.toString()).isTrue();
      assertThat(report.count(Verdict.PASSED)).isEqualTo(report.entries().size());
    }
  }

  @Test
  void aMissingSumOverABroadcastAxisIsFound() {
    Planted plus =
        new Planted(
            in -> in[0].plus(in[1]),
            (k, _, g) -> k == 0 ? g : g.slice(0, 0, 1).reshape(g.shape().size(1)));

    Report report =
        GradientChecker.of((a, b) -> Tensor.apply(plus, a, b))
            .at(numbers(1, 3, 4), numbers(2, 4))
            .check();

    Map<String, Integer> failed = new TreeMap<>();
    report.failures().forEach(entry -> failed.merge(entry.input(), 1, Integer::sum));
    assertThat(failed).containsExactly(Map.entry("b", 4));
    assertThat(report.toString()).contains("broadcast to a larger one: a sum over that left out?");
  }

  @Test
  void aSumOverTheWrongAxisIsFound() {
    Planted sum =
        new Planted(in -> in[0].sum(0), (_, _, g) -> g.reshape(4, 1).broadcastTo(Shape.of(4, 4)));

    Report report = GradientChecker.of(x -> Tensor.apply(sum, x)).at(numbers(1, 4, 4)).check();

    assertThat(report.isCorrect()).isFalse();
    assertThat(report.failures().getFirst().cause())
        .isEqualTo("it is the same all along axis 1 and should be along axis 0: the wrong axis?");
  }

  @Test
  void aTermLeftOutIsFound() {
    Planted times =
        new Planted(
            in -> in[0].times(in[1].square()),
            (k, in, g) -> k == 0 ? g.times(in[1].square()) : g.times(in[1]).times(2));

    Report report =
        GradientChecker.of((a, b) -> Tensor.apply(times, a, b))
            .at(numbers(1, 6), numbers(2, 6))
            .check();

    assertThat(report.failures()).extracting(Entry::input).containsOnly("b");
  }

  @Test
  void aDetachedInputIsFound() {
    Report report = GradientChecker.of(x -> x.times(x.detach())).at(numbers(1, 9)).check();

    assertThat(report.failures()).hasSize(9);
    assertThat(report.failures().getFirst().cause()).contains("a factor of 2");
    assertThat(GradientChecker.of(x -> x.detach().exp()).at(numbers(1, 9)).check().toString())
        .contains("no gradient arrives: detached");
  }

  /// What an implementation does that saves an array instead of a node.
  @Test
  void aGradientThatCannotBeDifferentiatedPassesTheFirstOrderAndFailsTheSecond() {
    Planted exp = new Planted(in -> in[0].exp(), (_, in, g) -> g.times(in[0].exp().detach()));
    GradientChecker checker = GradientChecker.of(x -> Tensor.apply(exp, x)).at(numbers(1, 9));

    assertThat(checker.check().isCorrect()).isTrue();
    Report second = checker.toSecondOrder().check();
    assertThat(second.failures()).hasSize(9).allMatch(e -> e.order() == 2 && e.input().equals("x"));
    assertThat(second.toString()).contains("as a constant?");
  }

  @Test
  void aWrongSecondDerivativeBehindARightFirstOneIsFound() {
    Planted slope = new Planted(in -> in[0].times(2), (_, _, g) -> g.times(2.002));
    Planted square =
        new Planted(in -> in[0].square(), (_, in, g) -> g.times(Tensor.apply(slope, in[0])));
    GradientChecker checker = GradientChecker.of(x -> Tensor.apply(square, x)).at(numbers(1, 9));

    assertThat(checker.check().isCorrect()).isTrue();
    assertThat(checker.toSecondOrder().check().isCorrect()).isFalse();
  }

  @Test
  void aZeroGradientOfALongMeanIsFound() {
    Planted mean =
        new Planted(in -> in[0].mean(), (_, in, g) -> g.times(0).broadcastTo(in[0].shape()));

    Report report =
        GradientChecker.of(x -> Tensor.apply(mean, x))
            .at(numbers(1, 110_000))
            .withEntries(20)
            .check();

    assertThat(report.failures()).hasSizeGreaterThanOrEqualTo(20);
  }

  @Test
  void aWrongGradientOfTinyNumbersIsFound() {
    Report report =
        GradientChecker.of(square(g -> g.times(3.5))).at(numbers(1, 9).times(1e-6)).check();

    assertThat(report.failures()).hasSize(9);
    assertThat(report.toString()).contains("ratio 3.5");
  }

  @Test
  void aGradientWhereThereIsNoneIsFound() {
    Planted first = new Planted(in -> in[0].slice(0, 0, 3), (_, _, g) -> g.concat(0, g));

    Report report = GradientChecker.of(x -> Tensor.apply(first, x)).at(numbers(1, 6)).check();

    assertThat(report.failures()).extracting(Entry::flat).containsExactlyInAnyOrder(3, 4, 5);
    assertThat(report.toString()).contains("does not depend on this element");
  }

  @Test
  void aMistakeInFloat32AloneIsFound() {
    Tensor x = numbers(1, 40).to(DType.FLOAT32);

    Report report = GradientChecker.of(wrongInFloat32(1e-4)).at(x).check();

    assertThat(report.failures())
        .hasSize(40)
        .allMatch(entry -> entry.kind() == Entry.Kind.PRECISION);
    assertThat(report.toString()).contains("the FLOAT32 kernel, or a constant rounded too early?");
    assertThat(GradientChecker.of(wrongInFloat32(1e-5)).at(x).check().isCorrect()).isFalse();
    assertThat(GradientChecker.of(wrongInFloat32(0)).at(x).check().isCorrect()).isTrue();
  }

  @Test
  void aGradientThatIsInfiniteOrNoNumberInFloat32AloneFails() {
    for (double wrong : new double[] {Double.POSITIVE_INFINITY, Double.NaN}) {
      Report custom =
          GradientChecker.of(square(g -> g.dtype() == DType.FLOAT32 ? g.times(wrong) : g))
              .at(numbers(1, 3).to(DType.FLOAT32))
              .check();
      assertThat(custom.count(Verdict.FAILED)).isEqualTo(3);
    }
    Report overflow =
        GradientChecker.of(x -> x.reciprocal().log()).at(Tensor.of(1e-25f, 2e-25f)).check();

    assertThat(overflow.count(Verdict.FAILED)).as(overflow.toString()).isEqualTo(2);
  }

  private static UnaryOperator<Tensor> wrongInFloat32(double relative) {
    return square(g -> g.dtype() == DType.FLOAT32 ? g.times(1 + relative) : g);
  }
}
