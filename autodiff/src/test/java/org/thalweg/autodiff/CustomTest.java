package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Elementwise;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.graph.GraphText;
import org.thalweg.autodiff.operation.Op;
import org.thalweg.autodiff.operation.PointwiseOp;

/// Operations and formulas that a user writes.
class CustomTest {
  private static final Formula SWISH =
      Formula.of("x", "beta", (x, beta) -> x.times(beta.times(x).sigmoid())).named("swish");

  /// x³ by a loop of its own, its pullback made of tensor operations.
  private record Cube(AtomicInteger pullbacks) implements Op.Custom {
    @Override
    public Result apply(Tensor... in) {
      Array x = in[0].array();
      Array y = Array.uninitialised(x.dtype(), x.shape());
      for (int i = 0; i < x.elements(); i++) {
        y.doubles()[i] = Math.pow(x.get(i), 3);
      }
      return new Result(
          y,
          (input, output) -> {
            pullbacks.incrementAndGet();
            return g -> g.times(in[0].square()).times(3);
          });
    }
  }

  /// Two inputs, of which the second has no gradient, and an output in a shape of its own.
  private record WeightedSum() implements Op.Custom {
    @Override
    public Result apply(Tensor... in) {
      Array y = Elementwise.apply(Formula.of("a", "b", Expr::times), in[0].array(), in[1].array());
      double sum = 0;
      for (int i = 0; i < y.elements(); i++) {
        sum += y.get(i);
      }
      return new Result(
          Array.full(DType.FLOAT64, Shape.SCALAR, sum),
          (input, output) -> input == 0 ? g -> g.times(in[1]) : null);
    }
  }

  /// Answers with a gradient that is none.
  private record Broken(Op.Pullback pullback) implements Op.Custom {
    @Override
    public Result apply(Tensor... in) {
      return new Result(in[0].array().copy(), (input, output) -> pullback);
    }
  }

  /// a · b, both gradients by one pullback, which tells what was wanted.
  private record Together(List<String> wanted, int missing) implements Op.Custom {
    @Override
    public Result apply(Tensor... in) {
      Array y = Elementwise.apply(Formula.of("a", "b", Expr::times), in[0].array(), in[1].array());
      return new Result(y, (Op.Joint) (g, isWanted) -> both(in, g, isWanted));
    }

    private @Nullable Tensor[] both(Tensor[] in, Tensor g, IntPredicate isWanted) {
      wanted.add(isWanted.test(0) + " " + isWanted.test(1));
      @Nullable Tensor[] gradients = new Tensor[2 - missing];
      for (int k = 0; k < gradients.length; k++) {
        gradients[k] = isWanted.test(k) ? g.times(in[1 - k]) : null;
      }
      return gradients;
    }
  }

  /// a · b by the library's own operation, applied to what it makes of the inputs.
  private record Delegating(UnaryOperator<Tensor> made) implements Op.Custom {
    @Override
    public Result apply(Tensor... in) {
      Formula product = Formula.of("a", "b", Expr::times);
      return new PointwiseOp(product).apply(made.apply(in[0]), in[1]);
    }
  }

  /// a² by the library's own operation of two inputs.
  private record Squaring() implements Op.Custom {
    @Override
    public Result apply(Tensor... in) {
      return new PointwiseOp(Formula.of("a", "b", Expr::times)).apply(in[0], in[0].detach());
    }
  }

  private static Cube cube() {
    return new Cube(new AtomicInteger());
  }

  @Test
  void anOperationOfOnesOwnIsDifferentiatedToAnyOrder() {
    double[] orders = Numeric.orders(x -> Tensor.apply(cube(), x), 2, 4);
    assertThat(orders).containsExactly(8, 12, 12, 6, 0);
    Numeric.check("cube", x -> Tensor.apply(cube(), x), Numeric.random(1, 2, 3));
  }

  @Test
  void pullbacksAreMadeOnlyWhereAGradientMayBeWanted() {
    Cube cube = cube();
    Tensor.apply(cube, Tensor.of(2.0));
    assertThat(cube.pullbacks()).hasValue(0);
    Tensor x = Tensor.of(2.0).tracked();
    NoGradient.run(() -> Tensor.apply(cube, x));
    assertThat(cube.pullbacks()).hasValue(0);
    Tensor.apply(cube, x);
    assertThat(cube.pullbacks()).hasValue(1);
  }

