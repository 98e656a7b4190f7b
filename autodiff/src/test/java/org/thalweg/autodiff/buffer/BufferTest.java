package org.thalweg.autodiff.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.Checkpoint;
import org.thalweg.autodiff.Derivatives;
import org.thalweg.autodiff.Gradients;
import org.thalweg.autodiff.NoGradient;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.array.Shape;

class BufferTest {
  private final Parameter w = new Parameter("w", Tensor.of(2f, 3f));
  private final Buffer digits = new Buffer("digits", Tensor.scalar(0f));

  /// Appends a digit to the buffer, so that its value tells which uses there were, in order.
  private Tensor layer(Tensor x, int digit) {
    return Buffer.onStep(
        x, List.of(digits), old -> List.of(old.get(0).times(10).plus((float) digit)));
  }

  private double written(Gradients gradients) {
    gradients.updates().write();
    return digits.value().item();
  }

  private static Gradients gradients(Tensor y) {
    return y.square().sum().backward();
  }

  @Test
  void aPassChangesNothingAndItsGradientsBringTheChangeOnce() {
    Tensor loss = layer(w, 7).square().sum();
    Gradients gradients = loss.backward();
    assertThat(digits.value().item()).isZero();
    assertThat(gradients.updates().names()).containsExactly("digits");
    assertThat(written(gradients)).isEqualTo(7);
    assertThat(written(gradients)).as("written again").isEqualTo(7);
    assertThat(written(loss.backward())).as("another walk over the same pass").isEqualTo(7);
    assertThat(written(gradients(layer(w, 7)))).as("another pass").isEqualTo(77);
  }

  @Test
  void valueAndGradientAreThoseWithoutIt() {
    assertThat(layer(w, 1).sameBits(w)).isTrue();
    assertThat(gradients(layer(w, 1)).of(w).sameBits(gradients(w).of(w))).isTrue();
    assertThat(layer(w, 1).sum().backward().of(w).toFloats()).containsExactly(1, 1);
  }

  @Test
  void usesFollowEachOtherInTheOrderInWhichTheyWereComputed() {
    Tensor first = layer(w, 1);
    Tensor second = layer(w.exp(), 2);
    Tensor third = layer(second.times(first), 3);
    Gradients gradients = gradients(third.plus(second).plus(first));
    assertThat(gradients.updates().names()).containsExactly("digits");
    assertThat(written(gradients)).isEqualTo(123);
  }

  @Test
  void severalPassesBeforeOneStepAreWrittenTogether() {
    BufferUpdates first = gradients(layer(w, 1)).updates();
    BufferUpdates second = gradients(layer(w, 2)).updates();
    second.and(first).and(BufferUpdates.NONE).and(second).write();
    assertThat(digits.value().item()).isEqualTo(12);
  }

  @Test
  void whatTheResultDoesNotDependOnIsNotWritten() {
    layer(w, 1);
    Tensor constant = layer(w, 2).detach();
    assertThat(written(gradients(layer(w, 3).plus(constant)))).isEqualTo(3);
  }

  @Test
  void aLayerOnWhatHasNoGradientIsWrittenAsWell() {
    Tensor data = Tensor.of(5f, 6f);
    Gradients gradients = gradients(layer(data, 4).times(w));
    assertThat(gradients.of(w).sameBits(gradients(data.times(w)).of(w))).isTrue();
    assertThat(gradients.parameters()).containsExactly(w);
    assertThat(written(gradients)).isEqualTo(4);
  }

  @Test
  void withoutRecordingThereIsNothingToWrite() {
    Tensor y = NoGradient.get(() -> layer(w, 1));
    assertThat(y.isTracked()).isFalse();
    assertThat(gradients(y.times(w)).updates().names()).isEmpty();
  }

  @Test
  void theSecondComputationOfACheckpointIsNotSeen() {
    Supplier<Tensor> block = () -> layer(layer(w, 1).exp(), 2);
    assertThat(written(gradients(Checkpoint.get(block)))).isEqualTo(12);
    Tensor nested = Checkpoint.get(() -> layer(Checkpoint.get(() -> layer(w, 3)).exp(), 4));
    assertThat(written(Scope.get(() -> gradients(nested)))).isEqualTo(1234);
    Tensor data = Tensor.of(5f, 6f);
    Tensor untracked = Checkpoint.get(() -> layer(data, 5));
    assertThat(written(gradients(untracked.times(w)))).isEqualTo(12345);
  }

  @Test
  void aDerivativeInsideOfALossIsAnEvaluationLikeAnother() {
    Tensor slope = Derivatives.gradient(x -> layer(x.pow(3), 1).sum()).apply(w);
    assertThat(slope.toFloats()).containsExactly(12, 27);
    assertThat(digits.value().item()).isZero();
    assertThat(written(gradients(layer(slope, 2)))).isEqualTo(2);
  }

