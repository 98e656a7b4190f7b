package org.thalweg.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.Checkpoint;
import org.thalweg.autodiff.Gradients;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.buffer.Buffer;
import org.thalweg.nn.normal.BatchNorm;

/// What PyTorch's values do not say of batch norm; [PyTorchLayersTest] has those.
class BatchNormTest {
  private static final Training TRAINING = Training.of(1);

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
  }

  private static Tensor x(long seed) {
    return Tensor.normal(seed, 4, 3, 2).times(2).plus(5);
  }

  /// The gradients of a pass in training.
  private static Gradients pass(Layer layer, Tensor x) {
    return layer.apply(x, TRAINING).square().sum().backward();
  }

  private static void assertSame(State one, State other) {
    assertThat(one.tensors().keySet()).isEqualTo(other.tensors().keySet());
    one.tensors()
        .forEach(
            (path, tensor) ->
                assertThat(tensor.sameBits(other.tensors().get(path))).as(path).isTrue());
  }

  @Test
  void namesArePyTorchsWhereverTheLayerStands() {
    Layer model =
        Layer.build(
            Sequential.of(
                Linear.of(3, 3), Residual.of(Sequential.of(BatchNorm.of(3).withoutAffine()))),
            1);
    assertThat(model.parameters())
        .extracting(Parameter::name)
        .containsExactly("0.weight", "0.bias");
    assertThat(model.buffers())
        .extracting(Buffer::name)
        .containsExactly(
            "1.inner.0.running_mean", "1.inner.0.running_var", "1.inner.0.num_batches_tracked");
    assertThat(model.buffer("1.inner.0.running_var").value().toFloats()).containsExactly(1, 1, 1);
    assertThat(model.buffer("1.inner.0.num_batches_tracked").value().shape())
        .isEqualTo(Shape.SCALAR);
    assertThat(Layer.build(BatchNorm.of(2), 1).state().tensors())
        .containsOnlyKeys("weight", "bias", "running_mean", "running_var", "num_batches_tracked");
    assertRefused(
        () -> model.buffer("1.inner.0.mean"),
        "layer: there is no buffer [1.inner.0.mean]: use one of [1.inner.0.running_mean,"
            + " 1.inner.0.running_var, 1.inner.0.num_batches_tracked]");
  }

  @Test
  void nothingButAStepMovesTheRunningStatistics() {
    Layer layer = Layer.build(Sequential.of(BatchNorm.of(3)), 1);
    State before = layer.state();
    layer.apply(x(1));
    Gradients gradients = pass(layer, x(1));
    pass(layer, x(2));
    assertThatIllegalArgumentException().isThrownBy(() -> pass(layer, Tensor.zeros(1, 3)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> pass(layer, x(3)).of(new Parameter("other", Tensor.zeros(1))));
    assertSame(layer.state(), before);
    gradients.updates().write();
    Tensor mean = x(1).mean(0, 2);
    assertThat(layer.buffer("0.running_mean").value().isCloseTo(mean.times(0.1), 1e-6, 0)).isTrue();
    assertThat(layer.buffer("0.num_batches_tracked").value().item()).isOne();
  }

  @Test
  void aCheckpointCountsABatchOnce() {
    Layer plain = Layer.build(BatchNorm.of(3), 1);
    Layer saved = Layer.build(BatchNorm.of(3), 1);
    pass(plain, x(1)).updates().write();
    Scope.run(
        () -> {
          Tensor y = Checkpoint.get(() -> saved.apply(x(1), TRAINING).square().sum());
          y.backward().updates().write();
        });
    assertSame(saved.state(), plain.state());
  }

  @Test
  void aLayerThatIsUsedTwiceInAPassCountsBoth() {
    Layer twice = Layer.build(BatchNorm.of(3), 1);
    Layer once = Layer.build(BatchNorm.of(3), 1);
    Tensor both = twice.apply(x(1), TRAINING).plus(twice.apply(x(2), TRAINING));
    both.square().sum().backward().updates().write();
    pass(once, x(1)).updates().write();
    pass(once, x(2)).updates().write();
    assertSame(twice.state(), once.state());
  }

  @Test
  void aCumulativeLayerEndsWithTheMeansOfAllBatches() {
    Layer layer = Layer.build(BatchNorm.of(3).cumulative(), 1);
    Tensor sum = Tensor.zeros(3);
    for (int batch = 0; batch < 5; batch++) {
      pass(layer, x(batch)).updates().write();
      sum = sum.plus(x(batch).mean(0, 2));
    }
    assertThat(layer.buffer("running_mean").value().isCloseTo(sum.over(5), 1e-5, 0)).isTrue();
    assertThat(layer.buffer("num_batches_tracked").value().item()).isEqualTo(5);
  }

  private static Layer model(BatchNorm.Options first, BatchNorm.Options last) {
    Layer.Plan<?> inner = Sequential.of(Activation.tanh(), Dropout.of(0.5));
    return Layer.build(Sequential.of(first, Residual.of(inner), last), 1);
  }

  /// So many channels that their statistics are in the memory of a scope, which ends before they
  /// are written.
  @Test
  void statisticsOfManyChannelsAreTakenAnewOverSeveralBatches() {
    int channels = 2048;
    Layer layer = Layer.build(BatchNorm.of(channels), 1);
    List<Tensor> batches = List.of(Tensor.normal(1, 4, channels), Tensor.normal(2, 4, channels));
    Scope.run(() -> BatchNorm.reestimate(layer, batches, Training.of(7)));
    Tensor mean = batches.get(0).mean(0).plus(batches.get(1).mean(0)).over(2);
    assertThat(layer.buffer("running_mean").value().isCloseTo(mean, 1e-5, 1e-6)).isTrue();
    assertThat(layer.buffer("num_batches_tracked").value().item()).isEqualTo(2);
  }

  @Test
  void statisticsTakenAnewAreThoseOfLayersThatAreCumulative() {
    Layer model = model(BatchNorm.of(3), BatchNorm.of(3).momentum(0.5));
    Layer all = model(BatchNorm.of(3).cumulative(), BatchNorm.of(3).cumulative());
    pass(model, x(9)).updates().write();
    List<Tensor> batches = List.of(x(1), x(2), x(3).slice(0, 0, 2));
    for (int k = 0; k < 3; k++) {
      all.apply(batches.get(k), Training.of(7).at(k)).sum().backward().updates().write();
    }
    BatchNorm.reestimate(model, batches, Training.of(7));
    assertSame(model.state(), all.state());
    assertThat(model.buffer("2.num_batches_tracked").value().item()).isEqualTo(3);
    pass(model, x(4)).updates().write();
    assertThat(model.buffer("2.num_batches_tracked").value().item()).isEqualTo(4);
  }

  @Test
  void statisticsThatCannotBeTakenAnewStay() {
    Layer model = model(BatchNorm.of(3), BatchNorm.of(3).momentum(0.5));
    State before = model.state();
    assertRefused(
        () -> BatchNorm.reestimate(model, List.of(), Training.of(7)),
        "reestimate: there are 0 batches: give at least one");
    assertRefused(
        () -> BatchNorm.reestimate(model, List.of(x(1)), Training.INFERENCE),
        "reestimate: there are no statistics in Training[seed=0, step=0, isInference=true]: give"
            + " Training.of(seed)");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> BatchNorm.reestimate(model, List.of(x(1), Tensor.zeros(1, 3)), Training.of(7)))
        .withMessageContaining("train on 2 or more");
    assertSame(model.state(), before);
  }

  @Test
  void aMomentumOfOneIsTheLastBatchAndOfZeroNone() {
    Layer last = Layer.build(BatchNorm.of(3).momentum(1).epsilon(0), 1);
    Layer none = Layer.build(BatchNorm.of(3).momentum(0), 1);
    pass(last, x(1)).updates().write();
    pass(last, x(2)).updates().write();
    pass(none, x(2)).updates().write();
    assertThat(last.buffer("running_mean").value().isCloseTo(x(2).mean(0, 2), 1e-6, 0)).isTrue();
    assertThat(none.buffer("running_mean").value().toFloats()).containsExactly(0, 0, 0);
    assertThat(none.buffer("running_var").value().toFloats()).containsExactly(1, 1, 1);
    // The batch's variance is divided by 8, the running one by 7.
    Tensor use = last.apply(x(2)).times(Math.sqrt(8 / 7.0));
    assertThat(use.isCloseTo(last.apply(x(2), TRAINING), 1e-5, 1e-5)).isTrue();
  }

  @Test
  void useGoesByTheRunningStatisticsForBatchesOfAnySize() {
    Layer layer = Layer.build(BatchNorm.of(3), 1);
    pass(layer, x(1)).updates().write();
    Tensor x = x(7);
    Tensor whole = layer.apply(x);
    assertThat(layer.apply(x.slice(0, 1, 2)).sameBits(whole.slice(0, 1, 2))).isTrue();
    assertThat(layer.apply(Tensor.zeros(0, 3)).shape()).isEqualTo(Shape.of(0, 3));
    double mean = layer.buffer("running_mean").value().get(1);
    double variance = layer.buffer("running_var").value().get(1);
    assertThat(whole.get(2, 1, 0))
        .isCloseTo((x.get(2, 1, 0) - mean) / Math.sqrt(variance + 1e-5), within(1e-6));
  }

  @Test
  void theStateGoesToAnotherModelAndAnotherType() {
    Layer model = Layer.build(Sequential.of(BatchNorm.of(3), Dropout.of(0.5)), 1);
    pass(model, x(1)).updates().write();
    State state = model.state();
    Layer other = Layer.build(Sequential.of(BatchNorm.of(3), Dropout.of(0.5)), 2);
    other.restore(state);
    assertThat(other.apply(x(2)).sameBits(model.apply(x(2)))).isTrue();
    pass(other, x(2)).updates().write();
    pass(model, x(2)).updates().write();
    assertSame(other.state(), model.state());
    assertThat(state.tensors().get("0.num_batches_tracked").item()).as("a copy").isOne();
    Layer exact = model.to(DType.FLOAT64);
    assertThat(exact.buffer("0.running_var").value().dtype()).isEqualTo(DType.FLOAT64);
    assertThat(exact.buffer("0.num_batches_tracked").value().toString()).isEqualTo("INT32 [] 2");
    Tensor y = exact.apply(x(3).to(DType.FLOAT64)).to(DType.FLOAT32);
    assertThat(y.isCloseTo(model.apply(x(3)), 1e-5, 1e-5)).isTrue();
    pass(exact, x(3).to(DType.FLOAT64)).updates().write();
    assertSame(other.state(), model.state());
  }

  @Test
  void aStateWithoutStatisticsOrWithOthersIsRefused() {
    Layer model = Layer.build(BatchNorm.of(3), 1);
    State before = model.state();
    Map<String, Tensor> wrong = new HashMap<>(before.tensors());
    wrong.put("weight", Tensor.zeros(3));
    wrong.remove("num_batches_tracked");
    wrong.put("running_var", Tensor.zeros(DType.FLOAT64, 3));
    assertRefused(
        () -> model.restore(State.of(wrong)),
        "layer: the state does not fit the model: running_var is FLOAT64 [3], not FLOAT32 [3];"
            + " num_batches_tracked is missing");
    assertSame(model.state(), before);
  }

  private static final class Same extends Layer {
    Same(Build build) {
      super(build);
      buffer("w", Tensor.zeros(1));
      parameter("w", Shape.of(2), Initializer.constant(0));
    }

    @Override
    public Tensor apply(Tensor x, Training training) {
      return x;
    }
  }

  @Test
  void aParameterAndABufferHaveNamesOfTheirOwn() {
    assertRefused(
        () -> Layer.build(Same::new, 1),
        "layer: the path [w] is taken: give each part a name of its own");
  }

  @ParameterizedTest
  @CsvSource({"'1,3', 1", "'0,3', 0", "'1,3,1,1', 1", "'2,3,0', 0"})
  void aBatchWithoutAVarianceIsRefusedInTrainingAlone(String sizes, int values) {
    Layer model = Layer.build(Sequential.of(BatchNorm.of(3)), 1);
    Tensor x =
        Tensor.zeros(
            java.util.Arrays.stream(sizes.split(",")).mapToInt(Integer::parseInt).toArray());
    assertRefused(
        () -> model.apply(x, TRAINING),
        "batchNorm [0]: the batch is %s and has %d values for each channel, of which there is no variance: train on 2 or more, or use apply(x)"
            .formatted(x.shape(), values));
    assertThat(model.apply(x).shape()).isEqualTo(x.shape());
  }

  @Test
  void inputsOfOtherShapesAndTypesAreRefused() {
    Layer model = Layer.build(Sequential.of(BatchNorm.of(3)), 1);
    for (Tensor x :
        new Tensor[] {
          Tensor.zeros(3),
          Tensor.zeros(3, 4),
          Tensor.scalar(1f),
          Tensor.zeros(DType.FLOAT64, 4, 3),
          Tensor.zeros(4, 3).to(DType.INT32)
        }) {
      String message =
          "batchNorm [0]: the input is %s %s and must be FLOAT32 [batch, 3, …]: convert or reshape it"
              .formatted(x.dtype(), x.shape());
      assertRefused(() -> model.apply(x), message);
      assertRefused(() -> model.apply(x, TRAINING), message);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
  void theMomentumIsAShare(double momentum) {
    assertRefused(
        () -> BatchNorm.of(3).momentum(momentum),
        "batchNorm: momentum %s is the share of the last batch: use a value from 0 to 1, as 0.1"
            .formatted(momentum));
  }

  @Test
  void thereIsAChannelAndEpsilonIsZeroOrMore() {
    assertRefused(() -> BatchNorm.of(0), "batchNorm: 0 channels: give at least 1");
    assertRefused(
        () -> BatchNorm.of(1).epsilon(-1),
        "batchNorm: epsilon -1.0 is added to the variance: use 0 or more, as 1e-5");
  }

  @Test
  void aValueThatIsNoNumberSpoilsItsChannelAlone() {
    Layer layer = Layer.build(BatchNorm.of(2), 1);
    Tensor x = Tensor.of(new float[] {1, 2, Float.NaN, 4, 5, 6}, Shape.of(3, 2));
    Tensor y = layer.apply(x, TRAINING);
    assertThat(y.slice(1, 0, 1).isNaN().toFloats()).containsOnly(1);
    assertThat(y.slice(1, 1, 2).isNaN().toFloats()).containsOnly(0);
    y.sum().backward().updates().write();
    assertThat(layer.buffer("running_mean").value().toString()).startsWith("FLOAT32 [2] [NaN, 0.4");
    assertThat(layer.apply(x).get(0, 0)).isNaN();
  }

  @Test
  void equalValuesGiveTheBiasAndAVarianceOfZero() {
    Layer layer = Layer.build(BatchNorm.of(2).momentum(1), 1);
    layer.parameter("bias").assignInPlace(Tensor.of(0.5f, -2f));
    Tensor y = layer.apply(Tensor.full(DType.FLOAT32, 1e30, 3, 2), TRAINING);
    assertThat(y.slice(1, 0, 1).toFloats()).containsOnly(0.5f);
    assertThat(y.slice(1, 1, 2).toFloats()).containsOnly(-2f);
    y.sum().backward().updates().write();
    assertThat(layer.buffer("running_var").value().toFloats()).containsExactly(0, 0);
  }

  @Test
  void theCountStaysAtTheEndOfItsType() {
    Layer layer = Layer.build(BatchNorm.of(3), 1);
    Tensor end = Tensor.scalar(DType.INT32, Integer.MAX_VALUE);
    layer.buffer("num_batches_tracked").assign(end);
    pass(layer, x(1)).updates().write();
    assertThat(layer.buffer("num_batches_tracked").value().sameBits(end)).isTrue();
  }
}
