package org.thalweg.checker.function;

import java.util.function.Supplier;

/// A backward pass failed: a gradient of the wrong shape or type, or a pullback that throws.
public final class BackwardException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private BackwardException(RuntimeException cause) {
    super(cause.getMessage(), cause);
  }

  /// Runs a backward pass, all of whose failures are of this type.
  static <T> T guard(Supplier<T> backward) {
    try {
      return backward.get();
    } catch (RuntimeException e) {
      throw new BackwardException(e);
    }
  }

  /// Whether the walk itself refused a gradient for its shape or its type, and named the operation.
  public boolean isAboutShapeOrType() {
    String message = getMessage();
    return message != null && message.contains(": the gradient of input ");
  }
}
