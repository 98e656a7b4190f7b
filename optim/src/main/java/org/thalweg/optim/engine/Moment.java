package org.thalweg.optim.engine;

import java.util.HashMap;
import java.util.Map;
import org.thalweg.autodiff.array.DType;
import org.thalweg.optim.Numbers;
import org.thalweg.optim.Schedule;

/// One step of a rule: its numbers so far.
final class Moment implements Numbers {
  private final Map<String, Double> scalars;
  private final Map<String, Double> totals = new HashMap<>();
  private long steps;
  private long own;
  private DType dtype = DType.FLOAT64;
  private boolean isMeasured;

  Moment(Map<String, Double> scalars) {
    this.scalars = new HashMap<>(scalars);
  }

  /// Before step `t` of the optimizer.
  void begin(long t) {
    steps = t;
    totals.clear();
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

  void total(String name, double value) {
    totals.put(name, value);
  }

  Map<String, Double> scalars() {
    return scalars;
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
    Double value = scalars.get(name);
    if (value == null) {
      throw new IllegalStateException(
          "rule: it remembers no scalar ["
              + name
              + "], only "
              + scalars.keySet()
              + ": name it by"
              + " scalar(…)");
    }
    return value;
  }

  @Override
  public double total(String name) {
    isMeasured = true;
    Double value = totals.get(name);
    if (value == null) {
      throw new IllegalStateException(
          "rule: the total ["
              + name
              + "] is not measured yet, only "
              + totals.keySet()
              + ": use it in a number that comes later");
    }
    return value;
  }
}
