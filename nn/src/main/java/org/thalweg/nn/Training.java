package org.thalweg.nn;

/// What a training pass needs to know: which seed, and which step. There is no mode to forget; a
/// pass without this is inference.
///
/// @param seed of everything random in the pass
/// @param step from 0; each draws anew
/// @param isInference whether there is no training: a layer does what it does in use
public record Training(long seed, long step, boolean isInference) {
  /// No training: nothing is random, nothing is counted. What `model.apply(x)` gives its layers.
  public static final Training INFERENCE = new Training(0, 0, true);

  /// @throws IllegalArgumentException where the step is negative
  public Training {
    if (step < 0) {
      throw new IllegalArgumentException("training: step " + step + ": count steps from 0");
    }
  }

  /// A step of a training.
  ///
  /// @throws IllegalArgumentException where the step is negative
  public Training(long seed, long step) {
    this(seed, step, false);
  }

  /// The first step of a training with this seed.
  public static Training of(long seed) {
    return new Training(seed, 0);
  }

  /// Another step of the same training; inference stays what it is.
  ///
  /// @throws IllegalArgumentException where the step is negative
  public Training at(long otherStep) {
    return new Training(seed, otherStep, isInference);
  }
}
