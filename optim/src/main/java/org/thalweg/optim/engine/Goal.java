package org.thalweg.optim.engine;

/// What is to be computed by a rule.
public enum Goal {
  /// The step.
  UPDATE,
  /// Where the gradient is taken.
  PROBE,
  /// What to evaluate a model with.
  EVALUATION
}
