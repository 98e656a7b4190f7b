package org.thalweg.checker.slope;

import static java.util.Comparator.comparingDouble;

import java.util.ArrayList;
import java.util.List;
import org.thalweg.checker.slope.Slope.Kind;
import org.thalweg.checker.slope.Slope.Rest;

/// A slope measured with steps of several scales, largest first, for where one scale leaves a
/// doubt.
final class Scales {
  /// Small steps need little extrapolation.
  private static final int LEVELS = 5;

  /// The growth of the bend from which it is a jump: see [Tableau#bendGrowth].
  private static final double JUMPS = 1.2;

  /// A value is worth comparing with where its uncertainty is below this part of it.
  private static final double TELLING = 1e-2;

  /// Stairs that are as small as this beside the first steps look like rounding.
  private static final double CERTAIN = 1e-3;

  private final List<Tableau> scales;

  /// The size of the derivative, measured or expected, whichever is larger.
  private final double size;

  /// How coarse the values are, measured at the smallest steps: see [Line#coarseness].
  private final double coarseness;

  /// Whether the smallest scale shows a jump and nothing changes where the number has just enough
  /// digits for a step: the jump is beside the point.
  private final boolean isBesideJump;

  private Scales(List<Tableau> scales, double size, double coarseness, boolean isBesideJump) {
    this.scales = scales;
    this.size = size;
    this.coarseness = coarseness;
    this.isBesideJump = isBesideJump;
  }

  /// A scale and smaller ones, down to where rounding would hide the fifth digit.
  static Scales below(Tableau coarse, Line line, double size) {
    double h = coarse.step();
    double allowed = size == 0 ? 0 : h * coarse.last().noise() / (Slope.CONCLUSIVE / 4 * size);
    double nearest = Math.max(Slope.FEWEST_UNITS * Math.ulp(line.x()), h * 0x1p-42);
    double finest = Line.smallStep(Math.max(allowed, nearest));
    List<Tableau> scales = new ArrayList<>(List.of(coarse));
    for (double step = h; step > finest; ) {
      step = Math.max(Line.smallStep(step / Slope.SCALE), finest);
      Tableau tableau = Tableau.of(line, step, LEVELS);
      if (tableau.isKnown()) {
        scales.add(tableau);
      }
    }
    Tableau smallest = scales.getLast();
    double coarseness =
        Math.max(line.coarseness(smallest.last().step()), line.coarseness(smallest.step()));
    boolean isJump = smallest.isBent() && smallest.bendGrowth() > JUMPS;
    boolean isBesideJump = isJump && line.difference(Line.smallStep(nearest)).isStill();
    return new Scales(scales, size, coarseness, isBesideJump);
  }

  /// What all of them say together.
  Slope slope() {
    Kind kind = kind();
    return kind == Kind.SMOOTH
        ? best().resting(rest())
        : Slope.of(kind, scales.get(Math.max(finestBent(), 0)));
  }

  /// Whether the finest scale has this slope too.
  boolean isSeenFromNear(Slope slope) {
    Tableau finest = scales.getLast();
    return finest.isSmooth() && !finest.isStill() && agree(Slope.of(Kind.SMOOTH, finest), slope);
  }

  /// The index of the finest scale at which the slopes on both sides can be told apart; −1 if none.
  private int finestBent() {
    int k = scales.size() - 1;
    while (k >= 0 && !isBent(scales.get(k))) {
      k--;
    }
    return k;
  }

  /// Whether the two finest scales show a jump with the value at the point halfway between.
  private boolean isSpike() {
    int n = scales.size();
    Line.Difference last = scales.getLast().last();
    return n > 1
        && scales.get(n - 1).isSpike()
        && scales.get(n - 2).isSpike()
        && Math.abs(last.central()) > 16 * (coarseness / last.step() + last.noise());
  }

  /// Whether the slopes on both sides differ by more than the coarseness of the values explains.
  private boolean isBent(Tableau scale) {
    Line.Difference last = scale.last();
    return scale.isBent() && last.bend() * last.step() > 16 * coarseness;
  }

  private boolean isSmooth(Tableau scale) {
    return !isBent(scale) || scale.isSmooth();
  }

