package org.thalweg.autodiff.kernel;

import static org.assertj.core.api.Assertions.assertThat;

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
