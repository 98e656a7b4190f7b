package org.thalweg.autodiff;

import java.util.function.Supplier;

/// Tells a listener of every operation that a body applies, in order: to count, to print, to look
/// for what is not a number.
///
/// ```java
/// List<String> names = new ArrayList<>();
/// Watch.run((op, inputs, output) -> names.add(op.name()), () -> model.apply(x));
/// ```
///
/// It holds for the thread that called it and for the body only. Watches nest: the inner listener
/// is told first.
public final class Watch {
  private Watch() {}

  /// Runs a body and tells of its operations.
  public static void run(OperationListener listener, Runnable body) {
    get(
        listener,
        () -> {
          body.run();
          return true;
        });
  }

  /// Computes a value and tells of the operations.
  public static <T> T get(OperationListener listener, Supplier<T> body) {
    return Mode.current().telling(listener).call(body);
  }
}
