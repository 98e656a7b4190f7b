package org.thalweg.checker;

/// What speaks against a function as a whole, and not against one derivative.
///
/// @param kind what is wrong
/// @param text a sentence that names the operation or the input, and says what to do
public record Problem(Kind kind, String text) {
  /// What can be wrong with a function.
  public enum Kind {
    /// Value or gradient are different when computed again at the same point.
    NON_DETERMINISTIC,
    /// Evaluating the function changes its parameters.
    STATEFUL,
    /// A pullback gives a gradient of another shape or type than its input has.
    SHAPE_OR_TYPE,
    /// The backward pass throws.
    BACKWARD_FAILS,
    /// A law that every gradient obeys does not hold: linearity, adjoint, symmetry.
    BROKEN_LAW,
    /// The remainder of the Taylor series falls too slowly.
    TAYLOR,
    /// Too few derivatives could be checked.
    TOO_LITTLE
  }

  /// The text.
  @Override
  public String toString() {
    return text;
  }
}
