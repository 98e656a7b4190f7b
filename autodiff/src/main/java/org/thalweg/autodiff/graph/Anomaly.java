package org.thalweg.autodiff.graph;

import java.util.function.Supplier;
import org.thalweg.autodiff.Watch;

/// Looks for the first operation that makes what is not a number, in forward and backward passes,
/// and names it with the line of your code that called it.
///
/// ```java
/// Gradients gradients = Anomaly.NAN_OR_INFINITY.get(() -> loss(batch).backward());
/// ```
///
/// * An operation whose output holds NaN is named, and the message says whether it made NaN or was
///   given it: by a parameter, by data, or by what was computed before. NaN that goes no further,
///   because a select takes the other side, is nobody's fault.
/// * An operation whose output holds an infinity is named by [#NAN_OR_INFINITY], where all of its
///   inputs are finite: −∞ given as a mask is meant.
/// * In a backward pass the operation is named whose pullback made it, with the line where that
///   operation was called, if that was inside too.
///
/// Your code is the first frame of the stack outside of this library and of the JDK. It holds for
/// the thread that called it and for the body only, and it is slow: everything that is computed is
/// read once more, and the stack is walked at every operation. Outside it costs nothing.
public enum Anomaly {
  /// NaN alone.
  NAN,
  /// NaN and infinities.
  NAN_OR_INFINITY;

  /// Runs a body.
  ///
  /// @throws ArithmeticException at the first operation that is named
  public void run(Runnable body) {
    Watch.run(new AnomalyListener(this == NAN_OR_INFINITY), body);
  }

  /// Computes a value.
  ///
  /// @throws ArithmeticException at the first operation that is named
  public <T> T get(Supplier<T> body) {
    return Watch.get(new AnomalyListener(this == NAN_OR_INFINITY), body);
  }
}
