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

  /// A part of the gradient goes on to an input. Gradients that share work are made in one pass,
  /// not of operations that [#applied] tells of: here they are all seen.
  ///
  /// @param node what the gradient has come to
  /// @param gradient that of its output, in its shape or one that broadcasts to it
  /// @param input the index of the input
  /// @param part what goes on to it, in its shape or one that broadcasts to it
  default void walkPasses(Node node, Tensor gradient, int input, Tensor part) {}

  /// The gradient has been passed on, or an error has ended the pass.
  ///
  /// @param node what the gradient had come to
  default void walkLeaves(Node node) {}
}
