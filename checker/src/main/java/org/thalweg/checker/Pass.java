package org.thalweg.checker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.thalweg.checker.cause.Causes;
import org.thalweg.checker.cause.Comparison;
import org.thalweg.checker.function.BackwardException;
import org.thalweg.checker.function.Input;
import org.thalweg.checker.function.Laws;
import org.thalweg.checker.function.Target;
import org.thalweg.checker.function.Trace;

/// The check of one order: is the function one, does its gradient obey the laws of gradients, and
/// then input by input against differences.
final class Pass {
  private final Target target;
  private final int order;
  private final Settings settings;
  private final SplittableRandom random;
  private final Set<Integer> hidden;
  private final BiConsumer<String, Integer> whenDone;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private @Nullable TaylorTest taylor;
  private double[] here = {};
  private double[] weights = {};
  private List<double[]> gradient = List.of();
  private int done;

  /// @param hidden the outputs that rounding hid at the order below, which are not differentiated
  /// @param whenDone told of each derivative: the input and how many are done
  Pass(
      Target target,
      int order,
      Settings settings,
      long seed,
      Set<Integer> hidden,
      BiConsumer<String, Integer> whenDone) {
    this.target = target;
    this.order = order;
    this.settings = settings;
    this.random = new SplittableRandom(seed + order);
    this.hidden = hidden;
    this.whenDone = whenDone;
  }

  List<Entry> entries() {
    return entries;
  }

  List<Problem> problems() {
    return problems;
  }

  List<String> notes() {
    return notes;
  }

  Optional<TaylorTest> taylor() {
    return Optional.ofNullable(taylor);
  }

  /// The derivatives that rounding hides, by their place among the outputs of the derivative: what
  /// rounding left has no derivatives.
  Set<Integer> uncertain() {
    Set<Integer> places = new HashSet<>();
    int from = 0;
    for (Input input : target.inputs()) {
      int start = from;
      entries.stream()
          .filter(entry -> entry.input().equals(input.name()))
          .filter(entry -> entry.kind() == Entry.Kind.ELEMENT)
          .filter(
              entry ->
                  entry.verdict() == Verdict.VACUOUS || entry.verdict() == Verdict.INCONCLUSIVE)
          .forEach(entry -> places.add(start + entry.flat()));
      from += input.moves() ? input.elements() : 0;
    }
    return places;
  }

  /// What the outputs are multiplied by before they are added up.
  double[] weights() {
    return weights;
  }

  void run() {
    try {
      if (isOneFunction() && (hidden.isEmpty() || hidden.size() < weights.length)) {
        Laws.brokenBy(target, weights, gradient, here, random)
            .forEach(law -> problem(Problem.Kind.BROKEN_LAW, "broken law: " + orders() + law));
        inputs();
        taylorTest();
        shares();
      }
    } catch (BackwardException e) {
      problems.add(failed(e, order));
    }
  }

  /// What to say of a backward pass that throws.
  static Problem failed(BackwardException e, int order) {
    String what =
        e.isAboutShapeOrType() ? "wrong shape or type of a gradient" : "the backward pass fails";
    return new Problem(
        e.isAboutShapeOrType() ? Problem.Kind.SHAPE_OR_TYPE : Problem.Kind.BACKWARD_FAILS,
        what + (order > 1 ? " at order " + order : "") + ": " + e.getMessage());
  }

  private void problem(Problem.Kind kind, String text) {
    problems.add(new Problem(kind, text));
  }

  private String orders() {
    return order > 1 ? "order " + order + ": " : "";
  }

  /// One for a single number, so that the report shows its own gradient; else of either sign and
  /// far from equal: equal weights hide errors that cancel, as in a softmax. Exact in FLOAT32.
  static double[] weights(int count, int order, SplittableRandom random) {
    double[] drawn = new double[count];
    for (int j = 0; j < count; j++) {
      double size = 0.5 + random.nextInt(1 << 16) * 0x1p-16;
      drawn[j] = random.nextBoolean() ? size : -size;
    }
    return count == 1 && order == 1 ? new double[] {1} : drawn;
  }

  /// The same bits when evaluated again, and the parameters left alone.
  private boolean isOneFunction() {
    Trace first = new Trace();
    Trace second = new Trace();
    here = target.evaluate(first);
    weights = weights(here.length, order, random);
    hidden.forEach(place -> weights[place] = 0);
    if (!hidden.isEmpty() && hidden.size() == weights.length) {
      notes.add("order " + order + " is not checked: rounding hides every derivative below it");
    }
    compare("value", here, target.evaluate(second), first, second);
    Trace back = new Trace();
    Trace backAgain = new Trace();
    gradient = target.gradient(weights, back);
    List<double[]> again = target.gradient(weights, backAgain);
    for (int k = 0; k < again.size() && problems.isEmpty(); k++) {
      String what = "gradient in [" + target.inputs().get(k).name() + "]";
      compare(what, gradient.get(k), again.get(k), back, backAgain);
    }
    if (problems.isEmpty()) {
      first
          .difference(second)
          .ifPresent(d -> notes.add("not the same operations twice, with the same result: " + d));
    }
    for (Input input : target.inputs()) {
      if (!input.isAtPoint()) {
        problem(
            Problem.Kind.STATEFUL,
            "stateful: evaluating the function changes parameter ["
                + input.name()
                + "]: check a function that leaves its parameters alone");
      }
    }
    return problems.isEmpty();
  }

