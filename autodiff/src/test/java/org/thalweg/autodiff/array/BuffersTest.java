package org.thalweg.autodiff.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.kernel.ChildJvm;

class BuffersTest {
  private static final DType TYPE = DType.FLOAT32;
  private static final long ROOM = 1000L * Float.BYTES;

  private final Buffers buffers = new Buffers(ROOM, () -> this.roomInHeap);

  private long roomInHeap = Long.MAX_VALUE;

  @Test
  void theBufferGivenBackLastIsTakenFirst() {
    Object first = TYPE.newArray(10);
    Object second = TYPE.newArray(10);
    buffers.giveBack(TYPE, first);
    buffers.giveBack(TYPE, second);
    assertThat(buffers.take(TYPE, 10)).isSameAs(second);
    assertThat(buffers.take(TYPE, 10)).isSameAs(first);
    assertThat(buffers.take(TYPE, 10)).isNotSameAs(first).isNotSameAs(second);
  }

  @Test
  void anotherTypeOrLengthHasBuffersOfItsOwn() {
    Object floats = TYPE.newArray(10);
    buffers.giveBack(TYPE, floats);
    assertThat(buffers.take(DType.INT32, 10)).isInstanceOf(int[].class);
    assertThat(buffers.take(DType.FLOAT64, 10)).isInstanceOf(double[].class);
    assertThat(buffers.take(TYPE, 11)).isNotSameAs(floats);
    assertThat(buffers.take(TYPE, 10)).isSameAs(floats);
  }

  /// Letting all go where one is too much would have every step allocate everything.
  @Test
  void aStepThatNeedsMoreThanThereIsRoomForAllocatesOnlyThat() {
    List<Object> before = step(12, 100);
    List<Object> after = step(12, 100);
    assertThat(after).filteredOn(buffer -> isIn(before, buffer)).hasSize(10);
  }

  @Test
  void lengthsThatWereNotUsedForLongestAreLetGoFirst() {
    List<Object> old = step(5, 100);
    List<Object> used = step(5, 90);
    step(5, 110);
    assertThat(step(5, 90)).allMatch(buffer -> isIn(used, buffer));
    assertThat(step(5, 100)).noneMatch(buffer -> isIn(old, buffer));
  }

  @Test
  void aLengthThatIsUsedAgainIsOldNoMore() {
    Map<Integer, List<Object>> first = new HashMap<>();
    for (int length : new int[] {200, 210, 220, 230}) {
      first.put(length, step(1, length));
    }
    step(1, 200);
    step(1, 220);
    step(1, 360);
    assertThat(buffers.take(TYPE, 200)).isSameAs(first.get(200).get(0));
    assertThat(buffers.take(TYPE, 220)).isSameAs(first.get(220).get(0));
    assertThat(buffers.take(TYPE, 210)).isNotSameAs(first.get(210).get(0));
    assertThat(buffers.take(TYPE, 230)).isNotSameAs(first.get(230).get(0));
  }

  @Test
  void aRepeatedStepTakesTheSameBuffersHoweverFullTheHeap() {
    roomInHeap = 0;
    List<Object> first = step(IntStream.range(90, 100));
    for (int i = 0; i < 3; i++) {
      assertThat(step(IntStream.range(90, 100))).allMatch(buffer -> isIn(first, buffer));
    }
  }

  /// Both sets at once are more than there is room for.
  @Test
  void whatIsNewTakesThePlaceOfWhatIsFree() {
    roomInHeap = 0;
    List<Object> old = step(IntStream.range(90, 100));
    IntStream.range(100, 110).forEach(length -> buffers.take(TYPE, length));
    assertThat(step(IntStream.range(90, 100))).noneMatch(buffer -> isIn(old, buffer));
  }

  @Test
  void nothingIsLetGoForANewBufferThatTheHeapHasRoomFor() {
    roomInHeap = 100L * Float.BYTES;
    List<Object> old = step(IntStream.range(90, 100));
    buffers.take(TYPE, 100);
    assertThat(step(IntStream.range(90, 100))).allMatch(buffer -> isIn(old, buffer));
  }

  @Test
  void asMuchIsLetGoAsIsWantedAndTheEldestFirst() {
    roomInHeap = 0;
    List<Object> old = step(IntStream.of(300, 310, 320));
    for (int i = 0; i < 30; i++) {
      buffers.take(TYPE, 10);
    }
    assertThat(step(IntStream.of(310, 320))).allMatch(buffer -> isIn(old, buffer));
    buffers.take(TYPE, 10);
    assertThat(buffers.take(TYPE, 320)).isSameAs(old.get(2));
    assertThat(buffers.take(TYPE, 310)).isNotSameAs(old.get(1));
  }

  /// What was let go before there was room again does not count later.
  @Test
  void aHeapThatFillsAgainHasBuffersLetGoAgain() {
    List<Object> old = step(IntStream.of(400, 300));
    roomInHeap = 0;
    buffers.take(TYPE, 10);
    roomInHeap = Long.MAX_VALUE;
    buffers.take(TYPE, 20);
    roomInHeap = 0;
    buffers.take(TYPE, 30);
    assertThat(buffers.take(TYPE, 300)).isNotSameAs(old.get(1));
  }

  /// No array has so many elements.
  @Test
  void whereThereIsNoMemoryAllThatAreFreeAreLetGo() {
    List<Object> old = step(IntStream.range(90, 100));
    assertThatExceptionOfType(OutOfMemoryError.class)
        .isThrownBy(() -> buffers.take(TYPE, Integer.MAX_VALUE));
    assertThat(step(IntStream.range(90, 100))).noneMatch(buffer -> isIn(old, buffer));
  }

  /// Each shape needs six tenths of the heap.
  @ParameterizedTest
  @ValueSource(strings = {"-XX:+UseG1GC", "-XX:+UseSerialGC", "-XX:+UseParallelGC"})
  void twoShapesThatDoNotFitTogetherTakeTurns(String collector) throws Exception {
    assertThat(ChildJvm.run(TwoShapes.class, "-Xmx96m", collector)).containsExactly("stepped");
  }

  @Test
  void whatCannotFitIsNotKeptAndLeavesTheOthers() {
    Object small = TYPE.newArray(10);
    Object large = TYPE.newArray(1001);
    buffers.giveBack(TYPE, small);
    buffers.giveBack(TYPE, large);
    assertThat(buffers.take(TYPE, 1001)).isNotSameAs(large);
    assertThat(buffers.take(TYPE, 10)).isSameAs(small);
  }

  @Test
  void nothingIsGivenBackOfAReleasedStorage() {
    buffers.giveBack(TYPE, null);
    assertThat(buffers.take(TYPE, 0)).isEqualTo(new float[0]);
  }

  private List<Object> step(int count, int length) {
    return step(IntStream.range(0, count).map(_ -> length));
  }

  /// Takes some buffers and gives them back.
  private List<Object> step(IntStream lengths) {
    List<Object> taken = new ArrayList<>();
    lengths.forEach(length -> taken.add(buffers.take(TYPE, length)));
    taken.forEach(buffer -> buffers.giveBack(TYPE, buffer));
    return taken;
  }

  private static boolean isIn(List<Object> some, Object buffer) {
    return some.stream().anyMatch(one -> one == buffer);
  }
}
