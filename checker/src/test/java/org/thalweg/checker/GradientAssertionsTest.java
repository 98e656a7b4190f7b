package org.thalweg.checker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.thalweg.checker.GradientAssertions.assertThatGradientsOf;
import static org.thalweg.checker.GradientAssertions.assertThatGradientsOfAll;
import static org.thalweg.checker.GradientAssertions.assertThatGradientsOfModel;
import static org.thalweg.checker.Planted.numbers;
import static org.thalweg.checker.Planted.square;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;

class GradientAssertionsTest {
  private final Tensor x = numbers(1, 2, 3);
  private final Tensor w = numbers(2, 3);

  @Test
  void correctGradientsAreCorrect() {
    assertThatGradientsOf(Tensor::tanh).at(x).toSecondOrder().areCorrect();
    assertThatGradientsOf((a, b) -> a.times(b).exp()).at(x, w).toSecondOrder().areCorrect();
    assertThatGradientsOfAll(in -> in.get(0).plus(in.get(1)).times(in.get(2)))
        .at(x, w, x)
        .withSeed(3)
        .areCorrect();
    Parameter parameter = new Parameter("w", w);
    assertThatGradientsOf(List.of(parameter), () -> x.times(parameter).square().mean())
        .toSecondOrder()
        .areCorrect();
  }

  @Test
  void aWrongGradientFailsWithTheReportAndTheDescription() {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(
            () ->
                assertThatGradientsOf(square(Tensor::negated))
                    .as("a sign")
                    .at(x)
                    .toSecondOrder()
                    .areCorrect())
        .withMessageContaining("[a sign]")
        .withMessageContaining("6 of 18 entries are wrong or cannot be checked")
        .withMessageContaining("the sign is wrong")
        .withMessageContaining("withSeed(");
  }

  @Test
  void everySettingOfTheCheckerIsThere() {
    List<Progress> told = new ArrayList<>();
    assertThatGradientsOf(Tensor::tanh)
        .at(x)
        .toOrder(3)
        .withEntries(2)
        .withTolerance(1e-7)
        .allowing(0.5, 0.5)
        .withProgress(told::add)
        .areCorrect();
    assertThat(told).isNotEmpty().allMatch(progress -> progress.done() <= progress.total());
    assertThatGradientsOf(Tensor::tanh).at(x).passTheTaylorTest();
    assertThatGradientsOf(Tensor::tanh).at(x).fast().areCorrect();
    assertThatGradientsOfModel(
            type -> {
              Parameter p = new Parameter("p", w.to(type));
              return new ModelLoss(List.of(p), () -> p.exp().sum());
            })
        .areCorrect();
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(
            () -> assertThatGradientsOf(square(g -> g.times(1.01))).at(x).passTheTaylorTest())
        .withMessageContaining("Taylor test FAILED");
  }
}
