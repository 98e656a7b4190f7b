package org.thalweg.optim.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.Elementwise;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.array.sweep.Sweep;
import org.thalweg.autodiff.formula.Formula;

/// Sums of gradients by the names of parameters, for a step made of several batches.
public final class Accumulator {
  private static final Formula PLUS =
      Formula.of(List.of("sum", "g"), in -> List.of(in.get(0).plus(in.get(1)))).named("accumulate");
  private static final Formula SCALED =
      Formula.of(List.of("sum", "c"), in -> List.of(in.get(0).times(in.get(1))))
          .named("accumulate");

  private final Map<String, Array> sums = new LinkedHashMap<>();
  private long count;

  /// Adds the gradients of one more batch; a parameter without one had a gradient of 0.
  ///
  /// @return how many batches there are
  public long add(Map<String, Array> gradients) {
    gradients.forEach(
        (name, gradient) -> {
          Array before = sums.get(name);
          Array sum = before == null ? gradient : Elementwise.apply(PLUS, before, gradient);
          sums.put(name, kept(sum));
        });
    return ++count;
  }

  /// A copy outside of any scope.
  private static Array kept(Array array) {
    Array copy = Array.persistent(array.dtype(), array.shape());
    System.arraycopy(array.data(), 0, copy.data(), 0, array.elements());
    return copy;
  }

  /// The means over the batches so far.
  public Map<String, Array> means() {
    Map<String, Array> means = new LinkedHashMap<>();
    sums.forEach(
        (name, sum) ->
            means.put(
                name,
                Elementwise.apply(
                    SCALED, sum, Array.full(sum.dtype(), Shape.SCALAR, 1.0 / count))));
    return means;
  }

  /// Begins anew.
  public void clear() {
    sums.clear();
    count = 0;
  }

  /// The sums so far.
  public Map<String, Array> sums() {
    return sums;
  }

  /// How many batches there are.
  public long count() {
    return count;
  }

  /// Continues with sums of so many batches.
  public void restore(Map<String, Array> others, long batches) {
    clear();
    others.forEach((name, sum) -> sums.put(name, kept(sum)));
    count = batches;
  }

  /// ‖g‖ over all gradients.
  public static double norm(Iterable<Array> gradients) {
    double norm = 0;
    for (Array gradient : gradients) {
      norm = StrictMath.hypot(norm, norm(gradient));
    }
    return norm;
  }

  /// ‖g‖ of one gradient, in one pass; not finite where an element is not.
  public static double norm(Array gradient) {
    return Sweep.sum(Sweep.Sum.NORM, gradient);
  }

  /// The largest |gᵢ|; NaN where there is one.
  public static double largest(Iterable<Array> gradients) {
    double largest = 0;
    for (Array gradient : gradients) {
      Object data = gradient.data();
      for (int i = 0; i < gradient.elements(); i++) {
        double g = data instanceof float[] floats ? floats[i] : ((double[]) data)[i];
        largest = Math.max(largest, Math.abs(g));
      }
    }
    return largest;
  }
}
