package org.thalweg.checker.slope;

import org.thalweg.checker.slope.Line.Difference;

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
/// @param crosses whether the function takes another branch within the smallest step that was tried
public record Slope(
    Kind kind,
    double value,
    double error,
    double noise,
    double hidden,
    double step,
    double forward,
    double backward,
    Rest rest,
    boolean crosses) {
  /// What a function is like at a point.
  public enum Kind {
    SMOOTH,
    /// Two different slopes.
    KINK,
    /// Two different values, or an infinite slope.
    JUMP,
    /// Not finite there, or at one side of it.
    OUTSIDE
  }

  /// How far around a point no output changes by a bit.
  public enum Rest {
    /// At once some does.
    NONE,
    /// So near that rounding may have lost the change.
    NEARBY,
    /// A staircase is flat so far, or a function that does not depend on the number.
    FAR
  }

  /// A value is conclusive where its uncertainty is below this part of it.
  public static final double CONCLUSIVE = 2e-5;

  /// From one scale of steps to the next.
  static final double SCALE = 64;

  private static final int MOST_HALVINGS = 60;

  /// How much shorter steps become, and how often, until they cross no kink.
  private static final double SHRINK = 16;

  private static final int MOST_SHRINKS = 10;

  /// Steps of fewer units in the last place of the number have no digits.
  static final double FEWEST_UNITS = 0x1p14;

  /// What the value may be off by, if outputs that did not change do not depend on the number.
  public double uncertainty() {
    return 10 * error + noise;
  }

  /// What the value may be off by at most.
  public double doubt() {
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
  public static Slope of(Line line, double first, double expected, double tolerance) {
    double h = Line.step(first);
    Tableau coarse = Tableau.of(line, h, Tableau.MOST_LEVELS);
    if (!coarse.isKnown()) {
      h = finite(line, h);
      coarse = h == 0 ? coarse : Tableau.of(line, h, Tableau.MOST_LEVELS);
    }
    if (!coarse.isKnown()) {
      return new Slope(
          Kind.OUTSIDE, Double.NaN, 0, 0, 0, first, Double.NaN, Double.NaN, Rest.NONE, false);
    }
    double size =
        Math.max(Math.abs(coarse.value()), Double.isNaN(expected) ? 0 : Math.abs(expected));
    // Steps that leave a stair on both sides find 0 as those do that stay on it.
    boolean isStair = size == 0 && coarse.last().isStill() && !coarse.isStill();
    boolean isNoisy = coarse.last().noise() > CONCLUSIVE * size && !isStair;
    if (isNoisy && !coarse.isStill() && coarse.isSmooth()) {
      return larger(line, h, coarse);
    }
    double distance = Double.isNaN(expected) ? 0 : Math.abs(coarse.value() - expected);
    boolean isSettled =
        coarse.isSmooth()
            && !isStair
            && coarse.uncertainty() <= CONCLUSIVE * size
            && distance <= coarse.uncertainty() + tolerance * size;
    return isSettled ? of(Kind.SMOOTH, coarse) : closer(line, coarse, size);
  }

  /// Looks again with smaller steps: those that cross no kink, where operations tell, and scales of
  /// them. Where no output changes there is no kink to look for.
  private static Slope closer(Line line, Tableau coarse, double size) {
    double h = coarse.step();
    int shrinks = 0;
    boolean crosses = !coarse.isStill() && line.crosses(h);
    while (crosses && shrinks++ < MOST_SHRINKS && h / SHRINK > FEWEST_UNITS * Math.ulp(line.x())) {
      h /= SHRINK;
      crosses = line.crosses(h);
    }
    if (crosses) {
      return atKink(line, coarse, size);
    }
    if (shrinks == 0) {
      return Scales.below(coarse, line, size).slope();
    }
    Tableau inside = Tableau.of(line, h, Tableau.MOST_LEVELS);
    return Scales.below(inside.isKnown() ? inside : coarse, line, size).slope();
  }

  /// At a kink by the operations' account. Where differences see one slope and are certain of it,
  /// the operation's branches meet smoothly; where they are not, both slopes are what the
  /// difference with the least doubt says.
  private static Slope atKink(Line line, Tableau coarse, double size) {
    Scales scales = Scales.below(coarse, line, size);
    Slope slope = scales.slope();
    if (slope.kind() == Kind.SMOOTH && !scales.isSeenFromNear(slope)) {
      // Beyond the nearest branch a staircase has a slope: what it is here, no step can tell.
      return slope.withNoise(size).atBranch();
    }
    if (slope.kind() != Kind.SMOOTH || slope.uncertainty() <= CONCLUSIVE * size) {
      return slope.atBranch();
    }
    Difference best = coarse.last();
    double h = coarse.step();
    for (int k = 0; k <= MOST_SHRINKS; k++, h /= SHRINK) {
      Difference next = line.difference(h);
      if (next.isFinite() && next.bend() + next.noise() < best.bend() + best.noise()) {
        best = next;
      }
    }
    boolean isClear = best.bendNoise() + best.bend() <= 1e-2 * size;
    return isClear ? slope.between(best).atBranch() : slope.atBranch();
  }

  private Slope between(Difference d) {
    return new Slope(
        Kind.KINK,
        value,
        error,
        d.noise(),
        d.hidden(),
        d.step(),
        d.forward(),
        d.backward(),
        rest,
        crosses);
  }

  private Slope atBranch() {
    return new Slope(kind, value, error, noise, hidden, step, forward, backward, rest, true);
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

  Slope resting(Rest other) {
    return new Slope(kind, value, error, noise, hidden, step, forward, backward, other, crosses);
  }

  private Slope hiding(double all) {
    return new Slope(kind, value, error, noise, all, step, forward, backward, rest, crosses);
  }

  Slope withNoise(double more) {
    return new Slope(
        kind, value, error, noise + more, hidden + more, step, forward, backward, rest, crosses);
  }

  Slope withError(double more) {
    return new Slope(
        kind, value, error + more, noise, hidden, step, forward, backward, rest, crosses);
  }

  static Slope of(Kind kind, Tableau t) {
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
        t.isStill() ? Rest.FAR : Rest.NONE,
        false);
  }
}
