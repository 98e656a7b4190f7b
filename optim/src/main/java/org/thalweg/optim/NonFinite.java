package org.thalweg.optim;

/// What an [Optimizer] does with gradients that are infinite or not a number.
public enum NonFinite {
  /// Uses them: no time is lost by looking. The default.
  USE,
  /// Makes no step and says which gradient it is.
  THROW,
  /// Makes no step and counts it.
  SKIP
}
