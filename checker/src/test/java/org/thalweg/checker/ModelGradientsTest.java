package org.thalweg.checker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.nn.Activation;
import org.thalweg.nn.Build;
import org.thalweg.nn.Dropout;
import org.thalweg.nn.Initializer;
import org.thalweg.nn.Layer;
import org.thalweg.nn.Linear;
import org.thalweg.nn.Losses;
import org.thalweg.nn.Sequential;
import org.thalweg.nn.Training;

/// Models as a user writes them, checked as a user checks them: `model.to(FLOAT64)` against its
/// loss.
class ModelGradientsTest {
  private static final Tensor LABELS = Tensor.ints(2, 0, 1);

  static Stream<Arguments> models() {
    return Stream.of(
        Arguments.of("linear", Linear.of(7, 3)),
        Arguments.of("linear without bias", Linear.withoutBias(7, 3, Initializer.xavierNormal())),
        Arguments.of("relu", mlp(Activation.relu())),
        Arguments.of("gelu", mlp(Activation.gelu())),
        Arguments.of("tanh", mlp(Activation.tanh())),
        Arguments.of("sigmoid", mlp(Activation.sigmoid())),
        Arguments.of("softplus", mlp(Activation.softplus())),
        Arguments.of("dropout", mlp(Dropout.of(0.4))),
        Arguments.of(
            "three layers",
            Sequential.of(
                Linear.of(7, 12, Initializer.kaimingNormal()),
                Activation.relu(),
                Dropout.of(0.2),
                Linear.of(12, 9),
                Activation.tanh(),
                Linear.of(9, 3))));
  }

  private static Layer.Plan<?> mlp(Layer.Plan<?> activation) {
    return Sequential.of(Linear.of(7, 11), activation, Linear.of(11, 3));
  }

  private static Tensor input(DType dtype) {
    return Tensor.normal(5, 3, 7).to(dtype);
  }

