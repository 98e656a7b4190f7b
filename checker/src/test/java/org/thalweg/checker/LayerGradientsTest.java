package org.thalweg.checker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.operation.normal.Normalizations;
import org.thalweg.autodiff.operation.window.Convolution;
import org.thalweg.nn.Activation;
import org.thalweg.nn.Flatten;
import org.thalweg.nn.Layer;
import org.thalweg.nn.Linear;
import org.thalweg.nn.Residual;
import org.thalweg.nn.Sequential;
import org.thalweg.nn.Training;
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

/// The layers of deep nets, checked in their parameters and inputs, to second order.
class LayerGradientsTest {
  static Stream<Arguments> layers() {
    Convolution options = Convolution.plain().stride(2).padding(1).groups(2);
    return Stream.of(
        Arguments.of("conv1d", Conv1d.of(2, 4, 3, options), Shape.of(2, 2, 5)),
        Arguments.of("conv2d", Conv2d.of(2, 2, 3, options), Shape.of(1, 2, 4, 3)),
        Arguments.of("convTranspose2d", ConvTranspose2d.of(2, 2, 3, options), Shape.of(1, 2, 2, 3)),
        Arguments.of(
            "pools",
            Sequential.of(Pool.average2d(2), Pool.max2d(2), Flatten.of(), Linear.of(2, 2)),
            Shape.of(2, 1, 4, 8)),
        Arguments.of("layerNorm", LayerNorm.of(2, 3), Shape.of(2, 2, 3)),
        Arguments.of("rmsNorm", RmsNorm.of(4), Shape.of(3, 4)),
        Arguments.of("groupNorm", GroupNorm.of(2, 4), Shape.of(2, 4, 2)),
        Arguments.of("batchNorm", BatchNorm.of(3), Shape.of(4, 3)),
        Arguments.of("batchNorm of images", BatchNorm.of(2), Shape.of(2, 2, 1, 3)),
        Arguments.of("batchNorm of larger images", BatchNorm.of(2), Shape.of(2, 2, 4, 5)),
        Arguments.of(
            "convolutions with batchNorm",
            Sequential.of(
                Conv2d.of(1, 2, 2, Convolution.plain()),
                BatchNorm.of(2).withoutAffine(),
                Activation.tanh(),
                Flatten.of(),
                Linear.of(4, 2),
                BatchNorm.of(2).cumulative()),
            Shape.of(3, 1, 3, 2)),
        Arguments.of("attention", MultiHeadAttention.of(4, 2), Shape.of(2, 3, 4)),
        Arguments.of(
            "block",
            Sequential.of(
                Residual.of(Sequential.of(LayerNorm.of(4), MultiHeadAttention.causal(4, 2))),
                Residual.of(Sequential.of(Linear.of(4, 3), Activation.gelu(), Linear.of(3, 4)))),
            Shape.of(1, 3, 4)),
        Arguments.of("lstm", Recurrent.lstm(3, 2), Shape.of(3, 2, 3)),
        Arguments.of("gru", Recurrent.gru(3, 2), Shape.of(3, 2, 3)),
        Arguments.of("rnn", Recurrent.of(Cell.TANH, 3, 2), Shape.of(3, 2, 3)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("layers")
  void theGradientsOfALayerAreRightToSecondOrder(String name, Layer.Plan<?> plan, Shape shape) {
    check(name, plan, shape, checker -> checker.toSecondOrder());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("layers")
  @Tag("heavy") // Third derivatives of a cell are long formulas.
  void theGradientsOfALayerAreRightToThirdOrder(String name, Layer.Plan<?> plan, Shape shape) {
    check(name, plan, shape, checker -> checker.toOrder(3).withEntries(2));
  }

  private static void check(
      String name, Layer.Plan<?> plan, Shape shape, UnaryOperator<GradientChecker> how) {
    Layer layer = Layer.build(plan, 42).to(DType.FLOAT64);
    Tensor x = Tensor.normal(5, shape.sizes()).to(DType.FLOAT64);
    Tensor y = layer.apply(x);
    Tensor slope = Tensor.normal(6, y.shape().sizes()).to(DType.FLOAT64);
    GradientChecker inParameters =
        GradientChecker.ofModel(
            layer.parameters(), () -> layer.apply(x, Training.of(1)).tanh().times(slope).sum());
    GradientChecker inInputs = GradientChecker.of(in -> layer.apply(in)).at(x);

    for (GradientChecker checker : List.of(inParameters, inInputs)) {
      Report report = how.apply(checker.named(name)).check();
      assertThat(report.isCorrect()).as(report.toString()).isTrue();
    }
  }

  /// From 16 places on channels are read where they stand.
  @Test
  void theGradientsOfABatchAreRightToThirdOrder() {
    Report report =
        GradientChecker.ofAll(
                in -> {
                  Normalizations.BatchNorm y =
                      Normalizations.batchNorm(in.get(0), in.get(1), in.get(2), 0.1);
                  Tensor statistics = y.mean().times(y.variance()).reshape(2, 1);
                  return y.value().plus(statistics);
                })
            .at(
                Tensor.normal(5, 2, 2, 16).to(DType.FLOAT64),
                Tensor.of(1.5, -0.5),
                Tensor.of(0.25, 2.0))
            .toOrder(3)
            .withEntries(6)
            .check();

    assertThat(report.isCorrect()).as(report.toString()).isTrue();
  }

  /// In training other values come from the batch; and a check is no step.
  @Test
  void theGradientsThroughStatisticsOfABatchAreRightAndMoveNoRunningOnes() {
    Layer.Plan<?> plan =
        Sequential.of(
            Linear.of(2, 3), BatchNorm.of(3).withoutAffine(), Activation.tanh(), BatchNorm.of(3));
    Layer layer = Layer.build(plan, 42).to(DType.FLOAT64);
    State before = layer.state();

    Report report =
        GradientChecker.of(in -> layer.apply(in, Training.of(1)))
            .at(Tensor.normal(5, 4, 2).to(DType.FLOAT64))
            .toSecondOrder()
            .check();

    assertThat(report.isCorrect()).as(report.toString()).isTrue();
    Map<String, Tensor> after = layer.state().tensors();
    assertThat(after).hasSize(10);
    after.forEach(
        (path, now) -> assertThat(now.sameBits(before.tensors().get(path))).as(path).isTrue());
  }
}
