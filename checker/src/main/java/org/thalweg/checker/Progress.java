package org.thalweg.checker;

import java.time.Duration;

/// How far a check is: see [GradientChecker#withProgress].
///
/// @param order of the derivatives that are being checked
/// @param input the input or parameter that moves
/// @param done derivatives of this order that have been checked
/// @param total derivatives of this order that will be
/// @param time since the check began
public record Progress(int order, String input, int done, int total, Duration time) {
  /// `order 1: 37 of 340, fc1.weight`.
  @Override
  public String toString() {
    return "order " + order + ": " + done + " of " + total + ", " + input;
  }
}
