package org.thalweg.optim.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.array.sweep.Fused;
import org.thalweg.autodiff.array.sweep.Sweep;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Numbers;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Start;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Runner.Goal;

/// A rule written out in symbols: what it remembers, the numbers it needs, what is measured before,
/// and the formulas.
final class Plan {
  static final String PARAMETER = "θ";
  static final String GRADIENT = "g";

  /// What is measured of an expression.
  enum Kind {
    /// One number for each parameter.
    SUM,
    /// One number for each parameter.
    NORM,
    /// One number for all.
    TOTAL,
    /// One number for all.
    TOTAL_NORM,
    /// A tensor for each parameter.
    ROW_MEANS,
    /// A tensor for each parameter.
    COLUMN_MEANS,
    /// A tensor for each parameter.
    COMPUTED;

    boolean isTensor() {
      return this == ROW_MEANS || this == COLUMN_MEANS || this == COMPUTED;
    }

    boolean isTotal() {
      return this == TOTAL || this == TOTAL_NORM;
    }

    boolean isNorm() {
      return this == NORM || this == TOTAL_NORM;
    }

    /// What is made of a formula with broadcasting.
    Fused.Goal goal() {
      return switch (this) {
        case ROW_MEANS -> new Fused.Goal.RowMeans();
        case COLUMN_MEANS -> new Fused.Goal.ColumnMeans();
        default -> new Fused.Goal.Whole(measure());
      };
    }

    Sweep.Measure measure() {
      return isNorm() ? Sweep.Measure.NORM : Sweep.Measure.SUM;
    }
  }

  /// What is remembered for each parameter.
  record Slot(String name, Start start, UnaryOperator<Shape> shape) {}

  /// What is measured before a formula that uses it.
  ///
  /// @param wanted the name that was asked for
  record Barrier(
      String name, String wanted, Kind kind, Expr of, @Nullable UnaryOperator<Tensor> function) {}

  /// A number that a schedule gives.
  record Scheduled(Schedule schedule) implements Numbers.Value {
    @Override
    public double at(Numbers n) {
      return n.at(schedule);
    }
  }

  /// A number that the rule remembers.
  record Remembered(String scalar) implements Numbers.Value {
    @Override
    public double at(Numbers n) {
      return n.scalar(scalar);
    }
  }

  /// The shape of a state as of its parameter.
  static final UnaryOperator<Shape> SAME = shape -> shape;

  private static final int MOST_QUANTITIES = 64;

  private final Shape shape;
  private final Set<String> names = new LinkedHashSet<>(List.of(PARAMETER, GRADIENT));
  private final Map<String, Slot> slots = new LinkedHashMap<>();
  private final Map<String, Numbers.Value> numbers = new LinkedHashMap<>();
  private final Map<String, Barrier> barriers = new LinkedHashMap<>();
  private final Map<String, Double> scalars = new LinkedHashMap<>();
  private boolean isForOneShape;
  private @Nullable Update update;
  private Set<String> totals = Set.of();
  private Optional<Expr> probe = Optional.empty();
  private Optional<Expr> evaluation = Optional.empty();

  private Plan(Shape shape) {
    this.shape = shape;
  }

  /// A rule for parameters of this shape, and of others unless it [asks][#isForOneShape].
  static Plan of(Rule rule, Shape shape) {
    Plan plan = new Plan(shape);
    Symbols s = new PlanSymbols(plan, input(PARAMETER), input(GRADIENT));
    plan.update = rule.update(s);
    plan.totals =
        new LinkedHashSet<>(
            plan.barriers.values().stream()
                .filter(barrier -> barrier.kind.isTotal())
                .map(Barrier::name)
                .toList());
    plan.probe = rule.probe(s);
    plan.evaluation = rule.evaluation(s);
    plan.checkSize();
    plan.checkUpdate(plan.update);
    plan.checkEvaluation();
    return plan;
  }

  private void checkSize() {
    if (names.size() > MOST_QUANTITIES) {
      throw new IllegalArgumentException(
          "rule: "
              + names.size()
              + " quantities, "
              + names
              + ", and "
              + MOST_QUANTITIES
              + " is the limit: combine some");
    }
  }

  private void checkUpdate(Update changed) {
    for (String state : changed.states().keySet()) {
      if (!slots.containsKey(state)) {
        throw new IllegalArgumentException(
            "rule: its update changes a state ["
                + state
                + "] that it never reads, it has "
                + slots.keySet()
                + ": ask for it by state(…)");
      }
    }
    for (String scalar : changed.scalars().keySet()) {
      if (!scalars.containsKey(scalar)) {
        throw new IllegalArgumentException(
            "rule: its update changes a scalar ["
                + scalar
                + "] that it never reads, it has "
                + scalars.keySet()
                + ": ask for it by scalar(…)");
      }
    }
  }

  private void checkEvaluation() {
    if (phase(Goal.EVALUATION, "evaluation").filter(e -> e.uses(GRADIENT)).isPresent()) {
      throw new IllegalArgumentException(
          "rule: it evaluates with something made of the gradient, and there is none then: remember"
              + " it in a state");
    }
  }

  private static Expr input(String name) {
    return Expr.input(name);
  }

  Shape askedShape() {
    isForOneShape = true;
    return shape;
  }