  /// What the inner operation is given need not be tracked: what counts is what the outer one is
  /// applied to.
  @Test
  void anOperationMayBeCarriedOutByAnother() {
    for (UnaryOperator<Tensor> made :
        List.<UnaryOperator<Tensor>>of(x -> x, Tensor::detach, x -> Tensor.of(x.array()))) {
      Parameter a = new Parameter("a", Tensor.of(1.0, 2.0));
      Parameter b = new Parameter("b", Tensor.of(10.0, 20.0));
      Gradients gradients = Tensor.apply(new Delegating(made), a, b).sum().backward();
      assertThat(gradients.of(a).toDoubles()).containsExactly(10, 20);
      assertThat(gradients.of(b).toDoubles()).containsExactly(1, 2);
    }
  }

  /// Of the other input no gradient is asked for.
  @Test
  void theOtherMayHaveMoreInputs() {
    Parameter a = new Parameter("a", Tensor.of(3.0, 4.0));
    Gradients gradients = Tensor.apply(new Squaring(), a).sum().backward();
    assertThat(gradients.of(a).toDoubles()).containsExactly(3, 4);
  }

  @Test
  void aJointPullbackSaysWhereNoGradientGoes() {
    Op.Joint joint =
        new Op.Joint() {
          @Override
          public @Nullable Tensor[] pull(Tensor g, IntPredicate isWanted) {
            return new @Nullable Tensor[] {null, null};
          }

          @Override
          public boolean reaches(int input) {
            return input == 0;
          }
        };
    Tensor g = Tensor.of(1.0);
    assertThat(joint.to(1, g)).isNull();
    Op.Pullback first = joint.to(0, g);
    assertThat(first).isNotNull();
    assertThatIllegalStateException()
        .isThrownBy(() -> first.apply(g))
        .withMessage("pullback: it gave no gradient for input 0: say so in reaches(0)");
  }

  @Test
  void aSmallGradientIsWrittenOutOnceForAllInputsThatWereBroadcast() {
    Formula sum = Formula.of("x", "a", "b", (x, a, b) -> x.plus(a).plus(b));
    Parameter[] in = {
      new Parameter("x", Tensor.ones(4, 3)),
      new Parameter("a", Tensor.ones(3)),
      new Parameter("b", Tensor.ones(4, 1))
    };
    List<String> names = new ArrayList<>();
    Tensor loss = Tensor.apply(sum, in).sum();
    Watch.get((op, inputs, output) -> names.add(op.name()), loss::backward);
    assertThat(names.stream().filter("broadcastTo"::equals)).hasSize(1);
  }

  @Test
  void anInputWithoutAPullbackIsAConstant() {
    Parameter a = new Parameter("a", Tensor.of(1.0, 2.0));
    Parameter b = new Parameter("b", Tensor.of(10.0, 20.0));
    Tensor y = Tensor.apply(new WeightedSum(), a, b);
    assertThat(y.item()).isEqualTo(50);
    Gradients gradients = y.backward();
    assertThat(gradients.of(a).toDoubles()).containsExactly(10, 20);
    assertThat(gradients.find(b)).isEmpty();
  }

  @Test
  void aGradientMayBroadcastToItsInputOrBeBroadcastFromIt() {
    Parameter x = new Parameter("x", Tensor.of(1.0, 2.0));
    Tensor small = Tensor.apply(new Broken(g -> Tensor.scalar(DType.FLOAT64, 7)), x);
    assertThat(small.sum().backward().of(x).toDoubles()).containsExactly(7, 7);
    Tensor large = Tensor.apply(new Broken(g -> Tensor.full(DType.FLOAT64, 1, 3, 2)), x);
    assertThat(large.sum().backward().of(x).toDoubles()).containsExactly(3, 3);
  }

