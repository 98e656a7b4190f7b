package org.thalweg.nn;

/// What a training pass needs to know: which seed, and which step. There is no mode to forget; a
/// pass without this is inference.
///
/// @param seed of everything random in the pass
/// @param step from 0; each draws anew
public record Training(long seed, long step) {
  private static final long NO_STEP = Long.MIN_VALUE;

  /// No training: nothing is random, nothing is counted. What `model.apply(x)` gives its layers.
  public static final Training INFERENCE = new Training(0, NO_STEP);

  /// @throws IllegalArgumentException where the step is negative
  public Training {
    if (step < 0 && step != NO_STEP) {
      throw new IllegalArgumentException("training: step " + step + ": count steps from 0");
    }
  }

  /// The first step of a training with this seed.
  public static Training of(long seed) {
    return new Training(seed, 0);
  }

  /// Whether there is no training: a layer does what it does in use.
  public boolean isInference() {
    return step == NO_STEP;
  }

  /// Another step of the same training.
  ///
  /// @throws IllegalArgumentException where the step is negative
  public Training at(long otherStep) {
    return new Training(seed, otherStep);
  }
}
