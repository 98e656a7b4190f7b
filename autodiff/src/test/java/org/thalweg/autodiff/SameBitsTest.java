package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.kernel.Pool;

/// Training runs that must not depend on threads, scopes or what else the process does.
@Timeout(120)
class SameBitsTest {
  private static final int BATCH = 203;
  private static final int INPUTS = 301;
  private static final int HIDDEN = 405;
  private static final int CLASSES = 11;

  private final int threads = Pool.threads();

  @AfterEach
  void threadsAsBefore() {
    Pool.setThreads(threads);
  }

  /// A network of two layers, above the thresholds of every kernel, its sizes no multiples.
  private record Model(Parameter w1, Parameter b1, Parameter w2) {
    static Model of(long seed) {
      return new Model(
          new Parameter("w1", Tensor.normal(seed, HIDDEN, INPUTS).times(0.05)),
          new Parameter("b1", Tensor.zeros(HIDDEN)),
          new Parameter("w2", Tensor.normal(seed + 1, CLASSES, HIDDEN).times(0.05)));
    }

    void step(int number) {
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

    Model trained(boolean inScopes) {
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

    void assertSameBits(Model other, String what) {
      assertThat(w1.sameBits(other.w1)).as("w1, %s", what).isTrue();
      assertThat(b1.sameBits(other.b1)).as("b1, %s", what).isTrue();
      assertThat(w2.sameBits(other.w2)).as("w2, %s", what).isTrue();
    }
  }

  @Test
  void theNumberOfThreadsLeavesNoTraceInATrainingRun() {
    Pool.setThreads(1);
    Model expected = Model.of(1).trained(true);
    assertThat(expected.b1.toFloats()).as("it has learnt").isNotEqualTo(new float[HIDDEN]);
    long byWorkers = Pool.chunksByWorkers();
    for (int count = 2; count <= 4; count++) {
      Pool.setThreads(count);
      long regions = Pool.regions();
      Model.of(1).trained(true).assertSameBits(expected, count + " threads");
      assertThat(Pool.regions()).as("regions of %d threads", count).isGreaterThan(regions);
    }
    assertThat(Pool.chunksByWorkers()).as("other threads took part").isGreaterThan(byWorkers);
  }

  @Test
  void scopesLeaveNoTraceInATrainingRun() {
    Model.of(2).trained(false).assertSameBits(Model.of(2).trained(true), "scopes");
  }

  @Test
  void threadsThatTrainAtOnceDoNotMeet() throws Exception {
    List<Model> expected = new ArrayList<>();
    for (int seed = 0; seed < 3; seed++) {
      expected.add(Model.of(seed).trained(true));
    }
    try (ExecutorService several = Executors.newFixedThreadPool(3)) {
      CountDownLatch start = new CountDownLatch(3);
      List<Future<Model>> models = new ArrayList<>();
      for (int seed = 0; seed < 3; seed++) {
        int own = seed;
        models.add(
            several.submit(
                () -> {
                  start.countDown();
                  start.await();
                  return Model.of(own).trained(own % 2 == 0);
                }));
      }
      for (int seed = 0; seed < 3; seed++) {
        models.get(seed).get().assertSameBits(expected.get(seed), "model " + seed);
      }
    }
  }

  @Test
  void threadsMayBuildGraphsOverTheSameParameters() throws Exception {
    Parameter w = new Parameter("w", Tensor.normal(1, 50, 40));
    List<Tensor> expected = new ArrayList<>();
    for (int k = 0; k < 4; k++) {
      expected.add(slope(w, k));
    }
    try (ExecutorService several = Executors.newFixedThreadPool(4)) {
      CountDownLatch start = new CountDownLatch(4);
      List<Future<Boolean>> results = new ArrayList<>();
      for (int k = 0; k < 4; k++) {
        int own = k;
        results.add(
            several.submit(
                () -> {
                  start.countDown();
                  start.await();
                  boolean isSame = true;
                  for (int i = 0; i < 200; i++) {
                    isSame &= slope(w, own).sameBits(expected.get(own));
                  }
                  return isSame;
                }));
      }
      for (Future<Boolean> result : results) {
        assertThat(result.get()).isTrue();
      }
    }
  }

  private static Tensor slope(Parameter w, int k) {
    Tensor x = Tensor.uniform(k, 7, 40);
    return x.matmulTransposed(w).tanh().times(k + 1).square().mean().backward().of(w);
  }
}