  /// What the finest scale at which the two slopes can be told apart says, and the next larger one
  /// too. At one scale alone, values that are coarser than their size explains, as after a
  /// cancellation, look like a kink or a jump.
  private Kind kind() {
    if (isSpike()) {
      return Kind.JUMP;
    }
    int k = finestBent();
    if (isBesideJump || k < 0 || isSmooth(scales.get(k))) {
      return Kind.SMOOTH;
    }
    Tableau scale = scales.get(k);
    double bend = scale.last().bend();
    if (k + 1 < scales.size() && bend > 4 * scales.get(k + 1).last().bendNoise()) {
      return Kind.SMOOTH; // A finer scale would show it: the kink is beside the point.
    }
    Tableau larger = scales.get(Math.max(k - 1, 0));
    if (isSmooth(larger)) {
      return Kind.SMOOTH;
    }
    if (scale.bendGrowth() < JUMPS && larger.bendGrowth() < JUMPS) {
      return Kind.KINK;
    }
    boolean jumps = scale.bendGrowth() > JUMPS && larger.bendGrowth() > JUMPS;
    return jumps && !isSmooth(scales.getFirst()) ? Kind.JUMP : Kind.SMOOTH;
  }

  /// What the scales that say something say: the most certain of those that agree with the finest
  /// that agrees with the next larger one, since a single scale may be right by chance. Where none
  /// does, the finest, as uncertain as it is far from the next.
  private Slope best() {
    List<Slope> telling = telling();
    if (telling.isEmpty()) {
      Tableau first = scales.getFirst();
      Slope slope = Slope.of(Kind.SMOOTH, first).withNoise(2 * coarseness / first.last().step());
      return first.isSmooth() ? slope : slope.withError(size); // An average of what is around.
    }
    for (int k = 0; k + 1 < telling.size(); k++) {
      Slope reference = telling.get(k);
      if (agree(reference, telling.get(k + 1))) {
        return telling.stream()
            .filter(slope -> agree(slope, reference))
            .min(comparingDouble(Slope::uncertainty))
            .orElse(reference);
      }
    }
    Slope finest = telling.getFirst();
    double apart = telling.size() == 1 ? 0 : Math.abs(finest.value() - telling.get(1).value());
    return finest.withNoise(apart);
  }

  /// The slopes at the scales that say something, finest first. How coarse the values are is
  /// measured on the way, by what keeps smaller steps from converging, or from changing anything:
  /// after a cancellation that is more than the rounding of the outputs.
  private List<Slope> telling() {
    List<Slope> telling = new ArrayList<>();
    double coarse = coarseness;
    for (int k = scales.size() - 1; k >= 0; k--) {
      Tableau scale = scales.get(k);
      double step = scale.last().step();
      Slope slope = Slope.of(Kind.SMOOTH, scale).withNoise(2 * coarse / step);
      if (isTelling(scale)
          && slope.uncertainty() <= TELLING * Math.max(size, Math.abs(slope.value()))) {
        telling.add(slope);
      }
      coarse = Math.max(coarse, (scale.isStill() ? size : scale.error()) * step);
    }
    return telling;
  }

  /// That nothing changes at all says something only where larger steps show a kink, as beside that
  /// of a rectifier; else the change was lost in rounding.
  private boolean isTelling(Tableau scale) {
    Tableau coarse = scales.getFirst();
    return scale.isStill() ? coarse.isStill() || !coarse.isSmooth() : scale.isSmooth();
  }

  private boolean agree(Slope a, Slope b) {
    double allowed = a.uncertainty() + b.uncertainty() + Slope.CONCLUSIVE * size;
    return Math.abs(a.value() - b.value()) <= allowed;
  }

  /// How far around the point nothing changes. Far: at all but the two largest scales, or at the
  /// smallest where at every larger one only one side changes, behind a kink or a jump. Only
  /// nearby: at the smallest, where both sides change at larger ones, as a sum that rounding has
  /// made a staircase does, or where the largest scale has a slope that is certain.
  private Rest rest() {
    if (isBesideJump) {
      return Rest.NEARBY;
    }
    int n = scales.size();
    int moving = n;
    while (moving > 0 && scales.get(moving - 1).isStill()) {
      moving--;
    }
    int still = n - moving;
    boolean isBesideStep = scales.stream().limit(moving).allMatch(Tableau::isOneSided);
    if (moving <= Math.min(2, n - 1) || (still > 0 && isBesideStep)) {
      return Rest.FAR;
    }
    Tableau coarse = scales.getFirst();
    boolean isCertain = coarse.uncertainty() <= CERTAIN * Math.abs(coarse.value());
    if (still > 0 && isCertain && !coarse.last().isStill()) {
      return Rest.NEARBY; // There is a slope, and rounding has lost it here.
    }
    boolean isNearby = still > 1 || (still > 0 && !scales.get(moving - 1).isSmooth());
    return isNearby ? Rest.NEARBY : Rest.NONE;
  }
}
