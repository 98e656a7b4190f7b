package org.thalweg.benchmarks.work;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Something that is timed by doing it over and over. A peer has a work of the same name.
///
/// To add one: a record that implements this, a line in `Works`, and a function of its name in
/// `peer.py`.
public interface Work {
  /// The name, in lower case with hyphens: `matmul-f32-384`.
  String name();

  /// What one repetition is reported in.
  Unit unit();

  /// The least that a repetition can take on this machine; `null` where nothing tells.
  default @Nullable Limit limit() {
    return null;
  }

  /// How much of a repetition is waiting on purpose, which does not count.
  default double idleNanos() {
    return 0;
  }

  /// Whether it trains a model, so that the memory that it takes is measured, too.
  default boolean isTraining() {
    return false;
  }

  /// The options that give Java its heap, of those in [Heap].
  default List<String> heap() {
    return Heap.IN_MEMORY;
  }

  /// Makes the data, and returns what does one repetition.
  Runnable prepare();
}
