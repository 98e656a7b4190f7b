package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.kernel.ChildJvm;
import org.thalweg.autodiff.kernel.Pool;

/// Training runs that must not depend on threads, scopes or what else the process does.
@Timeout(300)
class SameBitsTest {
  private final int threads = Pool.threads();

  @AfterEach
  void threadsAsBefore() {
    Pool.setThreads(threads);
  }

  @Test
  void theNumberOfThreadsLeavesNoTraceInATrainingRun() {
    Pool.setThreads(1);
    TrainingRun expected = TrainingRun.of(1).trained(true);
    assertThat(expected.b1().toFloats())
        .as("it has learnt")
        .isNotEqualTo(new float[expected.b1().elements()]);
    long byWorkers = Pool.chunksByWorkers();
    for (int count = 2; count <= 4; count++) {
      Pool.setThreads(count);
      long regions = Pool.regions();
      TrainingRun.of(1).trained(true).assertSameBits(expected, count + " threads");
      assertThat(Pool.regions()).as("regions of %d threads", count).isGreaterThan(regions);
    }
    assertThat(Pool.chunksByWorkers()).as("other threads took part").isGreaterThan(byWorkers);
  }

  static Stream<List<String>> otherProcesses() {
    String vectors = "--add-modules=jdk.incubator.vector";
    return Stream.of(
        List.of("-Dthalweg.threads=1"),
        List.of("-Dthalweg.threads=2", vectors, "-Dthalweg.simd.bits=128"),
        List.of("-Dthalweg.threads=3", vectors, "-Dthalweg.warmup=eager"));
  }

  @ParameterizedTest
  @MethodSource("otherProcesses")
  void freshProcessesOfEveryKindTrainToTheSameBits(List<String> options) throws Exception {
    assumeTrue(Engine.vectorBits() > 0, "the run of the tests with vectors starts them all");
    String here = TrainingRun.of(3).trained(true).bits();
    List<String> words = ChildJvm.run(TrainingRun.class, options.toArray(String[]::new));
    assertThat(words.get(0)).isEqualTo(here);
    if (options.contains("-Dthalweg.threads=1")) {
      assertThat(words.get(1)).as("vector width").isEqualTo("0");
    } else {
      assertThat(Long.parseLong(words.get(2))).as("regions").isPositive();
    }
    if (options.contains("-Dthalweg.simd.bits=128")) {
      assertThat(words.get(1)).as("vector width").isEqualTo("128");
    }
    if (options.contains("-Dthalweg.warmup=eager")) {
      assertThat(Long.parseLong(words.get(3))).as("vector loops").isPositive();
    }
  }

  @Test
  void scopesLeaveNoTraceInATrainingRun() {
    TrainingRun.of(2).trained(false).assertSameBits(TrainingRun.of(2).trained(true), "scopes");
  }

  @Test
  void threadsThatTrainAtOnceDoNotMeet() throws Exception {
    List<TrainingRun> expected = new ArrayList<>();
    for (int seed = 0; seed < 3; seed++) {
      expected.add(TrainingRun.of(seed).trained(true));
    }
    try (ExecutorService several = Executors.newFixedThreadPool(3)) {
      CountDownLatch start = new CountDownLatch(3);
      List<Future<TrainingRun>> models = new ArrayList<>();
      for (int seed = 0; seed < 3; seed++) {
        int own = seed;
        models.add(
            several.submit(
                () -> {
                  start.countDown();
                  start.await();
                  return TrainingRun.of(own).trained(own % 2 == 0);
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
