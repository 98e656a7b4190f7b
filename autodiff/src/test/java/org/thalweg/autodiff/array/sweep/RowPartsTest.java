package org.thalweg.autodiff.array.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thalweg.autodiff.kernel.Pool;

class RowPartsTest {
  private final int threads = Pool.threads();

  @AfterEach
  void threadsAsBefore() {
    Pool.setThreads(threads);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1000000, 1, 0",
    "1, 1000000, 2, 1",
    "7, 1000000, 2, 1",
    "8, 1000000, 2, 2",
    "33, 1000000, 3, 3",
    "33, 1000000, 1, 1",
    "33, 100, 3, 1"
  })
  void everyRowIsInOnePart(int rows, long work, int threads, int parts) {
    Pool.setThreads(threads);
    AtomicIntegerArray times = new AtomicIntegerArray(rows);
    ConcurrentLinkedQueue<Integer> lengths = new ConcurrentLinkedQueue<>();
    RowParts.run(
        rows,
        work,
        (first, end) -> {
          lengths.add(end - first);
          for (int row = first; row < end; row++) {
            times.incrementAndGet(row);
          }
        });
    for (int row = 0; row < rows; row++) {
      assertThat(times.get(row)).as("row %d", row).isOne();
    }
    assertThat(lengths).hasSize(parts).allMatch(length -> length >= Math.min(rows, 4));
  }
}
