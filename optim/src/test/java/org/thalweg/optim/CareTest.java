package org.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.Tensor;
import org.thalweg.optim.adaptive.Adam;
import org.thalweg.optim.gradient.Sgd;
import org.thalweg.optim.schedule.Plateau;
import org.thalweg.optim.wrapper.Sam;

/// What an optimizer does with gradients before any rule sees them.
class CareTest {
  private final Parameter p = new Parameter("layer.weight", Tensor.of(3.0, 4.0));
  private final Parameter q = new Parameter("layer.bias", Tensor.of(1.0));
  private final List<Parameter> both = List.of(p, q);

  private Tensor loss(double a, double b) {
    return p.square().sum().times(a / 2).plus(q.square().sum().times(b / 2));
  }

  @Test
  void aStepIsMadeOfTheMeanOfSeveralBatches() {
    Optimizer optimizer = Optimizer.over(both).accumulate(4).rest(new Sgd(0.5));
    for (int batch = 1; batch <= 3; batch++) {
      optimizer.step(loss(batch, 0).backward());
      assertThat(p.toDoubles()).containsExactly(3, 4);
      assertThat(optimizer.steps()).isZero();
    }
    optimizer.step(loss(6, 8).backward());
    // The mean of 1, 2, 3, 6 is 3; that of 0, 0, 0, 8 is 2.
    assertThat(p.toDoubles()).containsExactly(3 - 0.5 * 9, 4 - 0.5 * 12);
    assertThat(q.toDoubles()).containsExactly(1 - 0.5 * 2);
    assertThat(optimizer.steps()).isOne();
    optimizer.step(loss(1, 1).backward());
    assertThat(optimizer.steps()).as("begins anew").isOne();
  }

  @Test
  void sumsThatAreNotYetAStepAreSavedAndRestored() {
    for (int batches = 0; batches < 3; batches++) {
      Optimizer optimizer = Optimizer.over(both).accumulate(3).rest(new Adam(0.1));
      Tensor before = p.snapshot();
      for (int k = 0; k < batches; k++) {
        optimizer.step(p.square().sum().backward());
      }
      State state = optimizer.state();
      for (int k = batches; k < 3; k++) {
        optimizer.step(p.square().sum().backward());
      }
      Tensor there = p.snapshot();
      Tensor bias = q.snapshot();
      p.assignInPlace(before);
      Optimizer other = Optimizer.over(both).accumulate(3).rest(new Adam(0.1));
      other.restore(state);
      for (int k = batches; k < 3; k++) {
        other.step(p.square().sum().backward());
      }
      assertThat(p.sameBits(there)).as("after %d", batches).isTrue();
      assertThat(q.sameBits(bias)).as("no gradient, no step").isTrue();
      assertThat(other.state().metadata()).isEqualTo(optimizer.state().metadata());
    }
  }

  @Test
  void aGradientThatIsNotFiniteIsUsedOrSkippedOrRefused() {
    Tensor poison = p.times(Tensor.of(Double.NaN, 1)).sum();
    Optimizer skipping = Optimizer.over(both).onNonFinite(NonFinite.SKIP).rest(new Adam(0.1));
    skipping.step(poison.backward());
    assertThat(p.toDoubles()).containsExactly(3, 4);
    assertThat(skipping.skipped()).isOne();
    assertThat(skipping.steps()).isZero();
    skipping.step(loss(1, 1).backward());
    assertThat(skipping.steps()).isOne();

    Optimizer refusing = Optimizer.over(both).onNonFinite(NonFinite.THROW).rest(new Sgd(0.1));
    Tensor infinite = p.times(Tensor.of(1, Double.POSITIVE_INFINITY)).sum();
    Tensor before = p.snapshot();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> refusing.step(infinite.backward()))
        .withMessage(
            "step: the gradient of [layer.weight] has the norm Infinity after 0 steps: lower the"
                + " rate, clip, or look at the loss");
    assertThat(p.sameBits(before)).isTrue();

