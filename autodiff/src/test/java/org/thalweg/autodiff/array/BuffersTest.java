package org.thalweg.autodiff.array;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BuffersTest {
  private static final DType TYPE = DType.FLOAT32;
  private static final long ROOM = 1000L * Float.BYTES;

  private final Buffers buffers = new Buffers(ROOM);

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

  /// Takes some buffers and gives them back.
  private List<Object> step(int count, int length) {
    List<Object> taken = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      taken.add(buffers.take(TYPE, length));
    }
    taken.forEach(buffer -> buffers.giveBack(TYPE, buffer));
    return taken;
  }

  private static boolean isIn(List<Object> some, Object buffer) {
    return some.stream().anyMatch(one -> one == buffer);
  }
}
