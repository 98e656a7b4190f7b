package org.thalweg.checker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.thalweg.autodiff.array.DType;
import org.thalweg.checker.slope.Line;
import org.thalweg.checker.slope.Slope;
import org.thalweg.checker.slope.Steps;

/// The check of one order: is the function one, then element by element, then along directions.
final class Pass {
  /// How far along a direction the elements move, in parts of their own scale.
  private static final double DIRECTION_STEP = 0.1;

  private static final int DIRECTIONS = 4;

  /// So many elements that fail are looked at again with smaller steps before they are accused;
  /// then the gradient is known to be wrong.
  private static final int CAREFUL = 8;

  private final Target target;
  private final int order;
  private final Settings settings;
  private final SplittableRandom random;
  private final List<Entry> entries = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private double[] here = {};
  private double[] weights = {};
  private List<double[]> gradient = List.of();

  Pass(Target target, int order, Settings settings, long seed) {
    this.target = target;
    this.order = order;
    this.settings = settings;
    this.random = new SplittableRandom(seed + order);
  }

  List<Entry> entries() {
    return entries;
  }

  List<String> problems() {
    return problems;
  }

  /// What the outputs are multiplied by before they are added up.
  double[] weights() {
    return weights;
  }

  void run() {
    here = target.evaluate();
    weights = weights(here.length);
    gradient = target.gradient(weights);
    if (!isOneFunction()) {
      return;
    }
    for (int k = 0; k < target.inputs().size(); k++) {
      Input input = target.inputs().get(k);
      if (input.moves() && input.elements() > 0) {
        check(input, gradient.get(k));
      }
    }
    shares();
  }

  /// One for a single number, so that the report shows its own gradient; else of either sign and
  /// far from equal: equal weights hide errors that cancel, as in a softmax. Exact in FLOAT32.
  private double[] weights(int count) {
    double[] drawn = new double[count];
    for (int j = 0; j < count; j++) {
      double size = 0.5 + random.nextInt(1 << 16) * 0x1p-16;
      drawn[j] = random.nextBoolean() ? size : -size;
    }
    return count == 1 && order == 1 ? new double[] {1} : drawn;
  }

  /// The same bits when evaluated again, and the parameters left alone.
  private boolean isOneFunction() {
    compare("value", here, target.evaluate());
    List<double[]> again = target.gradient(weights);
    for (int k = 0; k < again.size() && problems.isEmpty(); k++) {
      compare("gradient in [" + target.inputs().get(k).name() + "]", gradient.get(k), again.get(k));
    }
    for (Input input : target.inputs()) {
      if (!input.isAtPoint()) {
        problems.add(
            "stateful: evaluating the function changes parameter ["
                + input.name()
                + "]: check a function that leaves its parameters alone");
      }
    }
    return problems.isEmpty();
  }

  private void compare(String what, double[] first, double[] second) {
    int at = Arrays.mismatch(first, second);
    if (at >= 0) {
      problems.add(
          "non-deterministic: the "
              + what
              + " is "
              + (at < first.length ? first[at] : "absent")
              + " and then "
              + (at < second.length ? second[at] : "absent")
              + " at flat index "
              + at
              + " for the same inputs: fix the seed and the state of what is random");
    }
  }

  private void check(Input input, double[] g) {
    List<Entry> mine = new ArrayList<>();
    Steps steps = Steps.of(input.point());
    int failed = 0;
    int[] places = Places.choose(input.shape(), g, settings.entries(), random);
    for (int flat : places) {
      Entry entry = element(input, g, steps, flat, failed < CAREFUL);
      failed += entry.verdict() == Verdict.FAILED ? 1 : 0;
      mine.add(entry);
    }
    if (places.length < input.elements()) {
      for (int k = 0; k < DIRECTIONS; k++) {
        direction(input, g, steps, mine);
      }
    }
    entries.addAll(Causes.explained(mine, here.length, order));
  }

  private Entry element(Input input, double[] g, Steps steps, int flat, boolean isCareful) {
    double x = input.point()[flat];
    Line.Curve curve =
        at -> {
          input.set(flat, at);
          return target.evaluate();
        };
    try {
      Slope slope =
          Slope.of(
              new Line(curve, weights, x, here),
              0.1 * steps.scale(flat),
              g[flat],
              isCareful ? settings.tolerance() : Double.POSITIVE_INFINITY);
      Verdict verdict = Verdict.of(g[flat], slope, settings.tolerance());
      if (verdict == Verdict.FAILED && slope.rest() == Slope.Rest.FAR && isLost(steps, g, flat)) {
        verdict = Verdict.VACUOUS;
      }
      return entry(Entry.Kind.ELEMENT, input, flat, g[flat], slope, verdict);
    } finally {
      input.set(flat, x);
    }
  }

