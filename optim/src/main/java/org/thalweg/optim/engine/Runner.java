package org.thalweg.optim.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.optim.Numbers;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.engine.Plan.Barrier;

/// A rule at work on some arrays, of any types and shapes: what they share is counted and added up
/// here.
public final class Runner {
  /// What is to be computed by a rule.
  public enum Goal {
    /// The step.
    UPDATE,
    /// Where the gradient is taken.
    PROBE,
    /// What to evaluate a model with.
    EVALUATION
  }

  /// Where an array is looked after.
  private record Place(Stepper stepper, int index) {}

  private record Kind(DType dtype, Plan plan) {}

  private final Stepper[] steppers;
  private final List<Place> places = new ArrayList<>();
  private final Moment moment;
  private final boolean hasProbe;
  private final boolean probeNeedsGradient;
  private final boolean hasEvaluation;
  private final boolean isAllocating;

  /// @param name of the rule, for messages
  /// @param arrays which steps change in place
  public Runner(Rule rule, String name, List<Array> arrays) {
    Map<Shape, Plan> plans = new LinkedHashMap<>();
    Map<Kind, List<Array>> kinds = new LinkedHashMap<>();
    List<Kind> kindOf = new ArrayList<>();
    for (Array array : arrays) {
      Plan plan = plan(rule, array.shape(), plans);
      Kind kind = new Kind(array.dtype(), plan);
      kinds.computeIfAbsent(kind, _ -> new ArrayList<>()).add(array);
      kindOf.add(kind);
    }
    this.moment = moment(plans.values());
    checkLevels(plans.values(), name);
    Map<Kind, Stepper> stepperOf = new LinkedHashMap<>();
    kinds.forEach(
        (kind, all) -> stepperOf.put(kind, Stepper.of(kind.plan, name, kind.dtype, all, moment)));
    this.steppers = stepperOf.values().toArray(Stepper[]::new);
    Map<Kind, Integer> next = new LinkedHashMap<>();
    for (Kind kind : kindOf) {
      int index = next.merge(kind, 1, Integer::sum) - 1;
      places.add(new Place(Objects.requireNonNull(stepperOf.get(kind)), index));
    }
    this.hasProbe = isAny(plans, plan -> plan.probe().isPresent());
    this.hasEvaluation = isAny(plans, plan -> plan.evaluation().isPresent());
    this.probeNeedsGradient = isAny(plans, Plan::probeNeedsGradient);
    this.isAllocating = stepperOf.values().stream().anyMatch(Stepper::isAllocating);
  }

  private static boolean isAny(Map<Shape, Plan> plans, Predicate<Plan> what) {
    return plans.values().stream().anyMatch(what);
  }

  private static Plan plan(Rule rule, Shape shape, Map<Shape, Plan> plans) {
    for (Map.Entry<Shape, Plan> known : plans.entrySet()) {
      if (known.getKey().equals(shape) || !known.getValue().isForOneShape()) {
        return known.getValue();
      }
    }
    Plan plan = Plan.of(rule, shape);
    plans.put(shape, plan);
    return plan;
  }

  /// What all plans remember and measure together.
  private static Moment moment(Collection<Plan> plans) {
    Map<String, Double> scalars = new LinkedHashMap<>();
    Set<String> totals = new LinkedHashSet<>();
    for (Plan plan : plans) {
      checkTotals(plan);
      scalars.putAll(plan.scalars());
      plan.barriers().values().stream()
          .filter(barrier -> barrier.kind().isTotal())
          .forEach(barrier -> totals.add(barrier.name()));
    }
    return new Moment(scalars, totals);
  }

  /// A total is complete when all plans have measured their shares, which they do level by level.
  private static void checkLevels(Collection<Plan> plans, String name) {
    Map<String, Integer> levelOf = new HashMap<>();
    for (Plan plan : plans) {
      List<List<Barrier>> levels = plan.phase(Goal.UPDATE, name).orElseThrow().levels();
      for (int level = 0; level < levels.size(); level++) {
        for (Barrier barrier : levels.get(level)) {
          Integer before =
              barrier.kind().isTotal() ? levelOf.putIfAbsent(barrier.name(), level) : null;
          if (before != null && before != level) {
            throw new IllegalArgumentException(
                "rule: its total ["
                    + barrier.name()
                    + "] is made of norms or totals for parameters of one shape and not for those"
                    + " of another: make it of the same for all");
          }
        }
      }
    }
  }

