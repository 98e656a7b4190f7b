package org.thalweg.optim.engine;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.optim.Numbers;
import org.thalweg.optim.Start;
import org.thalweg.optim.engine.Plan.Barrier;
import org.thalweg.optim.engine.Plan.Slot;
import org.thalweg.optim.engine.Runner.Goal;

/// A plan at work on arrays of one type: their states and counts of steps, and the numbers of the
/// step that is being made. How formulas are evaluated is left open.
abstract class Stepper {
  static final int PARAMETER = 0;
  static final int GRADIENT = 1;
  static final int FIRST_STATE = 2;

  /// A total that is measured at a level: where its shares are, and where it is kept.
  private record Total(int place, int index, boolean isNorm) {}

  /// The formulas of a goal, and for each level the totals and the indices of the numbers.
  private record Course(Phase phase, List<List<Total>> totals, List<int[]> numbers) {}

  final Plan plan;
  final DType dtype;
  final String name;
  final List<Array> parameters;
  final List<List<Array>> states = new ArrayList<>();
  final List<String> singleNames;

  /// For each parameter what is one number for it: barriers first, then numbers.
  final double[][] singles;

  final boolean[] isActive;
  final long[] counts;
  private final Moment moment;
  private final Map<Goal, Course> courses = new EnumMap<>(Goal.class);
  private final Numbers.Value[] values;
  private final int firstNumber;
  private final int[] scalars;
  private final Numbers.Value[] scalarValues;

  /// The states that begin as the parameter.
  private final int[] copies;

  Stepper(Plan plan, String name, DType dtype, List<Array> parameters, Moment moment) {
    this.plan = plan;
    this.name = name;
    this.dtype = dtype;
    this.parameters = List.copyOf(parameters);
    this.moment = moment;
    List<String> inputs = plan.inputs();
    this.singleNames = inputs.subList(plan.arrays().size(), inputs.size());
    this.firstNumber = plan.barriers().size();
    this.values = plan.numbers().values().toArray(Numbers.Value[]::new);
    this.singles = new double[parameters.size()][singleNames.size()];
    this.isActive = new boolean[parameters.size()];
    this.counts = new long[parameters.size()];
    for (Array parameter : parameters) {
      states.add(plan.slots().stream().map(slot -> fresh(slot, parameter)).toList());
    }
    this.copies =
        IntStream.range(0, plan.slots().size())
            .filter(j -> plan.slots().get(j).start() instanceof Start.Copy)
            .toArray();
    for (Goal goal : Goal.values()) {
      plan.phase(goal, name).ifPresent(phase -> courses.put(goal, course(phase)));
    }
    Map<String, Numbers.Value> changed = plan.update().scalars();
    this.scalars = changed.keySet().stream().mapToInt(moment::scalarIndex).toArray();
    this.scalarValues = changed.values().toArray(Numbers.Value[]::new);
  }

  static Stepper of(Plan plan, String name, DType dtype, List<Array> parameters, Moment moment) {
    return plan.isFlat()
        ? new FlatStepper(plan, name, dtype, parameters, moment)
        : new TensorStepper(plan, name, dtype, parameters, moment);
  }

  private static Array fresh(Slot slot, Array parameter) {
    Shape shape = slot.shape().apply(parameter.shape());
    Array array = Array.persistent(parameter.dtype(), shape);
    switch (slot.start()) {
      case Start.Value value -> {
        if (value.value() != 0) {
          array.fill(value.value());
        }
      }
      case Start.Copy _ -> array.assign(parameter);
    }
    return array;
  }

  private Course course(Phase phase) {
    List<List<Total>> totals = new ArrayList<>();
    List<int[]> numbers = new ArrayList<>();
    for (List<Barrier> level : phase.levels()) {
      totals.add(level.stream().filter(b -> b.kind().isTotal()).map(this::total).toList());
    }
    for (int level = 0; level <= phase.levels().size(); level++) {
      numbers.add(phase.numbers(level).stream().mapToInt(singleNames::indexOf).toArray());
    }
    return new Course(phase, totals, numbers);
  }

  private Total total(Barrier barrier) {
    int place = singleNames.indexOf(barrier.name());
    return new Total(place, moment.totalIndex(barrier.name()), barrier.kind().isNorm());
  }

  private Course course(Goal goal) {
    return Objects.requireNonNull(courses.get(goal));
  }

  /// The goals that the rule has.
  final Set<Goal> goals() {
    return courses.keySet();
  }

  final Phase phase(Goal goal) {
    return course(goal).phase;
  }