    new Sgd(0.1).over(both).step(p.times(Tensor.of(Double.NaN, 1)).sum().backward());
    assertThat(p.toDoubles()[0]).as("used by default").isNaN();
  }

  @Test
  void gradientsOfAllGroupsAreShortenedTogether() {
    // g = (3, 4, 12), its norm is 13.
    Optimizer optimizer =
        Optimizer.over(both).clipGlobalNorm(6.5).group("**.bias", new Sgd(1)).rest(new Sgd(2));
    optimizer.step(loss(1, 12).backward());
    assertThat(p.toDoubles()).containsExactly(new double[] {0, 0}, within(1e-15));
    assertThat(q.toDoubles()).containsExactly(new double[] {1 - 6}, within(1e-15));

    Optimizer wide = Optimizer.over(both).clipGlobalNorm(1e9).rest(new Sgd(1));
    double expected = q.item() - 2 * q.item();
    wide.step(q.square().sum().backward());
    assertThat(q.item()).isEqualTo(expected);
  }

  @Test
  void aFrozenParameterStaysAndOthersMove() {
    Optimizer optimizer = Optimizer.over(both).freeze("**.weight").rest(new Sgd(0.1));
    optimizer.step(loss(1, 1).backward());
    assertThat(p.toDoubles()).containsExactly(3, 4);
    assertThat(q.item()).isEqualTo(0.9);
    assertThat(optimizer.state().tensors()).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Optimizer.over(both).freeze("x"))
        .withMessage(
            "optimizer: the pattern [x] matches none of the parameters without a rule,"
                + " [layer.weight, layer.bias]: correct it, or change the order of the groups");
  }

  @Test
  void descentStopsAtAStationaryPoint() {
    Optimizer optimizer = Optimizer.over(both).stopAt(1e-6).rest(new Sgd(0.5));
    int calls = 0;
    while (!optimizer.isStationary()) {
      optimizer.step(loss(1, 1).backward());
      calls++;
    }
    assertThat(optimizer.steps()).isEqualTo(calls - 1L);
    assertThat(p.toDoubles()[1]).isBetween(0.0, 1e-6);
    // 4 · 2⁻ᵏ is at most 10⁻⁶ from k = 22 on.
    assertThat(optimizer.steps()).isEqualTo(22);
  }

  @Test
  void aPlateauIsSavedWithTheOptimizerThatUsesIt() {
    Plateau rate = new Plateau(0.1, new Plateau.Options(0.5, 0, 0, 0, 0));
    Optimizer optimizer = new Adam(rate.times(2)).over(both);
    rate.report(1);
    State state = optimizer.state();
    rate.report(1);
    assertThat(rate.at(1)).isEqualTo(0.05);
    optimizer.restore(state);
    assertThat(rate.at(1)).isEqualTo(0.1);
    assertThat(state.metadata()).containsEntry("scalar/plateau0/best", "1.0");
  }

  @Test
  void penaltiesAreTermsOfTheLossForTheNamesThatFit() {
    Parameter w = new Parameter("a.weight", Tensor.of(2.0, 0.0, -3.0));
    List<Parameter> all = List.of(w, q);
    Tensor l1 = Penalty.l1(0.5).of(all, "**.weight");
    assertThat(l1.item()).isEqualTo(2.5);
    assertThat(l1.backward().of(w).toDoubles()).containsExactly(0.5, 0, -0.5);
    Tensor l2 = Penalty.l2(0.5).of(all, "**");
    assertThat(l2.item()).isEqualTo(0.25 * 14);
    assertThat(l2.backward().of(w).toDoubles()).containsExactly(1, 0, -1.5);
    assertThat(Penalty.squares(0.5).of(all, "a.*").backward().of(w).toDoubles())
        .containsExactly(2, 0, -3);
    Tensor elastic = Penalty.elasticNet(0.5, 0.5).of(all, "a.*");
    assertThat(elastic.item()).isEqualTo(2.5 + 0.25 * 13);
    assertThat(elastic.backward().of(w).toDoubles()).containsExactly(1.5, 0, -2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Penalty.l1(1).of(all, "b"))
        .withMessage("penalty: the pattern [b] matches none of [a.weight, layer.bias]: correct it");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Penalty.l1(-1))
        .withMessage("penalty: l1 is -1.0: use 0 or a positive number");
  }

  @Test
  void groupsAreByTheFirstPatternThatMatches() {
    Optimizer optimizer =
        Optimizer.over(both).group("*.bias", new Sgd(0.25)).group("**", new Sgd(0.5)).complete();
    optimizer.step(loss(1, 1).backward());
    assertThat(q.item()).isEqualTo(0.75);
    assertThat(p.toDoubles()).containsExactly(1.5, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Optimizer.over(both).group("bias", new Sgd(1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Optimizer.over(both).group("?ayer.bia?", new Sgd(1)).complete())
        .withMessage(
            "optimizer: the parameters [layer.weight] have no rule: give them one by group(…) or"
                + " rest(…)");
  }

  @Test
  void sumsOfTooManyBatchesAreRefused() {
    Optimizer eight = Optimizer.over(both).accumulate(8).rest(new Sgd(0.1));
    for (int batch = 0; batch < 5; batch++) {
      eight.step(loss(1, 1).backward());
    }
    Optimizer four = Optimizer.over(both).accumulate(4).rest(new Sgd(0.1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> four.restore(eight.state()))
        .withMessageEndingWith(
            "on [layer.weight, layer.bias]: it holds the sum of 5.0 batches, of which 4 make a"
                + " step");
    Map<String, String> metadata = new LinkedHashMap<>(four.state().metadata());
    for (String count : List.of("-1.0", "0.5")) {
      metadata.put("scalar/sums/batches", count);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> four.restore(new State(four.state().tensors(), metadata)))
          .withMessageEndingWith(
              ": it holds the sum of " + count + " batches, of which 4 make a step");
    }
    Optimizer six = Optimizer.over(both).accumulate(6).rest(new Sgd(0.1));
    six.restore(eight.state());
    six.step(loss(1, 1).backward());
    assertThat(six.steps()).isOne();
  }

  @Test
  void aStepThatIsLeftOutIsNotStationary() {
    p.assignInPlace(Tensor.of(0.0, 0.0));
    Optimizer optimizer =
        Optimizer.over(both).stopAt(1e-3).onNonFinite(NonFinite.SKIP).rest(new Sgd(0.1));
    optimizer.step(loss(1, 0).backward());
    assertThat(optimizer.isStationary()).isTrue();
    optimizer.step(p.plus(1).times(Double.NaN).sum().backward());
    assertThat(optimizer.skipped()).isOne();
    assertThat(optimizer.isStationary()).isFalse();
  }

  @Test
  void aModelThatIsFrozenAltogetherIsRefused() {
    String sentence =
        "optimizer: all parameters are frozen, so that none is left to train: freeze fewer";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Optimizer.over(both).freeze("**").rest(new Sgd(1)))
        .withMessage(sentence);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Optimizer.over(both).freeze("**").complete())
        .withMessage(sentence);
  }

  @Test
  void thePlaceOfTheGradientIsNotThatOfTheStepBefore() {
    List<double[]> places = new ArrayList<>();
    Optimizer optimizer =
        Optimizer.over(List.of(p)).clipGlobalNorm(1e-12).rest(new Sam(new Sgd(0), 0.5));
    for (int t = 0; t < 2; t++) {
      optimizer.step(
          () -> {
            places.add(p.toDoubles());
            return p.square().sum();
          });
    }
    assertThat(places.get(1)).containsExactly(new double[] {3.3, 4.4}, within(1e-12));
    assertThat(places.get(3)).containsExactly(places.get(1));
  }
}
