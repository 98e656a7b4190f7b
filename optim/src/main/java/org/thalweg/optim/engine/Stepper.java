package org.thalweg.optim.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Numbers;
import org.thalweg.optim.Start;
import org.thalweg.optim.engine.Plan.Barrier;
import org.thalweg.optim.engine.Plan.Slot;

/// A plan at work on arrays of one type: their states and counts of steps, and the numbers of the
/// step that is being made. How formulas are evaluated is left open.
abstract class Stepper {
  static final int PARAMETER = 0;
  static final int GRADIENT = 1;
  static final int FIRST_STATE = 2;

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
  private final List<Numbers.Value> values;
  private final int firstNumber;

  Stepper(Plan plan, String name, DType dtype, List<Array> parameters) {
    this.plan = plan;
    this.name = name;
    this.dtype = dtype;
    this.parameters = List.copyOf(parameters);
    List<String> inputs = plan.inputs();
    this.singleNames = inputs.subList(plan.arrays().size(), inputs.size());
    this.firstNumber = plan.barriers().size();
    this.values = List.copyOf(plan.numbers().values());
    this.singles = new double[parameters.size()][singleNames.size()];
    this.isActive = new boolean[parameters.size()];
    this.counts = new long[parameters.size()];
    for (Array parameter : parameters) {
      states.add(plan.slots().stream().map(slot -> fresh(slot, parameter)).toList());
    }
  }

  static Stepper of(Plan plan, String name, DType dtype, List<Array> parameters) {
    return plan.isFlat()
        ? new FlatStepper(plan, name, dtype, parameters)
        : new TensorStepper(plan, name, dtype, parameters);
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
      case Start.Copy _ ->
          System.arraycopy(parameter.data(), 0, array.data(), 0, parameter.elements());
    }
    return array;
  }

  /// The formulas of a goal; none where the rule has no such goal.
  static Optional<Phase> phase(Plan plan, String name, Goal goal) {
    return switch (goal) {
      case UPDATE -> {
        List<Expr> outputs = new ArrayList<>(List.of(plan.update().parameter()));
        outputs.addAll(plan.update().states().values());
        yield Optional.of(new Phase(plan, name, outputs, plan.totals()));
      }
      case PROBE -> plan.probe().map(at -> new Phase(plan, name, List.of(at), Set.of()));
      case EVALUATION -> plan.evaluation().map(at -> new Phase(plan, name, List.of(at), Set.of()));
    };
  }

  /// The input that each output of a goal is written to.
  static int[] targets(Plan plan, Goal goal) {
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
  void gradient(int k, Array gradient) {
    isActive[k] = true;
  }

  /// The next step leaves this parameter and its state as they are.
  void skip(int k) {
    isActive[k] = false;
  }

  /// Takes part in an evaluation, for which no gradient is needed.
  void include(int k) {
    isActive[k] = true;
  }

  /// Whether any parameter takes part in the next step.
  boolean isActive() {
    for (boolean active : isActive) {
      if (active) {
        return true;
      }
    }
    return false;
  }

  /// How many levels are measured before a goal is computed.
  abstract int levels(Goal goal);

  /// What is measured at a level.
  abstract List<Barrier> barriers(Goal goal, int level);

  /// Measures a level over every active parameter.
  abstract void measure(Goal goal, int level);

  /// Computes the outputs of a goal, in place, for every active parameter.
  abstract void run(Goal goal);

  /// The indices of the numbers that a level uses.
  abstract int[] numbers(Goal goal, int level);

  int[] indices(Phase phase, int level) {
    return phase.numbers(level).stream().mapToInt(singleNames::indexOf).toArray();
  }

  /// Computes the numbers that a level uses.
  ///
  /// @throws IllegalArgumentException where a schedule gives what is not finite
  void prepare(Goal goal, int level, Moment moment) {
    int[] numbers = numbers(goal, level);
    int before = -1;
    for (int k = 0; k < singles.length; k++) {
      if (!isActive[k]) {
        continue;
      }
      boolean isSame = before >= 0 && counts[k] == counts[before];
      for (int index : numbers) {
        singles[k][index] = isSame ? singles[before][index] : value(index, moment, counts[k] + 1);
      }
      before = k;
    }
  }

  private double value(int index, Moment moment, long t) {
    double value = values.get(index - firstNumber).at(moment.own(t, dtype));
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

  /// The share of the active parameters in a total: the sum, or the root of the sum of squares.
  double total(Barrier barrier) {
    int index = singleNames.indexOf(barrier.name());
    double total = 0;
    for (int k = 0; k < singles.length; k++) {
      if (isActive[k]) {
        double share = singles[k][index];
        total = barrier.kind().isNorm() ? StrictMath.hypot(total, share) : total + share;
      }
    }
    return total;
  }

  /// Tells what the total over all parameters is.
  void setTotal(String total, double value) {
    int index = singleNames.indexOf(total);
    for (double[] row : singles) {
      row[index] = value;
    }
  }

  /// The active parameters have made the step.
  void count() {
    for (int k = 0; k < counts.length; k++) {
      counts[k] += isActive[k] ? 1 : 0;
    }
  }

  /// The states of a parameter by name.
  Map<String, Array> states(int k) {
    Map<String, Array> named = new java.util.LinkedHashMap<>();
    for (int j = 0; j < plan.slots().size(); j++) {
      named.put(plan.slots().get(j).name(), states.get(k).get(j));
    }
    return named;
  }
}
