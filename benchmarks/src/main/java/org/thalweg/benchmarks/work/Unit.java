package org.thalweg.benchmarks.work;

/// What the time of one repetition is reported in.
///
/// @param symbol as in tables
/// @param nanos the nanoseconds of a repetition that make 1 of it
public record Unit(String symbol, double nanos) {
  /// Microseconds for each repetition.
  public static final Unit MICROSECONDS = new Unit("µs", 1e3);

  /// Milliseconds for each repetition.
  public static final Unit MILLISECONDS = new Unit("ms", 1e6);

  /// Nanoseconds for each of the things that one repetition does.
  public static Unit nanosPer(String thing, int count) {
    return new Unit("ns/" + thing, count);
  }
}
