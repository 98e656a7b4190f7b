package org.thalweg.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.thalweg.benchmarks.Works;

class LimitsTest {
  private static final Run RUN = new Run("0123456", "2026-01-31", 3, 6);
  private static final Run LATER = new Run("789abcd", "2026-02-01", 3, 6);

  /// A product of 96 × 96 is 1,769,472 operations, a step of `mlp-step` some 308 million.
  @Test
  void multiplyAddsAreInOperationsOfTheWork() {
    assertThat(
            text(
                row("matmul-f32-96", 1, "fma-f32", 8.0),
                row("matmul-f32-96", 2, "fma-f32", 4.0),
                row("mlp-step", 1, "fma-f32", 1.7),
                row("matmul-f32-192", 1, "fma-f32", 80.0),
                row("matmul-f64-96", 1, "fma-f64", 16.0)))
        .isEqualTo(
            """
            | multiply-adds | threads | GFLOP/s | from … to | rows |
            | --- | --: | --: | --: | --: |
            | `float` | 1 | 181 | 177 … 221 | 3 |
            | `float` | 2 | 442 | 442 … 442 | 1 |
            | `double` | 1 | 111 | 111 … 111 | 1 |

            """);
  }

  /// `exp-1m` reads two arrays of 4 MB and writes one, a sum reads one, `chain-1m` three and one.
  @Test
  void passesAreInBytesByNumberAndLengthOfArrays() {
    assertThat(
            text(
                row("chain-1m", 1, "streams-3-1-1000000", 200.0),
                row("exp-1m", 1, "streams-2-1-1000000", 100.0),
                row("exp-1m", 2, "streams-2-1-1000000", 60.0),
                row("tanh-1m", 1, "streams-2-1-1000000", 150.0),
                row("sum-1m", 1, "streams-1-0-1000000", 40.0),
                row("exp-10k", 1, "streams-2-1-10000", 1.2)))
        .isEqualTo(
            """
            | floats in each array | only read | read and written | threads | GB/s | from … to | rows |
            | --: | --: | --: | --: | --: | --: | --: |
            | 10,000 | 1 | 1 | 1 | 100 | 100 … 100 | 1 |
            | 1,000,000 | 1 | 0 | 1 | 100 | 100 … 100 | 1 |
            | 1,000,000 | 1 | 1 | 1 | 100 | 80 … 120 | 2 |
            | 1,000,000 | 1 | 1 | 2 | 200 | 200 … 200 | 1 |
            | 1,000,000 | 2 | 1 | 1 | 80 | 80 … 80 | 1 |

            """);
  }

  /// Rows beside several peers have the limit of one measurement, rows of two runs of two.
  @Test
  void aMeasurementCountsOnce() {
    Row first = row("exp-1m", 1, "streams-2-1-1000000", 120.0);

    assertThat(text(first, first)).contains("| 100 | 100 … 100 | 1 |");
    assertThat(text(first, row("exp-1m", 1, "streams-2-1-1000000", 60.0, LATER)))
        .contains("| 150 | 100 … 200 | 2 |");
  }

  @Test
  void whatHasNoLimitOrAnotherThanItHadIsLeftOut() {
    assertThat(
            text(
                row("exp-1m", 1, "fma-f32", 100.0),
                row("exp-1m", 2, "streams-2-1-1000000", null),
                row("dispatch", 1, null, null),
                row("no-such-work", 1, "fma-f32", 1.0)))
        .isEqualTo("Not measured.");
  }

  private static String text(Row... rows) {
    return new Limits(List.of(rows), Works.list()).text();
  }

  static Row row(String work, int threads, @Nullable String limit, @Nullable Double time) {
    return row(work, threads, limit, time, RUN);
  }

  private static Row row(
      String work, int threads, @Nullable String limit, @Nullable Double time, Run run) {
    return new Row(
        work, threads, "µs", 1, null, null, null, 0, null, null, limit, time, 0, null, null, run);
  }
}
