package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.kernel.ChildJvm;
import org.thalweg.autodiff.operation.Op;

/// Long, wide and shared graphs, and graphs whose values are gone or have changed.
class WalkTest {
  @Test
  @Timeout(120)
  void aMillionOperationsGoBackInLittleMemoryOnASmallStack() throws Exception {
    List<String> words = ChildJvm.run(LongChain.class, "-Xmx448m", "-Xss320k", "-XX:+UseSerialGC");

    assertThat(words.subList(0, 2)).containsExactly("1.0", "true");
    assertThat(Integer.parseInt(words.get(2))).as("MiB with the graph").isBetween(100, 350);
    assertThat(Integer.parseInt(words.get(3))).as("MiB without it").isLessThan(50);
  }

  @Test
  @Timeout(60)
  void oneTensorUsedAHundredThousandTimes() {
    int uses = 100_000;
    Parameter x = new Parameter("x", Tensor.of(3.0));
    Tensor sum = x.times(0);
    for (int i = 0; i < uses; i++) {
      sum = i % 2 == 0 ? sum.plus(x) : sum.plus(x.times(x));
    }
    assertThat(sum.sum().backward().of(x).item()).isEqualTo(uses * 3.5);
    Tensor[] copies = new Tensor[uses];
    Arrays.fill(copies, x);
    assertThat(x.concat(0, copies).sum().backward().of(x).item()).isEqualTo(uses + 1);
  }

  @Test
  @Timeout(60)
  void manyLongChainsFromOneTensor() {
    Parameter x = new Parameter("x", Tensor.of(1.0));
    Tensor[] ends = new Tensor[300];
    for (int k = 0; k < ends.length; k++) {
      Tensor y = x;
      for (int i = 0; i < 300; i++) {
        y = y.negated();
      }
      ends[k] = y.times(k);
    }
    Tensor all = x.concat(0, ends).sum();
    assertThat(all.backward().of(x).item()).isEqualTo(1 + 299 * 300 / 2);
  }

