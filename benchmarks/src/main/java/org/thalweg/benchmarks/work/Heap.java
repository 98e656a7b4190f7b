package org.thalweg.benchmarks.work;

import java.util.List;

/// The options that give Java its heap for a work.
public final class Heap {
  /// A heap of fixed size, in memory from the start: else what a tiny work leaves to the collector
  /// is new pages of the system for seconds, which may cost ten times what the work does.
  public static final List<String> IN_MEMORY = List.of("-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch");

  /// A quarter of the memory of the machine at most, before the collector has to take anything.
  public static final List<String> AS_JAVA_CHOOSES = List.of();

  private Heap() {}

  /// So many MiB at most, for what has its memory measured: some twice what lives in it, since a
  /// scope keeps free buffers in half of the heap.
  public static List<String> ofMost(int mebibytes) {
    return List.of("-Xmx" + mebibytes + "m");
  }
}
