package org.thalweg.checker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.thalweg.checker.function.Input;
import org.thalweg.checker.function.Target;
import org.thalweg.checker.slope.Steps;
import org.thalweg.checker.text.Words;

/// Whether a function leaves its linear approximation as slowly as the right gradient has it, along
/// one random direction d in all inputs together.
///
/// ```
/// R(h) = |f(x + hd) − f(x) − h⟨g, d⟩|
/// ```
///
/// falls as h² where g is the gradient, and as h where it is not: no tolerance is needed. The slope
/// is that of log R over log h, the median over the last four halvings of h at which R is well
/// above rounding.
///
/// @param verdict PASSED, FAILED, or what kept the test from telling
/// @param slope 2 or more where the gradient is right, 1 where it is wrong; NaN where the remainder
///   is below rounding throughout, as that of a linear function is
/// @param steps h, each half of the one before
/// @param remainders R for each step
public record TaylorTest(
    Verdict verdict, double slope, List<Double> steps, List<Double> remainders) {
  private static final double FIRST = 0x1p-4;
  private static final int MOST_STEPS = 32;
  private static final int LAST = 4;

  /// A remainder so far above rounding has a slope.
  private static final double CLEAR = 64;

  /// A linear change so far above rounding says that nothing else is there.
  private static final double LARGE = 1e5;

  /// From one step to the next a remainder falls by a quarter, or an eighth.
  private static final double SUDDEN = 64;

  private static final double RIGHT = 1.9;
  private static final double WRONG = 1.5;
  private static final double JUMPS = 0.3;

  /// Copies both lists.
  public TaylorTest {
    steps = List.copyOf(steps);
    remainders = List.copyOf(remainders);
  }

  /// `Taylor test PASSED: the remainder falls as h^2.000 over 9 halvings`.
  @Override
  public String toString() {
    if (Double.isNaN(slope)) {
      return "Taylor test " + verdict + (verdict == Verdict.PASSED ? ": no remainder" : "");
    }
    return "Taylor test "
        + verdict
        + String.format(Locale.ROOT, ": the remainder falls as h^%.3f, ", slope)
        + Words.small(remainders.getLast())
        + " at h = "
        + Words.small(steps.getLast());
  }

  /// Runs the test at the point where a target is.
  ///
  /// @param here the outputs there
  /// @param gradient of the weighted outputs
  static TaylorTest of(
      Target target,
      double[] weights,
      double[] here,
      List<double[]> gradient,
      SplittableRandom random) {
    List<double[]> direction = new ArrayList<>();
    for (Input input : target.inputs()) {
      Steps scales = Steps.of(input.point());
      double[] part = new double[input.moves() ? input.elements() : 0];
      for (int i = 0; i < part.length; i++) {
        part[i] = scales.scale(i) * random.nextGaussian();
      }
      direction.add(part);
    }
    try {
      return new Run(target, weights, here, gradient, direction).judged();
    } finally {
      target.inputs().stream().filter(Input::moves).forEach(Input::restore);
    }
  }

  /// One remainder, and what of it is rounding.
  private record Remainder(double step, double value, double change, double noise) {
    boolean isClear() {
      return value > CLEAR * noise;
    }
  }

  private static final class Run {
    private final Target target;
    private final double[] weights;
    private final double[] here;
    private final List<double[]> gradient;
    private final List<double[]> direction;

    Run(
        Target target,
        double[] weights,
        double[] here,
        List<double[]> gradient,
        List<double[]> direction) {
      this.target = target;
      this.weights = weights;
      this.here = here;
      this.gradient = gradient;
      this.direction = direction;
    }

    TaylorTest judged() {
      long branches = target.branches().signature();
      double first = FIRST;
      boolean crosses = crosses(first, branches);
      for (int k = 0; k < 4 && crosses; k++) {
        first /= 16;
        crosses = crosses(first, branches);
      }
      List<Remainder> clear = new ArrayList<>();
      Remainder last = at(first);
      double h = first;
      int unclear = 0;
      for (int k = 0; k < MOST_STEPS && unclear < (clear.isEmpty() ? LAST : 1); k++, h /= 2) {
        last = at(h);
        if (!Double.isFinite(last.value())) {
          clear.clear();
        } else if (last.isClear()) {
          clear.add(last);
        } else {
          unclear++;
        }
      }
      return judged(clear, last, crosses);
    }

    /// @param last the first remainder that is not well above rounding, if any
    private TaylorTest judged(List<Remainder> clear, Remainder last, boolean crosses) {
      List<Double> steps = clear.stream().map(Remainder::step).toList();
      List<Double> values = clear.stream().map(Remainder::value).toList();
      double slope = clear.size() < 2 ? Double.NaN : slope(clear);
      return new TaylorTest(verdict(clear, last, slope, crosses), slope, steps, values);
    }

    private static Verdict verdict(
        List<Remainder> clear, Remainder last, double slope, boolean crosses) {
      if (!Double.isFinite(last.value())) {
        return Verdict.OUTSIDE;
      }
      if (slope > RIGHT || isLinear(clear, last)) {
        return Verdict.PASSED;
      }
      if (crosses) {
        return Verdict.KINK;
      }
      if (clear.size() <= LAST || slope > WRONG) {
        return Verdict.INCONCLUSIVE;
      }
      return slope < JUMPS ? Verdict.JUMP : Verdict.FAILED;
    }

    /// Whether the remainder vanishes at once beside a change that does not: the function is linear
    /// so near, once inside all kinks.
    private static boolean isLinear(List<Remainder> clear, Remainder last) {
      boolean vanishes = clear.isEmpty() || last.value() < clear.getLast().value() / SUDDEN;
      return !last.isClear() && vanishes && last.change() > LARGE * last.noise();
    }

    private static double slope(List<Remainder> clear) {
      int from = Math.max(0, clear.size() - 1 - LAST);
      double[] slopes = new double[clear.size() - 1 - from];
      for (int k = 0; k < slopes.length; k++) {
        Remainder a = clear.get(from + k);
        Remainder b = clear.get(from + k + 1);
        slopes[k] = Math.log(a.value() / b.value()) / Math.log(a.step() / b.step());
      }
      Arrays.sort(slopes);
      int middle = slopes.length / 2;
      return slopes.length % 2 == 1 ? slopes[middle] : (slopes[middle - 1] + slopes[middle]) / 2;
    }

    private boolean crosses(double h, long branches) {
      move(h);
      return target.branches().signature() != branches;
    }

    private void move(double h) {
      for (int k = 0; k < direction.size(); k++) {
        Input input = target.inputs().get(k);
        if (input.moves()) {
          input.set(moved(input, direction.get(k), h));
        }
      }
    }

    private static double[] moved(Input input, double[] direction, double h) {
      double[] moved = input.point().clone();
      for (int i = 0; i < moved.length; i++) {
        moved[i] += h * direction[i];
      }
      return moved;
    }

    private Remainder at(double h) {
      move(h);
      double[] there = target.evaluate();
      double change = 0;
      double size = 0;
      for (int j = 0; j < there.length; j++) {
        if (there[j] != here[j]) {
          change += weights[j] * (there[j] - here[j]);
          size += Math.abs(weights[j]) * Math.max(Math.abs(there[j]), Math.abs(here[j]));
        }
      }
      double linear = 0;
      for (int k = 0; k < direction.size(); k++) {
        Input input = target.inputs().get(k);
        double[] moved = input.moves() ? moved(input, direction.get(k), h) : new double[0];
        for (int i = 0; i < moved.length; i++) {
          // The difference that rounding left of the step, exact.
          double part = gradient.get(k)[i] * (moved[i] - input.point()[i]);
          linear += part;
          size += Math.abs(part);
        }
      }
      double noise = 4 * (0x1p-52 * size + Double.MIN_VALUE);
      return new Remainder(h, Math.abs(change - linear), Math.abs(change), noise);
    }
  }
}
