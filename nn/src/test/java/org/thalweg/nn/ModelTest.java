package org.thalweg.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;

class ModelTest {
  /// A layer of a user's own, with a parameter and a part under names that a test chooses.
  private static final class Own extends Layer {
    private final Parameter scale;

    Own(Build build, String name) {
      super(build);
      scale = parameter(name, Shape.of(2), Initializer.constant(3));
    }

    @Override
    public Tensor apply(Tensor x, Training training) {
      return x.times(scale);
    }
  }

  private static final class Outer extends Layer {
    private final Layer inner;

    Outer(Build build, String name) {
      super(build);
      inner = child(name, Sequential.of(b -> new Own(b, "scale"), Linear.of(2, 2)));
    }

    @Override
    public Tensor apply(Tensor x, Training training) {
      return inner.apply(x, training);
    }
  }

  private static List<String> names(Layer layer) {
    return layer.parameters().stream().map(Parameter::name).toList();
  }

  @Test
  void nestedPartsHavePathsFromTheModel() {
    Layer model = Layer.build(Sequential.of(b -> new Outer(b, "part"), Activation.relu()), 1);
    assertThat(names(model)).containsExactly("0.part.0.scale", "0.part.1.weight", "0.part.1.bias");
    assertThat(model.path()).isEmpty();
    assertThat(model.parameter("0.part.0.scale").toFloats()).containsExactly(3, 3);
    assertThat(model.state().tensors().keySet()).containsExactlyElementsOf(names(model));
  }