  /// A scalar asks for a total by its name alone.
  private static void checkTotals(Plan plan) {
    Asked asked = new Asked(new ArrayList<>(), new TreeSet<>());
    plan.update().scalars().values().forEach(value -> value.at(asked));
    asked.totals.retainAll(plan.sharedTotals());
    if (!asked.totals.isEmpty()) {
      throw new IllegalArgumentException(
          "rule: two of its totals are named "
              + asked.totals
              + ", and a scalar is made of one: rename one");
    }
  }

  /// The schedules that the numbers and scalars of the rule ask for.
  public List<Schedule> schedules() {
    Asked asked = new Asked(new ArrayList<>(), new TreeSet<>());
    for (Stepper stepper : steppers) {
      stepper.plan.numbers().values().forEach(value -> value.at(asked));
      stepper.plan.update().scalars().values().forEach(value -> value.at(asked));
    }
    return asked.schedules;
  }

  /// Takes note of the schedules and totals that a number asks for, without asking them.
  private record Asked(List<Schedule> schedules, Set<String> totals) implements Numbers {
    @Override
    public long step() {
      return 1;
    }

    @Override
    public double at(Schedule schedule) {
      schedules.add(schedule);
      return 1;
    }

    @Override
    public double atOwn(Schedule schedule) {
      return at(schedule);
    }

    @Override
    public double precision() {
      return Math.ulp(1.0);
    }

    @Override
    public double scalar(String name) {
      return 1;
    }

    @Override
    public double total(String name) {
      totals.add(name);
      return 1;
    }
  }

  /// The gradient of an array for the next step.
  public void gradient(int k, Array gradient) {
    places.get(k).stepper.gradient(places.get(k).index, gradient);
  }

  /// The next step leaves an array and what is remembered of it alone.
  public void skip(int k) {
    places.get(k).stepper.skip(places.get(k).index);
  }

  /// Every array takes part in what needs no gradient.
  public void includeAll() {
    places.forEach(place -> place.stepper.include(place.index));
  }

  /// Whether the gradient is taken elsewhere than at the arrays.
  public boolean hasProbe() {
    return hasProbe;
  }

  /// Whether that place depends on the gradient at the arrays.
  public boolean probeNeedsGradient() {
    return probeNeedsGradient;
  }

  /// Whether models are evaluated with something else than the arrays.
  public boolean hasEvaluation() {
    return hasEvaluation;
  }

  /// Whether a step takes memory, which a scope can recycle.
  public boolean isAllocating() {
    return isAllocating;
  }

  /// Measures and computes everything that step `t` needs; changes nothing.
  ///
  /// @throws IllegalArgumentException where a schedule gives what is not finite
  public void prepare(Goal goal, long t) {
    moment.begin(t);
    int levels = 0;
    for (Stepper stepper : steppers) {
      levels = Math.max(levels, stepper.levels(goal));
    }
    for (int level = 0; level < levels; level++) {
      for (Stepper stepper : steppers) {
        if (level < stepper.levels(goal)) {
          stepper.prepare(goal, level);
          stepper.measure(goal, level);
          stepper.addShares(goal, level);
        }
      }
      for (Stepper stepper : steppers) {
        if (level < stepper.levels(goal)) {
          stepper.takeTotals(goal, level);
        }
      }
    }
    for (Stepper stepper : steppers) {
      stepper.prepare(goal, stepper.levels(goal));
      if (goal == Goal.UPDATE) {
        stepper.prepareScalars();
      }
    }
  }

  /// Writes what has been prepared.
  public void run(Goal goal) {
    for (Stepper stepper : steppers) {
      stepper.run(goal);
      stepper.forget();
      if (goal == Goal.UPDATE) {
        stepper.count();
      }
    }
    if (goal == Goal.UPDATE) {
      moment.end();
    }
  }

  /// What is remembered of an array, by name.
  public Map<String, Array> states(int k) {
    return places.get(k).stepper.states(places.get(k).index);
  }

  /// How many steps an array has made.
  public long count(int k) {
    return places.get(k).stepper.counts[places.get(k).index];
  }

  /// Continues after so many steps of an array.
  public void setCount(int k, long count) {
    places.get(k).stepper.counts[places.get(k).index] = count;
  }

  /// What the rule remembers for all arrays together, by name.
  public Map<String, Double> scalars() {
    return moment.scalars();
  }

  /// Continues with these values of what the rule remembers for all arrays.
  public void setScalars(Map<String, Double> values) {
    moment.setScalars(values);
  }
}
