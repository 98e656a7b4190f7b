package org.thalweg.autodiff;

import java.util.List;
import org.thalweg.autodiff.operation.Op;

/// Is told of every operation that is applied while a [Watch] lasts, those of a backward pass too.
@FunctionalInterface
public interface OperationListener {
  /// An operation has been applied. Operations that are applied in here are told of as well.
  ///
  /// @param op the operation
  /// @param inputs what it was applied to
  /// @param output what it gave
  void applied(Op op, List<Tensor> inputs, Tensor output);

  /// A backward pass has come to a recorded operation or a leaf. What is applied until
  /// [#walkLeaves] passes its gradient on; another pass may run in between, inside.
  ///
  /// @param node what the gradient has come to
  default void walkEnters(Node node) {}

  /// The gradient has been passed on. Not told where an error ended the pass.
  ///
  /// @param node what the gradient had come to
  default void walkLeaves(Node node) {}
}
