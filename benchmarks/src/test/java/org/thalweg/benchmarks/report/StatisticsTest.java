package org.thalweg.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  @Test
  void medianIsTheMiddleValueWhateverTheOrder() {
    assertThat(Statistics.median(List.of(9.0, 1.0, 4.0))).isEqualTo(4);
    assertThat(Statistics.median(List.of(9.0, 1.0, 4.0, 5.0))).isEqualTo(4.5);
    assertThat(Statistics.median(List.of(7.0))).isEqualTo(7);
  }

  @Test
  void spreadIsHalfTheDistanceOfTheQuartilesInPerCent() {
    assertThat(Statistics.spread(List.of(80.0, 90.0, 100.0, 110.0, 120.0))).isEqualTo(10);
    assertThat(Statistics.spread(List.of(3.0, 3.0, 3.0))).isZero();
  }

  @Test
  void quotientsPairTheRounds() {
    assertThat(Statistics.quotients(List.of(6.0, 8.0), List.of(2.0, 4.0)))
        .containsExactly(3.0, 2.0);
  }
}
