package org.thalweg.checker;

import java.util.ArrayList;
import java.util.List;
import org.thalweg.checker.Line.Difference;

/// A derivative along a line as differences give it, and how far to trust it.
///
/// @param kind what the function is like at the point
/// @param value the derivative
/// @param error its estimated error, optimistic: see [Tableau]
/// @param noise how much of it rounding can account for
/// @param hidden the same with what outputs that did not change may hide
/// @param step the largest step that was used
/// @param forward the slope to the right, for a kink
/// @param backward the slope to the left, for a kink
/// @param isStill whether no output changed by a bit on either side
record Slope(
    Kind kind,
    double value,
    double error,
    double noise,
    double hidden,
    double step,
    double forward,
    double backward,
    boolean isStill) {
  /// What a function is like at a point.
  enum Kind {
    SMOOTH,
    /// Two different slopes.
    KINK,
    /// Two different values, or an infinite slope.
    JUMP,
    /// Not finite there, or at one side of it.
    OUTSIDE
  }

  /// A value is conclusive where its uncertainty is below this part of it.
  static final double CONCLUSIVE = 2e-5;

  /// From one scale of steps to the next.
  private static final double SCALE = 64;

  private static final int MOST_HALVINGS = 60;

  /// What the value may be off by.
  double uncertainty() {
    return 10 * error + noise;
  }

  /// Measures a slope. Steps are shortened where the function is not finite. Where the first scale
  /// of steps does not settle the matter — no convergence, two different slopes, or a value that is
  /// not the expected one — smaller scales are tried down to what rounding allows, and the finest
  /// decides: large steps may straddle a kink, or many periods of an oscillation. Where rounding
  /// hides the slope, larger steps are tried.
  ///
  /// @param first the largest step to begin with
  /// @param expected the derivative it is compared with; NaN where there is none
  /// @param tolerance how far it may be from the expected one, relatively
  static Slope of(Line line, double first, double expected, double tolerance) {
    double h = Line.powerOfTwo(first);
    Tableau coarse = Tableau.of(line, h);
    if (!coarse.isKnown()) {
      h = finite(line, h);
      coarse = h == 0 ? coarse : Tableau.of(line, h);
    }
    if (!coarse.isKnown()) {
      return new Slope(Kind.OUTSIDE, Double.NaN, 0, 0, 0, first, Double.NaN, Double.NaN, false);
    }
    double size =
        Math.max(Math.abs(coarse.value()), Double.isNaN(expected) ? 0 : Math.abs(expected));
    if (coarse.last().noise() > CONCLUSIVE * size && !coarse.isStill()) {
      return of(Kind.SMOOTH, larger(line, h, coarse));
    }
    double distance = Double.isNaN(expected) ? 0 : Math.abs(coarse.value() - expected);
    boolean isSettled =
        coarse.isSmooth()
            && coarse.uncertainty() <= CONCLUSIVE * size
            && distance <= coarse.uncertainty() + tolerance * size;
    return isSettled ? of(Kind.SMOOTH, coarse) : finer(line, h, coarse, size);
  }

  /// The step, shortened until the function is finite on both sides and some way beyond; 0 where it
  /// is not at any.
  private static double finite(Line line, double step) {
    double h = step;
    for (int k = 0; k < MOST_HALVINGS; k++, h /= 2) {
      if (line.x() + h == line.x()) {
        return 0;
      }
      if (line.difference(h).isFinite()) {
        return h / 4;
      }
    }
    return 0;
  }

  private static Tableau larger(Line line, double h, Tableau first) {
    Tableau best = first;
    double step = h;
    for (int k = 0; k < 4; k++) {
      step *= SCALE;
      Tableau next = Tableau.of(line, step);
      boolean isBetter =
          next.isKnown() && next.isSmooth() && next.uncertainty() < best.uncertainty();
      double allowed = next.uncertainty() + best.uncertainty();
      if (isBetter && Math.abs(next.value() - best.value()) <= allowed) {
        best = next;
      }
    }
    return best;
  }

  private static Slope finer(Line line, double h, Tableau coarse, double size) {
    // Rounding grows as steps shrink: below this it would hide the fifth digit.
    double allowed = size == 0 ? 0 : h * coarse.last().noise() / (CONCLUSIVE / 4 * size);
    double finest =
        Line.powerOfTwo(Math.max(Math.max(allowed, 0x1p12 * Math.ulp(line.x())), h * 0x1p-42));
    List<Tableau> scales = new ArrayList<>(List.of(coarse));
    for (double step = h; step > finest; ) {
      step = Math.max(step / SCALE, finest);
      Tableau tableau = Tableau.of(line, step);
      if (tableau.isKnown()) {
        scales.add(tableau);
      }
    }
    Kind kind = kind(scales);
    return kind == Kind.SMOOTH ? of(kind, best(scales, size)) : bent(kind, scales);
  }

  /// What the finest scale at which the two slopes can be told apart says, unless a finer one would
  /// have shown the same difference and does not.
  private static Kind kind(List<Tableau> scales) {
    for (int k = scales.size() - 1; k >= 0; k--) {
      Tableau scale = scales.get(k);
      if (!scale.isBent()) {
        continue;
      }
      boolean wouldShow =
          k + 1 < scales.size() && scale.last().bend() > 4 * scales.get(k + 1).last().bendNoise();
      if (scale.isSmooth() || wouldShow) {
        return Kind.SMOOTH;
      }
      return scale.bendGrowth() < 1.2 ? Kind.KINK : Kind.JUMP;
    }
    return Kind.SMOOTH;
  }

  /// The most certain of the scales that agree with the finest.
  private static Tableau best(List<Tableau> scales, double size) {
    Tableau finest = scales.getLast();
    Tableau best = finest;
    for (Tableau scale : scales) {
      double allowed = finest.uncertainty() + scale.uncertainty() + CONCLUSIVE * size;
      boolean agrees = Math.abs(scale.value() - finest.value()) <= allowed;
      if (agrees && scale.isSmooth() && scale.uncertainty() < best.uncertainty()) {
        best = scale;
      }
    }
    return best;
  }

  private static Slope of(Kind kind, Tableau t) {
    Difference last = t.last();
    return new Slope(
        kind,
        t.value(),
        t.error(),
        last.noise(),
        last.hidden(),
        t.step(),
        last.forward(),
        last.backward(),
        t.isStill());
  }

  private static Slope bent(Kind kind, List<Tableau> scales) {
    Tableau finest =
        scales.stream()
            .filter(Tableau::isBent)
            .reduce((_, later) -> later)
            .orElse(scales.getLast());
    return of(kind, finest);
  }
}
