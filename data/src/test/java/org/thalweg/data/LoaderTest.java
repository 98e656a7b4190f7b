package org.thalweg.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;

/// Every sample once, in an order that the seed and the epoch decide, from any position on.
class LoaderTest {
  private static Loader<List<Integer>> loader(int n) {
    return Loader.of(Dataset.of(IntStream.range(0, n).boxed().toList()));
  }

  private static <B> List<B> list(Iterable<B> batches) {
    List<B> list = new ArrayList<>();
    batches.forEach(list::add);
    return list;
  }

  private static List<Integer> samples(Iterable<List<Integer>> batches) {
    return list(batches).stream().flatMap(List::stream).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 4, 0, 0",
    "1, 1, 1, 1",
    "1, 4, 1, 0",
    "3, 1, 3, 3",
    "4, 4, 1, 1",
    "5, 4, 2, 1",
    "8, 4, 2, 2",
    "100, 7, 15, 14",
    "97, 32, 4, 3",
    "97, 97, 1, 1"
  })
  void everySampleComesOnceAndOnlyTheLastBatchIsShort(int n, int size, int kept, int full) {
    Loader<List<Integer>> loader = loader(n).batch(size);
    for (Loader<List<Integer>> any : List.of(loader, loader.shuffle(3))) {
      assertThat(any.batches()).isEqualTo(kept);
      for (long e = 0; e < 3; e++) {
        List<List<Integer>> batches = list(any.epoch(e));
        assertThat(batches).hasSize(kept);
        assertThat(batches.stream().limit(full)).allMatch(batch -> batch.size() == size);
        assertThat(samples(any.epoch(e))).containsExactlyInAnyOrderElementsOf(any.dataset().all());
      }
      if (full > 0 || n == 0) {
        assertThat(any.dropLast().batches()).isEqualTo(full);
        assertThat(list(any.dropLast().epoch(0))).isEqualTo(list(any.epoch(0)).subList(0, full));
      }
    }
  }

  @Test
  void withoutASeedSamplesComeByIndex() {
    assertThat(list(loader(5).batch(2).epoch(9)))
        .containsExactly(List.of(0, 1), List.of(2, 3), List.of(4));
    assertThat(loader(5).batchSize()).isEqualTo(32);
  }

  @Test
  void anEpochIsAFunctionOfSeedAndNumberOnly() {
    Loader<List<Integer>> loader = loader(50).batch(8).shuffle(42);
    List<Integer> third = samples(loader.epoch(3));
    samples(loader.epoch(0));
    assertThat(samples(loader.epoch(3))).isEqualTo(third);
    assertThat(samples(loader(50).batch(11).shuffle(42).epoch(3))).isEqualTo(third);
    assertThat(samples(loader.epoch(4))).isNotEqualTo(third);
    assertThat(samples(loader(50).batch(8).shuffle(43).epoch(3))).isNotEqualTo(third);
    Epoch<List<Integer>> epoch = loader.epoch(3);
    assertThat(samples(epoch)).isEqualTo(samples(epoch));
  }

  @Test
  void theOrderOfASeedIsTheSameOnEveryMachine() {
    assertThat(samples(loader(12).shuffle(1).epoch(0)))
        .containsExactly(5, 10, 3, 7, 6, 0, 11, 1, 8, 2, 9, 4);
    assertThat(samples(loader(12).withReplacement(1).epoch(0)))
        .containsExactly(11, 6, 11, 7, 10, 1, 1, 9, 2, 5, 0, 0);
  }

  @Test
  void epochsDoNotResembleEachOther() {
    int n = 1000;
    Loader<List<Integer>> loader = loader(n).shuffle(1);
    List<Integer> before = samples(loader.epoch(0));
    for (long e = 1; e < 20; e++) {
      List<Integer> now = samples(loader.epoch(e));
      long same = 0;
      for (int i = 0; i < n; i++) {
        same += before.get(i).equals(now.get(i)) ? 1 : 0;
      }
      // The number of fixed points of a random order is 1 on average; over 9 comes once in a
      // million.
      assertThat(same).as("epoch %d", e).isLessThan(10);
      before = now;
    }
  }

  @Test
  void whatIsLeftOfAnEpochIsItsEnd() {
    Loader<List<Integer>> loader = loader(50).batch(8).shuffle(42);
    List<List<Integer>> whole = list(loader.epoch(2));
    for (int k = 0; k <= loader.batches(); k++) {
      assertThat(list(loader.epoch(2).from(k))).isEqualTo(whole.subList(k, whole.size()));
      assertThat(list(loader.epoch(new Position(2, k)))).isEqualTo(list(loader.epoch(2).from(k)));
    }
    assertThat(loader.epoch(2).from(3).from(1).number()).isEqualTo(2);
    assertThat(list(loader.epoch(2).from(3).from(1))).hasSize(6);
    assertThat(loader.epoch(2).from(3).batches()).isEqualTo(7);
    assertThat(loader.epoch(2).batch(6)).isEqualTo(whole.get(6));
    assertThat(Arrays.stream(loader.epoch(2).indices(6)).boxed()).isEqualTo(whole.get(6));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> loader.epoch(2).from(8))
        .withMessage("epoch: it cannot begin at batch 8 of 7: use 0 to 7");
    assertThatIllegalArgumentException().isThrownBy(() -> loader.epoch(2).from(-1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> loader.epoch(2).batch(7))
        .withMessage("epoch: there is no batch 7 of 7: count from 0");
    Iterator<List<Integer>> over = loader.epoch(2).from(7).iterator();
    assertThatExceptionOfType(NoSuchElementException.class)
        .isThrownBy(over::next)
        .withMessage("epoch: all 7 batches are over: ask hasNext() first");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> loader.epoch(-1))
        .withMessage("position: epoch -1 and batch 0 count from 0: use 0 or more");
  }

  @Test
  void drawsWithReplacementLeaveAboutOneInE() {
    int n = 10_000;
    List<Integer> drawn = samples(loader(n).withReplacement(5).epoch(0));
    assertThat(drawn).hasSize(n).allMatch(i -> i >= 0 && i < n);
    assertThat(samples(loader(n).withReplacement(5).epoch(0))).isEqualTo(drawn);
    assertThat(samples(loader(n).withReplacement(5).epoch(1))).isNotEqualTo(drawn);
    // n (1 − 1/e) = 6321 different ones, with a standard deviation of about 31.
    assertThat(drawn.stream().distinct().count()).isBetween(6321L - 160, 6321L + 160);
  }

  @Test
  void aStateBringsBackThePositionItWasTakenAt() {
    Loader<List<Integer>> loader = loader(50).batch(8).shuffle(-42).dropLast();
    State state = loader.state(new Position(1L << 40, 5));
    assertThat(state.tensors()).isEmpty();
    assertThat(state.metadata())
        .isEqualTo(
            Map.of(
                "order",
                "shuffled",
                "seed",
                "-42",
                "samples",
                "50",
                "batch",
                "8",
                "last",
                "dropped",
                "epoch",
                "1099511627776",
                "position",
                "5"));
    assertThat(loader.position(state)).isEqualTo(new Position(1L << 40, 5));
    assertThat(loader.position(loader.state(Position.START))).isEqualTo(Position.START);
  }

  @Test
  void aStateOfAnotherLoaderIsRefusedWithEveryDifference() {
    Loader<List<Integer>> loader = loader(50).batch(8).shuffle(42);
    State state = loader.state(new Position(3, 7));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> loader(50).batch(16).shuffle(43).position(state))
        .withMessage(
            "loader: the state does not fit, seed is 42, not 43; batch is 8, not 16; position is"
                + " [7], not a number up to 4: use the loader that it was taken from");
    for (Loader<List<Integer>> other :
        List.of(
            loader.dropLast(),
            loader.batch(9),
            loader.withReplacement(42),
            loader(51).batch(8).shuffle(42))) {
      assertThatIllegalArgumentException().isThrownBy(() -> other.position(state));
    }
    for (String broken : new String[] {"", "-1", "1.5", "x", "99999999999999999999"}) {
      Map<String, String> metadata = new HashMap<>(state.metadata());
      metadata.put("epoch", broken);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> loader.position(new State(Map.of(), metadata)))
          .withMessageContaining("epoch is [" + broken + "], not a number");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> loader.position(State.of(Map.of())))
        .withMessageContaining("order is null, not shuffled");
  }

  @Test
  void aLoaderDoesNotChange() {
    Loader<List<Integer>> loader = loader(10).batch(4);
    loader.shuffle(1).dropLast().batch(2);
    assertThat(samples(loader.epoch(0))).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(loader.batches()).isEqualTo(3);
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> loader(10).batch(0))
        .withMessage("loader: a batch of 0 samples cannot be: use 1 or more");
    assertThatIllegalStateException()
        .isThrownBy(() -> loader(10).batch(11).dropLast().epoch(0))
        .withMessage(
            "loader: 10 samples make no batch of 11, and a short one is dropped: use smaller"
                + " batches, or keep the last");
    Iterator<List<Integer>> over = loader(1).epoch(0).from(1).iterator();
    assertThat(over.hasNext()).isFalse();
    assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(over::next);
  }

  @Test
  void aBatchThatFailsIsNotSkipped() {
    boolean[] broken = {true};
    Dataset<List<Integer>> dataset =
        loader(4)
            .dataset()
            .map(
                batch -> {
                  if (broken[0]) {
                    throw new IllegalStateException("not yet");
                  }
                  return batch;
                });
    Iterator<List<Integer>> batches = Loader.of(dataset).batch(2).epoch(0).iterator();
    assertThatIllegalStateException().isThrownBy(batches::next);
    broken[0] = false;
    assertThat(batches.next()).containsExactly(0, 1);
  }

  @Test
  void theMemoryOfABatchServesTheNextOne() {
    Tensor x = Tensor.uniform(1, 64, 3000);
    Loader<Batch> loader = Loader.of(Dataset.of(x, Tensor.arange(64))).batch(16).shuffle(1);
    List<Object> memory = new ArrayList<>();
    List<Batch> batches = new ArrayList<>();
    double[] sum = new double[1];
    loader
        .epoch(0)
        .forEachInScope(
            batch -> {
              memory.add(batch.x().array().data());
              batches.add(batch);
              sum[0] += batch.y().to(DType.FLOAT64).sum().item();
            });
    assertThat(sum[0]).isEqualTo(63 * 64 / 2.0);
    assertThat(memory).hasSize(4).allMatch(array -> array == memory.getFirst());
    assertThatIllegalStateException().isThrownBy(() -> batches.getFirst().x().toFloats());
    int[] count = new int[1];
    loader.epoch(0).from(3).forEachInScope(_ -> count[0]++);
    assertThat(count[0]).isEqualTo(1);
  }

  @Test
  void batchesOfAnEpochAreTheSameFromManyThreads() throws InterruptedException {
    Loader<List<Integer>> loader = loader(1000).batch(7).shuffle(9);
    List<Integer> expected = samples(loader.epoch(5));
    List<List<Integer>> seen = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads =
        IntStream.range(0, 8)
            .mapToObj(_ -> Thread.ofVirtual().start(() -> seen.add(samples(loader.epoch(5)))))
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(seen).hasSize(8).allMatch(expected::equals);
  }
}
