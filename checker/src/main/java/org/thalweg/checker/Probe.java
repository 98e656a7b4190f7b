package org.thalweg.checker;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleConsumer;
import org.thalweg.autodiff.array.DType;
import org.thalweg.checker.function.Branches;
import org.thalweg.checker.function.Input;
import org.thalweg.checker.function.Places;
import org.thalweg.checker.function.Target;
import org.thalweg.checker.slope.Line;
import org.thalweg.checker.slope.Slope;
import org.thalweg.checker.slope.Steps;
import org.thalweg.checker.text.Words;

/// Compares the gradient in one input with differences, element by element and along random
/// directions.
final class Probe {
  /// How far along a direction the elements move, in parts of their own scale.
  private static final double DIRECTION_STEP = 0.1;

  private static final int DIRECTIONS = 4;

  /// So many elements that fail are looked at again with smaller steps before they are accused;
  /// then the gradient is known to be wrong.
  private static final int CAREFUL = 8;

  private final Target target;
  private final Input input;
  private final int order;
  private final Settings settings;
  private final double[] weights;
  private final double[] here;
  private final double[] g;
  private final Steps steps;
  private final boolean isReached;
  private final Runnable whenOneIsDone;
  private final List<Entry> entries = new ArrayList<>();

  /// @param here the outputs at the point
  /// @param g the gradient of the weighted outputs in the input
  /// @param isReached whether a gradient goes back to the input
  Probe(
      Target target,
      Input input,
      int order,
      Settings settings,
      double[] weights,
      double[] here,
      double[] g,
      boolean isReached,
      Runnable whenOneIsDone) {
    this.target = target;
    this.input = input;
    this.order = order;
    this.settings = settings;
    this.weights = weights;
    this.here = here;
    this.g = g;
    this.isReached = isReached;
    this.whenOneIsDone = whenOneIsDone;
    this.steps = Steps.of(input.point());
  }

  /// How many derivatives of an input are checked.
  static int count(Input input, Settings settings) {
    int elements = input.moves() ? input.elements() : 0;
    return elements <= settings.entries() ? elements : settings.entries() + DIRECTIONS;
  }

  /// All entries of the input, in order.
  List<Entry> entries(SplittableRandom random) {
    int[] places =
        settings.isFast()
            ? new int[0]
            : Places.choose(input.shape(), g, settings.entries(), random);
    int failed = 0;
    for (int flat : places) {
      Entry entry = element(flat, failed < CAREFUL);
      failed += entry.verdict() == Verdict.FAILED ? 1 : 0;
      entries.add(entry);
      whenOneIsDone.run();
    }
    if (places.length < input.elements()) {
      for (int k = 0; k < DIRECTIONS; k++) {
        direction(random);
        whenOneIsDone.run();
      }
    }
    return entries;
  }

  private Entry element(int flat, boolean isCareful) {
    double x = input.point()[flat];
    Curve curve = new Curve(at -> input.set(flat, at));
    try {
      Slope slope =
          Slope.of(
              new Line(curve, weights, x, here),
              0.1 * steps.scale(flat),
              g[flat],
              isCareful ? settings.tolerance() : Double.POSITIVE_INFINITY);
      Verdict verdict = Verdict.of(g[flat], slope, settings.tolerance());
      if (verdict == Verdict.FAILED && slope.rest() == Slope.Rest.FAR && isLost(flat)) {
        verdict = Verdict.VACUOUS;
      }
      if (verdict == Verdict.PASSED && !isReached) {
        verdict = Verdict.NO_PATH;
      }
      String place = place(verdict, slope, curve, x);
      return entry(Entry.Kind.ELEMENT, flat, g[flat], slope, verdict, place);
    } finally {
      input.set(flat, x);
    }
  }

  /// The function with some elements moved.
  private final class Curve implements Line.Curve {
    private final DoubleConsumer move;

    Curve(DoubleConsumer move) {
      this.move = move;
    }

    @Override
    public double[] at(double position) {
      move.accept(position);
      return target.evaluate();
    }

    @Override
    public long branches(double position) {
      return choices(position).signature();
    }

