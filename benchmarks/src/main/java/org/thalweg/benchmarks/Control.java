package org.thalweg.benchmarks;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a peer reaches of the machine's limit in the control work: at the beginning of a run that
/// is its level on this processor, and later it must be the same, or one of the two was disturbed.
final class Control {
  /// By how much of its level a peer may be off later.
  private static final double TOLERANCE = 0.2;

  /// By peer and number of threads.
  private final Map<String, Double> levels = new HashMap<>();

  /// What is wrong with rounds of the control work; `null` where nothing is, where they are the
  /// first on so many threads, or where there is no peer.
  @Nullable String defect(Samples samples) {
    Double percent = samples.peerPercentOfLimit();
    if (percent == null) {
      return null;
    }
    String key = samples.firstPeer() + " " + samples.threads();
    Double level = levels.putIfAbsent(key, percent);
    return level == null || Math.abs(percent - level) <= TOLERANCE * level
        ? null
        : "%s, and %.0f %% at the beginning: more than %.0f %% off%s"
            .formatted(
                sentence(samples, percent),
                level,
                100 * TOLERANCE,
                percent < level ? "" : ", so that what was measured before is in doubt");
  }

  /// What a peer reached, for those who follow the run; empty where there is no peer.
  static String sentence(Samples samples) {
    Double percent = samples.peerPercentOfLimit();
    return percent == null ? "" : sentence(samples, percent);
  }

  private static String sentence(Samples samples, double percent) {
    return "%s reached %.0f %% of the FMA peak in %s on %d thread%s"
        .formatted(
            samples.firstPeer(),
            percent,
            samples.work().name(),
            samples.threads(),
            samples.threads() == 1 ? "" : "s");
  }
}
