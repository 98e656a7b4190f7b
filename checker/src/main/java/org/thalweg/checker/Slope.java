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
/// @param rest how far around the point no output changes by a bit
record Slope(
    Kind kind,
    double value,
    double error,
    double noise,
    double hidden,
    double step,
    double forward,
    double backward,
    Rest rest) {
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

  /// How far around a point no output changes by a bit.
  enum Rest {
    /// At once some does.
    NONE,
    /// So near that rounding may have lost the change.
    NEARBY,
    /// A staircase is flat so far, or a function that does not depend on the number.
    FAR
  }

  /// A value is conclusive where its uncertainty is below this part of it.
  static final double CONCLUSIVE = 2e-5;

  /// From one scale of steps to the next.
  private static final double SCALE = 64;

  /// Small steps need little extrapolation.
  private static final int FINE_LEVELS = 5;

  /// The growth of the bend from which it is a jump: see [Tableau#bendGrowth].
  private static final double JUMPS = 1.2;

  /// A value is worth comparing with where its uncertainty is below this part of it.
  private static final double TELLING = 1e-2;

  private static final int MOST_HALVINGS = 60;

  /// What the value may be off by, if outputs that did not change do not depend on the number.
  double uncertainty() {
    return 10 * error + noise;
  }

  /// What the value may be off by at most.
  double doubt() {
    return 10 * error + hidden;
  }

  /// Measures a slope. Steps are shortened where the function is not finite. Where the first scale
  /// of steps does not settle the matter — no convergence, two different slopes, or a value that is
  /// not the expected one — smaller scales are tried down to what rounding allows, and the finest
  /// decides: large steps may straddle a kink, or many periods of an oscillation. Where rounding
  /// hides the slope, larger steps are tried.
  ///
  /// @param first the largest step to begin with
  /// @param expected the derivative it is compared with; NaN where there is none
  /// @param tolerance how far it may be from the expected one, relatively, without a second look
  static Slope of(Line line, double first, double expected, double tolerance) {
    double h = Line.powerOfTwo(first);
    Tableau coarse = Tableau.of(line, h, Tableau.MOST_LEVELS);
    if (!coarse.isKnown()) {
      h = finite(line, h);
      coarse = h == 0 ? coarse : Tableau.of(line, h, Tableau.MOST_LEVELS);
    }
    if (!coarse.isKnown()) {
      return new Slope(Kind.OUTSIDE, Double.NaN, 0, 0, 0, first, Double.NaN, Double.NaN, Rest.NONE);
    }
    double size =
        Math.max(Math.abs(coarse.value()), Double.isNaN(expected) ? 0 : Math.abs(expected));
    if (coarse.last().noise() > CONCLUSIVE * size && !coarse.isStill() && coarse.isSmooth()) {
      return larger(line, h, coarse);
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

  /// Larger steps may confirm a derivative that rounding hides; they do not refute one, since it
  /// has that rounding too.
  private static Slope larger(Line line, double h, Tableau first) {
    Tableau best = first;
    double step = h;
    for (int k = 0; k < 4; k++) {
      step *= SCALE;
      Tableau next = Tableau.of(line, step, Tableau.MOST_LEVELS);
      if (next.isKnown() && next.isSmooth() && isBetter(next, best)) {
        best = next;
      }
    }
    Slope slope = of(Kind.SMOOTH, best);
    return slope.hiding(Math.max(slope.hidden(), first.last().hidden()));
  }

  /// More certain, and not at odds.
  private static boolean isBetter(Tableau next, Tableau best) {
    double allowed = next.uncertainty() + best.uncertainty();
    return next.uncertainty() < best.uncertainty()
        && Math.abs(next.value() - best.value()) <= allowed;
  }

  private static Slope finer(Line line, double h, Tableau coarse, double size) {
    // Rounding grows as steps shrink: below this it would hide the fifth digit.
    double allowed = size == 0 ? 0 : h * coarse.last().noise() / (CONCLUSIVE / 4 * size);
    double finest =
        Line.powerOfTwo(Math.max(Math.max(allowed, 0x1p14 * Math.ulp(line.x())), h * 0x1p-42));
    List<Tableau> scales = new ArrayList<>(List.of(coarse));
    for (double step = h; step > finest; ) {
      step = Math.max(step / SCALE, finest);
      Tableau tableau = Tableau.of(line, step, FINE_LEVELS);
      if (tableau.isKnown()) {
        scales.add(tableau);
      }
    }
    Kind kind = kind(scales);
    if (kind != Kind.SMOOTH) {
      return bent(kind, scales);
    }
    return best(scales, size).resting(rest(scales));
  }

  /// What the finest scale at which the two slopes can be told apart says. Only what the next
  /// larger scale says too is a property of the function: rounding that is coarser than the size of
  /// the outputs explains, as after a cancellation, looks like a kink or a jump at one scale.
  private static Kind kind(List<Tableau> scales) {
    int k = scales.size() - 1;
    while (k >= 0 && !scales.get(k).isBent()) {
      k--;
    }
    if (k < 0 || scales.get(k).isSmooth()) {
      return Kind.SMOOTH;
    }
    Tableau scale = scales.get(k);
    double bend = scale.last().bend();
    if (k + 1 < scales.size() && bend > 4 * scales.get(k + 1).last().bendNoise()) {
      return Kind.SMOOTH; // A finer scale would show it: the kink is beside the point.
    }
    Tableau larger = scales.get(Math.max(k - 1, 0));
    if (larger.isSmooth() || !larger.isBent()) {
      return Kind.SMOOTH;
    }
    if (scale.bendGrowth() < JUMPS && larger.bendGrowth() < JUMPS) {
      return Kind.KINK;
    }
    boolean jumps = scale.bendGrowth() > JUMPS && larger.bendGrowth() > JUMPS;
    return jumps && !scales.getFirst().isSmooth() ? Kind.JUMP : Kind.SMOOTH;
  }

  /// The most certain of the scales that agree with the finest one that says anything.
  private static Slope best(List<Tableau> scales, double size) {
    List<Slope> telling = new ArrayList<>();
    double roughness = 0;
    for (int k = scales.size() - 1; k >= 0; k--) {
      Tableau scale = scales.get(k);
      Slope slope = of(Kind.SMOOTH, scale).withNoise(2 * roughness / scale.last().step());
      if (isTelling(scale, scales.getFirst()) && slope.uncertainty() <= TELLING * size) {
        telling.add(slope);
      }
      // How coarse the values are, measured: what keeps small steps from converging, or from
      // changing
      // anything. After a cancellation that is more than the rounding of the outputs.
      double lost = scale.isStill() ? size : scale.error();
      roughness = Math.max(roughness, lost * scale.last().step());
    }
    if (telling.isEmpty()) {
      return of(Kind.SMOOTH, scales.getFirst());
    }
    Slope reference = reference(telling, size);
    Slope best = reference;
    for (Slope slope : telling) {
      if (slope.agrees(reference, size) && slope.uncertainty() < best.uncertainty()) {
        best = slope;
      }
    }
    return best;
  }

  /// The finest that agrees with the next larger one: a single scale may be right by chance. Where
  /// none does, the finest, as uncertain as it is far from the next.
  private static Slope reference(List<Slope> telling, double size) {
    for (int k = 0; k + 1 < telling.size(); k++) {
      if (telling.get(k).agrees(telling.get(k + 1), size)) {
        return telling.get(k);
      }
    }
    Slope finest = telling.getFirst();
    double apart = telling.size() == 1 ? 0 : Math.abs(finest.value() - telling.get(1).value());
    return finest.withNoise(apart);
  }

  private boolean agrees(Slope other, double size) {
    double allowed = uncertainty() + other.uncertainty() + CONCLUSIVE * size;
    return Math.abs(value - other.value) <= allowed;
  }

  /// That nothing changes at all says something only where larger steps show a kink, as beside that
  /// of a rectifier; else the change was lost in rounding.
  private static boolean isTelling(Tableau scale, Tableau coarse) {
    return scale.isStill() ? coarse.isStill() || !coarse.isSmooth() : scale.isSmooth();
  }

  private static Rest rest(List<Tableau> scales) {
    int n = scales.size();
    if (scales.stream().skip(Math.min(2, n - 1)).allMatch(Tableau::isStill)) {
      return Rest.FAR;
    }
    boolean isNearby = n > 1 && scales.get(n - 1).isStill() && scales.get(n - 2).isStill();
    return isNearby ? Rest.NEARBY : Rest.NONE;
  }

  private Slope resting(Rest other) {
    return new Slope(kind, value, error, noise, hidden, step, forward, backward, other);
  }

  private Slope hiding(double all) {
    return new Slope(kind, value, error, noise, all, step, forward, backward, rest);
  }

  private Slope withNoise(double more) {
    return new Slope(
        kind, value, error, noise + more, hidden + more, step, forward, backward, rest);
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
        t.isStill() ? Rest.FAR : Rest.NONE);
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
