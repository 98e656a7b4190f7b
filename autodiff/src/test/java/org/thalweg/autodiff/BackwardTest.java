package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Naive;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.graph.GraphText;

class BackwardTest {
  private static Parameter parameter(String name, double... values) {
    return new Parameter(name, Tensor.of(values));
  }

  @Test
  void theExampleOfTheDocumentation() {
    Parameter w = new Parameter("w", Tensor.of(1f, 2f, 3f));
    Tensor loss = w.times(w).sum();
    assertThat(loss.item()).isEqualTo(14);
    assertThat(loss.backward().of(w).toFloats()).containsExactly(2, 4, 6);
  }

  @Test
  void gradientsOfAllUsesAddUp() {
    Parameter x = parameter("x", 3);
    Tensor a = x.times(2);
    Tensor b = x.times(x);
    Tensor c = a.times(b).plus(a).plus(x);
    // 2x³ + 3x
    assertThat(c.sum().backward().of(x).item()).isEqualTo(6 * 9 + 3);
  }

  @Test
  void eachNodeOfARowOfDiamondsIsVisitedOnce() {
    Parameter x = parameter("x", 1);
    Tensor y = x;
    for (int i = 0; i < 60; i++) {
      y = y.plus(y).times(0.5);
    }
    // 2⁶⁰ paths
    assertThat(y.sum().backward().of(x).item()).isEqualTo(1);
  }

  @Test
  @Timeout(60)
  void aChainOfAHundredThousandOperationsNeedsNoStack() {
    Parameter x = parameter("x", 1);
    Tensor y = x;
    for (int i = 0; i < 100_000; i++) {
      y = i % 2 == 0 ? y.times(2) : y.times(0.5);
    }
    Tensor loss = y.sum();
    assertThat(loss.backward().of(x).item()).isEqualTo(1);
    assertThat(GraphText.graphviz(loss)).contains("n100000 [");
  }

  @Test
  void onlyOneNumberHasAGradient() {
    Parameter x = parameter("x", 1, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> x.times(2).backward())
        .withMessage("backward: shape [2] is not one number: use sum() or mean() first");
    assertThat(x.slice(0, 0, 1).backward().of(x).toDoubles()).containsExactly(1, 0);
  }

  @Test
  void aResultOfNoParameterIsRefused() {
    Parameter x = parameter("x", 1);
    String message =
        "backward: the result was computed from no parameter and no tracked tensor: was it made"
            + " inside NoGradient, or detached?";
    for (Tensor constant :
        List.of(
            Tensor.of(1.0).sum(),
            x.detach().sum(),
            NoGradient.get(() -> x.sum()),
            x.sum().detach(),
            x.snapshot().sum())) {
      assertThat(constant.isTracked()).isFalse();
      assertThatIllegalArgumentException().isThrownBy(constant::backward).withMessage(message);
    }
  }

  @Test
  void askingForAGradientThatIsNotThereNamesTheOnesThatAre() {
    Parameter x = parameter("x", 1);
    Parameter y = parameter("y", 1);
    Gradients gradients = x.sum().backward();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> gradients.of(y))
        .withMessage(
            "gradients: there is no path from the result to [y], shape [1]: is it used, and"
                + " tracked? there are gradients for [x]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> gradients.of(Tensor.of(1.0)))
        .withMessageContaining("no path from the result to [constant], shape [1]");
    assertThat(gradients.find(y)).isEmpty();
    assertThat(gradients.find(x)).isPresent();
    assertThat(gradients.parameters()).containsExactly(x);
  }

  @Test
  void whereOnlyFlatFunctionsLeadThereIsNoPath() {
    Parameter x = parameter("x", 1.5, 2);
    Parameter y = parameter("y", 1, 2);
    Tensor loss = x.floor().plus(y).sum();
    Gradients gradients = loss.backward();
    assertThat(gradients.find(x)).isEmpty();
    assertThat(gradients.of(y).toDoubles()).containsExactly(1, 1);
  }

  @Test
  void aParameterThatHasChangedSinceIsRefusedByName() {
    Parameter w = parameter("fc.weight", 1, 2);
    Tensor loss = w.times(w).sum();
    w.assignInPlace(Tensor.of(5.0, 6.0));
    assertThatIllegalStateException()
        .isThrownBy(loss::backward)
        .withMessage(
            "times: parameter [fc.weight] has changed since this operation used it (version 0, now"
                + " 1): call backward() before the optimizer's step, or compute the loss again");
    assertThat(w.times(w).sum().backward().of(w).toDoubles()).containsExactly(10, 12);
  }