  @Test
  void parametersCannotBeAddedFromOutside() {
    Layer model = Layer.build(Linear.of(2, 2), 1);
    assertThat(model.parameters()).hasSize(2);
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> model.parameters().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a.b", ".", "a/b"})
  void namesThatWouldConfusePathsAreRefused(String name) {
    String message =
        "layer: [" + name + "] cannot be a part's name: use one or more characters but . and /";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layer.build(b -> new Own(b, name), 1))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layer.build(b -> new Outer(b, name), 1))
        .withMessage(message);
  }

  @Test
  void aPartMoreChangesNoOthersNumbers() {
    Layer.Plan<?> wide = Linear.of(5, 4);
    Layer few = Layer.build(Sequential.of(wide, Activation.relu()), 9);
    Layer many =
        Layer.build(
            Sequential.of(
                wide, Activation.relu(), Linear.of(4, 3), Dropout.of(0.5), Linear.of(3, 5)),
            9);
    for (String path : names(few)) {
      assertThat(many.parameter(path).sameBits(few.parameter(path))).as(path).isTrue();
    }
  }

  @Test
  void aPlanMayBeBuiltOftenAndLayersDoNotShare() {
    Layer.Plan<?> plan = Sequential.of(Linear.of(2, 2), Linear.of(2, 2));
    Layer one = Layer.build(plan, 1);
    Layer other = Layer.build(plan, 1);
    assertThat(one.parameter("0.weight").sameBits(one.parameter("1.weight"))).isFalse();
    one.parameter("0.weight").assignInPlace(Tensor.zeros(2, 2));
    assertThat(other.parameter("0.weight").toFloats()).doesNotContain(0);
  }

  @Test
  void noLayersInARowAreTheIdentity() {
    Tensor x = Tensor.of(1f, 2f);
    Layer model = Layer.build(Sequential.of(), 1);
    assertThat(model.apply(x)).isSameAs(x);
    assertThat(model.parameters()).isEmpty();
    model.restore(model.state());
  }

  static Stream<Arguments> activations() {
    return Stream.of(
        Arguments.of(Activation.relu(), (UnaryOperator<Tensor>) Tensor::relu),
        Arguments.of(Activation.gelu(), (UnaryOperator<Tensor>) Tensor::gelu),
        Arguments.of(Activation.tanh(), (UnaryOperator<Tensor>) Tensor::tanh),
        Arguments.of(Activation.sigmoid(), (UnaryOperator<Tensor>) Tensor::sigmoid),
        Arguments.of(Activation.softplus(), (UnaryOperator<Tensor>) Tensor::softplus),
        Arguments.of(Activation.of(x -> x.square()), (UnaryOperator<Tensor>) Tensor::square));
  }

  @ParameterizedTest
  @MethodSource("activations")
  void activationsAreTheFunctionsOfTheirNames(Layer.Plan<?> plan, UnaryOperator<Tensor> function) {
    Tensor x = Tensor.of(-2f, -0.5f, 0f, 0.5f, 3f);
    Layer layer = Layer.build(plan, 1);
    assertThat(layer.apply(x).sameBits(function.apply(x))).isTrue();
    assertThat(layer.apply(x, Training.of(1)).sameBits(function.apply(x))).isTrue();
    assertThat(layer.parameters()).isEmpty();
  }

  @Test
  void everyInitialiserIsDecidedBySeedAndPath() {
    Shape shape = Shape.of(6, 5);
    for (Initializer initializer :
        List.of(
            Initializer.uniform(0.5),
            Initializer.normal(0.5),
            Initializer.xavierUniform(),
            Initializer.xavierNormal(),
            Initializer.kaimingUniform(),
            Initializer.kaimingNormal())) {
      Tensor values = initializer.values(1, "a.weight", shape);
      assertThat(values.shape()).isEqualTo(shape);
      assertThat(values.dtype()).isEqualTo(DType.FLOAT32);
      assertThat(initializer.values(1, "a.weight", shape).sameBits(values)).isTrue();
      assertThat(initializer.values(2, "a.weight", shape).sameBits(values)).isFalse();
      assertThat(initializer.values(1, "b.weight", shape).sameBits(values)).isFalse();
    }
    assertThat(Initializer.constant(2).values(1, "a", Shape.of(2)).toFloats())
        .containsExactly(2, 2);
  }

  static Stream<Arguments> spreads() {
    // A convolution's weight, [out, in, 3, 3]: fan-in 8 · 9, fan-out 40 · 9.
    double in = 8 * 9;
    double both = (8 + 40) * 9;
    return Stream.of(
        Arguments.of(Initializer.uniform(0.5), 0.25 / 3, 0.5),
        Arguments.of(Initializer.normal(0.5), 0.25, 1e9),
        Arguments.of(Initializer.xavierUniform(), 2 / both, Math.sqrt(6 / both)),
        Arguments.of(Initializer.xavierNormal(), 2 / both, 1e9),
        Arguments.of(Initializer.kaimingUniform(), 2 / in, Math.sqrt(6 / in)),
        Arguments.of(Initializer.kaimingNormal(), 2 / in, 1e9));
  }

  @ParameterizedTest
  @MethodSource("spreads")
  void initialisersHaveTheirMeanVarianceAndLimits(
      Initializer initializer, double variance, double limit) {
    double sum = 0;
    double squares = 0;
    int count = 0;
    for (int seed = 0; seed < 20; seed++) {
      for (float x : initializer.values(seed, "w", Shape.of(40, 8, 3, 3)).toFloats()) {
        assertThat(Math.abs(x)).isLessThanOrEqualTo((float) limit);
        sum += x;
        squares += (double) x * x;
        count++;
      }
    }
    assertThat(sum / count).isCloseTo(0, within(5 * Math.sqrt(variance / count)));
    // The variance of a square of a normal number is twice that of the number, squared.
    assertThat(squares / count).isCloseTo(variance, within(5 * variance * Math.sqrt(2.0 / count)));
  }

  @Test
  void fansNeedTwoAxes() {
    for (Initializer initializer :
        List.of(
            Initializer.xavierUniform(),
            Initializer.xavierNormal(),
            Initializer.kaimingUniform(),
            Initializer.kaimingNormal())) {
      for (Shape shape : List.of(Shape.of(3), Shape.SCALAR)) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> initializer.values(1, "bias", shape))
            .withMessageStartingWith("initializer: shape " + shape + " has no axis")
            .withMessageEndingWith("to count: use constant(0)");
      }
    }
  }

  @Test
  void aModelOfAnotherTypeHasTheSamePathsAndComesBack() {
    Layer model = Layer.build(Sequential.of(Linear.of(3, 2), Activation.tanh()), 1);
    Layer exact = model.to(DType.FLOAT64);
    assertThat(names(exact)).isEqualTo(names(model));
    assertThat(exact.parameters()).allMatch(parameter -> parameter.dtype() == DType.FLOAT64);
    Layer back = exact.to(DType.FLOAT32);
    for (String path : names(model)) {
      assertThat(back.parameter(path).sameBits(model.parameter(path))).isTrue();
      assertThat(back.parameter(path)).isNotSameAs(model.parameter(path));
    }
  }

  @Test
  void theStateOfAnotherTypeIsRefused() {
    Layer model = Layer.build(Linear.of(3, 2), 1);
    State exact = model.to(DType.FLOAT64).state();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.restore(exact))
        .withMessage(
            "layer: the state does not fit the model: weight is FLOAT64 [2, 3], not FLOAT32 [2, 3];"
                + " bias is FLOAT64 [2], not FLOAT32 [2]");
  }

  @Test
  void aStateIsACopy() {
    Layer model = Layer.build(Linear.of(2, 1), 1);
    State state = model.state();
    float[] before = state.tensors().get("weight").toFloats();
    model.parameter("weight").assignInPlace(Tensor.zeros(1, 2));
    assertThat(state.tensors().get("weight").toFloats()).containsExactly(before);
    model.restore(state);
    assertThat(model.parameter("weight").toFloats()).containsExactly(before);
    assertThat(state.metadata()).isEqualTo(Map.of());
  }

  @ParameterizedTest
  @EnumSource(Losses.Reduce.class)
  void lossesAreReducedAsTheirNamesSay(Losses.Reduce reduce) {
    Tensor prediction = Tensor.of(new double[][] {{1, 2}, {3, 5}});
    Tensor target = Tensor.of(new double[][] {{0, 2}, {1, 2}});
    Tensor squares = Losses.squaredError(prediction, target, reduce);
    Tensor logits = Tensor.of(new double[][] {{0, 0}, {0, Math.log(3)}});
    Tensor entropies = Losses.crossEntropy(logits, Tensor.ints(0, 0), reduce);
    double sum = Math.log(2) + Math.log(4);
    switch (reduce) {
      case NONE -> {
        assertThat(squares.toDoubles()).containsExactly(1, 0, 4, 9);
        assertThat(entropies.shape()).isEqualTo(Shape.of(2));
        assertThat(entropies.get(1)).isCloseTo(Math.log(4), within(1e-15));
      }
      case SUM -> check(squares, 14, entropies, sum);
      case HALF_SUM -> check(squares, 7, entropies, sum / 2);
      case MEAN -> check(squares, 3.5, entropies, sum / 2);
      case HALF_MEAN -> check(squares, 1.75, entropies, sum / 4);
    }
  }

  private static void check(Tensor squares, double square, Tensor entropies, double entropy) {
    assertThat(squares.item()).isEqualTo(square);
    assertThat(entropies.item()).isCloseTo(entropy, within(1e-15));
  }

  @Test
  void meansAreTheDefault() {
    Tensor x = Tensor.of(new double[][] {{1, 2}});
    assertThat(Losses.squaredError(x, x.plus(2)).item()).isEqualTo(4);
    assertThat(Losses.crossEntropy(x.times(0), Tensor.ints(1)).item())
        .isCloseTo(Math.log(2), within(1e-15));
  }

  @Test
  void predictionsAndTargetsThatWouldBroadcastAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Losses.squaredError(Tensor.zeros(4, 1), Tensor.zeros(4)))
        .withMessage(
            "squaredError: prediction [4, 1] and target [4] differ in shape: reshape one"
                + " (broadcasting would compare everything with everything)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Losses.squaredError(Tensor.zeros(2), Tensor.zeros(DType.FLOAT64, 2)))
        .withMessageStartingWith("squaredError: types FLOAT32 and FLOAT64 do not mix");
  }

  @Test
  void anEmptyBatchHasNoMeanAndASumOfZero() {
    Tensor none = Tensor.zeros(0, 3);
    assertThat(Losses.squaredError(none, none).item()).isNaN();
    assertThat(Losses.squaredError(none, none, Losses.Reduce.SUM).item()).isZero();
    assertThat(Losses.crossEntropy(none, Tensor.ints()).item()).isNaN();
  }
}
