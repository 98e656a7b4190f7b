package org.thalweg.optim.schedule;

import java.util.Arrays;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.engine.Checks;
import org.thalweg.optim.engine.Composed;

/// The schedules that there are, as functions of k, the count of steps made before: k = t − 1, 0 in
/// the first step. They hold their last value unless it says otherwise.
public final class Schedules {
  private Schedules() {}

  /// Falls by a factor every so many steps.
  ///
  /// ```
  /// rate · factor^⌊k / period⌋
  /// ```
  ///
  /// Equals `StepLR` of PyTorch and Keras's `ExponentialDecay(staircase=True)`.
  public static Schedule step(double rate, double factor, long period) {
    Checks.count("step", "period", period);
    return named(
        k -> {
          long times = k / period;
          return rate * StrictMath.pow(factor, (double) times);
        },
        "step",
        rate,
        factor,
        period);
  }

  /// Falls by a factor at each milestone.
  ///
  /// ```
  /// rate · factor^(number of milestones ≤ k)
  /// ```
  ///
  /// Equals `MultiStepLR` of PyTorch.
  public static Schedule multiStep(double rate, double factor, long... milestones) {
    long[] sorted = increasing("multiStep", milestones);
    return named(
        k -> rate * StrictMath.pow(factor, count(sorted, k)),
        "multiStep",
        rate,
        factor,
        Arrays.toString(sorted));
  }

  /// Other values from given steps on.
  ///
  /// ```
  /// values[number of boundaries ≤ k]
  /// ```
  ///
  /// Changes at a boundary, as Optax; Keras's `PiecewiseConstantDecay` does one step later.
  ///
  /// @param boundaries one fewer than values, increasing
  public static Schedule piecewise(double[] values, long... boundaries) {
    double[] copy = values.clone();
    long[] sorted = increasing("piecewise", boundaries);
    if (copy.length != sorted.length + 1) {
      throw new IllegalArgumentException(
          "piecewise: "
              + copy.length
              + " values and "
              + sorted.length
              + " boundaries: give one value more than boundaries");
    }
    return named(
        k -> copy[count(sorted, k)], "piecewise", Arrays.toString(copy), Arrays.toString(sorted));
  }

  /// Falls by a factor in every step.
  ///
  /// ```
  /// rate · factor^k
  /// ```
  ///
  /// Equals `ExponentialLR` of PyTorch.
  public static Schedule exponential(double rate, double factor) {
    return exponential(rate, factor, 1);
  }

  /// Falls by a factor in so many steps, smoothly.
  ///
  /// ```
  /// rate · factor^(k / period)
  /// ```
  ///
  /// Equals Keras's `ExponentialDecay` and Optax `exponential_decay`.
  public static Schedule exponential(double rate, double factor, long period) {
    Checks.count("exponential", "period", period);
    return named(
        k -> rate * StrictMath.pow(factor, (double) k / period),
        "exponential",
        rate,
        factor,
        period);
  }

  /// Falls as 1/k.
  ///
  /// ```
  /// rate / (1 + decay · k / period)
  /// ```
  ///
  /// Equals Keras's `InverseTimeDecay` and, with period 1, `lr_decay` of PyTorch's `Adagrad`.
  public static Schedule inverseTime(double rate, double decay, long period) {
    Checks.count("inverseTime", "period", period);
    return named(
        k -> rate / (1 + decay * ((double) k / period)), "inverseTime", rate, decay, period);
  }

  /// Goes from one value to another along a power.
  ///
  /// ```
  /// (rate − end) (1 − k/steps)^power + end,   k at most steps
  /// ```
  ///
  /// Equals Optax `polynomial_schedule` and, with end = 0, `PolynomialLR` of PyTorch.
  public static Schedule polynomial(double rate, double end, double power, long steps) {
    Checks.count("polynomial", "steps", steps);
    return named(
        k -> (rate - end) * StrictMath.pow(1 - part(k, steps), power) + end,
        "polynomial",
        rate,
        end,
        power,
        steps);
  }

