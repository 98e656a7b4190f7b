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
  private static final ScopedValue<Boolean> ON = ScopedValue.newInstance();

  private NoGradient() {}

  /// Runs a body without recording.
  public static void run(Runnable body) {
    ScopedValue.where(ON, true).run(body);
  }

  /// Computes a value without recording.
  public static <T> T get(Supplier<T> body) {
    return ScopedValue.where(ON, true).call(body::get);
  }

  /// Computes a value recorded even inside [#get]: a derivative that is asked for there needs it.
  static <T> T except(Supplier<T> body) {
    return ScopedValue.where(ON, false).call(body::get);
  }

  static boolean isOn() {
    return ON.orElse(false);
  }
}
