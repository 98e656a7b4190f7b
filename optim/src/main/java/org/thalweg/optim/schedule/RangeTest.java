package org.thalweg.optim.schedule;

import java.util.ArrayList;
import java.util.List;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.engine.Checks;

/// Looks for a learning rate: the rate grows by a factor in every step until the loss explodes.
///
/// ```java
/// RangeTest test = new RangeTest(1e-6, 1, 100);
/// Optimizer optimizer = new Sgd(test, 0).over(model.parameters());
/// while (test.report(optimizer.step(() -> loss()).item())) {}
/// double rate = test.suggestion();
/// ```
///
/// ```
/// low · (high/low)^(k / (steps − 1)),   k the steps before
/// ```
///
/// Smith, 2017, with the smoothing and the stop of Gugger, 2018: losses are averaged, s ← 0.98 s +
/// 0.02 loss, corrected for their start, and it ends where s is above the smallest by three times
/// its size.
public final class RangeTest implements Schedule {
  /// A rate, and the loss of a step with it.
  ///
  /// @param rate the learning rate
  /// @param loss as it was reported
  /// @param smoothed the average of those so far
  public record Point(double rate, double loss, double smoothed) {}

  private static final double SMOOTHING = 0.98;
  private static final double EXPLOSION = 4;

  private final double low;
  private final double high;
  private final long steps;
  private final List<Point> curve = new ArrayList<>();
  private double average;

  /// From one rate to another.
  public RangeTest(double low, double high, long steps) {
    Checks.positive("rangeTest", "low", low);
    Checks.positive("rangeTest", "high", high);
    if (steps < 2) {
      throw new IllegalArgumentException(
          "rangeTest: steps is " + steps + ": use 2 or a larger number");
    }
    this.low = low;
    this.high = high;
    this.steps = steps;
  }

  @Override
  public double at(long step) {
    double part = (step - 1.0) / (steps - 1);
    return low * StrictMath.pow(high / low, part);
  }

  /// Takes note of the loss of a step.
  ///
  /// @return whether to go on
  public boolean report(double loss) {
    int k = curve.size() + 1;
    average = SMOOTHING * average + (1 - SMOOTHING) * loss;
    double smoothed = average / (1 - StrictMath.pow(SMOOTHING, k));
    curve.add(new Point(at(k), loss, smoothed));
    double best = curve.stream().mapToDouble(Point::smoothed).min().orElse(smoothed);
    return k < steps && smoothed <= best + (EXPLOSION - 1) * Math.abs(best);
  }

  /// All that was reported.
  public List<Point> curve() {
    return List.copyOf(curve);
  }

  /// The rate where the smoothed loss falls fastest over the logarithm of the rate.
  ///
  /// @throws IllegalStateException where fewer than two losses were reported
  public double suggestion() {
    if (curve.size() < 2) {
      throw new IllegalStateException(
          "rangeTest: "
              + curve.size()
              + " losses were reported: report one after each step before asking");
    }
    int steepest = 1;
    for (int i = 2; i < curve.size(); i++) {
      if (fall(i) > fall(steepest)) {
        steepest = i;
      }
    }
    return curve.get(steepest).rate();
  }

  private double fall(int i) {
    return curve.get(i - 1).smoothed() - curve.get(i).smoothed();
  }
}
