package org.thalweg.autodiff;

import java.util.function.Supplier;

/// Computes without recording: no graph is kept, so that memory goes back at once.
///
/// ```java
/// Tensor y = NoGradient.get(() -> model.apply(x));
/// ```
///
/// It holds for the thread that called it and for the body only.
public final class NoGradient {
  private NoGradient() {}

  /// Runs a body without recording.
  public static void run(Runnable body) {
    get(
        () -> {
          body.run();
          return true;
        });
  }

  /// Computes a value without recording.
  public static <T> T get(Supplier<T> body) {
    return Mode.current().recording(false).call(body);
  }

  /// Computes a value that is recorded, even inside [#get]: a derivative that is asked for there
  /// needs it.
  static <T> T except(Supplier<T> body) {
    return Mode.current().recording(true).call(body);
  }

  /// Whether nothing is recorded now: a pullback may take a way then that has no derivative itself.
  public static boolean isOn() {
    return !Mode.current().records();
  }
}
