package org.thalweg.optim.schedule;

import java.util.LinkedHashMap;
import java.util.Map;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.engine.Checks;

/// A rate that falls by a factor when a loss has not got smaller for some time: the one schedule
/// that is no function of the step. Tell it the loss by [#report], once an epoch.
///
/// ```java
/// Plateau rate = new Plateau(0.1);
/// Optimizer optimizer = new Sgd(rate, 0.9).over(model.parameters());
/// rate.report(validationLoss);
/// ```
///
/// Better is a loss below (1 − threshold) · the best. Equals `ReduceLROnPlateau` of PyTorch in its
/// mode `min`, `threshold_mode='rel'`. An optimizer whose rule uses it saves and restores it.
public final class Plateau implements Schedule {
  /// How a plateau is told.
  ///
  /// @param factor by which the rate falls; 0.1 by default
  /// @param patience how many reports without a better one are borne; 10 by default
  /// @param threshold how much better is better; 10⁻⁴ by default
  /// @param cooldown how many reports after a fall do not count; 0 by default
  /// @param least the smallest rate; 0 by default
  public record Options(double factor, int patience, double threshold, int cooldown, double least) {
    /// With PyTorch's values.
    public Options() {
      this(0.1, 10, 1e-4, 0, 0);
    }

    /// Checks the values.
    public Options {
      Checks.fraction("plateau", "factor", factor);
      Checks.countOrNone("plateau", "patience", patience);
      Checks.fraction("plateau", "threshold", threshold);
      Checks.countOrNone("plateau", "cooldown", cooldown);
      Checks.notNegative("plateau", "least", least);
    }
  }

  /// A fall smaller than this is none.
  private static final double SMALLEST_FALL = 1e-8;

  private final Options options;
  private double rate;
  private double best = Double.POSITIVE_INFINITY;
  private long bad;
  private long cooling;

  /// With PyTorch's other values.
  public Plateau(double rate) {
    this(rate, new Options());
  }

  /// Begins at a rate.
  public Plateau(double rate, Options options) {
    Checks.notNegative("plateau", "rate", rate);
    this.rate = rate;
    this.options = options;
  }

  @Override
  public synchronized double at(long step) {
    return rate;
  }

  /// Takes note of a loss; NaN is not better.
  public synchronized void report(double loss) {
    if (loss < best * (1 - options.threshold)) {
      best = loss;
      bad = 0;
    } else {
      bad++;
    }
    if (cooling > 0) {
      cooling--;
      bad = 0;
    }
    if (bad > options.patience) {
      double lower = Math.max(rate * options.factor, options.least);
      rate = rate - lower > SMALLEST_FALL ? lower : rate;
      cooling = options.cooldown;
      bad = 0;
    }
  }

  /// What it remembers, by name.
  public synchronized Map<String, Double> state() {
    Map<String, Double> state = new LinkedHashMap<>();
    state.put("rate", rate);
    state.put("best", best);
    state.put("bad", (double) bad);
    state.put("cooling", (double) cooling);
    return state;
  }

  /// Continues from a [state][#state()].
  ///
  /// @throws IllegalArgumentException where a value is missing
  public synchronized void restore(Map<String, Double> state) {
    if (!state.keySet().containsAll(state().keySet())) {
      throw new IllegalArgumentException(
          "plateau: the state has "
              + state.keySet()
              + ": give what state() gave, "
              + state().keySet());
    }
    rate = state.getOrDefault("rate", rate);
    best = state.getOrDefault("best", best);
    bad = state.getOrDefault("bad", 0.0).longValue();
    cooling = state.getOrDefault("cooling", 0.0).longValue();
  }

  @Override
  public synchronized String toString() {
    return "Plateau[rate=" + rate + ", best=" + best + ", " + options + "]";
  }
}
