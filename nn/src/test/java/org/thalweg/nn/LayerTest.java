package org.thalweg.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;

class LayerTest {
  /// A model of a user's own.
  private static final class Mlp extends Layer {
    private final Layer hidden = child("hidden", Linear.of(6, 4));
    private final Layer output =
        child("output", Linear.withoutBias(4, 2, Initializer.xavierUniform()));

    Mlp(Build build) {
      super(build);
    }

    @Override
    public Tensor apply(Tensor x, Training training) {
      return output.apply(hidden.apply(x, training).relu(), training);
    }
  }

  private static final class Twice extends Layer {
    Twice(Build build) {
      super(build);
      child("a", Linear.of(1, 1));
      child("a", Linear.of(1, 1));
    }

    @Override
    public Tensor apply(Tensor x, Training training) {
      return x;
    }
  }

  @Test
  void parametersAreNamedByTheirPaths() {
    Layer model = Layer.build(Mlp::new, 1);

    assertThat(model.parameters())
        .extracting(Parameter::name)
        .containsExactly("hidden.weight", "hidden.bias", "output.weight");
    assertThat(model.parameter("hidden.weight").shape()).isEqualTo(Shape.of(4, 6));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.parameter("hidden.wait"))
        .withMessage(
            "layer: there is no parameter [hidden.wait]: use one of [hidden.weight, hidden.bias,"
                + " output.weight]");
  }

  @Test
  void theSeedAndThePathDecideEveryFirstValue() {
    Layer one = Layer.build(Mlp::new, 1);
    Layer same = Layer.build(Mlp::new, 1);
    Layer other = Layer.build(Mlp::new, 2);
    Layer more = Layer.build(Sequential.of(Linear.of(6, 4), Activation.relu(), Linear.of(4, 9)), 1);
    Layer fewer = Layer.build(Sequential.of(Linear.of(6, 4)), 1);

    assertThat(one.parameter("output.weight").sameBits(same.parameter("output.weight"))).isTrue();
    assertThat(one.parameter("output.weight").sameBits(other.parameter("output.weight"))).isFalse();
    assertThat(more.parameter("0.weight").sameBits(fewer.parameter("0.weight"))).isTrue();
    assertThat(one.parameter("hidden.weight").sameBits(more.parameter("0.weight"))).isFalse();
  }

  @Test
  void twoPartsOfOneNameAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layer.build(Twice::new, 1))
        .withMessage("layer: the name [a] is taken: give each part a name of its own");
  }

  private static final class Same extends Layer {
    Same(Build build) {
      super(build);
      parameter("w", Shape.of(2), Initializer.constant(0));
      parameter("w", Shape.of(2), Initializer.constant(0));
    }

    @Override
    public Tensor apply(Tensor x, Training training) {
      return x;
    }
  }

  private static final class Odd extends Layer {
    Odd(Build build) {
      super(build);
      parameter("w", Shape.of(2), (_, _, _) -> Tensor.zeros(3));
    }

    @Override
    public Tensor apply(Tensor x, Training training) {
      return x;
    }
  }

  @Test
  void twoParametersOfOneNameAreRefusedByTheirPath() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layer.build(Same::new, 1))
        .withMessage("layer: the path [w] is taken: give each part a name of its own");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layer.build(Sequential.of(Activation.relu(), Same::new), 1))
        .withMessage("layer: the path [1.w] is taken: give each part a name of its own");
  }

  @Test
  void anInitialiserThatGivesAnotherShapeIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layer.build(Odd::new, 1))
        .withMessage(
            "initializer: values of shape [3] for parameter [w] of shape [2]: give one value for"
                + " each element");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layer.build(Sequential.of(Odd::new), 1))
        .withMessage(
            "initializer: values of shape [3] for parameter [0.w] of shape [2]: give one value for"
                + " each element");
  }

  @Test
  void aPlanThatGivesALayerOfElsewhereIsRefused() {
    Layer elsewhere = Layer.build(Linear.of(2, 2), 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layer.build(Sequential.of(_ -> elsewhere), 1))
        .withMessage(
            "layer: the plan at [0] gave a layer that was built elsewhere: build a new one from the"
                + " Build it is given");
  }

  @Test
  void aModelOfWholeNumbersIsRefused() {
    Layer model = Layer.build(Mlp::new, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.to(DType.INT32))
        .withMessage("layer: INT32 has no gradient: use FLOAT32 or FLOAT64");
  }

  @Test
  void anotherTypeIsAnotherModelWithTheSameValues() {
    Layer model = Layer.build(Mlp::new, 1);
    Layer exact = model.to(DType.FLOAT64);
    Tensor x = Tensor.uniform(3, 5, 6);

    Tensor y = exact.apply(x.to(DType.FLOAT64));

    assertThat(y.dtype()).isEqualTo(DType.FLOAT64);
    assertThat(y.to(DType.FLOAT32).isCloseTo(model.apply(x), 1e-6, 1e-6)).isTrue();
    exact.parameter("hidden.bias").assignInPlace(Tensor.zeros(DType.FLOAT64, 4));
    assertThat(model.parameter("hidden.bias").toFloats()).doesNotContain(0);
  }

  @Test
  void aStateGoesOutAndIn() {
    Layer model = Layer.build(Mlp::new, 1);
    Layer other = Layer.build(Mlp::new, 2);

    other.restore(model.state());

    Tensor x = Tensor.uniform(3, 5, 6);
    assertThat(other.apply(x).sameBits(model.apply(x))).isTrue();
  }

  @Test
  void aStateThatDoesNotFitIsRefusedWithTheDifferencesAndNothingChanges() {
    Layer model = Layer.build(Mlp::new, 1);
    Tensor before = model.parameter("hidden.weight").snapshot();
    Map<String, Tensor> wrong = new LinkedHashMap<>(Layer.build(Mlp::new, 2).state().tensors());
    wrong.remove("hidden.bias");
    wrong.put("output.weight", Tensor.zeros(3, 3));
    wrong.put("more", Tensor.zeros(1));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.restore(State.of(wrong)))
        .withMessage(
            "layer: the state does not fit the model: hidden.bias is missing; output.weight is"
                + " FLOAT32 [3, 3], not FLOAT32 [2, 4]; more is not in the model");
    assertThat(model.parameter("hidden.weight").sameBits(before)).isTrue();
  }

  @Test
  void initialisersHaveTheirSpread() {
    Shape shape = Shape.of(300, 200);

    assertSpread(Initializer.kaimingNormal().values(1, "w", shape), 2.0 / 200);
    assertSpread(Initializer.kaimingUniform().values(1, "w", shape), 2.0 / 200);
    assertSpread(Initializer.xavierNormal().values(1, "w", shape), 2.0 / 500);
    assertSpread(Initializer.xavierUniform().values(1, "w", shape), 2.0 / 500);
    Tensor uniform = Initializer.xavierUniform().values(1, "w", shape);
    assertThat(uniform.abs().max().item()).isLessThanOrEqualTo(Math.sqrt(6.0 / 500));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Initializer.kaimingNormal().values(1, "b", Shape.of(3)))
        .withMessage("initializer: shape [3] has no axis 1 to count: use constant(0)");
  }

  private static void assertSpread(Tensor values, double variance) {
    assertThat(values.mean().item()).isCloseTo(0, within(5 * Math.sqrt(variance / 60_000)));
    assertThat(values.variance().item()).isCloseTo(variance, within(0.03 * variance));
  }

  @Test
  void dropoutKeepsTheMeanAndDrawsByStepAndPath() {
    Layer model = Layer.build(Sequential.of(Dropout.of(0.25), Dropout.of(0.25)), 1);
    Layer single = Layer.build(Dropout.of(0.25), 1);
    Tensor ones = Tensor.ones(100, 1000);
    Tensor dropped = single.apply(ones, Training.of(5));

    assertThat(dropped.mean().item()).isCloseTo(1, within(0.01));
    assertThat(dropped.equalTo(Tensor.scalar(0)).mean().item()).isCloseTo(0.25, within(0.01));
    assertThat(dropped.max().item()).isCloseTo(1 / 0.75, within(1e-6));
    assertThat(single.apply(ones, Training.of(5)).sameBits(dropped)).isTrue();
    assertThat(single.apply(ones, Training.of(5).at(1)).sameBits(dropped)).isFalse();
    assertThat(single.apply(ones, Training.of(6)).sameBits(dropped)).isFalse();
    assertThat(single.apply(ones)).isSameAs(ones);
    double both = model.apply(ones, Training.of(5)).equalTo(Tensor.scalar(0)).mean().item();
    assertThat(both).as("two layers draw apart").isCloseTo(1 - 0.75 * 0.75, within(0.01));
  }

  @Test
  void sizesAndProbabilitiesThatMakeNoSenseAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Linear.of(0, 3))
        .withMessage("linear: sizes 0 and 3 are not both positive: give at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dropout.of(1))
        .withMessage("dropout: probability 1.0: use a value from 0 to below 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layer.build(Linear.of(3, 2), 1).apply(Tensor.zeros(4, 5)))
        .withMessage(
            "linear []: the input is FLOAT32 [4, 5] and must be FLOAT32 […, 3] with at least two"
                + " axes: convert or reshape it");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Losses.squaredError(Tensor.zeros(3, 1), Tensor.zeros(3)))
        .withMessageStartingWith("squaredError: prediction [3, 1] and target [3] differ in shape");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Losses.crossEntropy(Tensor.zeros(2, 3), Tensor.ints(0, 3)))
        .withMessage("crossEntropy: index 3 at position 1 is not in 0 … 2: check the data");
  }
}
