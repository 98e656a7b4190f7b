package org.thalweg.checker;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.Shape;

/// What is probably wrong, from how wrong derivatives compare with right ones.
final class Causes {
  private static final double CLOSE = 1e-5;
  private static final int LANES = 16;

  private final List<Entry> entries;
  private final int outputs;
  private final int order;
  private final Map<Integer, Entry> byPlace = new HashMap<>();

  private Causes(List<Entry> entries, int outputs, int order) {
    this.entries = entries;
    this.outputs = outputs;
    this.order = order;
    entries.forEach(entry -> byPlace.put(entry.flat(), entry));
  }

  /// The entries of one input, with a cause for each that failed.
  ///
  /// @param outputs the number of outputs of the function
  static List<Entry> explained(List<Entry> entries, int outputs, int order) {
    Causes causes = new Causes(entries, outputs, order);
    return entries.stream()
        .map(e -> e.verdict() == Verdict.FAILED ? e.because(causes.of(e)) : e)
        .toList();
  }

  private String of(Entry entry) {
    String place = onlyTheTail() ? "only the last elements: the tail of a vector loop? " : "";
    String value = byValue(entry);
    String cause = (place + (value == null ? "" : value)).strip();
    return entry.cause().isEmpty() ? cause : entry.cause() + ". " + cause;
  }

  private @Nullable String byValue(Entry entry) {
    double a = entry.analytic();
    double n = entry.numeric();
    if (!Double.isFinite(a)) {
      return "the function is finite here: a division by zero or 0 · ∞ in the pullback?";
    }
    if (n == 0) {
      return "the function does not depend on this element";
    }
    if (a == 0) {
      return order == 1
          ? "no gradient arrives: detached, not recorded, or zeroed?"
          : "no gradient arrives: a pullback that uses an array, or a detached tensor, as a"
              + " constant?";
    }
    String simple = byRatio(entry.shape(), a / n);
    return simple != null ? simple : entry.flat() < 0 ? null : byNeighbours(entry);
  }

  private @Nullable String byRatio(Shape shape, double ratio) {
    if (isClose(ratio, -1)) {
      return "the sign is wrong";
    }
    if (isClose(ratio, 2) || isClose(ratio, 0.5)) {
      return "a factor of 2: a missing ½, or a gradient accumulated twice?";
    }
    if (isClose(Math.abs(ratio), 2) || isClose(Math.abs(ratio), 0.5)) {
      return "a factor of 2 and the sign";
    }
    TreeSet<Integer> counts = new TreeSet<>(List.of(outputs, shape.elements()));
    for (int size : shape.sizes()) {
      counts.add(size);
    }
    for (int n : counts) {
      if (n > 2 && (isClose(ratio, n) || isClose(ratio, 1.0 / n))) {
        return "a factor of " + n + ": the mean for the sum, or the sum for the mean?";
      }
    }
    return null;
  }

  private @Nullable String byNeighbours(Entry entry) {
    Shape shape = entry.shape();
    int i = entry.flat();
    if (shape.rank() == 2 && shape.size(0) == shape.size(1)) {
      int n = shape.size(0);
      if (matches(entry, i % n * n + i / n)) {
        return "it is the derivative of the transposed element: transposed?";
      }
    }
    int n = shape.elements();
    if (matches(entry, (i + 1) % n) || matches(entry, (i + n - 1) % n)) {
      return "it is the derivative of the next element: shifted by one?";
    }
    return null;
  }

  private boolean matches(Entry entry, int place) {
    Entry other = byPlace.get(place);
    return other != null && place != entry.flat() && isClose(entry.analytic() / other.numeric(), 1);
  }

  /// Whether all that failed is in the last incomplete vector of some width, and more than that was
  /// checked.
  private boolean onlyTheTail() {
    int n = entries.getFirst().shape().elements();
    for (int lanes = 2; lanes <= LANES; lanes *= 2) {
      int tail = n - n % lanes;
      boolean isTail =
          tail > 0
              && tail < n
              && entries.stream()
                  .filter(entry -> entry.flat() >= 0)
                  .allMatch(entry -> entry.flat() >= tail == (entry.verdict() == Verdict.FAILED));
      if (isTail) {
        return true;
      }
    }
    return false;
  }

  private static boolean isClose(double a, double b) {
    return Math.abs(a - b) <= CLOSE * Math.abs(b);
  }
}
