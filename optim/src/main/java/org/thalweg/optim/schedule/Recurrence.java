package org.thalweg.optim.schedule;

import java.util.Arrays;
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

  /// Steps in ascending order, and their values.
  private long[] steps = new long[1];

  private double[] values = new double[1];
  private int size;

  /// Begins at a value before the first step.
  public Recurrence(double start, Next next) {
    this.start = start;
    this.next = next;
  }

  @Override
  public synchronized double at(long step) {
    int found = Arrays.binarySearch(steps, 0, size, step);
    int place = found >= 0 ? found : -found - 2;
    long at = place < 0 ? 0 : steps[place];
    double value = place < 0 ? start : values[place];
    while (at < step) {
      at++;
      value = next.after(value, at);
    }
    if (place < 0) {
      makeRoomInFront();
      place = 0;
    }
    // None is kept from there to this step, so that the order stays.
    steps[place] = at;
    values[place] = value;
    return value;
  }

  /// The first place, in front of all others; that of the first itself where there are too many.
  private void makeRoomInFront() {
    if (size == MOST) {
      return;
    }
    if (size == steps.length) {
      steps = Arrays.copyOf(steps, 2 * size);
      values = Arrays.copyOf(values, 2 * size);
    }
    System.arraycopy(steps, 0, steps, 1, size);
    System.arraycopy(values, 0, values, 1, size);
    size++;
  }
}
