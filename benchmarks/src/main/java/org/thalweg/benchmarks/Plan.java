package org.thalweg.benchmarks;

import java.util.List;
import org.thalweg.benchmarks.work.Work;

/// What to measure, and how long.
///
/// @param works in order
/// @param threads the numbers of threads, one comparison for each
/// @param forks how often everything is measured in fresh processes
/// @param pace how long to dwell on each work
record Plan(List<Work> works, List<Integer> threads, int forks, Pace pace) {
  /// How long to dwell on each work.
  ///
  /// @param rounds how often ours and the peer take turns
  /// @param warmUp seconds for a work before its first round, at least; half of that for peers, ten
  ///   times that for our training steps
  /// @param round seconds for each turn
  /// @param limit seconds for the machine's limit, in each round
  record Pace(int rounds, double warmUp, double round, double limit) {
    static final Pace FULL = new Pace(6, 1, 0.3, 0.1);
    static final Pace QUICK = new Pace(3, 0.2, 0.05, 0.02);

    Pace withRounds(int number) {
      return new Pace(number, warmUp, round, limit);
    }
  }
}