  /// Whether moving an element changes so little that it disappears beside what the others change:
  /// a function that adds it to larger numbers first never sees it.
  private static boolean isLost(Steps steps, double[] g, int flat) {
    double largest = 0;
    for (int i = 0; i < g.length; i++) {
      largest = Math.max(largest, Math.abs(g[i]) * steps.scale(i));
    }
    return Math.abs(g[flat]) * steps.scale(flat) <= 0x1p-50 * largest;
  }

  private Entry entry(
      Entry.Kind kind, Input input, int flat, double analytic, Slope slope, Verdict verdict) {
    String place =
        verdict == Verdict.KINK || (verdict == Verdict.FAILED && slope.kind() == Slope.Kind.KINK)
            ? "slopes "
                + Words.number(slope.backward())
                + " to the left and "
                + Words.number(slope.forward())
                + " to the right"
            : "";
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

  /// A random direction in all elements: finds an error in any of them, at a cost that does not
  /// grow with their number. Where it fails, halves of it say in which element.
  private void direction(Input input, double[] g, Steps steps, List<Entry> mine) {
    double[] step = new double[input.elements()];
    for (int i = 0; i < step.length; i++) {
      step[i] = steps.scale(i) * random.nextGaussian();
    }
    boolean isKnown = mine.stream().anyMatch(entry -> entry.verdict() == Verdict.FAILED);
    Entry whole = along(input, g, step, 0, step.length, !isKnown);
    mine.add(whole);
    if (isKnown || whole.verdict() != Verdict.FAILED) {
      return;
    }
    int from = 0;
    int to = step.length;
    while (to - from > 1) {
      int middle = (from + to) >>> 1;
      double left = difference(along(input, g, step, from, middle, false));
      double right = difference(along(input, g, step, middle, to, false));
      if (left >= right) {
        to = middle;
      } else {
        from = middle;
      }
    }
    Entry named = element(input, g, steps, from, true);
    if (mine.stream().noneMatch(entry -> entry.flat() == named.flat())) {
      mine.add(named);
    }
  }

  private static double difference(Entry entry) {
    double difference = Math.abs(entry.analytic() - entry.numeric());
    return Double.isNaN(difference) ? 0 : difference;
  }

  /// The derivative along the elements `from … to − 1` of a direction.
  private Entry along(Input input, double[] g, double[] step, int from, int to, boolean isCareful) {
    double[] point = input.point();
    double analytic = 0;
    for (int i = from; i < to; i++) {
      analytic += g[i] * step[i];
    }
    Line.Curve curve =
        at -> {
          double[] moved = point.clone();
          for (int i = from; i < to; i++) {
            moved[i] += at * step[i];
          }
          input.set(moved);
          return target.evaluate();
        };
    try {
      Slope slope =
          Slope.of(
              new Line(curve, weights, 0, here),
              DIRECTION_STEP,
              analytic,
              isCareful ? settings.tolerance() : Double.POSITIVE_INFINITY);
      Verdict verdict = Verdict.of(analytic, slope, settings.tolerance());
      return entry(Entry.Kind.DIRECTION, input, -1, analytic, slope, verdict);
    } finally {
      input.restore();
    }
  }

  /// A check that learns nothing is not a check.
  private void shares() {
    share(Verdict.INCONCLUSIVE, settings.inconclusive());
    share(Verdict.VACUOUS, settings.vacuous());
  }

  private void share(Verdict verdict, double allowed) {
    List<Entry> elements =
        entries.stream().filter(entry -> entry.kind() == Entry.Kind.ELEMENT).toList();
    long count = elements.stream().filter(entry -> entry.verdict() == verdict).count();
    if (count > allowed * elements.size()) {
      problems.add(
          "order "
              + order
              + ": "
              + count
              + " of "
              + elements.size()
              + " elements are "
              + verdict
              + " and "
              + Math.round(100 * allowed)
              + " % are allowed: check at another point, or scale the function");
    }
  }
}