  private void compare(String what, double[] a, double[] b, Trace first, Trace second) {
    int at = Arrays.mismatch(a, b);
    if (at >= 0) {
      problem(
          Problem.Kind.NON_DETERMINISTIC,
          "non-deterministic: the "
              + what
              + " is "
              + (at < a.length ? a[at] : "absent")
              + " and then "
              + (at < b.length ? b[at] : "absent")
              + " at flat index "
              + at
              + " for the same inputs; "
              + first.difference(second).orElse("no operation differs, what is around them does")
              + ": fix the seed and the state of what is random");
    }
  }

  private void inputs() {
    // The derivative of a linear function depends on no input: only at order 1 that is worth a
    // word.
    List<Boolean> reached =
        order == 1 ? target.reached() : target.inputs().stream().map(_ -> true).toList();
    for (int k = 0; k < target.inputs().size(); k++) {
      Input input = target.inputs().get(k);
      if (!input.moves() || input.elements() == 0) {
        continue;
      }
      boolean isReached = reached.get(k);
      List<Entry> mine =
          new Probe(
                  target,
                  input,
                  order,
                  settings,
                  weights,
                  here,
                  gradient.get(k),
                  isReached,
                  () -> whenDone.accept(input.name(), ++done))
              .entries(random);
      entries.addAll(explained(input, mine, isReached));
      if (settings.isFast()) {
        directions(input, mine);
      }
      if (mine.stream().allMatch(entry -> entry.verdict() == Verdict.NO_PATH)) {
        notes.add(
            "no path: no gradient goes back to ["
                + input.name()
                + "], and the function does not depend on it: is it used?");
      }
    }
  }

  /// Where the function is not finite along every direction, or jumps, nothing has been compared.
  private void directions(Input input, List<Entry> mine) {
    Set<Verdict> nothing = EnumSet.of(Verdict.OUTSIDE, Verdict.JUMP);
    if (mine.stream().allMatch(entry -> nothing.contains(entry.verdict()))) {
      problem(
          Problem.Kind.TOO_LITTLE,
          "order "
              + order
              + ": the function is not finite or jumps along every direction in ["
              + input.name()
              + "]: check at another point, or element by element without fast()");
    }
  }

  /// The entries with a cause for each that failed.
  private List<Entry> explained(Input input, List<Entry> mine, boolean isReached) {
    if (mine.stream().noneMatch(entry -> entry.verdict() == Verdict.FAILED)) {
      return mine;
    }
    Causes causes =
        Causes.of(comparison(input, mine), here.length, order, isBroadcast(input), isReached);
    return mine.stream()
        .map(
            entry ->
                entry.verdict() == Verdict.FAILED
                    ? entry.because(causes.of(entry.flat(), entry.analytic(), entry.numeric()))
                    : entry)
        .toList();
  }

  private static Comparison comparison(Input input, List<Entry> mine) {
    Comparison comparison = new Comparison(input.shape());
    for (Entry entry : mine) {
      if (entry.kind() == Entry.Kind.ELEMENT) {
        boolean hasFailed = entry.verdict() == Verdict.FAILED;
        comparison.add(entry.flat(), entry.analytic(), entry.numeric(), hasFailed);
      }
    }
    return comparison;
  }

  /// Whether an input is smaller than another that it broadcasts to.
  private boolean isBroadcast(Input input) {
    return target.inputs().stream()
        .filter(other -> other.elements() > input.elements())
        .anyMatch(other -> input.shape().broadcastsTo(other.shape()));
  }

  private void taylorTest() {
    if (order == 1 && settings.isModel() && !target.isEmpty()) {
      TaylorTest test = TaylorTest.of(target, weights, here, gradient, random);
      taylor = test;
      if (test.verdict() == Verdict.FAILED) {
        problem(Problem.Kind.TAYLOR, test + ": 2 is right and 1 is a wrong gradient");
      }
    }
  }

  /// A check that learns nothing is not a check.
  private void shares() {
    share(Verdict.INCONCLUSIVE, settings.inconclusive());
    share(Verdict.VACUOUS, settings.vacuous());
  }

  private void share(Verdict verdict, double allowed) {
    Entry.Kind kind = settings.isFast() ? Entry.Kind.DIRECTION : Entry.Kind.ELEMENT;
    List<Entry> all = entries.stream().filter(entry -> entry.kind() == kind).toList();
    long count = all.stream().filter(entry -> entry.verdict() == verdict).count();
    if (count > allowed * all.size()) {
      problem(
          Problem.Kind.TOO_LITTLE,
          "order "
              + order
              + ": "
              + count
              + " of "
              + all.size()
              + (settings.isFast() ? " directions are " : " elements are ")
              + verdict
              + " and "
              + Math.round(100 * allowed)
              + " % are allowed: check at another point, or scale the function");
    }
  }
}
