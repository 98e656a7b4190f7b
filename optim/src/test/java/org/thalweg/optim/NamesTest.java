package org.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.engine.NamePattern;
import org.thalweg.optim.free.ScheduleFree;
import org.thalweg.optim.gradient.Nesterov;
import org.thalweg.optim.gradient.Sgd;
import org.thalweg.optim.matrix.NovoGrad;
import org.thalweg.optim.wrapper.Clip;
import org.thalweg.optim.wrapper.Sam;

/// Rules around rules that call things the same, and names of parameters.
class NamesTest {
  private final Parameter w = new Parameter("w", Tensor.of(3.0, 4.0));

  private Tensor loss() {
    return w.square().sum().times(0.5);
  }

  @Test
  void limitsOnTheNormMayFollowOneAnother() {
    Rule rule = new Sgd(1).with(Clip.globalNorm(0.5)).with(Clip.globalNorm(1));
    rule.over(List.of(w)).step(loss().backward());
    assertThat(w.toDoubles()).containsExactly(new double[] {3 - 0.3, 4 - 0.4}, within(1e-15));
  }

  @Test
  void samMayBeLimitedInsideAndOutside() {
    for (Rule rule :
        List.of(
            new Sam(new Sgd(0.1).with(Clip.globalNorm(1)), 0.05),
            new Sam(new Sgd(0.1), 0.05).with(Clip.globalNorm(1)))) {
      w.assignInPlace(Tensor.of(3.0, 4.0));
      rule.over(List.of(w)).step(this::loss);
      assertThat(w.toDoubles()).containsExactly(new double[] {3 - 0.06, 4 - 0.08}, within(1e-15));
    }
  }

  private static Rule measuring(double factor, Rule inner) {
    return s -> {
      Update step =
          inner.update(s.with(s.parameter(), s.gradient().times(s.constant("f", factor))));
      s.total("T", s.gradient());
      return step.to(step.parameter().plus(s.number("shift", n -> n.total("T"))));
    };
  }

  @Test
  void eachRuleFindsItsOwnTotal() {
    measuring(2, measuring(3, new Sgd(0))).over(List.of(w)).step(loss().backward());
    // Σg = 7 outside and 14 inside.
    assertThat(w.toDoubles()).containsExactly(3 + 7 + 14, 4 + 7 + 14);
  }

  @Test
  void aTotalOfTwoThingsIsRefused() {
    Rule one =
        s -> {
          s.total("T", s.gradient());
          return Update.of(s.parameter().plus(s.total("T", s.parameter())));
        };
    assertThatIllegalArgumentException()
        .isThrownBy(() -> one.over(1.0))
        .withMessage("rule: it has two totals [T] of different quantities: rename one");
    Rule inner =
        s -> {
          s.total("T", s.parameter());
          s.scalar("a", 0);
          return Update.of(s.parameter()).withScalar("a", n -> n.total("T"));
        };
    assertThatIllegalArgumentException()
        .isThrownBy(() -> measuring(2, inner).over(1.0))
        .withMessage(
            "rule: two of its totals are named [T], and a scalar is made of one: rename one");
  }

  @Test
  void aStateOfAnotherShapeMayBeginWithAScalar() {
    Parameter scale =
        new Parameter("scale", Tensor.scalar(org.thalweg.autodiff.array.DType.FLOAT64, 2));
    Parameter alone = new Parameter("w", Tensor.of(3.0, 4.0));
    Optimizer both = new NovoGrad(0.1).over(List.of(scale, w));
    Optimizer one = new NovoGrad(0.1).over(List.of(alone));
    for (int t = 0; t < 3; t++) {
      both.step(w.square().sum().plus(scale.square().sum()).backward());
      one.step(alone.square().sum().backward());
    }
    assertThat(w.toDoubles()).containsExactly(alone.toDoubles());
    assertThat(both.state().tensors().get("w/v").elements()).isOne();
  }

  @Test
  void twoLooksElsewhereAreRefused() {
    Rule nesterov = new Nesterov(0.1, 0.9);
    String rest =
        ": Nesterov[learningRate=0.1, momentum=0.9] takes its gradient at another place, and so"
            + " does this: use a rule without a look-ahead";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sam(nesterov, 0.05).over(List.of(w)))
        .withMessage("sam" + rest);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ScheduleFree(nesterov, 0.1).over(List.of(w)))
        .withMessage("scheduleFree" + rest);
  }

  @Test
  void aCharacterMayTakeTwoUnits() {
    assertThat(new NamePattern("\uD83D\uDE00.*").matches("\uD83D\uDE00.x")).isTrue();
    assertThat(new NamePattern("?.x").matches("\uD83D\uDE00.x")).isTrue();
  }

  @Test
  void aStateIsMadeOfOthersAsTheyWereWhateverTheirOrder() {
    Rule rule =
        s -> {
          Expr a = s.state("a", Start.value(1), shape -> Shape.of(3));
          s.state("b", Start.ZERO, shape -> Shape.of(1, 3));
          return Update.of(s.parameter().minus(s.gradient())).with("a", a.plus(1)).with("b", a);
        };
    Parameter m = new Parameter("m", Tensor.zeros(2, 3));
    Optimizer optimizer = rule.over(List.of(m));
    optimizer.step(m.sum().backward());
    assertThat(optimizer.state().tensors().get("m/b").toFloats()).containsOnly(1);
    assertThat(optimizer.state().tensors().get("m/a").toFloats()).containsOnly(2);
  }

  @Test
  void twoStarsStandForNoPartToo() {
    NamePattern pattern = new NamePattern("enc.**.bias");
    assertThat(List.of("enc.bias", "enc.a.bias", "enc.a.b.bias", "encbias", "enc.abias", "bias"))
        .filteredOn(pattern::matches)
        .containsExactly("enc.bias", "enc.a.bias", "enc.a.b.bias");
    assertThat(new NamePattern("a.**.b.**.c").matches("a.b.c")).isTrue();
    assertThat(new NamePattern("a.**").matches("a.b.c")).isTrue();
  }
}
