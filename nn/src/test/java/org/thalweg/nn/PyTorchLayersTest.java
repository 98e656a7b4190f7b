package org.thalweg.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.operation.window.Convolution;
import org.thalweg.autodiff.operation.window.Window;
import org.thalweg.nn.attention.MultiHeadAttention;
import org.thalweg.nn.normal.BatchNorm;
import org.thalweg.nn.normal.GroupNorm;
import org.thalweg.nn.normal.LayerNorm;
import org.thalweg.nn.normal.RmsNorm;
import org.thalweg.nn.recurrent.Cell;
import org.thalweg.nn.recurrent.Recurrent;
import org.thalweg.nn.window.Conv1d;
import org.thalweg.nn.window.Conv2d;
import org.thalweg.nn.window.ConvTranspose2d;
import org.thalweg.nn.window.Pool;

/// Layers with PyTorch's weights, under its names, give its values and gradients.
class PyTorchLayersTest {
  /// The end of the names of layers that do not do the same in both.
  private static final String TRAINING = " in training";

  private static final Map<String, Layer.Plan<?>> PLANS =
      Map.ofEntries(
          Map.entry("conv1d", Conv1d.of(4, 6, 3, plain().stride(2).padding(1).groups(2))),
          Map.entry("conv2d", Conv2d.of(4, 2, 3, plain().padding(2).dilation(2))),
          Map.entry(
              "convTranspose2d",
              ConvTranspose2d.of(4, 2, 3, plain().stride(2).padding(1).outputPadding(1).groups(2))),
          Map.entry("max2d", Pool.max2d(Window.of(3).stride(2).padding(1))),
          Map.entry("average2d", Pool.average2d(2)),
          Map.entry("adaptiveAverage2d", Pool.adaptiveAverage2d(2, 3)),
          Map.entry("layerNorm", LayerNorm.of(3, 4)),
          Map.entry("rmsNorm", RmsNorm.of(5)),
          Map.entry("groupNorm", GroupNorm.of(2, 4)),
          Map.entry("embedding", Embedding.of(5, 3)),
          Map.entry("embedding with padding", Embedding.withPadding(5, 3, 2)),
          Map.entry("attention", MultiHeadAttention.of(6, 2)),
          Map.entry("causal attention", MultiHeadAttention.causal(6, 3)),
          Map.entry("attention to another", MultiHeadAttention.of(4, 2)),
          Map.entry("block", block()),
          Map.entry("lstm", Recurrent.lstm(4, 3)),
          Map.entry("lstm from states", Recurrent.lstm(4, 3)),
          Map.entry("gru", Recurrent.gru(4, 3)),
          Map.entry("gru from states", Recurrent.gru(4, 3)),
          Map.entry("rnn", Recurrent.of(Cell.TANH, 4, 3)),
          Map.entry("rnn from states", Recurrent.of(Cell.TANH, 4, 3)),
          Map.entry("batchNorm" + TRAINING, BatchNorm.of(3)),
          Map.entry("batchNorm of sequences" + TRAINING, BatchNorm.of(2).cumulative()),
          Map.entry("batchNorm of images" + TRAINING, BatchNorm.of(3).momentum(0.3).epsilon(0.1)),
          Map.entry("batchNorm without affine" + TRAINING, BatchNorm.of(3).withoutAffine()),
          Map.entry("batchNorm", BatchNorm.of(3)),
          Map.entry("batchNorm without affine", BatchNorm.of(3).withoutAffine()),
          Map.entry(
              "batchNorm in a residual" + TRAINING,
              Sequential.of(
                  Residual.of(
                      Sequential.of(
                          Linear.of(3, 3), BatchNorm.of(3), Activation.tanh(), BatchNorm.of(3))))));

  private static Convolution plain() {
    return Convolution.plain();
  }

  private static Layer.Plan<?> block() {
    return Sequential.of(
        Residual.of(Sequential.of(LayerNorm.of(4), MultiHeadAttention.causal(4, 2))),
        Residual.of(
            Sequential.of(LayerNorm.of(4), Linear.of(4, 6), Activation.gelu(), Linear.of(6, 4))));
  }

  private static Tensor apply(Layer layer, List<Tensor> in) {
    return switch (layer) {
      case Recurrent recurrent -> recurrent(recurrent, in);
      case MultiHeadAttention attention when in.size() > 1 ->
          attention.apply(in.get(0), in.get(1), Training.of(1));
      default -> layer.apply(in.get(0));
    };
  }

  /// All states, then the last ones. PyTorch has states of `[1, batch, size]`.
  private static Tensor recurrent(Recurrent layer, List<Tensor> in) {
    List<Tensor> states = in.stream().skip(1).map(state -> state.squeeze(0)).toList();
    Recurrent.Run run = states.isEmpty() ? layer.run(in.get(0)) : layer.run(in.get(0), states);
    Tensor[] last = run.states().stream().map(state -> state.unsqueeze(0)).toArray(Tensor[]::new);
    return run.output().concat(0, last);
  }

  @TestFactory
  Stream<DynamicTest> valuesAndGradientsAreTheSame() throws IOException {
    return TorchSample.all().entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () ->
                        entry
                            .getValue()
                            .check(
                                Objects.requireNonNull(PLANS.get(entry.getKey())),
                                entry.getKey().endsWith(TRAINING)
                                    ? (layer, in) -> layer.apply(in.get(0), Training.of(1))
                                    : PyTorchLayersTest::apply)));
  }

  @Test
  void everyLayerHasASample() throws IOException {
    assertThat(TorchSample.all().keySet()).containsExactlyInAnyOrderElementsOf(PLANS.keySet());
  }
}