  private static Tensor loss(Layer model, Tensor x) {
    return Losses.crossEntropy(model.apply(x, Training.of(11).at(4)), LABELS);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void theGradientsOfAModelAreRightToSecondOrder(String name, Layer.Plan<?> plan) {
    Layer model = Layer.build(plan, 42).to(DType.FLOAT64);
    Tensor x = input(DType.FLOAT64);

    Report report =
        GradientChecker.ofModel(model.parameters(), () -> loss(model, x))
            .named(name)
            .toSecondOrder()
            .check();

    assertThat(report.isCorrect()).as(report.toString()).isTrue();
    assertThat(report.entries().stream().map(Entry::input).distinct())
        .containsAll(model.parameters().stream().map(Parameter::name).toList());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void theGradientsInTheInputsOfAModelAreRight(String name, Layer.Plan<?> plan) {
    Layer model = Layer.build(plan, 42).to(DType.FLOAT64);

    Report report =
        GradientChecker.of(x -> model.apply(x)).named(name).at(input(DType.FLOAT64)).check();

    assertThat(report.isCorrect()).as(report.toString()).isTrue();
  }

  private static ModelLoss inType(Layer model, DType type) {
    Layer copy = model.to(type);
    return new ModelLoss(copy.parameters(), () -> loss(copy, input(type)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void theGradientsOfAModelAreRightInBothTypes(String name, Layer.Plan<?> plan) {
    Layer model = Layer.build(plan, 42);
    State before = model.state();

    Report report =
        GradientChecker.ofModel(type -> inType(model, type)).named(name).toSecondOrder().check();

    assertThat(report.isCorrect()).as(report.toString()).isTrue();
    int count = model.parameters().stream().mapToInt(p -> Math.min(64, p.elements())).sum();
    assertThat(report.entries())
        .filteredOn(e -> e.kind() == Entry.Kind.PRECISION && e.order() == 1)
        .hasSize(count)
        .allMatch(e -> e.dtype() == DType.FLOAT32);
    before
        .tensors()
        .forEach((path, tensor) -> assertThat(model.parameter(path).sameBits(tensor)).isTrue());
  }

  @Test
  void aMistakeOfAModelInFloat32AloneIsFound() {
    Layer model = Layer.build(Linear.of(7, 3), 42);
    Planted half =
        new Planted(in -> in[0], (_, _, g) -> g.dtype() == DType.FLOAT32 ? g.times(1.0001) : g);

    Report report =
        GradientChecker.ofModel(
                type -> {
                  ModelLoss right = inType(model, type);
                  return new ModelLoss(
                      right.parameters(), () -> Tensor.apply(half, right.loss().get()));
                })
            .check();

    assertThat(report.failures())
        .isNotEmpty()
        .allMatch(entry -> entry.kind() == Entry.Kind.PRECISION);
  }

  @Test
  void aModelThatIsNotTheSameInBothTypesIsRefused() {
    Layer model = Layer.build(Linear.of(2, 1), 42);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> GradientChecker.ofModel(_ -> inType(model, DType.FLOAT64)))
        .withMessage(
            "gradient checker: the model has parameters [weight [1, 2], bias [1]] in FLOAT64 and"
                + " [FLOAT64 weight [1, 2], FLOAT64 bias [1]] in FLOAT32: make it with"
                + " model.to(type)");
  }

  @ParameterizedTest
  @EnumSource
  void everyReductionOfEveryLossHasTheRightGradient(Losses.Reduce reduce) {
    Tensor logits = Tensor.normal(6, 3, 4).times(3).to(DType.FLOAT32);
    Tensor target = Tensor.normal(7, 3, 4);
    List<Report> reports =
        List.of(
            GradientChecker.of(x -> Losses.crossEntropy(x, LABELS, reduce))
                .named("crossEntropy " + reduce)
                .at(logits)
                .toSecondOrder()
                .check(),
            GradientChecker.of((a, b) -> Losses.squaredError(a, b, reduce))
                .named("squaredError " + reduce)
                .at(logits, target)
                .toSecondOrder()
                .check());

    assertThat(reports).allSatisfy(r -> assertThat(r.isCorrect()).as(r.toString()).isTrue());
  }

  /// A loss that is not among those above fails here by its name.
  @Test
  void everyLossIsChecked() {
    assertThat(
            Arrays.stream(Losses.class.getMethods())
                .filter(method -> method.getReturnType() == Tensor.class)
                .map(Method::getName)
                .distinct())
        .containsExactlyInAnyOrder("crossEntropy", "squaredError");
  }

  @Test
  void theReductionsAreWhatTheirNamesSay() {
    Tensor x = Tensor.of(new double[][] {{1, 2}, {3, 5}});
    Tensor zero = Tensor.zeros(DType.FLOAT64, 2, 2);
    Function<Losses.Reduce, Double> error = r -> Losses.squaredError(x, zero, r).item();

    assertThat(error.apply(Losses.Reduce.SUM)).isEqualTo(39);
    assertThat(error.apply(Losses.Reduce.MEAN)).isEqualTo(39 / 4.0);
    assertThat(error.apply(Losses.Reduce.HALF_SUM)).isEqualTo(39 / 2.0);
    assertThat(error.apply(Losses.Reduce.HALF_MEAN)).isEqualTo(39 / 8.0);
    assertThat(Losses.squaredError(x, zero, Losses.Reduce.NONE).toDoubles())
        .containsExactly(1, 4, 9, 25);
  }

  /// A layer whose gradient in the weight is right and that in the bias is not summed over the
  /// batch.
  private static final class Careless extends Layer {
    private static final Planted PLUS =
        new Planted(
            in -> in[0].plus(in[1]),
            (k, _, g) -> k == 0 ? g : g.slice(0, 0, 1).reshape(g.shape().size(1)));

    private final Layer linear =
        child("linear", Linear.withoutBias(7, 3, Initializer.xavierNormal()));
    private final Parameter bias;

    Careless(Build build) {
      super(build);
      bias = parameter("bias", Shape.of(3), Initializer.constant(0.1));
    }

    @Override
    public Tensor apply(Tensor x, Training training) {
      return Tensor.apply(PLUS, linear.apply(x, training), bias);
    }
  }

  @Test
  void aParameterWithAWrongGradientIsNamedByItsPath() {
    Layer model = Layer.build(Sequential.of(Careless::new), 1).to(DType.FLOAT64);
    Tensor x = input(DType.FLOAT64);

    Report report = GradientChecker.ofModel(model.parameters(), () -> loss(model, x)).check();

    assertThat(report.failures()).extracting(Entry::input).containsOnly("0.bias").hasSize(3);
  }

  /// Dropout that draws anew at each evaluation is not one function.
  @Test
  void dropoutWithoutAFixedStepIsNamed() {
    Layer model = Layer.build(mlp(Dropout.of(0.4)), 42).to(DType.FLOAT64);
    Tensor x = input(DType.FLOAT64);
    long[] step = {0};

    Report report =
        GradientChecker.ofModel(
                model.parameters(),
                () -> model.apply(x, Training.of(1).at(step[0]++)).square().mean())
            .check();

    assertThat(report.toString()).contains("non-deterministic: ");
  }
}
