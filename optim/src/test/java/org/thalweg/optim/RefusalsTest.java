package org.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.Gradients;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.free.ScheduleFree;
import org.thalweg.optim.gradient.Sgd;
import org.thalweg.optim.matrix.Muon;
import org.thalweg.optim.schedule.RangeTest;
import org.thalweg.optim.schedule.Schedules;
import org.thalweg.optim.wrapper.Clip;
import org.thalweg.optim.wrapper.Sam;

/// What rules and optimizers refuse, word for word.
class RefusalsTest {
  /// As schedule-free names it.
  private static final String LARGEST = "largest η";

  private final Parameter p = new Parameter("p", Tensor.of(1f, 2f, 3f));
  private final Gradients gradients = p.square().sum().backward();

  private Optimizer optimizer(Rule rule) {
    return rule.over(List.of(p));
  }

  private static Update minus(Symbols s, Expr step) {
    return Update.of(s.parameter().minus(step));
  }

  @Test
  void twoQuantitiesOfOneNameAreRefused() {
    String sentence = "rule: two quantities are named [a], there are [θ, g, a]: rename one";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> optimizer(s -> minus(s, s.scalar("a", 0).times(s.state("a")))))
        .withMessage(sentence);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> optimizer(s -> minus(s, s.constant("a", 1).times(s.state("a")))))
        .withMessage(sentence);
  }

  @Test
  void scalarsThatDoNotFitTogetherAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> optimizer(s -> minus(s, s.scalar(LARGEST, 1).times(s.scalar(LARGEST, 2)))))
        .withMessage("rule: its scalar [largest η] starts at 1.0 and at 2.0: give one start");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> optimizer(s -> minus(s, s.gradient()).withScalar("d", n -> 7)))
        .withMessage(
            "rule: its update changes a scalar [d] that it never reads, it has []: ask for it by"
                + " scalar(…)");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                optimizer(
                    s ->
                        minus(s, s.scalar(LARGEST, 1))
                            .withScalar(LARGEST, n -> 7)
                            .withScalar(LARGEST, n -> 8)))
        .withMessage("rule: its scalar [largest η] is changed twice in one update: rename one");
  }

  @Test
  void anEvaluationWithTheGradientIsRefused() {
    Rule rule =
        new Rule() {
          @Override
          public Update update(Symbols s) {
            return minus(s, s.gradient());
          }

          @Override
          public Optional<Expr> evaluation(Symbols s) {
            return Optional.of(s.parameter().minus(s.gradient()));
          }
        };
    assertThatIllegalArgumentException()
        .isThrownBy(() -> optimizer(rule))
        .withMessage(
            "rule: it evaluates with something made of the gradient, and there is none then:"
                + " remember it in a state");
  }

  @Test
  void aFunctionThatChangesTheTypeIsRefusedBeforeAnythingMoves() {
    Parameter q = new Parameter("q", Tensor.of(1.0));
    Rule rule = s -> minus(s, s.computed("wide", x -> x.to(DType.FLOAT64), s.gradient()));
    Optimizer both = Optimizer.over(List.of(q, p)).group("q", new Sgd(1)).rest(rule);
    Gradients all = q.sum().plus(p.sum().to(DType.FLOAT64)).backward();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> both.step(all))
        .withMessage(
            "rule: the function [wide] made FLOAT64 of FLOAT32: keep the type of what it is given");
    assertThat(q.item()).isEqualTo(1);
    assertThat(both.steps()).isZero();
  }

  @Test
  void aRuleWithoutANameIsCalledRule() {
    Rule rule =
        new Rule() {
          @Override
          public Update update(Symbols s) {
            return minus(s, s.gradient());
          }
        };
    assertThat(optimizer(rule).state().metadata()).containsEntry("rule", "rule");
  }

  @Test
  void moreQuantitiesThanAKernelTakesAreRefused() {
    List<String> names = IntStream.range(0, 63).mapToObj(k -> "c" + k).toList();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                optimizer(
                    s ->
                        minus(
                            s,
                            names.stream()
                                .map(name -> s.constant(name, 1))
                                .reduce(s.gradient(), Expr::times))))
        .withMessage(
            "rule: 65 quantities, [θ, g, %s], and 64 is the limit: combine some",
            String.join(", ", names));
  }

  @Test
  void aNumberOfWhatIsNotRememberedOrNotMeasuredIsRefused() {
    Optimizer scalar =
        optimizer(s -> minus(s, s.gradient().times(s.number("n", n -> n.scalar("none")))));
    assertThatIllegalStateException()
        .isThrownBy(() -> scalar.step(gradients))
        .withMessage("rule: it remembers no scalar [none], only []: name it by scalar(…)");
    Optimizer total =
        optimizer(s -> minus(s, s.gradient().times(s.number("n", n -> n.total("T")))));
    assertThatIllegalStateException()
        .isThrownBy(() -> total.step(gradients))
        .withMessage(
            "rule: the total [T] is not measured yet, only []: use it in a number that comes"
                + " later");
    assertThat(p.toFloats()).containsExactly(1, 2, 3);
  }

  @Test
  void aRuleThatLooksElsewhereNeedsTheLossAsAFunction() {
    Optimizer sam = optimizer(new Sam(new Sgd(0.1), 0.05));
    assertThatIllegalStateException()
        .isThrownBy(() -> sam.step(gradients))
        .withMessage(
            "step: Sam takes its gradient at another place than the parameters: give the loss as a"
                + " function, step(() -> loss)");
    ArrayOptimizer plain = new Sam(new Sgd(0.1), 0.05).over(1.0, 2.0);
    assertThatIllegalStateException()
        .isThrownBy(() -> plain.step(1.0, 1.0))
        .withMessage(
            "step: Sam takes its gradient at another place than the array: give the gradient as a"
                + " function, step(x -> …)");
  }

  @Test
  void aStateThatWouldGrowIsRefused() {
    Optimizer optimizer =
        optimizer(
            s -> minus(s, s.state("r", Start.ZERO, _ -> Shape.of(1))).with("r", s.gradient()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> optimizer.step(gradients))
        .withMessage("rule: a state of shape [1] would become [3]: reduce what it is made of");
  }

  @Test
  void muonIsForMatricesOnly() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> optimizer(new Muon(0.1)))
        .withMessage(
            "muon: a parameter of shape [3] is no matrix: give it another rule by"
                + " Optimizer.over(…).group(…)");
  }

  @Test
  void anAverageThatIsNotStoredIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ScheduleFree(new Sgd(0.1), Schedule.constant(0.1), 0))
        .withMessage(
            "scheduleFree: beta is 0, so that the average is not in what is stored: use a value"
                + " above 0");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
  void aLimitThatIsNoneIsRefused(double most) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Clip.value(most))
        .withMessage("clip: the largest value is " + most + ": use 0 or a positive number");
    String norm = "clip: the largest norm is " + most + ": use 0 or a positive number";
    assertThatIllegalArgumentException().isThrownBy(() -> Clip.norm(most)).withMessage(norm);
    assertThatIllegalArgumentException().isThrownBy(() -> Clip.globalNorm(most)).withMessage(norm);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Clip.globalNormPyTorch(most))
        .withMessage(norm);
  }

  @Test
  void aScheduleThatGivesNoNumberIsRefusedAndNothingMoves() {
    Optimizer optimizer =
        optimizer(s -> minus(s, s.gradient().times(s.scheduled("η", t -> t == 1 ? 0 : 1 / 0.0))));
    optimizer.step(gradients);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> optimizer.step(gradients))
        .withMessage(
            "rule: the number [η] is Infinity at step 2: check the schedule and the"
                + " hyper-parameters");
    assertThat(p.toFloats()).containsExactly(1, 2, 3);
    assertThat(optimizer.steps()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void aScheduleOfFewerThanOneStepIsRefused(long steps) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedules.triangular(0.1, 1, steps, 2))
        .withMessage("triangular: up is " + steps + ": use 1 or a larger number");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedules.expRange(0.1, 1, 2, steps, 0.9))
        .withMessage("expRange: down is " + steps + ": use 1 or a larger number");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedules.oneCycle(1, steps, 0.3, 25, 1e4))
        .withMessage("oneCycle: steps is " + steps + ": use 1 or a larger number");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void aRateThatIsNotPositiveCannotBeTried(double low) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RangeTest(low, 1, 10))
        .withMessage("rangeTest: low is " + low + ": use a positive number");
  }

  @Test
  void aTotalMustBeMadeOfTheSameForAllShapes() {
    Parameter q = new Parameter("q", Tensor.ones(2, 2));
    Rule rule =
        s -> {
          Expr g = s.gradient();
          Expr of = s.shape().rank() < 2 ? g : g.over(s.norm(g));
          return minus(s, s.totalNorm("length", of).times(g));
        };
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rule.over(List.of(p, q)))
        .withMessage(
            "rule: its total [length] is made of norms or totals for parameters of one shape and"
                + " not for those of another: make it of the same for all");
  }
}
