package org.thalweg.autodiff.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PartsTest {
  @Test
  void partsAreWholeStepsThatCover() {
    for (int size = 1; size <= 200; size++) {
      for (int parts = 1; parts <= 9; parts++) {
        for (int step : new int[] {1, 12, 32}) {
          int part = Parts.of(size, parts, step);
          assertThat(part % step).isZero();
          assertThat(part * parts).isGreaterThanOrEqualTo(size);
          assertThat((part - step) * parts).isLessThan(size);
        }
      }
    }
  }

  @Test
  void theFewestPartsOfAtMostSoMuch() {
    assertThat(Parts.atMost(1030, 512, 64)).isEqualTo(384);
    assertThat(Parts.atMost(512, 512, 64)).isEqualTo(512);
    assertThat(Parts.atMost(70, 512, 64)).isEqualTo(128);
    assertThat(Parts.atMost(100, 30, 12)).isEqualTo(24);
    assertThat(Parts.atMost(100, 5, 12)).isEqualTo(12);
  }

  @Test
  void partsBeginWhereTheOneBeforeEndsAndDifferByOne() {
    for (int size : new int[] {0, 1, 7, 200, Integer.MAX_VALUE}) {
      for (int parts = 1; parts <= 9; parts++) {
        assertThat(Parts.begin(size, 0, parts)).isZero();
        assertThat(Parts.begin(size, parts, parts)).isEqualTo(size);
        for (int part = 0; part < parts; part++) {
          int many = Parts.begin(size, part + 1, parts) - Parts.begin(size, part, parts);
          assertThat(many).isBetween(size / parts, Math.ceilDiv(size, parts));
        }
      }
    }
  }

  @Test
  void roundedUp() {
    assertThat(Parts.roundUp(0, 12)).isZero();
    assertThat(Parts.roundUp(12, 12)).isEqualTo(12);
    assertThat(Parts.roundUp(13, 12)).isEqualTo(24);
  }
}
