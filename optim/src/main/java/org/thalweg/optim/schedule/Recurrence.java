package org.thalweg.optim.schedule;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.thalweg.optim.Schedule;

/// A schedule whose value follows from the one before; a pure function all the same. The last
/// values are kept, so that several who count steps of their own each go on from theirs.
///
/// ```
/// x₀ = start,   xₜ = next(xₜ₋₁, t)
/// ```
public final class Recurrence implements Schedule {
  /// How a value follows from the one before.
  @FunctionalInterface
  public interface Next {
    /// The value at a step.
    ///
    /// @param before the value at the step before
    /// @param step from 1
    double after(double before, long step);
  }

  /// How many values are kept.
  private static final int MOST = 4096;

  private final double start;
  private final Next next;
  private final NavigableMap<Long, Double> known = new TreeMap<>();

  /// Begins at a value before the first step.
  public Recurrence(double start, Next next) {
    this.start = start;
    this.next = next;
  }

  @Override
  public synchronized double at(long step) {
    Map.Entry<Long, Double> last = known.floorEntry(step);
    long at = last == null ? 0 : last.getKey();
    double value = last == null ? start : last.getValue();
    if (last != null) {
      known.remove(at);
    } else if (known.size() == MOST) {
      known.pollFirstEntry();
    }
    while (at < step) {
      at++;
      value = next.after(value, at);
    }
    known.put(at, value);
    return value;
  }
}
