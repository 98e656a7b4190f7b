package org.thalweg.optim.engine;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.thalweg.autodiff.array.DType;
import org.thalweg.optim.Numbers;
import org.thalweg.optim.Schedule;

/// One step of a rule: its numbers so far. What the rule remembers for all parameters stays from
/// step to step.
final class Moment implements Numbers {
  private final Map<String, Integer> scalarIndex = new LinkedHashMap<>();
  private final Map<String, Integer> totalIndex = new LinkedHashMap<>();
  private final double[] scalars;
  private final double[] after;
  private final double[] totals;
  private final boolean[] isTotalKnown;
  private long steps;
  private long own;
  private DType dtype = DType.FLOAT64;
  private boolean isMeasured;

  /// @param starts what the rule remembers, before the first step
  /// @param totals the names of what it measures over all parameters
  Moment(Map<String, Double> starts, Set<String> totals) {
    this.scalars = new double[starts.size()];
    this.after = new double[starts.size()];
    this.totals = new double[totals.size()];
    this.isTotalKnown = new boolean[totals.size()];
    starts.forEach(
        (name, start) -> {
          scalars[scalarIndex.size()] = start;
          scalarIndex.put(name, scalarIndex.size());
        });
    totals.forEach(name -> totalIndex.put(name, totalIndex.size()));
  }

  /// Before step `t` of the optimizer.
  void begin(long t) {
    steps = t;
    Arrays.fill(isTotalKnown, false);
    System.arraycopy(scalars, 0, after, 0, scalars.length);
  }

  /// For a parameter in its own step `t`.
  Moment own(long t, DType type) {
    own = t;
    dtype = type;
    isMeasured = false;
    return this;
  }

  /// Whether a number since [#own] was made of what gradients and parameters are: then it may be
  /// anything.
  boolean isMeasured() {
    return isMeasured;
  }

  long steps() {
    return steps;
  }

  /// Where a total is kept.
  int totalIndex(String name) {
    return Objects.requireNonNull(totalIndex.get(name));
  }

  /// Adds a share to a total.
  void addTotal(int index, double share, boolean isNorm) {
    double before = isTotalKnown[index] ? totals[index] : 0;
    totals[index] = isNorm ? StrictMath.hypot(before, share) : before + share;
    isTotalKnown[index] = true;
  }

  double total(int index) {
    return totals[index];
  }

  /// Where a scalar is kept.
  int scalarIndex(String name) {
    return Objects.requireNonNull(scalarIndex.get(name));
  }

  /// What a scalar will be when the step is made.
  void setAfter(int scalar, double value) {
    after[scalar] = value;
  }

  /// The step has been made.
  void end() {
    System.arraycopy(after, 0, scalars, 0, scalars.length);
  }

  /// The scalars by name: a copy.
  Map<String, Double> scalars() {
    Map<String, Double> named = new LinkedHashMap<>();
    scalarIndex.forEach((name, index) -> named.put(name, scalars[index]));
    return named;
  }

  /// Sets scalars that there are.
  void setScalars(Map<String, Double> values) {
    values.forEach((name, value) -> scalars[scalarIndex(name)] = value);
  }

  @Override
  public long step() {
    return own;
  }

  @Override
  public double at(Schedule schedule) {
    return schedule.at(steps);
  }

  @Override
  public double atOwn(Schedule schedule) {
    return schedule.at(own);
  }

  @Override
  public double precision() {
    return dtype == DType.FLOAT32 ? Math.ulp(1f) : Math.ulp(1.0);
  }

  @Override
  public double scalar(String name) {
    isMeasured = true;
    Integer index = scalarIndex.get(name);
    if (index == null) {
      throw new IllegalStateException(
          "rule: it remembers no scalar ["
              + name
              + "], only "
              + scalarIndex.keySet()
              + ": name it by"
              + " scalar(…)");
    }
    return scalars[index];
  }

  @Override
  public double total(String name) {
    isMeasured = true;
    Integer index = totalIndex.get(name);
    if (index == null || !isTotalKnown[index]) {
      throw new IllegalStateException(
          "rule: the total ["
              + name
              + "] is not measured yet, only "
              + totalIndex.keySet().stream().filter(t -> isTotalKnown[totalIndex(t)]).toList()
              + ": use it in a number that comes later");
    }
    return totals[index];
  }
}
