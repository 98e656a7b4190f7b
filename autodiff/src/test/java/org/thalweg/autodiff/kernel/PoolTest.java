package org.thalweg.autodiff.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PoolTest {
  private final int before = Pool.threads();

  @BeforeEach
  void twoThreads() {
    Pool.setThreads(2);
  }

  @AfterEach
  void threadsAsBefore() {
    Pool.setThreads(before);
  }

  @Test
  void noChunksRunNothing() {
    Pool.run(0, chunk -> fail("chunk " + chunk));
  }

  @Test
  void aNegativeNumberOfChunksIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pool.run(-1, chunk -> fail("chunk " + chunk)))
        .withMessage("share: cannot go over [-1] numbers: give 0 or more");
  }

  @Test
  void aSingleChunkRunsOnTheCaller() {
    Thread[] seen = new Thread[1];
    Pool.run(1, chunk -> seen[chunk] = Thread.currentThread());
    assertThat(seen[0]).isSameAs(Thread.currentThread());
  }

  @Test
  void everyChunkRunsOnceHoweverManyThereAre() {
    for (int threads = 1; threads <= 4; threads++) {
      Pool.setThreads(threads);
      int[] many = {65_534, 65_535, 65_536, 200_003};
      for (int chunks : IntStream.concat(IntStream.range(0, 200), IntStream.of(many)).toArray()) {
        AtomicIntegerArray runs = new AtomicIntegerArray(chunks);
        Pool.run(chunks, runs::getAndIncrement);
        boolean isEachOnce = IntStream.range(0, chunks).allMatch(i -> runs.get(i) == 1);
        assertThat(isEachOnce).as("%d chunks, %d threads", chunks, threads).isTrue();
      }
    }
  }

  @Test
  void spansAreAllNumbersOnceInAsManyPartsAsAskedFor() {
    for (int threads = 1; threads <= 4; threads++) {
      Pool.setThreads(threads);
      for (int count : new int[] {0, 1, 5, 7, 1000, 70_000}) {
        for (int parts : new int[] {1, 2, 3, 8, 66_000}) {
          AtomicIntegerArray runs = new AtomicIntegerArray(count);
          AtomicInteger spans = new AtomicInteger();
          Pool.share(
              count,
              parts,
              (first, stop) -> {
                spans.getAndIncrement();
                for (int i = first; i < stop; i++) {
                  runs.getAndIncrement(i);
                }
              });
          boolean isEachOnce = IntStream.range(0, count).allMatch(i -> runs.get(i) == 1);
          assertThat(isEachOnce).as("%d in %d parts, %d threads", count, parts, threads).isTrue();
          int most = threads == 1 ? 1 : Math.min(parts, 65_535);
          assertThat(spans.get()).isEqualTo(Math.min(count, most));
        }
      }
    }
  }

  @Test
  void aSpanInsideARegionIsOne() {
    int[] spans = new int[2];
    Pool.run(2, chunk -> Pool.share(100, 10, (first, stop) -> spans[chunk] += stop - first));
    assertThat(spans).containsExactly(100, 100);
    Pool.run(2, chunk -> Pool.share(100, 10, (_, _) -> spans[chunk]++));
    assertThat(spans).containsExactly(101, 101);
  }

  @Test
  void whatChunksWroteIsVisibleToTheCallerInManyRegions() {
    int[] values = new int[5];
    for (int region = 1; region <= 20_000; region++) {
      int now = region;
      Pool.run(values.length, chunk -> values[chunk] += now);
      int sum = region * (region + 1) / 2;
      assertThat(values).containsOnly(sum);
    }
  }

  @Test
  void aDaemonWorkerTakesPartAndIsCounted() {
    long chunksByWorkers = Pool.chunksByWorkers();
    long regions = Pool.regions();
    Thread[] seen = meet();
    assertThat(seen[0]).isNotSameAs(seen[1]);
    for (Thread thread : seen) {
      if (thread != Thread.currentThread()) {
        assertThat(thread.isDaemon()).isTrue();
        assertThat(thread.getName()).startsWith("thalweg-");
      }
    }
    assertThat(Pool.chunksByWorkers() - chunksByWorkers).isEqualTo(1);
    assertThat(Pool.regions() - regions).isEqualTo(1);
  }

  /// So that what two threads leave in their caches is what they need next.
  @Test
  void theCallerTakesTheFirstChunksAndTheWorkersTheLast() {
    Pool.setThreads(3);
    for (int region = 0; region < 200; region++) {
      boolean[] isByCaller = new boolean[32];
      Thread caller = Thread.currentThread();
      Pool.run(32, chunk -> isByCaller[chunk] = Thread.currentThread() == caller);
      for (int chunk = 1; chunk < 32; chunk++) {
        assertThat(isByCaller[chunk] && !isByCaller[chunk - 1]).as("chunk %d", chunk).isFalse();
      }
    }
    Pool.setThreads(2);
    assertThat(meet()[0]).isSameAs(Thread.currentThread());
  }

  /// Two chunks that wait for each other, so that two threads must take part.
  private static Thread[] meet() {
    Thread[] seen = new Thread[2];
    CountDownLatch both = new CountDownLatch(2);
    Pool.run(
        2,
        chunk -> {
          seen[chunk] = Thread.currentThread();
          both.countDown();
          await(both);
        });
    return seen;
  }

  @Test
  void aThrowableOfAnyThreadReachesTheCallerAndThePoolLivesOn() {
    for (int culprit = 0; culprit < 2; culprit++) {
      int thrower = culprit;
      CountDownLatch both = new CountDownLatch(2);
      AssertionError thrown = new AssertionError("by chunk " + culprit);
      assertThatThrownBy(
              () ->
                  Pool.run(
                      2,
                      chunk -> {
                        both.countDown();
                        await(both);
                        if (chunk == thrower) {
                          throw thrown;
                        }
                      }))
          .isSameAs(thrown);
      assertThat(meet()).doesNotContainNull();
    }
  }

  @Test
  void theThrowableOfTheLowestChunkWins() {
    for (int threads = 1; threads <= 4; threads++) {
      Pool.setThreads(threads);
      for (int repeat = 0; repeat < 500; repeat++) {
        assertThatThrownBy(() -> Pool.run(40, PoolTest::failFromSeven)).hasMessage("chunk 7");
      }
    }
  }

  /// More chunks than are claimed one by one.
  @Test
  void theThrowableOfTheLowestOfVeryManyChunksWins() {
    for (int repeat = 0; repeat < 20; repeat++) {
      assertThatThrownBy(
              () ->
                  Pool.run(
                      200_003,
                      chunk -> {
                        if (chunk >= 70_007) {
                          throw new IllegalStateException("chunk " + chunk);
                        }
                      }))
          .hasMessage("chunk 70007");
    }
  }

  private static void failFromSeven(int chunk) {
    if (chunk >= 7) {
      throw new IllegalStateException("chunk " + chunk);
    }
  }

  @Test
  void aRegionInsideAChunkRunsOnTheThreadOfTheChunkInOrder() {
    int chunks = 4;
    List<List<Integer>> orders = new ArrayList<>();
    for (int i = 0; i < chunks; i++) {
      orders.add(new ArrayList<>());
    }
    AtomicBoolean strayed = new AtomicBoolean();
    Pool.run(
        chunks,
        outer -> {
          Thread thread = Thread.currentThread();
          Pool.run(
              5,
              inner -> {
                orders.get(outer).add(inner);
                if (Thread.currentThread() != thread) {
                  strayed.set(true);
                }
              });
        });
    assertThat(strayed).isFalse();
    assertThat(orders).allSatisfy(order -> assertThat(order).containsExactly(0, 1, 2, 3, 4));
  }

  @Test
  void aThousandVirtualThreadsMayCallAtOnce() throws Exception {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Long>> sums = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        sums.add(executor.submit(PoolTest::sumOfSquares));
      }
      for (Future<Long> sum : sums) {
        assertThat(sum.get()).isEqualTo(338_350);
      }
    }
  }

  @Test
  void parallelStreamsMayCallAtOnce() {
    assertThat(IntStream.range(0, 2000).parallel().mapToLong(i -> sumOfSquares()).sum())
        .isEqualTo(2000L * 338_350);
  }

  private static long sumOfSquares() {
    long[] squares = new long[101];
    Pool.run(squares.length, chunk -> squares[chunk] = (long) chunk * chunk);
    long sum = 0;
    for (long square : squares) {
      sum += square;
    }
    return sum;
  }

  @Test
  void theNumberOfThreadsMayChangeWhileRegionsRun() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    Thread changer =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; !stop.get(); i++) {
                    Pool.setThreads(1 + i % 4);
                  }
                });
    try {
      for (int i = 0; i < 20_000; i++) {
        assertThat(sumOfSquares()).isEqualTo(338_350);
      }
    } finally {
      stop.set(true);
      changer.join();
    }
    assertThat(Pool.threads()).isBetween(1, 4);
  }

  @Test
  void anImpossibleNumberOfThreadsIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pool.setThreads(0))
        .withMessage("setThreads: not a number of threads, [0]: give 1 to 1024");
    assertThatIllegalArgumentException().isThrownBy(() -> Pool.setThreads(1025));
    assertThat(Pool.threads()).isEqualTo(2);
  }

  @Test
  void withOneThreadEverythingRunsOnTheCallerAndNoRegionIsOffered() {
    Pool.setThreads(1);
    long regions = Pool.regions();
    Thread[] seen = new Thread[10];
    Pool.run(seen.length, chunk -> seen[chunk] = Thread.currentThread());
    assertThat(seen).containsOnly(Thread.currentThread());
    assertThat(Pool.regions()).isEqualTo(regions);
  }

  @Test
  void anInterruptedCallerFinishesItsRegionAndStaysInterrupted() {
    Thread.currentThread().interrupt();
    try {
      assertThat(sumOfSquares()).isEqualTo(338_350);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void workIsCutIntoNoMorePartsThanThreadsAndNoSmallerThanTheMinimum() {
    Pool.setThreads(3);
    assertThat(Pool.parts(0, 10)).isEqualTo(1);
    assertThat(Pool.parts(19, 10)).isEqualTo(1);
    assertThat(Pool.parts(20, 10)).isEqualTo(2);
    assertThat(Pool.parts(Long.MAX_VALUE, 10)).isEqualTo(3);
    assertThat(Pool.parts(5, 0)).isEqualTo(3);
  }

  private static void fail(String message) {
    throw new AssertionError(message);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interruption) {
      throw new AssertionError(interruption);
    }
  }
}