  /// The input that each output of a goal is written to.
  final int[] targets(Goal goal) {
    if (goal != Goal.UPDATE) {
      return new int[] {PARAMETER};
    }
    List<String> slots = plan.slots().stream().map(Slot::name).toList();
    List<Integer> targets = new ArrayList<>(List.of(PARAMETER));
    plan.update().states().keySet().forEach(s -> targets.add(FIRST_STATE + slots.indexOf(s)));
    return targets.stream().mapToInt(Integer::intValue).toArray();
  }

  /// The gradient of a parameter for the next step.
  ///
  /// @throws IllegalArgumentException where its type or size is another
  abstract void gradient(int k, Array gradient);

  /// The next step leaves this parameter and its state as they are.
  final void skip(int k) {
    isActive[k] = false;
  }

  /// Takes part in what comes next.
  final void include(int k) {
    isActive[k] = true;
  }

  /// Whether any parameter takes part in the next step.
  final boolean isActive() {
    for (boolean active : isActive) {
      if (active) {
        return true;
      }
    }
    return false;
  }

  /// Whether a step takes memory, which a scope can recycle.
  abstract boolean isAllocating();

  /// How many levels are measured before a goal is computed.
  final int levels(Goal goal) {
    return phase(goal).levels().size();
  }

  /// Measures a level over every active parameter.
  abstract void measure(Goal goal, int level);

  /// Computes the outputs of a goal, in place, for every active parameter.
  abstract void run(Goal goal);

  /// Computes the numbers that a level uses.
  ///
  /// @throws IllegalArgumentException where a schedule gives what is not finite
  void prepare(Goal goal, int level) {
    if (level == 0) {
      copyParameters();
    }
    int[] numbers = course(goal).numbers.get(level);
    int before = -1;
    for (int k = 0; k < singles.length; k++) {
      if (!isActive[k]) {
        continue;
      }
      boolean isSame = before >= 0 && counts[k] == counts[before];
      for (int index : numbers) {
        singles[k][index] = isSame ? singles[before][index] : value(index, counts[k] + 1);
      }
      before = k;
    }
  }

  /// Before its first step a parameter may still be given other values: those of a file.
  private void copyParameters() {
    for (int j = 0; j < copies.length; j++) {
      for (int k = 0; k < parameters.size(); k++) {
        if (isActive[k] && counts[k] == 0) {
          states.get(k).get(copies[j]).assign(parameters.get(k));
        }
      }
    }
  }

  private double value(int index, long t) {
    double value = values[index - firstNumber].at(moment.own(t, dtype));
    if (!Double.isFinite(value) && !moment.isMeasured()) {
      throw new IllegalArgumentException(
          name
              + ": the number ["
              + singleNames.get(index)
              + "] is "
              + value
              + " at step "
              + t
              + ": check the schedule and the hyper-parameters");
    }
    return value;
  }

  /// Adds the shares of the active parameters to the totals of a level.
  final void addShares(Goal goal, int level) {
    List<Total> totals = course(goal).totals.get(level);
    for (int i = 0; i < totals.size(); i++) {
      Total total = totals.get(i);
      // By itself first: what parameters of one type add up to is one share.
      double share = 0;
      for (int k = 0; k < singles.length; k++) {
        if (isActive[k]) {
          double more = singles[k][total.place];
          share = total.isNorm ? StrictMath.hypot(share, more) : share + more;
        }
      }
      moment.addTotal(total.index, share, total.isNorm);
    }
  }

  /// Takes the totals of a level, which are complete.
  final void takeTotals(Goal goal, int level) {
    List<Total> totals = course(goal).totals.get(level);
    for (int i = 0; i < totals.size(); i++) {
      double value = moment.total(totals.get(i).index);
      for (double[] row : singles) {
        row[totals.get(i).place] = value;
      }
    }
  }

  /// Computes what the rule remembers for all parameters, as it will be after the step.
  final void prepareScalars() {
    if (scalars.length > 0 && isActive()) {
      // What all parameters share makes the steps of the optimizer, if any of them does.
      moment.own(moment.steps(), dtype);
      for (int i = 0; i < scalars.length; i++) {
        moment.setAfter(scalars[i], scalarValues[i].at(moment));
      }
    }
  }

  /// Lets go of the gradients.
  abstract void forget();

  /// The active parameters have made the step.
  final void count() {
    for (int k = 0; k < counts.length; k++) {
      counts[k] += isActive[k] ? 1 : 0;
    }
  }

  /// The states of a parameter by name.
  final Map<String, Array> states(int k) {
    Map<String, Array> named = new LinkedHashMap<>();
    for (int j = 0; j < plan.slots().size(); j++) {
      named.put(plan.slots().get(j).name(), states.get(k).get(j));
    }
    return named;
  }
}