  @Test
  void whatWasComputedWithFormerValuesCanStillBeDifferentiated() {
    Buffer scale = new Buffer("scale", Tensor.of(2f, 4f));
    Tensor loss = w.times(scale.value()).sum();
    scale.assign(Tensor.of(9f, 9f));
    assertThat(loss.backward().of(w).toFloats()).containsExactly(2, 4);
    assertThat(scale).hasToString("scale FLOAT32 [2] [9.0, 9.0]");
  }

  @Test
  void whatIsSeenInAScopeIsWrittenAfterIt() {
    int n = 5000;
    Buffer large = new Buffer("large", Tensor.zeros(n));
    Gradients gradients =
        Scope.get(
            () -> {
              Tensor seen = Tensor.ones(n).times(3).snapshot();
              return gradients(
                  Buffer.onStep(w, List.of(large), old -> List.of(old.get(0).plus(seen))));
            });
    Scope.run(() -> gradients.updates().write());
    assertThat(large.value().sameBits(Tensor.full(DType.FLOAT32, 3, n))).isTrue();
  }

  @Test
  void aBufferKeepsItsShapeAndType() {
    Buffer wide = new Buffer("norm.mean", Tensor.zeros(3));
    Tensor given = Tensor.wrap(new float[] {1, 2, 3}, Shape.of(3));
    wide.assign(given);
    ((float[]) given.array().data())[0] = 9;
    assertThat(wide.value().toFloats()).as("copied").containsExactly(1, 2, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> wide.assign(Tensor.zeros(4)))
        .withMessage(
            "buffer: [norm.mean] is FLOAT32 [3] and the values are FLOAT32 [4]: convert or reshape"
                + " them");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> wide.assign(Tensor.zeros(DType.FLOAT64, 3)))
        .withMessageContaining("FLOAT64 [3]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Buffer(" ", Tensor.zeros(3)))
        .withMessage(
            "buffer: [ ] cannot be a name: use its path in a model, such as"
                + " encoder.0.running_mean");
    assertThatIllegalArgumentException().isThrownBy(() -> layer(Tensor.ints(1), 1));
  }

  @Test
  void aNextValueThatDoesNotFitIsRefusedAndNothingIsWritten() {
    Buffer other = new Buffer("other", Tensor.zeros(2));
    Tensor wrongShape =
        Buffer.onStep(
            layer(w, 1), List.of(other), old -> List.of(old.get(0).plus(Tensor.zeros(3, 2))));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> gradients(wrongShape).updates().write())
        .withMessageContaining("[other] is FLOAT32 [2] and the values are FLOAT32 [3, 2]");
    Tensor tooMany =
        Buffer.onStep(layer(w, 1), List.of(other), old -> List.of(old.get(0), Tensor.scalar(1f)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> gradients(tooMany).updates().write())
        .withMessage("onStep: there are 2 values for the buffers [other]: give one for each");
    for (List<Tensor> next : Arrays.asList(null, Collections.<Tensor>singletonList(null))) {
      Tensor nothing = Buffer.onStep(layer(w, 1), List.of(other), old -> next);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> gradients(nothing).updates().write())
          .withMessage(
              "onStep: the function for the buffers [other] gave null: give a value for each");
    }
    assertThat(digits.value().item()).isZero();
  }

  @Test
  void whatAnotherThreadHasWrittenInTheMeantimeIsBuiltUpon() {
    Runnable second = gradients(layer(w, 2)).updates().prepare();
    written(gradients(layer(w, 1)));
    second.run();
    assertThat(digits.value().item()).isEqualTo(12);
  }

  @Test
  void stepsPreparedFromTheSameGradientsWriteThemOnce() {
    BufferUpdates updates = gradients(layer(w, 7)).updates();
    List<Runnable> both = List.of(updates.prepare(), updates.prepare());
    both.forEach(Runnable::run);
    assertThat(digits.value().item()).isEqualTo(7);
  }

  @Test
  void threadsThatWriteOneBufferLoseNothing() throws Exception {
    Buffer count = new Buffer("count", Tensor.scalar(0f));
    int passes = 200;
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Callable<Boolean>> writers = Collections.nCopies(4, () -> count(count, passes));
      for (Future<Boolean> writer : threads.invokeAll(writers)) {
        assertThat(writer.get()).isTrue();
      }
    }
    assertThat(count.value().item()).isEqualTo(4 * passes);
  }

  private boolean count(Buffer count, int passes) {
    for (int i = 0; i < passes; i++) {
      Tensor y = Buffer.onStep(w, List.of(count), old -> List.of(old.get(0).plus(1)));
      gradients(y).updates().write();
    }
    return true;
  }

  @Test
  void aBufferThatIsGivenTwiceIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Buffer.onStep(w, List.of(digits, digits), old -> old))
        .withMessage("onStep: one of the buffers [digits, digits] is there twice: give each once");
  }
}