  @Test
  void aGradientThatDoesNotFitNamesItsOperation() {
    Parameter x = new Parameter("x", Tensor.of(1.0, 2.0));
    Tensor shape = Tensor.apply(new Broken(g -> Tensor.zeros(DType.FLOAT64, 3)), x).sum();
    assertThatIllegalStateException()
        .isThrownBy(shape::backward)
        .withMessage(
            "broken: the gradient of input 0 is FLOAT64 [3] and the input FLOAT64 [2]: correct the"
                + " pullback");
    Tensor type = Tensor.apply(new Broken(g -> g.to(DType.FLOAT32)), x).sum();
    assertThatIllegalStateException()
        .isThrownBy(type::backward)
        .withMessage(
            "broken: the gradient of input 0 is FLOAT32 [2] and the input FLOAT64 [2]: correct the"
                + " pullback");
  }

  @Test
  void anOperationIsNamedAfterItsClass() {
    assertThat(new WeightedSum().name()).isEqualTo("weightedSum");
    Op anonymous =
        new Op.Custom() {
          @Override
          public Result apply(Tensor... in) {
            return new Result(in[0].array(), (input, output) -> null);
          }
        };
    assertThat(anonymous.name()).isEqualTo("custom");
    assertThat(GraphText.graphviz(Tensor.apply(cube(), Tensor.of(1.0).tracked())))
        .contains("cube\\nFLOAT64 [1]");
  }

  @Test
  void itsMemoryBelongsToTheScopeToo() {
    Tensor[] left = new Tensor[1];
    Scope.run(() -> left[0] = Tensor.apply(cube(), Tensor.full(DType.FLOAT64, 2, 5000)));
    assertThatIllegalStateException()
        .isThrownBy(() -> left[0].get(0))
        .withMessageContaining("was used after its scope ended");
  }

  @Test
  void aFormulaOfOnesOwnIsAnOperation() {
    Tensor x = Numeric.random(1, 3, 4);
    Tensor beta = Tensor.of(1.5);
    Tensor y = Tensor.apply(SWISH, x, beta);
    for (int i = 0; i < 12; i++) {
      double at = x.toDoubles()[i];
      assertThat(y.toDoubles()[i]).isCloseTo(at / (1 + Math.exp(-1.5 * at)), within(1e-15));
    }
    Numeric.check("swish in x", t -> Tensor.apply(SWISH, t, beta), x);
    Numeric.check("swish in beta", t -> Tensor.apply(SWISH, x, t), beta);
  }

  @Test
  void aSelectInOneFormulaHasTheRightGradient() {
    Formula safeLog =
        Formula.of("x", x -> Expr.where(x.greaterThan(Expr.number(0)), x.log(), Expr.number(0)));
    Tensor x = Tensor.of(0.0, 2.0).tracked();
    Tensor y = Tensor.apply(safeLog, x);
    assertThat(y.toDoubles()).containsExactly(0, Math.log(2));
    assertThat(y.sum().backward().of(x).toDoubles()).containsExactly(0, 0.5);
  }

