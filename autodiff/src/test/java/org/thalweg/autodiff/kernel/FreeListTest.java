package org.thalweg.autodiff.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FreeListTest {
  @Test
  void whatWasGivenBackIsTakenAgain() {
    FreeList<Object> list = new FreeList<>(2, Object::new);
    Object first = list.take();
    Object second = list.take();
    assertThat(second).isNotSameAs(first);
    list.give(second);
    assertThat(list.take()).isSameAs(second);
  }

  @Test
  void noMoreThanTheLimitIsKept() {
    FreeList<Object> list = new FreeList<>(1, Object::new);
    Object first = list.take();
    Object second = list.take();
    list.give(first);
    list.give(second);
    assertThat(list.take()).isSameAs(first);
    assertThat(list.take()).isNotSameAs(second);
  }

  /// Another thread's would have to be fetched from the caches of another processor.
  @Test
  void aThreadTakesWhatItGaveBack() throws InterruptedException {
    FreeList<Object> list = new FreeList<>(64, Object::new);
    AtomicInteger own = new AtomicInteger();
    Phaser steps = new Phaser();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      steps.register();
      threads.add(new Thread(() -> takeTwice(list, steps, own)));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    // Two threads may have the same place by chance.
    assertThat(own.get()).isGreaterThanOrEqualTo(6);
  }

  private static void takeTwice(FreeList<Object> list, Phaser steps, AtomicInteger own) {
    Object first = list.take();
    steps.arriveAndAwaitAdvance();
    list.give(first);
    steps.arriveAndAwaitAdvance();
    if (list.take() == first) {
      own.getAndIncrement();
    }
  }

  @Test
  void anObjectIsNeverWithTwoAtOnce() {
    FreeList<int[]> list = new FreeList<>(4, () -> new int[1]);
    int clashes =
        IntStream.range(0, 20_000)
            .parallel()
            .map(
                i -> {
                  int[] mine = list.take();
                  mine[0] = i;
                  Thread.onSpinWait();
                  int clash = mine[0] == i ? 0 : 1;
                  list.give(mine);
                  return clash;
                })
            .sum();
    assertThat(clashes).isZero();
  }
}
