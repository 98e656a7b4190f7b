package org.thalweg.autodiff;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How operations are applied in the body that is running: whether they are recorded, and who is
/// told of them. [NoGradient] and [Watch] are its faces.
///
/// @param records whether what has a gradient is recorded
/// @param listener who is told of each operation
record Mode(boolean records, @Nullable OperationListener listener) {
  private static final ScopedValue<Mode> CURRENT = ScopedValue.newInstance();
  private static final Mode USUAL = new Mode(true, null);

  static Mode current() {
    return CURRENT.orElse(USUAL);
  }

  Mode recording(boolean isOn) {
    return isOn == records ? this : new Mode(isOn, listener);
  }

  /// Tells another listener too, before those that are told already.
  Mode telling(OperationListener other) {
    OperationListener before = listener;
    return new Mode(
        records,
        before == null
            ? other
            : (op, inputs, output) -> {
              other.applied(op, inputs, output);
              before.applied(op, inputs, output);
            });
  }

  <T> T call(Supplier<T> body) {
    return ScopedValue.where(CURRENT, this).call(body::get);
  }
}
