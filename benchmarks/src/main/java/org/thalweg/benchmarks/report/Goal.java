package org.thalweg.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a work is to reach beside PyTorch. None is to be slower on several threads than on one.
///
/// @param works a regular expression of their names
/// @param threads of the rows that it is for; 0 for any
/// @param ratio PyTorch's time ÷ ours, at least
/// @param percentOfLimit how near to the machine's limit, at least; 0 where nothing is asked
/// @param bytes how much a repetition may take from the heap
record Goal(String works, int threads, double ratio, double percentOfLimit, double bytes) {
  private static final double STEP_BYTES = 65_536;
  private static final double ANY = Double.POSITIVE_INFINITY;

  /// The first that fits counts.
  private static final List<Goal> ALL =
      List.of(
          new Goal("matmul-f32-(384|768|1536)", 0, 1, 80, ANY),
          new Goal("matmul-f(32|64)-\\d+", 0, 1, 0, ANY),
          new Goal("matmul-f32-\\d+x\\d+x\\d+|bmm-.*", 2, 1, 0, ANY),
          new Goal("(mlp|cnn|gpt|gpt-256|lstm)-step", 2, 1.5, 0, STEP_BYTES),
          new Goal("[a-z]+-grad-1m", 2, 1.5, 0, ANY),
          new Goal("chain-1m", 2, 3, 0, ANY),
          new Goal("[a-z]+-(10k|1m)|plus-[a-z]+-1m", 2, 1, 0, ANY),
          new Goal("graph-4x4|tiny-mlp", 2, 50, 0, STEP_BYTES),
          new Goal("start-mlp", 2, 1, 0, ANY));

  /// The goal of a row; `null` where it has none.
  static @Nullable Goal of(Row row) {
    return ALL.stream()
        .filter(goal -> goal.threads == 0 || goal.threads == row.threads())
        .filter(goal -> row.work().matches(goal.works))
        .findFirst()
        .orElse(null);
  }

  /// What a row misses, in words: nothing where it reaches all, or is beside nobody.
  ///
  /// @param one the row of the same work on one thread; `null` where it is that, or there is none
  static List<String> missed(Row row, @Nullable Row one) {
    if (row.ratio() == null) {
      return List.of();
    }
    Goal goal = of(row);
    List<String> missed = new ArrayList<>(goal == null ? List.of() : goal.missed(row));
    if (one != null && isSlower(row, one)) {
      missed.add("threads");
    }
    return missed;
  }

  /// Whether a row takes longer than that on one thread, by more than both spread.
  private static boolean isSlower(Row row, Row one) {
    return one.ours() / row.ours() < 1 - (row.spread() + one.spread()) / 100;
  }

  private List<String> missed(Row row) {
    List<String> missed = new ArrayList<>();
    if (row.ratio() != null && row.ratio() < ratio) {
      missed.add("ratio");
    }
    if (row.percentOfLimit() != null && row.percentOfLimit() < percentOfLimit) {
      missed.add("limit");
    }
    if (row.allocatedBytes() > bytes) {
      missed.add("bytes");
    }
    return missed;
  }
}
