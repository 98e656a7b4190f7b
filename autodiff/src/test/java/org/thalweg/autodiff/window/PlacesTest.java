package org.thalweg.autodiff.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.kernel.window.Places;

/// Places along three axes beside three loops.
class PlacesTest {
  private static final int ROUNDS = 2000;

  @Test
  void placesAreThoseOfThreeLoopsWhateverAxesAreOne() {
    Random random = new Random(5);
    for (int round = 0; round < ROUNDS; round++) {
      int[] sizes = {random.nextInt(5), random.nextInt(5), random.nextInt(5)};
      int inner = random.nextInt(4) - 1;
      int middle = random.nextBoolean() ? sizes[2] * inner : random.nextInt(40);
      int outer = random.nextBoolean() ? sizes[1] * middle : random.nextInt(40);
      Places places = Places.grid(sizes[0], outer, sizes[1], middle, sizes[2], inner);
      int[] expected = new int[sizes[0] * sizes[1] * sizes[2]];
      for (int i = 0; i < expected.length; i++) {
        int row = i / sizes[2];
        expected[i] = row / sizes[1] * outer + row % sizes[1] * middle + i % sizes[2] * inner;
      }
      assertThat(places.size()).isEqualTo(expected.length);
      check(places, expected, random);
    }
  }

  @Test
  void aRunIsAsLongAsPlacesFollowEachOther() {
    assertThat(Places.grid(2, 40, 3, 16, 14, 1).run()).isEqualTo(14);
    assertThat(Places.grid(2, 42, 3, 14, 14, 1).run()).isEqualTo(84);
    assertThat(Places.grid(2, 40, 3, 32, 14, 2).run()).isEqualTo(1);
    assertThat(Places.line(5, 1).run()).isEqualTo(5);
    assertThat(Places.line(0, 1).run()).isZero();
  }

  private static void check(Places places, int[] expected, Random random) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(places.at(i)).isEqualTo(expected[i]);
    }
    for (int first = 0; first < expected.length; first++) {
      int count = random.nextInt(expected.length - first + 1);
      int[] copied = new int[count];
      places.copy(first, count, copied);
      for (int i = 0; i < count; i++) {
        assertThat(copied[i]).isEqualTo(expected[first + i]);
      }
    }
  }
}