  @Test
  void aFormulaOfSeveralOutputsIsNotOneTensor() {
    Formula two = Formula.of(List.of("x"), in -> List.of(in.get(0), in.get(0))).named("two");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.apply(two, Tensor.of(1f)))
        .withMessage(
            "two: a formula of 2 outputs is not one tensor: use Elementwise.applyAll, or split"
                + " it");
  }

  @Test
  void theNumberOfInputsIsChecked() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.apply(SWISH, Tensor.of(1f)))
        .withMessage("swish: it has inputs [x, beta] and was given 1: pass one tensor for each");
  }

  @Test
  void onePullbackMayGiveAllGradients() {
    List<String> wanted = new ArrayList<>();
    Together together = new Together(wanted, 0);
    Parameter a = new Parameter("a", Tensor.of(2.0, 3.0));
    Parameter b = new Parameter("b", Tensor.of(5.0));
    Tensor y = Tensor.apply(together, a, b).sum();

    Gradients gradients = y.backward();
    assertThat(gradients.of(a).toDoubles()).containsExactly(5, 5);
    assertThat(gradients.of(b).toDoubles()).as("broadcasting undone").containsExactly(5);
    Derivatives.of(y, List.of(b));
    Tensor.apply(together, a, b.detach()).sum().backward();
    assertThat(wanted).containsExactly("true true", "false true", "true false");
    Numeric.check(
        "together", x -> Tensor.apply(together, x.sin(), x.square()), Numeric.random(1, 2, 3));
  }

  /// The sum of two, whose gradients have a shorter way that forgets one of them.
  private record Shortened() implements Op.Custom {
    @Override
    public Result apply(Tensor... in) {
      return new Result(
          in[0].plus(in[1]).array(),
          new Joint() {
            @Override
            public Tensor[] pull(Tensor g, IntPredicate isWanted) {
              return new Tensor[] {g, g};
            }

            @Override
            public Tensor[] pullUnwatched(Tensor g, IntPredicate isWanted) {
              return new Tensor[] {g};
            }
          });
    }
  }

  @Test
  void theShorterWayIsTakenWhereNobodyLooks() {
    Parameter a = new Parameter("a", Tensor.of(2.0));
    Parameter b = new Parameter("b", Tensor.of(3.0));
    Tensor y = Tensor.apply(new Shortened(), a, b);
    assertThatIllegalStateException()
        .isThrownBy(y::backward)
        .withMessage(
            "shortened: its pullback gave 1 gradients and there are 2 inputs: return one for each,"
                + " null where there is none");
    assertThat(Derivatives.of(y, List.of(a)).get(0).item()).as("recorded").isEqualTo(1);
    Gradients heard = Watch.get((op, inputs, output) -> {}, y::backward);
    assertThat(heard.of(b).item()).as("listened to").isEqualTo(1);
  }

  /// The first input alone.
  private record First() implements Op.Custom {
    @Override
    public Result apply(Tensor... in) {
      return new Result(
          in[0].array(),
          new Joint() {
            @Override
            public boolean reaches(int input) {
              return input == 0;
            }

            @Override
            public @Nullable Tensor[] pull(Tensor g, IntPredicate isWanted) {
              assertThat(isWanted.test(1)).isFalse();
              return new Tensor[] {isWanted.test(0) ? g : null, null};
            }
          });
    }
  }

  @Test
  void thereIsNoPathToWhatAJointPullbackDoesNotReach() {
    Parameter a = new Parameter("a", Tensor.of(2.0));
    Parameter b = new Parameter("b", Tensor.of(3.0));
    Tensor y = Tensor.apply(new First(), a, b);
    assertThat(y.origin().orElseThrow().inputs()).hasSize(1);
    Gradients gradients = y.backward();
    assertThat(gradients.of(a).item()).isEqualTo(1);
    assertThat(gradients.contains(b)).isFalse();
    assertThat(Derivatives.of(y, List.of(b)).get(0).item()).isZero();
  }

  @Test
  void aPullbackOfOneInputMayBeAskedOfAJointOne() {
    Tensor a = Tensor.of(2.0, 3.0);
    Tensor b = Tensor.of(5.0, 7.0);
    Op.Result result = new Together(new ArrayList<>(), 0).apply(a, b);
    Op.Pullback pullback = result.backward().to(1, Tensor.of(result.value()));
    assertThat(pullback).isNotNull();
    assertThat(pullback.apply(Tensor.of(1.0, 10.0)).toDoubles()).containsExactly(2, 30);
  }

  @Test
  void missingGradientsNameTheirOperation() {
    Parameter a = new Parameter("a", Tensor.of(2.0));
    Tensor few = Tensor.apply(new Together(new ArrayList<>(), 1), a, a).sum();
    assertThatIllegalStateException()
        .isThrownBy(few::backward)
        .withMessage(
            "together: its pullback gave 1 gradients and there are 2 inputs: return one for each,"
                + " null where there is none");
    Tensor none = Tensor.apply(new Broken(CustomTest::none), a).sum();
    assertThatIllegalStateException()
        .isThrownBy(none::backward)
        .withMessage(
            "broken: the pullback of input 0 gave null: return a gradient, or null in place of the"
                + " pullback where there is none");
    Op.Custom nowhere = new NoGradients();
    assertThatIllegalStateException()
        .isThrownBy(() -> Tensor.apply(nowhere, a).backward())
        .withMessage(
            "noGradients: its pullback gave null and there are 1 inputs: return one for each, null"
                + " where there is none");
  }

  private record NoGradients() implements Op.Custom {
    @Override
    @SuppressWarnings("NullAway")
    public Result apply(Tensor... in) {
      return new Result(in[0].array(), (Op.Joint) (g, isWanted) -> null);
    }
  }

  @SuppressWarnings("NullAway")
  private static Tensor none(Tensor g) {
    return null;
  }
}
