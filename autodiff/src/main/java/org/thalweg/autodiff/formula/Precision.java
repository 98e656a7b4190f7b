package org.thalweg.autodiff.formula;

/// The two precisions in which a formula can be compiled.
public enum Precision {
  /// IEEE binary32, `float`.
  FLOAT,
  /// IEEE binary64, `double`.
  DOUBLE
}