  Expr state(String name, Start start, UnaryOperator<Shape> shapes) {
    if (name.contains("/")) {
      throw new IllegalArgumentException(
          "rule: its state ["
              + name
              + "] has a / in its name, which stands between parameter and state where both are"
              + " saved: use another character");
    }
    Slot known = slots.get(name);
    if (known == null) {
      checkFree(name);
      slots.put(name, new Slot(name, start, shapes));
      isForOneShape |= shapes != SAME;
    } else if (!known.start.equals(start)) {
      throw new IllegalArgumentException(
          "rule: its state ["
              + name
              + "] starts at "
              + known.start
              + " and at "
              + start
              + ": give one start");
    }
    return input(name);
  }

  private void checkFree(String name) {
    if (!names.add(name)) {
      throw new IllegalArgumentException(
          "rule: two quantities are named [" + name + "], there are " + names + ": rename one");
    }
  }

  /// A name that nothing has: with primes where it is taken.
  private String free(String wanted) {
    String free = wanted;
    while (!names.add(free)) {
      free += "′";
    }
    return free;
  }

  Expr number(String wanted, Numbers.Value value) {
    Numbers.Value known = numbers.get(wanted);
    if (known != null && known.equals(value)) {
      return input(wanted);
    }
    String name = free(wanted);
    numbers.put(name, value);
    return input(name);
  }

  void scalar(String name, double start) {
    Double known = scalars.putIfAbsent(name, start);
    if (known != null && !known.equals(start)) {
      throw new IllegalArgumentException(
          "rule: its scalar ["
              + name
              + "] starts at "
              + known
              + " and at "
              + start
              + ": give one start");
    }
  }

  Expr barrier(String wanted, Kind kind, Expr of) {
    isForOneShape |= kind.isTensor();
    for (Barrier known : barriers.values()) {
      if (known.kind == kind && known.of == of) {
        return input(known.name);
      }
    }
    return add(new Barrier(free(wanted), wanted, kind, of, null));
  }

  /// What a total is called here: with primes where another rule has the name.
  String total(String wanted, Kind kind, Expr of) {
    for (Barrier known : barriers.values()) {
      if (known.wanted.equals(wanted) && known.kind == kind && known.of == of) {
        return known.name;
      }
    }
    String name = free(wanted);
    add(new Barrier(name, wanted, kind, of, null));
    return name;
  }

  Expr computed(String wanted, UnaryOperator<Tensor> function, Expr of) {
    isForOneShape = true;
    return add(new Barrier(free(wanted), wanted, Kind.COMPUTED, of, function));
  }

  private Expr add(Barrier barrier) {
    barriers.put(barrier.name, barrier);
    return input(barrier.name);
  }

  /// Whether another shape may need another plan.
  boolean isForOneShape() {
    return isForOneShape;
  }

  /// Whether everything is pointwise, or one number for a parameter.
  boolean isFlat() {
    return barriers.values().stream().noneMatch(b -> b.kind.isTensor())
        && slots.values().stream().allMatch(slot -> slot.shape.apply(shape).equals(shape));
  }

  List<Slot> slots() {
    return List.copyOf(slots.values());
  }

  Map<String, Numbers.Value> numbers() {
    return numbers;
  }

  Map<String, Barrier> barriers() {
    return barriers;
  }

  Map<String, Double> scalars() {
    return scalars;
  }

  Update update() {
    return java.util.Objects.requireNonNull(update);
  }

  /// What a step measures over all parameters; a number may be made of it where no formula is.
  Set<String> totals() {
    return totals;
  }

  /// The names of totals that more than one rule has asked for.
  Set<String> sharedTotals() {
    Set<String> shared = new LinkedHashSet<>();
    for (Barrier barrier : barriers.values()) {
      if (barrier.kind.isTotal() && !barrier.name.equals(barrier.wanted)) {
        shared.add(barrier.wanted);
      }
    }
    return shared;
  }

  Optional<Expr> probe() {
    return probe;
  }

  Optional<Expr> evaluation() {
    return evaluation;
  }

  /// The formulas of a goal; none where the rule has no such goal.
  Optional<Phase> phase(Goal goal, String name) {
    return switch (goal) {
      case UPDATE -> {
        List<Expr> outputs = new ArrayList<>(List.of(update().parameter()));
        outputs.addAll(update().states().values());
        yield Optional.of(new Phase(this, name, outputs, totals));
      }
      case PROBE -> probe.map(at -> new Phase(this, name, List.of(at), Set.of()));
      case EVALUATION -> evaluation.map(at -> new Phase(this, name, List.of(at), Set.of()));
    };
  }

  /// Whether the gradient is taken at a place that depends on the gradient.
  boolean probeNeedsGradient() {
    return phase(Goal.PROBE, "probe").map(phase -> phase.uses(GRADIENT)).orElse(false);
  }

  /// All inputs that a formula of this rule may have: θ, g and the states, then what is one number
  /// for a parameter or comes from a function of it.
  List<String> arrays() {
    List<String> arrays = new ArrayList<>(List.of(PARAMETER, GRADIENT));
    arrays.addAll(slots.keySet());
    return arrays;
  }

  List<String> inputs() {
    List<String> inputs = arrays();
    inputs.addAll(barriers.keySet());
    inputs.addAll(numbers.keySet());
    return inputs;
  }
}