  @Test
  @Timeout(60)
  void threadsMayWalkOverTheSameNodes() throws Exception {
    Parameter x = new Parameter("x", Numeric.random(1, 5));
    Tensor shared = x;
    for (int i = 0; i < 500; i++) {
      shared = shared.sin().plus(x);
    }
    List<Tensor> losses = List.of(shared.square().sum(), shared.exp().sum());
    List<Tensor> expected = losses.stream().map(loss -> loss.backward().of(x)).toList();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<Tensor>> gradients = new ArrayList<>();
      for (int k = 0; k < 80; k++) {
        Tensor loss = losses.get(k % 2);
        gradients.add(threads.submit(() -> loss.backward().of(x)));
      }
      for (int k = 0; k < 80; k++) {
        assertThat(gradients.get(k).get().sameBits(expected.get(k % 2))).isTrue();
      }
    }
  }

  @Test
  void walksOfEverySizeFollowEachOtherAndSomeFail() {
    Parameter x = new Parameter("x", Tensor.of(2.0));
    Tensor refused = x;
    for (int operations : new int[] {100, 1, 5000, 8, 7, 9, 20, 300}) {
      Tensor y = x;
      for (int i = 0; i < operations; i++) {
        y = y.plus(x);
      }
      assertThat(y.sum().backward().of(x).item()).isEqualTo(operations + 1);
      refused = refused.plus(x.square());
    }
    Tensor loss = refused.sum();
    x.assignInPlace(Tensor.of(3.0));
    for (int i = 0; i < 3; i++) {
      assertThatIllegalStateException().isThrownBy(loss::backward);
      assertThat(x.square().times(x).sum().backward().of(x).item()).isEqualTo(27);
    }
  }

  @Test
  void aGraphWhoseScopeHasEndedNamesTheOperationThatNeedsItsValues() {
    Parameter p = new Parameter("p", Tensor.uniform(1, 5000));
    Tensor loss = Scope.get(() -> p.exp().sum());
    String message =
        "exp: the scope in which it was recorded has ended, and values that its gradient needs are"
            + " gone, output FLOAT32 [5000]: call backward() inside the scope";

    assertThatIllegalStateException().isThrownBy(loss::backward).withMessage(message);
    assertThatIllegalStateException()
        .isThrownBy(() -> Derivatives.of(loss, List.of(p)))
        .withMessage(message)
        .withCauseInstanceOf(IllegalStateException.class);
    Tensor linear = Scope.get(() -> p.times(3).sum());
    assertThat(linear.backward().of(p).get(7)).as("needs no value").isEqualTo(3);
    Tensor kept = Scope.get(() -> Checkpoint.get(() -> p.exp()).sum());
    assertThat(kept.backward().of(p).sameBits(p.exp().detach())).as("computed again").isTrue();
  }

  /// x², by a loop of its own.
  private record Squared() implements Op.Custom {
    @Override
    public Result apply(Tensor... in) {
      return new Result(in[0].detach().square().array(), (_, _) -> g -> g.times(in[0]).times(2));
    }
  }

  @Test
  void aChangedParameterIsNamedByEveryOperationAndInEveryPass() {
    Parameter w = new Parameter("fc.weight", Tensor.of(1.0, 2.0));
    Parameter other = new Parameter("other", Tensor.of(5.0, 6.0));
    Tensor custom = Tensor.apply(new Squared(), w).sum();
    Tensor shaped = w.reshape(2, 1).detach().reshape(2).times(other).sum();
    Tensor slope = Derivatives.of(w.pow(3).sum(), List.of(w)).get(0).sum();
    custom.backward();
    w.assignInPlace(Tensor.of(7.0, 8.0));
    String changed =
        ": parameter [fc.weight] has changed since this operation used it (version 0, now 1): call"
            + " backward() before the optimizer's step, or compute the loss again";

    assertThatIllegalStateException()
        .as("the second pass")
        .isThrownBy(custom::backward)
        .withMessage("squared" + changed);
    assertThatIllegalStateException().isThrownBy(shaped::backward).withMessage("times" + changed);
    assertThatIllegalStateException()
        .as("of the second order")
        .isThrownBy(slope::backward)
        .withMessageEndingWith(changed);
  }

  @Test
  void anEarlierWalkLeavesNothingBehind() {
    Parameter x = new Parameter("x", Tensor.of(2.0));
    Tensor y = x.square();
    Tensor loss = y.times(x).sum();
    assertThat(Derivatives.of(loss, List.of(y)).get(0).item()).isEqualTo(2);
    assertThat(loss.backward().of(x).item()).isEqualTo(12);
    assertThat(Derivatives.of(loss, List.of(x)).get(0).item()).isEqualTo(12);
  }

  @Test
  void aNodeTellsWhatItIs() {
    Parameter x = new Parameter("x", Tensor.of(2.0));
    Node node = x.times(Tensor.of(3.0)).origin().orElseThrow();
    assertThat(node).hasToString("times FLOAT64 [1]");
    assertThat(node.operation().orElseThrow().name()).isEqualTo("times");
    assertThat(node.inputs()).extracting(Node::name).containsExactly("x");
    assertThat(node.inputs().get(0).isLeaf()).isTrue();
    assertThat(node.inputs().get(0).operation()).isEmpty();
    assertThat(Tensor.of(1.0).tracked().origin().orElseThrow().name()).isEqualTo("input");
    assertThat(Tensor.of(1.0).origin()).isEmpty();
    assertThat(node.dtype()).isEqualTo(DType.FLOAT64);
    assertThat(node.isLeaf()).isFalse();
  }

  @Test
  void whatIsNotInTheIndexIsNotFoundHoweverNodesCollide() {
    Node.Index index = new Node.Index();
    List<Node> nodes = new ArrayList<>();
    for (int k = 0; k < 1000; k++) {
      nodes.add(Tensor.of(1.0).tracked().origin().orElseThrow());
    }
    for (int k = 0; k < 1000; k += 2) {
      assertThat(index.add(nodes.get(k))).isEqualTo(k / 2);
      assertThat(index.add(nodes.get(k))).isEqualTo(k / 2);
    }
    for (int k = 0; k < 1000; k++) {
      assertThat(index.find(nodes.get(k))).isEqualTo(k % 2 == 0 ? k / 2 : -1);
    }
    assertThat(index.size()).isEqualTo(500);
    assertThat(index.get(7)).isSameAs(nodes.get(14));
  }

  @Test
  void betweenOperationsIeeeRulesHold() {
    Tensor zero = Tensor.of(0.0);
    Tensor infinity = Tensor.of(Double.POSITIVE_INFINITY);
    assertThat(zero.times(infinity).item()).isNaN();
    assertThat(infinity.minus(infinity).item()).isNaN();
    assertThat(zero.over(zero).item()).isNaN();
    assertThat(zero.reshape(1, 1).matmul(infinity.reshape(1, 1)).item()).isNaN();
    assertThat(infinity.concat(0, infinity.negated()).sum().item()).isNaN();
    assertThat(Tensor.of(3e38f).times(10).item()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(Tensor.of(1.0).over(Tensor.of(-0.0)).item()).isEqualTo(Double.NEGATIVE_INFINITY);
    // The gradients as well: of the side that a select does not take, 0 · ∞.
    Tensor x = Tensor.of(0.0, 2.0).tracked();
    Tensor chosen = x.greaterThan(Tensor.of(0.0)).where(x.log(), Tensor.of(0.0));
    assertThat(chosen.toDoubles()).containsExactly(0, Math.log(2));
    assertThat(chosen.sum().backward().of(x).toDoubles()).containsExactly(Double.NaN, 0.5);
    Tensor y = zero.tracked();
    assertThat(y.times(infinity).times(0).sum().backward().of(y).item()).isNaN();
    assertThat(Array.full(DType.FLOAT32, zero.shape(), 1e300).get(0))
        .isEqualTo(Double.POSITIVE_INFINITY);
  }

  /// Numbers of nodes that come in two runs, far apart: a table of them must not fill up in places.
  @Test
  @Timeout(60)
  void twoLongChainsRecordedFarApartAreWalkedInTimeProportionalToTheirLength() {
    Tensor x = Tensor.of(1.0).tracked();
    Tensor other = Tensor.of(2.0).tracked();
    Tensor first = chain(x, 200_000);
    chain(other, 324_288);
    Tensor second = chain(x, 200_000);
    assertThat(first.plus(second).sum().backward().of(x).item()).isEqualTo(2);
  }

  private static Tensor chain(Tensor from, int length) {
    Tensor y = from;
    for (int k = 0; k < length; k++) {
      y = y.plus(1);
    }
    return y;
  }
}
