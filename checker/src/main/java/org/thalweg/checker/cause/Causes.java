package org.thalweg.checker.cause;

import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.Shape;

/// What is probably wrong with the derivatives in one input.
public final class Causes {
  private static final int LANES = 16;

  /// So many elements are enough to say that only one of them is wrong.
  private static final int SEVERAL = 8;

  private final Comparison all;
  private final int outputs;
  private final int order;
  private final boolean isBroadcast;
  private final boolean isReached;
  private final String where;
  private final @Nullable String pattern;

  private Causes(Comparison all, int outputs, int order, boolean isBroadcast, boolean isReached) {
    this.all = all;
    this.outputs = outputs;
    this.order = order;
    this.isBroadcast = isBroadcast;
    this.isReached = isReached;
    this.where = where();
    this.pattern = isReached ? pattern() : null;
  }

  /// Looks at all derivatives in an input.
  ///
  /// @param outputs the number of outputs of the function
  /// @param isBroadcast whether the input is smaller than another that it broadcasts to
  /// @param isReached whether a gradient goes back to the input at all
  public static Causes of(
      Comparison all, int outputs, int order, boolean isBroadcast, boolean isReached) {
    return new Causes(all, outputs, order, isBroadcast, isReached);
  }

  /// The cause of one derivative that failed; empty where none is known.
  ///
  /// @param flat the index of the element; −1 for a direction
  public String of(int flat, double analytic, double numeric) {
    String value = byValue(flat, analytic, numeric);
    return (where + (value == null ? "" : value)).strip();
  }

  /// Which elements are wrong.
  private String where() {
    if (onlyTheTail()) {
      return "only the last elements: the tail of a vector loop? ";
    }
    boolean isOne = all.count(all.failed()) == 1 && all.count(all.checked()) >= SEVERAL;
    return isOne ? "only this element of those checked: an index, or one branch? " : "";
  }

  /// Whether all that failed is in the last incomplete vector of some width, and more than that was
  /// checked.
  private boolean onlyTheTail() {
    int n = all.elements();
    for (int lanes = 2; lanes <= LANES; lanes *= 2) {
      int tail = n - n % lanes;
      boolean isTail = tail > 0 && tail < n;
      for (int i = 0; isTail && i < n; i++) {
        isTail = !all.checked()[i] || i >= tail == all.failed()[i];
      }
      if (isTail) {
        return true;
      }
    }
    return false;
  }

  /// What all derivatives together look like; `null` where each has to be looked at by itself.
  private @Nullable String pattern() {
    double factor = factor();
    if (!Double.isNaN(factor)) {
      String simple = byRatio(all.shape(), factor);
      String plain = String.format(Locale.ROOT, "all are off by one factor, %.6g", factor);
      return simple == null ? plain : simple;
    }
    return Arrangement.of(all);
  }

  /// The factor by which all that failed are off; NaN where there is none, or only one failed.
  private double factor() {
    double factor = Double.NaN;
    int count = 0;
    for (int i = 0; i < all.elements(); i++) {
      if (all.failed()[i]) {
        double ratio = all.analytic()[i] / all.numeric()[i];
        if (ratio == 0 || (count++ > 0 && !Comparison.isClose(ratio, factor))) {
          return Double.NaN;
        }
        factor = ratio;
      }
    }
    return count < 2 ? Double.NaN : factor;
  }

  private @Nullable String byValue(int flat, double a, double n) {
    if (!Double.isFinite(a)) {
      return "the function is finite here: a division by zero or 0 · ∞ in the pullback?";
    }
    if (!isReached) {
      return "no path, no gradient arrives: detached, or what uses it is not recorded?";
    }
    if (n == 0) {
      return "the function does not depend on this element";
    }
    if (pattern != null && flat >= 0) {
      return pattern;
    }
    if (a == 0) {
      return order == 1
          ? "no gradient arrives: detached, not recorded, or zeroed?"
          : "no gradient arrives: a pullback that uses an array, or a detached tensor, as a"
              + " constant?";
    }
    String simple = byRatio(all.shape(), a / n);
    if (simple != null) {
      return simple;
    }
    return isBroadcast && all.count(all.failed()) == all.count(all.checked())
        ? "the input is broadcast to a larger one: a sum over that left out?"
        : null;
  }

  private @Nullable String byRatio(Shape shape, double ratio) {
    if (Comparison.isClose(ratio, -1)) {
      return "the sign is wrong";
    }
    if (Comparison.isClose(ratio, 2) || Comparison.isClose(ratio, 0.5)) {
      return "a factor of 2: a missing ½, or a gradient accumulated twice?";
    }
    if (Comparison.isClose(Math.abs(ratio), 2) || Comparison.isClose(Math.abs(ratio), 0.5)) {
      return "a factor of 2 and the sign";
    }
    TreeSet<Integer> counts = new TreeSet<>();
    counts.add(outputs);
    counts.add(shape.elements());
    for (int size : shape.sizes()) {
      counts.add(size);
    }
    for (int n : counts) {
      if (n > 2 && (Comparison.isClose(ratio, n) || Comparison.isClose(ratio, 1.0 / n))) {
        return "a factor of " + n + ": the mean for the sum, or the sum for the mean?";
      }
    }
    return null;
  }
}
