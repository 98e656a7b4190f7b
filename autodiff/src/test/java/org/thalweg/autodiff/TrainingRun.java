package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.util.List;
import org.thalweg.autodiff.array.Scope;

/// A network of two layers and a few steps of its training, above the thresholds of every kernel,
/// its sizes no multiples of anything.
record TrainingRun(Parameter w1, Parameter b1, Parameter w2) {
  private static final int BATCH = 203;
  private static final int INPUTS = 301;
  private static final int HIDDEN = 405;
  private static final int CLASSES = 11;

  static TrainingRun of(long seed) {
    return new TrainingRun(
        new Parameter("w1", Tensor.normal(seed, HIDDEN, INPUTS).times(0.05)),
        new Parameter("b1", Tensor.zeros(HIDDEN)),
        new Parameter("w2", Tensor.normal(seed + 1, CLASSES, HIDDEN).times(0.05)));
  }

  private void step(int number) {
    Tensor x = Tensor.uniform(100 + number, BATCH, INPUTS);
    Tensor labels = x.slice(1, 0, CLASSES).argmax(1);
    Tensor hidden = x.matmulTransposed(w1).plus(b1).gelu();
    Tensor shift = hidden.minus(hidden.meanKept(0)).over(hidden.varianceKept(0).plus(1).sqrt());
    Tensor loss = shift.matmulTransposed(w2).crossEntropy(labels).mean();
    Gradients gradients = loss.backward();
    for (Parameter parameter : List.of(w1, b1, w2)) {
      parameter.assignInPlace(parameter.minus(gradients.of(parameter).times(0.3)));
    }
  }

  TrainingRun trained(boolean inScopes) {
    for (int step = 0; step < 4; step++) {
      int number = step;
      if (inScopes) {
        Scope.run(() -> step(number));
      } else {
        step(number);
      }
    }
    return this;
  }

  void assertSameBits(TrainingRun other, String what) {
    assertThat(w1.sameBits(other.w1)).as("w1, %s", what).isTrue();
    assertThat(b1.sameBits(other.b1)).as("b1, %s", what).isTrue();
    assertThat(w2.sameBits(other.w2)).as("w2, %s", what).isTrue();
  }

  /// A hash of the bits of all parameters, NaN as one value.
  String bits() {
    Hasher hasher = Hashing.sha256().newHasher();
    for (Parameter parameter : List.of(w1, b1, w2)) {
      for (float value : parameter.toFloats()) {
        hasher.putInt(Float.floatToIntBits(value));
      }
    }
    return hasher.hash().toString();
  }

  /// Prints the hash of a run, the width of vectors, and how many regions and vector loops ran.
  public static void main(String[] arguments) {
    String bits = of(3).trained(true).bits();
    Engine.Counts counts = Engine.counts();
    System.out.println(
        bits + " " + Engine.vectorBits() + " " + counts.regions() + " " + counts.vectorLoops());
  }
}