  /// Goes from one value to another along a line: a warm-up, or a decay.
  ///
  /// ```
  /// from + (to − from) k/steps,   k at most steps
  /// ```
  ///
  /// Equals Optax `linear_schedule` and, in factors of the rate, `LinearLR` of PyTorch.
  public static Schedule linear(double from, double to, long steps) {
    Checks.count("linear", "steps", steps);
    return named(k -> from + (to - from) * part(k, steps), "linear", from, to, steps);
  }

  /// Goes from one value to another along half a cosine.
  ///
  /// ```
  /// end + (rate − end) (1 + cos(π k/steps)) / 2,   k at most steps
  /// ```
  ///
  /// Equals Optax `cosine_decay_schedule` and Keras's `CosineDecay`. Loshchilov and Hutter, 2017.
  public static Schedule cosine(double rate, double end, long steps) {
    Checks.count("cosine", "steps", steps);
    return named(k -> bend(rate, end, part(k, steps)), "cosine", rate, end, steps);
  }

  /// [#cosine], which does not hold its end but rises again: `CosineAnnealingLR` of PyTorch.
  public static Schedule cosineWave(double rate, double end, long steps) {
    Checks.count("cosineWave", "steps", steps);
    return named(k -> bend(rate, end, (double) k / steps), "cosineWave", rate, end, steps);
  }

  /// [#cosine] again and again, each time longer.
  ///
  /// Equals `CosineAnnealingWarmRestarts(T_0=first, T_mult=factor, eta_min=end)` of PyTorch.
  /// Loshchilov and Hutter, 2017.
  ///
  /// @param first the steps of the first descent
  /// @param factor by which each is longer than the one before, 1 or more
  public static Schedule warmRestarts(double rate, double end, long first, int factor) {
    Checks.count("warmRestarts", "first", first);
    Checks.count("warmRestarts", "factor", factor);
    return named(
        k -> {
          long since = k;
          long length = first;
          if (factor == 1) {
            since = k % first;
          }
          while (since >= length) {
            since -= length;
            length *= factor;
          }
          return bend(rate, end, (double) since / length);
        },
        "warmRestarts",
        rate,
        end,
        first,
        factor);
  }

  /// Up and down again along lines.
  ///
  /// Equals `CyclicLR(base_lr=low, max_lr=high, step_size_up=up, step_size_down=down)` of PyTorch,
  /// mode triangular. Smith, 2017. For a cycled momentum swap `low` and `high`.
  public static Schedule triangular(double low, double high, long up, long down) {
    return cycle("triangular", low, high, up, down, 1, (_, _) -> 1);
  }

  /// [#triangular] with half of the height in each cycle: mode triangular2.
  public static Schedule triangular2(double low, double high, long up, long down) {
    return cycle(
        "triangular2",
        low,
        high,
        up,
        down,
        0.5,
        (cycle, _) -> 1 / StrictMath.pow(2, (double) cycle));
  }

  /// [#triangular] with a height that falls by a factor in every step: mode exp_range.
  public static Schedule expRange(double low, double high, long up, long down, double factor) {
    return cycle(
        "expRange", low, high, up, down, factor, (_, k) -> StrictMath.pow(factor, (double) k));
  }

  private interface Height {
    double of(long cycle, long k);
  }

  private static Schedule cycle(
      String name, double low, double high, long up, long down, double factor, Height height) {
    Checks.count(name, "up", up);
    Checks.count(name, "down", down);
    return named(
        k -> {
          long within = k % (up + down);
          double share = within <= up ? (double) within / up : 1 - (double) (within - up) / down;
          return low + (high - low) * share * height.of(k / (up + down), k);
        },
        name,
        low,
        high,
        up,
        down,
        factor);
  }

  /// Up to a peak and down to almost nothing, both along half a cosine.
  ///
  /// ```
  /// peak/25 → peak at k = 0.3 steps − 1 → peak/25/10⁴ at k = steps − 1
  /// ```
  ///
  /// Equals `OneCycleLR(max_lr=peak, total_steps=steps)` of PyTorch. Smith and Topin, 2018.
  public static Schedule oneCycle(double peak, long steps) {
    return oneCycle(peak, steps, 0.3, 25, 1e4);
  }