    Branches choices(double position) {
      move.accept(position);
      return target.branches();
    }
  }

  /// Whether moving an element changes so little that it disappears beside what the others change:
  /// a function that adds it to larger numbers first never sees it.
  private boolean isLost(int flat) {
    double largest = 0;
    for (int i = 0; i < g.length; i++) {
      largest = Math.max(largest, Math.abs(g[i]) * steps.scale(i));
    }
    return Math.abs(g[flat]) * steps.scale(flat) <= 0x1p-50 * largest;
  }

  private Entry entry(
      Entry.Kind kind, int flat, double analytic, Slope slope, Verdict verdict, String place) {
    return new Entry(
        kind,
        order,
        input.name(),
        DType.FLOAT64,
        input.shape(),
        flat,
        analytic,
        slope.value(),
        slope.uncertainty(),
        slope.step(),
        verdict,
        place);
  }

  /// What there is to say of a kink or a jump: both slopes, and the operation that has it.
  private String place(Verdict verdict, Slope slope, Curve curve, double x) {
    boolean isKink = slope.kind() == Slope.Kind.KINK;
    boolean isJump = slope.kind() == Slope.Kind.JUMP;
    if (verdict != Verdict.KINK && !isJump && !(isKink && verdict == Verdict.FAILED)) {
      return "";
    }
    String where =
        curve
            .choices(x - slope.step())
            .difference(curve.choices(x + slope.step()))
            .map(operation -> operation + " takes another branch")
            .orElse("");
    if (isJump) {
      return where;
    }
    String slopes =
        "slopes "
            + Words.number(slope.backward())
            + " to the left and "
            + Words.number(slope.forward())
            + " to the right";
    return where.isEmpty() ? slopes : slopes + ", " + where;
  }

  /// A random direction in all elements: finds an error in any of them, at a cost that does not
  /// grow with their number. Where it fails, halves of it say in which element.
  private void direction(SplittableRandom random) {
    double[] step = new double[input.elements()];
    for (int i = 0; i < step.length; i++) {
      step[i] = steps.scale(i) * random.nextGaussian();
    }
    boolean isKnown = entries.stream().anyMatch(entry -> entry.verdict() == Verdict.FAILED);
    Entry whole = along(step, 0, step.length, !isKnown);
    entries.add(whole);
    if (isKnown || whole.verdict() != Verdict.FAILED) {
      return;
    }
    int from = 0;
    int to = step.length;
    while (to - from > 1) {
      int middle = (from + to) >>> 1;
      double left = difference(along(step, from, middle, false));
      double right = difference(along(step, middle, to, false));
      if (left >= right) {
        to = middle;
      } else {
        from = middle;
      }
    }
    Entry named = element(from, true);
    if (entries.stream().noneMatch(entry -> entry.flat() == named.flat())) {
      entries.add(named);
    }
  }

  private static double difference(Entry entry) {
    double difference = Math.abs(entry.analytic() - entry.numeric());
    return Double.isNaN(difference) ? 0 : difference;
  }

  /// The derivative along the elements `from … to − 1` of a direction.
  private Entry along(double[] step, int from, int to, boolean isCareful) {
    double[] point = input.point();
    double analytic = 0;
    for (int i = from; i < to; i++) {
      analytic += g[i] * step[i];
    }
    Curve curve =
        new Curve(
            at -> {
              double[] moved = point.clone();
              for (int i = from; i < to; i++) {
                moved[i] += at * step[i];
              }
              input.set(moved);
            });
    try {
      Slope slope =
          Slope.of(
              new Line(curve, weights, 0, here),
              DIRECTION_STEP,
              analytic,
              isCareful ? settings.tolerance() : Double.POSITIVE_INFINITY);
      Verdict verdict = Verdict.of(analytic, slope, settings.tolerance());
      if (verdict == Verdict.PASSED && !isReached) {
        verdict = Verdict.NO_PATH;
      }
      String place = place(verdict, slope, curve, 0);
      return entry(Entry.Kind.DIRECTION, -1, analytic, slope, verdict, place);
    } finally {
      input.restore();
    }
  }
}
