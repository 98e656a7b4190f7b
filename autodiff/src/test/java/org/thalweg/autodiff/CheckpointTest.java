package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.array.Shape;

class CheckpointTest {
  private final Parameter w = new Parameter("w", Numeric.random(1, 3, 3));
  private final Parameter b = new Parameter("b", Numeric.random(2, 3));
  private final Tensor x = Numeric.random(3, 4, 3).tracked();
  private final AtomicInteger runs = new AtomicInteger();

  /// With a mask that is drawn, as dropout draws it.
  private Tensor layer(Tensor in, long seed) {
    runs.incrementAndGet();
    Tensor mask = Draws.uniform(DType.FLOAT64, seed, 9, Shape.of(4, 3)).lessThan(Tensor.of(0.5));
    return in.matmul(w).plus(b).tanh().times(mask);
  }

  private static Tensor loss(Tensor y) {
    return y.square().sum();
  }

  private void assertSameGradients(Function<UnaryOperator<Tensor>, Tensor> model) {
    Gradients plain = loss(model.apply(in -> layer(in, 5))).backward();
    Gradients saved = loss(model.apply(in -> Checkpoint.get(() -> layer(in, 5)))).backward();
    for (Tensor leaf : List.of(w, b, x)) {
      assertThat(saved.of(leaf).sameBits(plain.of(leaf))).isTrue();
    }
    assertThat(saved.parameters()).containsExactlyInAnyOrderElementsOf(plain.parameters());
  }

  @Test
  void gradientsOfArgumentsAndParametersAreTheSameWithDrawsInside() {
    assertSameGradients(block -> block.apply(x));
    assertThat(runs).as("plain, and twice").hasValue(3);
  }

  @Test
  void blocksFollowEachOtherAndNest() {
    assertSameGradients(block -> block.apply(x.exp()).times(w.sum()));
    Gradients plain = loss(layer(layer(x, 1), 2)).backward();
    Gradients nested =
        loss(Checkpoint.get(() -> layer(Checkpoint.get(() -> layer(x, 1)), 2))).backward();
    for (Tensor leaf : List.of(w, b, x)) {
      assertThat(nested.of(leaf).isCloseTo(plain.of(leaf), 1e-15, 1e-16)).isTrue();
    }
  }

  @Test
  void whatTheBlockCapturesIsNotSeenThroughWhatItWasComputedFrom() {
    Tensor h = x.matmul(w);
    Tensor plain = loss(h.matmul(w)).backward().of(w);
    Tensor saved = loss(Checkpoint.get(() -> h.matmul(w))).backward().of(w);
    assertThat(saved.isCloseTo(plain, 1e-15, 1e-16)).isTrue();
  }

  @Test
  void theBlockRunsOnceMoreHoweverManyGradientsItGives() {
    Tensor y = loss(Checkpoint.get(() -> layer(x, 5)));
    runs.set(0);

    y.backward();
    assertThat(runs).hasValue(1);
    y.backward();
    assertThat(runs).hasValue(2);
    Derivatives.of(y, List.of(b));
    assertThat(runs).hasValue(3);
  }

  @Test
  void derivativesOfEveryOrderExist() {
    Tensor at = Numeric.random(4, 2, 3);
    UnaryOperator<Tensor> f = t -> t.matmul(w).sin().times(t);
    UnaryOperator<Tensor> saved = t -> Checkpoint.get(() -> f.apply(t));
    UnaryOperator<Tensor> nested = t -> Checkpoint.get(() -> saved.apply(saved.apply(t)));
    Numeric.check("checkpoint", saved, at);
    Numeric.check("nested", nested, at);
    Tensor v = Numeric.random(5, 2, 3);
    Tensor third = third(f, v).apply(at);
    assertThat(third(saved, v).apply(at).isCloseTo(third, 1e-13, 1e-14)).isTrue();
    assertThat(
            Derivatives.jvp(saved)
                .apply(at, v)
                .isCloseTo(Derivatives.jvp(f).apply(at, v), 1e-14, 1e-15))
        .isTrue();
  }

  private static UnaryOperator<Tensor> third(UnaryOperator<Tensor> f, Tensor v) {
    UnaryOperator<Tensor> loss = t -> f.apply(t).square().sum();
    UnaryOperator<Tensor> curvature = t -> Derivatives.hessianVectorProduct(loss).apply(t, v);
    return Derivatives.gradient(t -> curvature.apply(t).sum());
  }

  @Test
  void aDerivativeMayBeTakenInside() {
    UnaryOperator<Tensor> f =
        t -> Derivatives.gradient(s -> s.matmul(w).tanh().sum()).apply(t).times(t);
    Tensor plain = loss(f.apply(x)).backward().of(w);
    Tensor saved = loss(Checkpoint.get(() -> f.apply(x))).backward().of(w);
    assertThat(saved.isCloseTo(plain, 1e-14, 1e-15)).isTrue();
  }

