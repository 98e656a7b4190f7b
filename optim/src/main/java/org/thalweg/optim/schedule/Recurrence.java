package org.thalweg.optim.schedule;

import org.thalweg.optim.Schedule;

/// A schedule whose value follows from the one before; the last one is kept. A pure function all
/// the same: asked for an earlier step, it begins anew.
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

  private final double start;
  private final Next next;
  private long known;
  private double value;

  /// Begins at a value before the first step.
  public Recurrence(double start, Next next) {
    this.start = start;
    this.next = next;
    this.value = start;
  }

  @Override
  public synchronized double at(long step) {
    if (step < known) {
      known = 0;
      value = start;
    }
    while (known < step) {
      known++;
      value = next.after(value, known);
    }
    return value;
  }
}
