package org.thalweg.checker.slope;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Some outputs as functions of one number, around a point. Differences of outputs are taken one by
/// one before they are weighted and added, so that an output that does not depend on the number
/// adds no rounding error.
public final class Line {
  /// All outputs where the number has a value. The array is the caller's to keep.
  @FunctionalInterface
  public interface Curve {
    double[] at(double position);

    /// A hash of what the function decides there: the curve is smooth between two positions with
    /// the same one, as far as that is known; 0 where nothing is.
    default long branches(double position) {
      return 0;
    }
  }

  /// What two evaluations on both sides of the point say.
  ///
  /// @param step h; the divisors are the differences that were realised
  /// @param central slope between x − h and x + h
  /// @param forward slope between x and x + h
  /// @param backward slope between x − h and x
  /// @param noise how much of a slope rounding can account for, in outputs that changed
  /// @param hidden the same with what may have been lost in outputs that did not change
  /// @param isFinite whether every output that changed was finite at all three places, and so are
  ///   the slopes; false where none changed and one is not finite, which may hide a change
  /// @param isStill whether no output changed by a single bit
  public record Difference(
      double step,
      double central,
      double forward,
      double backward,
      double noise,
      double hidden,
      boolean isFinite,
      boolean isStill) {
    /// How far the slopes on both sides are apart.
    double bend() {
      return Math.abs(forward - backward);
    }

    /// What of [#bend] may be rounding.
    double bendNoise() {
      return 4 * noise;
    }
  }

  private static final double EPSILON = 0x1p-52;

  /// Between ½ and 1, with 24 digits in binary and no long run in them nor in those of its part of
  /// π.
  private static final double ODD = 0x0.b75c89p0;

  /// With all their digits, so that evenly spaced numbers are on no grid of values; one for each
  /// side, since what is one for a number is none for another.
  private static final double[] UNEVEN = {0.906_093_942_819_681_7, 0.739_085_133_215_160_6};

  /// How many values in a row tell how coarse they are.
  private static final int RUN = 9;

  /// What a fourth difference multiplies the standard deviation of its values by, √70.
  private static final double FOURTH = 8.37;

  private final Curve curve;
  private final double[] weights;
  private final double x;
  private final double[] here;
  private final boolean isHereFinite;
  private @Nullable Long branchesHere;

  /// For each output the largest step at which it did not change by a bit; negative once it has
  /// changed, as it may do at steps that others are too small for.
  private final double[] quiet;

  private int evaluations;

  /// @param here the outputs at x
  public Line(Curve curve, double[] weights, double x, double[] here) {
    this.curve = curve;
    this.weights = weights;
    this.x = x;
    this.here = here;
    this.quiet = new double[here.length];
    this.isHereFinite = Arrays.stream(here).allMatch(Double::isFinite);
  }

  public double x() {
    return x;
  }

  /// How often the curve has been evaluated.
  public int evaluations() {
    return evaluations;
  }

  /// Whether the function decides otherwise on one of both sides than at the point. Costs two
  /// evaluations, in which operations tell their branches.
  boolean crosses(double step) {
    Long there = branchesHere;
    long branches = there == null ? curve.branches(x) : there;
    branchesHere = branches;
    return curve.branches(x + step) != branches || curve.branches(x - step) != branches;
  }

  /// The largest power of two that is at most `size`.
  private static double powerOfTwo(double size) {
    return Math.scalb(1.0, Math.getExponent(size));
  }

  /// A step a little smaller than `size`. It is no round part of a period: of steps that are powers
  /// of two, many are whole periods of sin(2ᵏπx), which then looks constant.
  public static double step(double size) {
    return powerOfTwo(size) * ODD;
  }

  /// A smaller step than the first, with few digits, so that sums with it are often exact.
  static double smallStep(double size) {
    return powerOfTwo(size) * 0.6875;
  }

