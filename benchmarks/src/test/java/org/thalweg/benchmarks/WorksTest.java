package org.thalweg.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.benchmarks.work.Limit;
import org.thalweg.benchmarks.work.Work;
import org.thalweg.benchmarks.work.Works;

class WorksTest {
  @Test
  void namesAreUniqueAndTheControlIsAmongThem() {
    List<String> names = Works.list().stream().map(Work::name).toList();

    assertThat(names).doesNotHaveDuplicates().contains(Works.CONTROL.name());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "matmul-f32-96",
        "matmul-f64-96",
        "adam-500k",
        "mlp-step",
        "graph-4x4",
        "fma-f32",
        "fma-f64",
        "streams-4-3-500000"
      })
  void aWorkCanBeRepeated(String name) {
    Work work = Works.named(name);
    Runnable repetition = work.prepare();

    repetition.run();
    repetition.run();

    assertThat(work.name()).isEqualTo(name);
  }

  @Test
  void everyLimitIsFoundByItsName() {
    for (Work work : Works.list()) {
      Limit limit = work.limit();
      if (limit != null) {
        assertThat(Works.named(limit.work().name())).isEqualTo(limit.work());
        assertThat(limit.repetitions()).isPositive();
      }
    }
  }

  @Test
  void anUnknownNameIsRefused() {
    assertThatThrownBy(() -> Works.named("nothing"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("work: there is no [nothing]");
  }
}
