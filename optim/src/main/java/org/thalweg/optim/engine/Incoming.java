package org.thalweg.optim.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Elementwise;
import org.thalweg.autodiff.array.sweep.Sweep;
import org.thalweg.autodiff.array.sweep.Sweep.Measure;
import org.thalweg.autodiff.buffer.BufferUpdates;
import org.thalweg.autodiff.formula.Formula;

/// The gradients that a step is made of, at most one for each parameter: taken as they come, or
/// added up over several batches, and measured all in one parallel pass. A pass allocates nothing.
public final class Incoming {
  /// Where a parameter stands among those of its type.
  private record Place(Sweep sweep, int group) {}

  private static final Formula PLUS = Formula.of("sum", "g", (sum, g) -> sum.plus(g));

  private final List<Array> parameters;
  private final long batches;
  private final List<Measure> measures;
  private final @Nullable Array[] gradients;
  private final @Nullable Array[] sums;
  private final boolean[] isSummed;
  private final List<Sweep> sweeps = new ArrayList<>();
  private final List<Place> places = new ArrayList<>();
  private BufferUpdates updates = BufferUpdates.NONE;
  private long count;

  /// @param batches how many gradients are added up for a step
  /// @param measures what is to be known of them
  public Incoming(List<Array> parameters, long batches, Set<Measure> measures) {
    this.parameters = List.copyOf(parameters);
    this.batches = batches;
    this.measures = List.copyOf(measures);
    this.gradients = new Array[parameters.size()];
    this.sums = new Array[parameters.size()];
    this.isSummed = new boolean[parameters.size()];
    Map<DType, Sweep> byType = new EnumMap<>(DType.class);
    for (Array parameter : measures.isEmpty() ? List.<Array>of() : parameters) {
      Sweep sweep = byType.computeIfAbsent(parameter.dtype(), this::sweep);
      places.add(new Place(sweep, sweep.add(parameter.elements())));
    }
    sweeps.addAll(byType.values());
  }

  private Sweep sweep(DType dtype) {
    Formula each =
        Formula.of(List.of("g"), in -> measures.stream().map(_ -> in.get(0)).toList())
            .named("gradients");
    return Sweep.measuring(each, 1, measures.toArray(Measure[]::new), dtype);
  }

  /// Gives the gradient of a parameter; `null` where it has none.
  public void set(int k, @Nullable Array gradient) {
    gradients[k] = gradient;
  }

  /// Whether those given last complete a step; until then they are added up, and a parameter
  /// without one had a gradient of 0.
  ///
  /// @param more what came with them for buffers
  public boolean complete(BufferUpdates more) {
    if (batches == 1) {
      updates = more;
      return true;
    }
    for (Array gradient : gradients) {
      if (gradient != null) {
        // Fails where the scope of a gradient has ended, before any is added.
        gradient.data();
      }
    }
    for (int k = 0; k < gradients.length; k++) {
      Array gradient = gradients[k];
      if (gradient != null) {
        add(k, gradient);
      }
    }
    updates = updates.and(more);
    return ++count == batches;
  }

  private void add(int k, Array gradient) {
    Array sum = sum(k);
    if (isSummed[k]) {
      Elementwise.applyInto(PLUS, new Array[] {sum, gradient}, new Array[] {sum});
    } else {
      sum.assign(gradient);
      isSummed[k] = true;
    }
  }

  private Array sum(int k) {
    Array sum = sums[k];
    if (sum == null) {
      sum = Array.persistent(parameters.get(k).dtype(), parameters.get(k).shape());
      sums[k] = sum;
    }
    return sum;
  }

  /// The gradient of a parameter for the step, before [#scale]; `null` where it has none.
  public @Nullable Array get(int k) {
    return batches == 1 ? gradients[k] : isSummed[k] ? sums[k] : null;
  }

  /// What the step is to write into buffers.
  public BufferUpdates updates() {
    return updates;
  }

  /// What each is to be multiplied by: the mean of several batches is taken.
  public double scale() {
    return 1.0 / batches;
  }

  /// The gradient of a parameter that was given last; `null` where it has none.
  public @Nullable Array given(int k) {
    return gradients[k];
  }

  /// Lets go of the gradients that were given last.
  public void forget() {
    Arrays.fill(gradients, null);
    for (int i = 0; i < sweeps.size(); i++) {
      sweeps.get(i).forget(0);
    }
  }

  /// Lets go of the gradients, and begins anew if a step was complete.
  public void clear() {
    forget();
    if (count % batches == 0) {
      updates = BufferUpdates.NONE;
      Arrays.fill(isSummed, false);
      count = 0;
    }
  }

  /// Measures all gradients of the step, in one pass, if something is to be known of them.
  public void measure() {
    for (int k = 0; k < places.size(); k++) {
      Place place = places.get(k);
      Array gradient = get(k);
      place.sweep.setActive(place.group, gradient != null);
      if (gradient != null) {
        place.sweep.set(place.group, 0, gradient);
      }
    }
    for (int i = 0; i < sweeps.size(); i++) {
      sweeps.get(i).run();
    }
  }

  /// ‖g‖ of a parameter, scaled; 0 where it has no gradient.
  public double norm(int k) {
    return measured(k, Measure.NORM);
  }

  /// ‖g‖ over all parameters, scaled.
  public double norm() {
    double norm = 0;
    for (int k = 0; k < places.size(); k++) {
      norm = StrictMath.hypot(norm, norm(k));
    }
    return norm;
  }

  /// The largest |gᵢ| over all parameters, scaled; NaN where there is one.
  public double largest() {
    double largest = 0;
    for (int k = 0; k < places.size(); k++) {
      largest = Math.max(largest, measured(k, Measure.LARGEST));
    }
    return largest;
  }

  private double measured(int k, Measure measure) {
    Place place = places.get(k);
    return get(k) == null
        ? 0
        : place.sweep.measured(place.group, measures.indexOf(measure)) * scale();
  }

  /// How many batches have been added up for the next step.
  long count() {
    return count;
  }

  /// The sum of a parameter so far; `null` where there is none.
  @Nullable Array summed(int k) {
    return isSummed[k] ? sums[k] : null;
  }

  /// Refuses to be written down between batches of a step that came with something for buffers.
  public void checkSaved() {
    if (!updates.names().isEmpty()) {
      throw new IllegalStateException(
          "state: "
              + count
              + " of the "
              + batches
              + " batches of a step are there, and what they have for the buffers "
              + updates.names()
              + " is not written: save after the step");
    }
  }

  /// Continues with a sum of so many batches.
  void restore(List<@Nullable Array> others, long already) {
    updates = BufferUpdates.NONE;
    for (int k = 0; k < sums.length; k++) {
      Array other = others.get(k);
      isSummed[k] = other != null;
      if (other != null) {
        sum(k).assign(other);
      }
    }
    count = already;
  }
}
