package org.thalweg.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;

class DropoutTest {
  private static final Tensor ONES = Tensor.ones(200, 500);

  private static Layer dropout(double probability) {
    return Layer.build(Dropout.of(probability), 1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 0.9})
  void asManyAreDroppedAsAskedForAndTheMeanIsKept(double probability) {
    Tensor y = dropout(probability).apply(ONES, Training.of(7));
    double deviation = Math.sqrt(probability * (1 - probability) / ONES.elements());
    double dropped = y.equalTo(Tensor.scalar(0)).mean().item();
    assertThat(dropped).isCloseTo(probability, within(5 * deviation));
    assertThat(y.mean().item()).isCloseTo(1, within(5 * deviation / (1 - probability)));
    float kept = 1 / (1 - (float) probability);
    for (float value : y.toFloats()) {
      assertThat(value == 0 || Math.abs(value - kept) < 1e-5).as("%s", value).isTrue();
    }
  }

  @Test
  void noProbabilityAndNoTrainingLeaveTheTensorItself() {
    assertThat(dropout(0.5).apply(ONES)).isSameAs(ONES);
    assertThat(dropout(0).apply(ONES, Training.of(7))).isSameAs(ONES);
  }

  @Test
  void whatIsDroppedHasNoGradientAndTheRestIsEnlarged() {
    Tensor x = Tensor.full(DType.FLOAT64, 3, 50, 40).tracked();
    Tensor y = dropout(0.25).apply(x, Training.of(7));
    Tensor gradient = y.sum().backward().of(x);
    assertThat(gradient.times(3).isCloseTo(y, 1e-15, 0)).isTrue();
    assertThat(y.toDoubles()).containsOnly(0, 3 / 0.75);
  }

  @Test
  void notANumberDoesNotSurviveBeingDropped() {
    Tensor y = dropout(0.5).apply(Tensor.full(DType.FLOAT32, Float.NaN, 1000), Training.of(7));
    assertThat(y.equalTo(Tensor.scalar(0)).sum().item()).isBetween(400.0, 600.0);
  }

  @Test
  void bothTypesOfOneStepDropTheirOwn() {
    Tensor exact = dropout(0.5).apply(ONES.to(DType.FLOAT64), Training.of(7));
    assertThat(exact.dtype()).isEqualTo(DType.FLOAT64);
    assertThat(exact.mean().item()).isCloseTo(1, within(0.02));
  }

  @Test
  void aLargerBatchBeginsWithTheMaskOfASmallerOne() {
    Tensor few = dropout(0.5).apply(ONES.slice(0, 0, 20), Training.of(7));
    Tensor many = dropout(0.5).apply(ONES, Training.of(7));
    assertThat(many.slice(0, 0, 20).sameBits(few)).isTrue();
  }

  @Test
  void everyStepDropsAnew() {
    Layer layer = dropout(0.5);
    Tensor[] masks = new Tensor[6];
    for (int step = 0; step < masks.length; step++) {
      masks[step] = layer.apply(ONES, Training.of(7).at(step));
      for (int before = 0; before < step; before++) {
        double both = masks[step].times(masks[before]).greaterThan(Tensor.scalar(0)).mean().item();
        assertThat(both).as("kept in steps %d and %d", before, step).isCloseTo(0.25, within(0.01));
      }
    }
    assertThat(layer.apply(ONES, new Training(7, 3)).sameBits(masks[3])).isTrue();
  }

  @Test
  void theSameLayerElsewhereDropsOthers() {
    Layer model = Layer.build(Sequential.of(Dropout.of(0.5), Dropout.of(0.5)), 1);
    Layer longer = Layer.build(Sequential.of(Dropout.of(0.5)), 1);
    Tensor first = longer.apply(ONES, Training.of(7));
    Tensor both = model.apply(ONES, Training.of(7));
    Tensor onlyFirst = first.times(2).equalTo(both).mean();
    assertThat(onlyFirst.item())
        .as("a quarter kept by both, half dropped first")
        .isCloseTo(0.75, within(0.01));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, 1.5, Double.NaN})
  void probabilitiesOutsideOfTheRangeAreRefused(double probability) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dropout.of(probability))
        .withMessage("dropout: probability %s: use a value from 0 to below 1", probability);
  }

  @Test
  void stepsAreCountedFromZero() {
    assertThat(Training.of(7)).isEqualTo(new Training(7, 0));
    assertThat(Training.of(7).at(5)).isEqualTo(new Training(7, 5));
    for (long step : new long[] {-1, Long.MIN_VALUE}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Training.of(7).at(step))
          .withMessage("training: step %d: count steps from 0", step);
    }
    assertThat(Training.INFERENCE.at(5).isInference()).isTrue();
    assertThat(Training.of(0).isInference()).isFalse();
  }
}
