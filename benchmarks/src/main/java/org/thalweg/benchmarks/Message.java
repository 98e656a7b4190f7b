package org.thalweg.benchmarks;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the coordinator and the processes that do the works say to each other: one line of JSON
/// each, on the standard streams. Ours and every peer speak it alike.
public sealed interface Message {
  /// The first line of a process.
  ///
  /// @param name of the library, with its version
  /// @param note how it runs: vectors, libraries beneath
  /// @param works what it can do: for each work the ways of doing it, the one to compare with
  ///   first; a way is described in a few words, which are empty where there is but one
  record Hello(String name, String note, Map<String, List<String>> works) implements Message {}

  /// Do a work over and over. The first request for a work prepares it.
  ///
  /// @param work its name
  /// @param way one of the ways that the process named
  /// @param threads on how many threads
  /// @param seconds for how long, at least
  /// @param isWarmUp whether to go on, by windows of a quarter of that time, until it is settled:
  ///   some windows in a row were no faster, and nothing was being compiled
  record Request(String work, String way, int threads, double seconds, boolean isWarmUp)
      implements Message {}

  /// How long a repetition took.
  ///
  /// @param nanos the mean time of a repetition in nanoseconds
  /// @param allocated the bytes of heap that a repetition took on all threads together, −1 where
  ///   that is not known
  /// @param peak how many bytes of memory the process has had, at most, above those that it had
  ///   after its first line; −1 where that is not known
  /// @param isSettled whether a warm-up came to its end; not where it took too long
  /// @param error why there is no answer; `null` where there is
  record Answer(
      double nanos, double allocated, double peak, boolean isSettled, @Nullable String error)
      implements Message {}
}