  public Difference difference(double step) {
    double[] up = at(x + step);
    double[] down = at(x - step);
    Sum central = new Sum();
    Sum forward = new Sum();
    Sum backward = new Sum();
    double changed = 0;
    double hidden = Double.MIN_VALUE / step;
    boolean isFinite = x + step > x && x - step < x;
    boolean isStill = true;
    for (int j = 0; j < here.length; j++) {
      double size = Math.max(Math.abs(up[j]), Math.abs(down[j])) * Math.abs(weights[j]);
      if (same(up[j], here[j]) && same(down[j], here[j])) {
        // A slope that is hidden here is hidden at the larger step too, and so it is smaller.
        quiet[j] = quiet[j] < 0 ? quiet[j] : Math.max(quiet[j], step);
        hidden += Double.isFinite(size) ? EPSILON * size / Math.max(quiet[j], step) : 0;
        continue;
      }
      quiet[j] = -1;
      isStill = false;
      isFinite &= Double.isFinite(size) && Double.isFinite(here[j]);
      changed += size;
      central.add(weights[j] * (up[j] - down[j]));
      forward.add(weights[j] * (up[j] - here[j]));
      backward.add(weights[j] * (here[j] - down[j]));
    }
    double noise = 2 * (EPSILON * changed + Double.MIN_VALUE) / step;
    double slope = central.value() / (x + step - (x - step));
    double right = forward.value() / (x + step - x);
    double left = backward.value() / (x - (x - step));
    // Finite values can be further apart than the largest number.
    isFinite &= Double.isFinite(slope) && Double.isFinite(right) && Double.isFinite(left);
    isFinite &= Double.isFinite(noise) && (isHereFinite || !isStill);
    return new Difference(step, slope, right, left, noise, noise + hidden, isFinite, isStill);
  }

  /// How coarse the value is beside the point: what is left of it after cubic parts are taken away,
  /// by fourth differences of evenly spaced values on each side, none at the point itself. Rounding
  /// of arguments and after a cancellation shows here, and is more than that of outputs.
  ///
  /// @param step about how far away; the values are between this and its double
  double coarseness(double step) {
    double ulp = Math.ulp(Math.abs(x) + 2 * step);
    double coarseness = 0;
    for (int side = 0; side < 2; side++) {
      // Evenly spaced bit for bit, yet on no grid that is coarser than that of the number itself.
      double apart = ulp * (2 * Math.rint(step * UNEVEN[side] / 32 / ulp) + 1);
      double away = side == 0 ? apart : -apart;
      double[] values = new double[RUN];
      for (int k = 0; k < RUN; k++) {
        values[k] = rise(at(x + (16 + k) * away));
      }
      for (int k = 4; k < RUN; k++) {
        double inner = 6 * values[k - 2] - 4 * (values[k - 3] + values[k - 1]);
        double fourth = Math.abs(values[k - 4] + values[k] + inner) / FOURTH;
        coarseness = Double.isFinite(fourth) ? Math.max(coarseness, fourth) : coarseness;
      }
    }
    return coarseness;
  }

  /// How far the weighted sum of the outputs is above that at the point.
  private double rise(double[] outputs) {
    Sum rise = new Sum();
    for (int j = 0; j < here.length; j++) {
      if (!same(outputs[j], here[j])) {
        rise.add(weights[j] * (outputs[j] - here[j]));
      }
    }
    return rise.value();
  }

  private double[] at(double position) {
    evaluations++;
    double[] outputs = curve.at(position);
    checkLength(outputs);
    return outputs;
  }

  private void checkLength(double[] outputs) {
    if (outputs.length != here.length) {
      throw new IllegalStateException(
          "gradient checker: the function gave "
              + here.length
              + " numbers and then "
              + outputs.length
              + " at a point beside: let the shape of its result not depend on values");
    }
  }

  private static boolean same(double a, double b) {
    return a == b || (Double.isNaN(a) && Double.isNaN(b));
  }

  /// A sum that remembers what rounding took. Neumaier, 1974.
  private static final class Sum {
    private double sum;
    private double lost;

    void add(double term) {
      double next = sum + term;
      lost += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
      sum = next;
    }

    double value() {
      return Double.isFinite(sum) ? sum + lost : sum;
    }
  }
}