  private static List<UnaryOperator<Tensor>> otherFaces() {
    return List.of(
        w -> w.reshape(2, 1),
        Tensor::detach,
        w -> w.detach().reshape(1, 2),
        w -> w.detach().tracked(),
        w -> w.reshape(1, 2).reshape(2));
  }

  @ParameterizedTest
  @MethodSource("otherFaces")
  void aChangeIsSeenThroughEveryFaceOfTheMemory(UnaryOperator<Tensor> face) {
    Parameter w = parameter("w", 1, 2);
    Parameter other = parameter("other", 1);
    Tensor loss = face.apply(w).times(other).square().sum();
    w.assignInPlace(Tensor.of(5.0, 6.0));
    assertThatIllegalStateException()
        .isThrownBy(loss::backward)
        .withMessageContaining("parameter [w] has changed since");
  }

  @Test
  void aSnapshotMayBeUsedAfterAChange() {
    Parameter w = parameter("w", 1, 2);
    Parameter other = parameter("other", 3);
    Tensor loss = w.snapshot().times(other).sum();
    w.assignInPlace(Tensor.of(5.0, 6.0));
    assertThat(loss.backward().of(other).item()).isEqualTo(3);
  }

  @Test
  void backwardMayBeCalledAgain() {
    Parameter w = parameter("w", 1, 2);
    Tensor loss = w.square().sum();
    Tensor first = loss.backward().of(w);
    Tensor second = loss.backward().of(w);
    assertThat(second.sameBits(first)).isTrue();
    assertThat(first.isTracked()).as("not recorded").isFalse();
  }