  /// Up to a peak and down to almost nothing, both along half a cosine.
  ///
  /// @param warm the share of steps up to the peak, 0 to 1; with a single step it begins there
  /// @param divisor how many times less than the peak the start is
  /// @param last how many times less than the start the end is
  public static Schedule oneCycle(
      double peak, long steps, double warm, double divisor, double last) {
    Checks.positive("oneCycle", "divisor", divisor);
    Checks.positive("oneCycle", "last", last);
    double start = peak / divisor;
    return arch("oneCycle", start, peak, start / last, steps, warm);
  }

  /// The momentum beside [#oneCycle]: down while the rate rises, and up again.
  ///
  /// Equals `OneCycleLR(base_momentum=low, max_momentum=high, pct_start=warm)` of PyTorch.
  public static Schedule oneCycleMomentum(double low, double high, long steps, double warm) {
    return arch("oneCycleMomentum", high, low, high, steps, warm);
  }

  private static Schedule arch(
      String name, double start, double middle, double end, long steps, double warm) {
    Checks.count(name, "steps", steps);
    if (!(warm >= 0 && warm <= 1)) {
      throw new IllegalArgumentException(
          name + ": the share of warm-up is " + warm + ": use a value from 0 to 1");
    }
    double turn = warm * steps - 1;
    return named(
        k ->
            k <= turn
                ? bend(start, middle, turn == 0 ? 1 : k / turn)
                : bend(middle, end, Math.min(1, (k - turn) / (steps - 1 - turn))),
        name,
        start,
        middle,
        end,
        steps,
        warm);
  }

  /// Up along a line, level, and down to 0 along a line. Hu et al., 2024 (MiniCPM).
  public static Schedule warmupStableDecay(double rate, long warm, long stable, long decay) {
    Checks.countOrNone("warmupStableDecay", "stable", stable);
    return linear(0, rate, warm)
        .then(warm, Schedule.constant(rate))
        .then(warm + stable, linear(rate, 0, decay));
  }

  /// Up along a line and down as the root of the steps.
  ///
  /// ```
  /// factor · width^−½ · min(t^−½, t · warm^−1.5)
  /// ```
  ///
  /// Vaswani et al., 2017, section 5.3, with t from 1.
  public static Schedule noam(double factor, int width, long warm) {
    Checks.count("noam", "width", width);
    Checks.count("noam", "warm", warm);
    return named(
        k -> {
          double t = k + 1.0;
          return factor
              / Math.sqrt(width)
              * Math.min(1 / Math.sqrt(t), t / warm / Math.sqrt((double) warm));
        },
        "noam",
        factor,
        width,
        warm);
  }

  /// How much of the steps is over, at most 1.
  private static double part(long k, long steps) {
    return Math.min(k, steps) / (double) steps;
  }

  /// From `from` at 0 to `to` at 1 along half a cosine.
  private static double bend(double from, double to, double part) {
    return to + (from - to) * (1 + StrictMath.cos(Math.PI * part)) / 2;
  }

  private static int count(long[] sorted, long k) {
    int count = 0;
    while (count < sorted.length && sorted[count] <= k) {
      count++;
    }
    return count;
  }

  private static long[] increasing(String name, long... steps) {
    for (int i = 1; i < steps.length; i++) {
      if (steps[i] <= steps[i - 1]) {
        throw new IllegalArgumentException(
            name + ": the steps " + Arrays.toString(steps) + " do not increase: sort them");
      }
    }
    return steps.clone();
  }

  /// A schedule by the count of steps before.
  private static Schedule named(Schedule before, String name, Object... values) {
    String text = Arrays.toString(values);
    return new Composed(
        name + "(" + text.substring(1, text.length() - 1) + ")", t -> before.at(t - 1));
  }
}
