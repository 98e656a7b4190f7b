package org.thalweg.nn;

/// What a training pass needs to know: which seed, and which step. There is no mode to forget; a
/// pass without this is inference.
///
/// @param seed of everything random in the pass
/// @param step from 0; each draws anew
public record Training(long seed, long step) {
  /// The first step of a training with this seed.
  public static Training of(long seed) {
    return new Training(seed, 0);
  }

  /// What layers are given in use: nothing is random there.
  static final Training INFERENCE = new Training(0, -1);

  boolean isInference() {
    return step < 0;
  }

  /// Another step of the same training.
  public Training at(long otherStep) {
    return new Training(seed, otherStep);
  }
}