  @Test
  void wholeNumbersHaveNoGradient() {
    Parameter x = parameter("x", 1, 2);
    assertThat(x.to(DType.INT32).isTracked()).isFalse();
    assertThat(x.reshape(1, 2).argmax(1).isTracked()).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.ints(1).tracked())
        .withMessage("tracked: INT32 has no gradient: use to(FLOAT32) or to(FLOAT64) first");
  }

  @Test
  void aGradientGoesBackInTheTypeOfItsParameter() {
    Parameter single = new Parameter("single", Tensor.of(1f, 2f));
    Parameter exact = parameter("exact", 3, 4);
    Gradients gradients = single.to(DType.FLOAT64).times(exact).sum().backward();
    assertThat(gradients.of(single).dtype()).isEqualTo(DType.FLOAT32);
    assertThat(gradients.of(single).toFloats()).containsExactly(3, 4);
    assertThat(gradients.of(exact).toDoubles()).containsExactly(1, 2);
  }

  @Test
  void trackedTensorsAreLeavesOfTheirOwn() {
    Tensor x = Tensor.of(2.0, 3.0).tracked();
    Tensor y = x.times(5).tracked();
    Gradients gradients = y.square().sum().backward();
    assertThat(gradients.of(y).toDoubles()).containsExactly(20, 30);
    assertThat(gradients.find(x)).as("not what it was computed from").isEmpty();
    assertThat(gradients.parameters()).isEmpty();
    assertThat(x.square().sum().backward().of(x).toDoubles()).containsExactly(4, 6);
  }

  @Test
  void detachedValuesAreConstants() {
    Parameter x = parameter("x", 3);
    Tensor loss = x.times(x.detach()).sum();
    assertThat(loss.backward().of(x).item()).isEqualTo(3);
  }

  @Test
  void insideNoGradientNothingIsRecordedAndOutsideEverythingAgain() {
    Parameter x = parameter("x", 3);
    Tensor outside = x.square();
    NoGradient.run(
        () -> {
          assertThat(x.square().isTracked()).isFalse();
          NoGradient.run(() -> assertThat(x.square().isTracked()).isFalse());
          assertThat(outside.isTracked()).isTrue();
        });
    assertThat(x.square().isTracked()).isTrue();
    assertThat(outside.sum().backward().of(x).item()).isEqualTo(6);
  }

  private static List<BinaryOperator<Tensor>> operators() {
    return List.of(
        Tensor::plus,
        Tensor::minus,
        Tensor::times,
        Tensor::over,
        Tensor::max,
        (a, b) -> a.lessThan(b).where(a, b));
  }

  @ParameterizedTest
  @MethodSource("operators")
  void broadcastingIsUndoneForAllPairsOfSmallShapes(BinaryOperator<Tensor> operator) {
    SplittableRandom random = new SplittableRandom(1);
    for (Shape left : Naive.smallShapes()) {
      for (Shape right : Naive.smallShapes()) {
        Shape joint;
        try {
          joint = left.broadcast(right, "any");
        } catch (IllegalArgumentException refused) {
          continue;
        }
        Tensor a = Tensor.of(Naive.values(random, DType.FLOAT64, left));
        Tensor b = Tensor.of(Naive.values(random, DType.FLOAT64, right)).plus(0.25);
        Tensor weight = Tensor.of(Naive.values(random, DType.FLOAT64, joint));
        Tensor smallA = a.tracked();
        Tensor smallB = b.tracked();
        Gradients small = operator.apply(smallA, smallB).times(weight).sum().backward();
        Tensor wholeA = a.broadcastTo(joint).tracked();
        Tensor wholeB = b.broadcastTo(joint).tracked();
        Gradients whole = operator.apply(wholeA, wholeB).times(weight).sum().backward();
        assertSummed(small.of(smallA), whole.of(wholeA), left + " with " + right);
        assertSummed(small.of(smallB), whole.of(wholeB), right + " with " + left);
      }
    }
  }

  /// The gradient of what was broadcast is that of the whole, summed over the copies.
  private static void assertSummed(Tensor small, Tensor whole, String what) {
    double[] sums = new double[small.elements()];
    Shape shape = small.shape();
    Naive.forEach(
        whole.shape(),
        index -> {
          int[] own = new int[shape.rank()];
          for (int axis = 0; axis < own.length; axis++) {
            int at = index[index.length - own.length + axis];
            own[axis] = shape.size(axis) == 1 ? 0 : at;
          }
          sums[Naive.flat(shape, own)] += whole.get(index);
        });
    double[] there = small.toDoubles();
    for (int i = 0; i < sums.length; i++) {
      assertThat(there[i]).as(what).isCloseTo(sums[i], within(1e-9 * (1 + Math.abs(sums[i]))));
    }
  }

  @Test
  void aGradientHasTheShapeOfItsParameterWhateverTheReduction() {
    for (Shape shape : Naive.smallShapes()) {
      Parameter w = new Parameter("w", Tensor.full(DType.FLOAT32, 2, shape.sizes()));
      for (Tensor loss : List.of(w.sum(), w.times(3).sum(), w.plus(w).mean())) {
        Tensor g = loss.backward().of(w);
        assertThat(g.shape()).as("%s", shape).isEqualTo(shape);
        assertThat(g.toFloats()).hasSize(shape.elements());
      }
    }
  }

  @Test
  void aGradientThatIsOneNumberIsMadeWholeForWhoAsks() {
    Parameter x = parameter("x", 1, 2, 3);
    Gradients gradients = x.sum().backward();
    Scope.run(() -> assertThat(gradients.of(x).array().doubles()).containsExactly(1, 1, 1));
    assertThat(gradients.contains(x)).isTrue();
    assertThat(gradients.of(x).shape()).isEqualTo(x.shape());
    assertThat(gradients.of(x).array().doubles()).containsExactly(1, 1, 1);
  }

  @Test
  void sumToIsTheInverseOfBroadcasting() {
    Tensor x = Tensor.arange(DType.FLOAT64, 6).reshape(2, 3);
    assertThat(x.sumTo(Shape.of(2, 3)).toDoubles()).containsExactly(x.toDoubles());
    assertThat(x.sumTo(Shape.of(3)).toDoubles()).containsExactly(3, 5, 7);
    assertThat(x.sumTo(Shape.of(2, 1)).toDoubles()).containsExactly(3, 12);
    assertThat(x.sumTo(Shape.of(1)).toDoubles()).containsExactly(15);
    assertThat(x.sumTo(Shape.SCALAR).item()).isEqualTo(15);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> x.sumTo(Shape.of(2)))
        .withMessageContaining("[2]")
        .withMessageContaining("does not broadcast to [2, 3]");
    for (Shape shape : Naive.smallShapes()) {
      Tensor same = Tensor.full(DType.FLOAT32, 2, shape.sizes()).sumTo(shape);
      assertThat(same.shape()).isEqualTo(shape);
      assertThat(same.toFloats()).as("%s", shape).containsOnly(repeated(shape.elements()));
    }
  }

  private static float[] repeated(int count) {
    float[] twos = new float[count];
    Arrays.fill(twos, 2);
    return twos;
  }
}
