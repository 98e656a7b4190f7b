package org.thalweg.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.thalweg.benchmarks.Message.Answer;
import org.thalweg.benchmarks.work.Limit;

class ControlTest {
  private final Control control = new Control();

  @Test
  void whateverAPeerReachesAtTheBeginningIsItsLevelOnThisProcessor() {
    assertThat(control.defect(samples(1, 35))).isNull();
    assertThat(control.defect(samples(2, 90))).isNull();
    assertThat(control.defect(samples(1, 29))).isNull();
    assertThat(control.defect(samples(1, 41))).isNull();
  }

  @Test
  void muchLessThanItsLevelOrMuchMoreIsADefect() {
    control.defect(samples(2, 50));

    assertThat(control.defect(samples(2, 39)))
        .isEqualTo(
            "Peer 1 reached 39 % of the FMA peak in matmul-f32-768 on 2 threads, and 50 % at the"
                + " beginning: more than 20 % off");
    assertThat(control.defect(samples(2, 61)))
        .contains("61 %")
        .endsWith("more than 20 % off, so that what was measured before is in doubt");
  }

  @Test
  void withoutAPeerThereIsNothingToJudge() {
    assertThat(control.defect(new Samples(Works.CONTROL, 1))).isNull();
  }

  private static Samples samples(int threads, double percent) {
    Limit limit = Works.CONTROL.limit();
    Samples samples = new Samples(Works.CONTROL, threads);
    samples.limit(limit, new Answer(percent / 100, -1, -1, true, null));
    samples.peer("Peer 1", new Answer(limit.repetitions(), -1, -1, true, null));
    return samples;
  }
}
