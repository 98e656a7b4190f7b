package org.thalweg.benchmarks.work.operation;

import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.benchmarks.work.Unit;
import org.thalweg.benchmarks.work.Work;

/// What it costs the caller to share work: a parallel region with nothing to do for any thread.
///
/// @param isParked whether the workers have gone to sleep before: a repetition then waits first, by
///   a loop that watches the clock
public record Dispatch(boolean isParked) implements Work {
  /// Several times as long as idle workers look for work.
  private static final long WAIT_NANOS = 500_000;

  @Override
  public String name() {
    return isParked ? "dispatch-parked" : "dispatch";
  }

  @Override
  public Unit unit() {
    return Unit.MICROSECONDS;
  }

  @Override
  public double idleNanos() {
    return isParked ? WAIT_NANOS : 0;
  }

  @Override
  public Runnable prepare() {
    return () -> {
      if (isParked) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < WAIT_NANOS) {
          Thread.onSpinWait();
        }
      }
      Pool.run(Pool.threads(), _ -> {});
    };
  }
}
