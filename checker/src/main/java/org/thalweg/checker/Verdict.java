package org.thalweg.checker;

import org.thalweg.checker.slope.Slope;

/// What the comparison of an analytic with a numeric derivative says.
public enum Verdict {
  /// They agree, and a difference of one part in 10⁴ would have shown.
  PASSED,
  /// No gradient goes back to the input, and the function does not depend on it: unused, or used
  /// only in what has no slope.
  NO_PATH,
  /// The function has two slopes here, and the analytic derivative is one of them or between.
  KINK,
  /// Both are zero as far as rounding lets one see; nothing has been learned.
  VACUOUS,
  /// The numeric derivative is too uncertain to tell.
  INCONCLUSIVE,
  /// The function is not finite here, or at one side.
  OUTSIDE,
  /// The function has two values here, or an infinite slope.
  JUMP,
  /// They differ by more than the error of the numeric derivative.
  FAILED;

  /// The largest part of a numeric derivative that may be uncertain, so that an error of one part
  /// in 10⁴ cannot pass.
  static final double CONCLUSIVE = Slope.CONCLUSIVE;

  /// Compares a derivative with what was measured.
  ///
  /// @param tolerance how far they may be apart, relatively, beyond the error of the measurement
  static Verdict of(double analytic, Slope slope, double tolerance) {
    if (slope.kind() == Slope.Kind.OUTSIDE) {
      return OUTSIDE;
    }
    if (!Double.isFinite(analytic)) {
      return slope.rest() == Slope.Rest.FAR ? OUTSIDE : FAILED;
    }
    return switch (slope.kind()) {
      case JUMP -> JUMP;
      case KINK -> betweenSlopes(analytic, slope) ? KINK : FAILED;
      default -> ofSmooth(analytic, slope, tolerance);
    };
  }

  private static Verdict ofSmooth(double analytic, Slope slope, double tolerance) {
    if (analytic == 0 && slope.rest() != Slope.Rest.NONE) {
      return slope.rest() == Slope.Rest.FAR ? PASSED : INCONCLUSIVE;
    }
    if (slope.value() == 0 && slope.rest() == Slope.Rest.NEARBY) {
      return INCONCLUSIVE; // Rounding has made a staircase of the function, flat at the point.
    }
    double size = Math.max(Math.abs(analytic), Math.abs(slope.value()));
    double difference = Math.abs(analytic - slope.value());
    double allowed = slope.uncertainty() + tolerance * size;
    if (difference > slope.doubt() + tolerance * size) {
      return FAILED;
    }
    if (!Double.isFinite(slope.value()) || !Double.isFinite(allowed)) {
      return INCONCLUSIVE;
    }
    if (slope.uncertainty() <= CONCLUSIVE * size && difference <= allowed) {
      return PASSED;
    }
    return size <= slope.hidden() ? VACUOUS : INCONCLUSIVE;
  }

  private static boolean betweenSlopes(double analytic, Slope slope) {
    double low = Math.min(slope.forward(), slope.backward());
    double high = Math.max(slope.forward(), slope.backward());
    double margin = 1e-3 * (high - low) + 4 * slope.noise();
    return analytic >= low - margin && analytic <= high + margin;
  }
}
