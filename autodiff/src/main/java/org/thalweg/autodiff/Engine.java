package org.thalweg.autodiff;

import org.thalweg.autodiff.array.Machine;

/// What everything runs on: how many threads, how wide the vectors, and how much has run there.
/// None of it changes a bit of any result.
public final class Engine {
  /// What has run since the process started.
  ///
  /// @param vectorLoops vector loops compiled from formulas and taken into use
  /// @param vectorProducts matrix products computed by the vector kernel
  /// @param regions parallel regions
  /// @param chunksByWorkers parts of regions done by other threads than the caller's
  public record Counts(long vectorLoops, long vectorProducts, long regions, long chunksByWorkers) {}

  private Engine() {}

  /// The number of threads that compute, the caller's counted: all cores by default, or the system
  /// property `thalweg.threads`.
  public static int threads() {
    return Machine.threads();
  }

  /// Sets the number of threads that compute, at any time.
  ///
  /// @throws IllegalArgumentException where it is below 1
  public static void setThreads(int threads) {
    Machine.setThreads(threads);
  }

  /// The width of a vector in bits; 0 where scalar kernels run.
  public static int vectorBits() {
    return Machine.vectorBits();
  }

  /// What has run so far.
  public static Counts counts() {
    return new Counts(
        Machine.vectorLoops(),
        Machine.vectorProducts(),
        Machine.regions(),
        Machine.chunksByWorkers());
  }

  /// Waits until every vector kernel that has been asked for so far is compiled. Nobody needs it
  /// for right results; measurements do.
  public static void awaitWarmUp() {
    Machine.awaitWarmUp();
  }

  /// One line for people: `2 threads, 512-bit vectors`.
  public static String describe() {
    String vectors = vectorBits() == 0 ? "scalar kernels" : vectorBits() + "-bit vectors";
    return threads() + (threads() == 1 ? " thread, " : " threads, ") + vectors;
  }
}
