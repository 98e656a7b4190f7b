package org.thalweg.autodiff;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.operation.Op;

/// How operations are applied in the body that is running: whether they are recorded, and who is
/// told of them. [NoGradient] and [Watch] are its faces.
///
/// @param records whether what has a gradient is recorded
/// @param listener who is told of each operation
record Mode(boolean records, @Nullable OperationListener listener) {
  private static final ScopedValue<Mode> CURRENT = ScopedValue.newInstance();
  private static final Mode USUAL = new Mode(true, null);
  private static final Mode UNRECORDED = new Mode(false, null);

  static Mode current() {
    return CURRENT.orElse(USUAL);
  }

  Mode recording(boolean isOn) {
    if (isOn == records) {
      return this;
    }
    return listener != null ? new Mode(isOn, listener) : isOn ? USUAL : UNRECORDED;
  }

  /// Tells another listener too, before those that are told already.
  Mode telling(OperationListener other) {
    return new Mode(records, listener == null ? other : new Both(other, listener));
  }

  private record Both(OperationListener first, OperationListener second)
      implements OperationListener {
    @Override
    public void applied(Op op, List<Tensor> inputs, Tensor output) {
      first.applied(op, inputs, output);
      second.applied(op, inputs, output);
    }

    @Override
    public void walkEnters(Node node) {
      first.walkEnters(node);
      second.walkEnters(node);
    }

    @Override
    public void walkPasses(Node node, Tensor gradient, int input, Tensor part) {
      first.walkPasses(node, gradient, input, part);
      second.walkPasses(node, gradient, input, part);
    }

    @Override
    public void walkLeaves(Node node) {
      first.walkLeaves(node);
      second.walkLeaves(node);
    }
  }

  <T> T call(Supplier<T> body) {
    return ScopedValue.where(CURRENT, this).call(body::get);
  }
}