  @Test
  void theArgumentOfADerivativeInsideReceivesItsGradient() {
    UnaryOperator<Tensor> f = t -> Derivatives.gradient(s -> s.tanh().square().sum()).apply(t);
    Tensor plain = loss(f.apply(x)).backward().of(x);
    Tensor saved = loss(Checkpoint.get(() -> f.apply(x))).backward().of(x);
    assertThat(saved.isCloseTo(plain, 1e-14, 1e-15)).isTrue();
    assertThat(plain.square().sum().item()).isPositive();
  }

  @Test
  @Timeout(60)
  void whatWasComputedOnTheWayIsGarbageBeforeTheBackwardPass() throws InterruptedException {
    List<WeakReference<Object>> plain = new ArrayList<>();
    List<WeakReference<Object>> saved = new ArrayList<>();
    Tensor kept = watched(plain, () -> x.exp().sin().tanh());
    Tensor dropped = watched(saved, () -> Checkpoint.get(() -> x.exp().sin().tanh()));

    while (saved.get(0).get() != null || saved.get(1).get() != null) {
      System.gc();
      Thread.onSpinWait();
    }
    assertThat(plain.get(0).get()).as("kept by its pullback").isNotNull();
    assertThat(loss(dropped).backward().of(x).sameBits(loss(kept).backward().of(x))).isTrue();
  }

  private static Tensor watched(List<WeakReference<Object>> arrays, Supplier<Tensor> body) {
    return Watch.get(
        (_, _, output) -> arrays.add(new WeakReference<>(output.array().data())), body);
  }

  @Test
  void insideAScopeTheBlockIsAScopeOfItsOwn() {
    Parameter p = new Parameter("p", Tensor.uniform(1, 5000));
    List<Tensor> inside = new ArrayList<>();
    Supplier<Tensor> block = () -> p.exp().sin().tanh();
    Tensor plain = loss(block.get()).backward().of(p);

    Tensor gradient =
        Scope.get(
            () -> {
              Tensor y = Watch.get((_, _, out) -> inside.add(out), () -> Checkpoint.get(block));
              assertThatIllegalStateException()
                  .isThrownBy(() -> inside.get(0).get(0))
                  .withMessageContaining("was used after its scope ended");
              return loss(y).backward().of(p);
            });

    assertThat(gradient.sameBits(plain)).isTrue();
  }

  @Test
  void aParameterThatHasChangedSinceIsRefusedByName() {
    Tensor y = loss(Checkpoint.get(() -> layer(x, 5)));
    y.backward();
    w.assignInPlace(w.snapshot());
    assertThatIllegalStateException()
        .isThrownBy(y::backward)
        .withMessage(
            "checkpoint: parameter [w] has changed since this operation used it (version 0, now 1):"
                + " call backward() before the optimizer's step, or compute the loss again");
  }

  @Test
  void aConstantFaceOfAParameterThatHasChangedIsRefusedToo() {
    Tensor y = loss(Checkpoint.get(() -> x.matmul(w.detach().reshape(9).reshape(3, 3))));
    w.assignInPlace(w.snapshot());
    assertThatIllegalStateException()
        .isThrownBy(y::backward)
        .withMessageStartingWith("checkpoint: parameter [w] has changed since");
  }

  @Test
  void aBlockThatComputesAnotherShapeTheSecondTimeIsRefused() {
    Tensor y = Checkpoint.get(() -> x.slice(0, 0, runs.incrementAndGet())).sum();
    assertThatIllegalStateException()
        .isThrownBy(y::backward)
        .withMessage(
            "checkpoint: the block computed FLOAT64 [1, 3] and the second time FLOAT64 [2, 3]: it"
                + " must compute the same each time");
  }

  @Test
  void insideNoGradientABlockIsJustComputed() {
    Tensor y = NoGradient.get(() -> Checkpoint.get(() -> layer(x, 5)));
    assertThat(y.isTracked()).isFalse();
    assertThat(runs).hasValue(1);
    assertThat(y.sameBits(layer(x, 5))).isTrue();
  }

  @Test
  void blocksThatComputeNothing() {
    assertThat(Checkpoint.get(() -> Tensor.of(1.0).exp()).isTracked()).isFalse();
    assertThat(Checkpoint.get(() -> x.argmax(1)).toInts()).hasSize(4);
    Tensor itself = Checkpoint.get(() -> w);
    assertThat(loss(itself).backward().of(w).sameBits(w.times(2).detach())).isTrue();
  }
}
