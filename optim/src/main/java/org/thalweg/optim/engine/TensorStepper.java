package org.thalweg.optim.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.NoGradient;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Elementwise;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.array.sweep.Fused;
import org.thalweg.autodiff.array.sweep.Sweep;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.optim.engine.Plan.Barrier;
import org.thalweg.optim.engine.Plan.Kind;
import org.thalweg.optim.engine.Runner.Goal;

/// A plan with functions of whole tensors, or states in other shapes, for parameters of one shape:
/// one parameter after the other, formulas broadcast over what they are made of. What is pointwise
/// all the same is measured in one pass over all.
final class TensorStepper extends Stepper {
  /// Sums, norms and means that are taken in one pass over what they are made of, with
  /// broadcasting.
  private record Reduced(List<Barrier> barriers, Formula formula, Fused fused) {}

  /// A function of a whole tensor, and what it is given.
  private record Computed(Barrier barrier, Formula formula) {}

  /// A level: what is pointwise for all parameters at once, and the rest.
  private record Level(Optional<Pass> pass, List<Reduced> reduced, List<Computed> computed) {
    void gradient(int k, Array gradient) {
      pass.ifPresent(p -> p.gradient(k, gradient));
    }
  }

  /// Outputs of one shape, written in one pass.
  private record Output(Formula formula, List<Integer> targets) {}

  private final Map<Goal, List<Level>> levels = new EnumMap<>(Goal.class);
  private final Map<Goal, List<Output>> outputs = new EnumMap<>(Goal.class);
  private final List<@Nullable Array> gradients = new ArrayList<>();
  private final List<Map<String, Array>> tensors = new ArrayList<>();

  TensorStepper(Plan plan, String name, DType dtype, List<Array> parameters, Moment moment) {
    super(plan, name, dtype, parameters, moment);
    for (Goal goal : goals()) {
      Phase phase = phase(goal);
      levels.put(goal, phase.levels().stream().map(level -> level(phase, level)).toList());
      outputs.put(goal, outputs(phase, targets(goal)));
    }
    for (int k = 0; k < parameters.size(); k++) {
      gradients.add(null);
      tensors.add(new HashMap<>());
    }
  }

  private Level level(Phase phase, List<Barrier> barriers) {
    List<Computed> computed =
        barriers.stream()
            .filter(barrier -> barrier.kind() == Kind.COMPUTED)
            .map(barrier -> new Computed(barrier, phase.narrow(List.of(barrier.of()))))
            .toList();
    List<Barrier> others = barriers.stream().filter(b -> b.kind() != Kind.COMPUTED).toList();
    if (others.stream().allMatch(barrier -> isPointwise(phase, barrier))) {
      Optional<Pass> pass =
          others.isEmpty() ? Optional.empty() : Optional.of(Pass.measuring(this, phase, others));
      return new Level(pass, List.of(), computed);
    }
    // Those that are as large as the parameter go together, the others each on their own.
    List<Reduced> reduced = new ArrayList<>();
    List<Barrier> large = others.stream().filter(barrier -> isLarge(phase, barrier)).toList();
    if (!large.isEmpty()) {
      reduced.add(reduced(phase, large));
    }
    others.stream()
        .filter(barrier -> !large.contains(barrier))
        .forEach(barrier -> reduced.add(reduced(phase, List.of(barrier))));
    return new Level(Optional.empty(), reduced, computed);
  }

  private Reduced reduced(Phase phase, List<Barrier> barriers) {
    Formula formula = phase.narrow(barriers.stream().map(Barrier::of).toList());
    List<Fused.Goal> goals = barriers.stream().map(barrier -> barrier.kind().goal()).toList();
    return new Reduced(barriers, formula, new Fused(formula, goals, dtype));
  }

  private boolean isLarge(Phase phase, Barrier barrier) {
    return phase.narrow(List.of(barrier.of())).inputs().stream()
        .mapToInt(plan.arrays()::indexOf)
        .anyMatch(array -> array >= 0 && shape(array).equals(shape(PARAMETER)));
  }

  /// Whether a measure is of arrays in the shape of the parameter, and of numbers.
  private boolean isPointwise(Phase phase, Barrier barrier) {
    return !barrier.kind().isTensor()
        && phase.narrow(List.of(barrier.of())).inputs().stream().allMatch(this::isPointwise);
  }

  private boolean isPointwise(String input) {
    Barrier barrier = plan.barriers().get(input);
    int array = plan.arrays().indexOf(input);
    return array < 0
        ? barrier == null || !barrier.kind().isTensor()
        : shape(array).equals(shape(PARAMETER));
  }

  private Shape shape(int target) {
    return target < FIRST_STATE
        ? parameters.get(0).shape()
        : states.get(0).get(target - FIRST_STATE).shape();
  }

  /// The outputs by shape, large ones first, of equal size those of more axes: they may be made of
  /// the others as these were before the step, and not the other way round.
  private List<Output> outputs(Phase phase, int[] targets) {
    Map<Shape, List<Integer>> byShape = new LinkedHashMap<>();
    for (int j = 0; j < targets.length; j++) {
      byShape.computeIfAbsent(shape(targets[j]), _ -> new ArrayList<>()).add(j);
    }
    Comparator<Shape> bySize =
        Comparator.comparingInt(Shape::elements).thenComparingInt(Shape::rank);
    return byShape.keySet().stream()
        .sorted(bySize.reversed())
        .map(shape -> output(phase, targets, Objects.requireNonNull(byShape.get(shape))))
        .toList();
  }

  private Output output(Phase phase, int[] targets, Collection<Integer> some) {
    List<Expr> exprs = some.stream().map(phase.outputs()::get).toList();
    List<Integer> to = some.stream().map(j -> targets[j]).toList();
    return new Output(phase.narrow(exprs, plan.arrays().get(to.get(0))), to);
  }

  @Override
  void gradient(int k, Array gradient) {
    Array parameter = parameters.get(k);
    Sweep.check(name, Plan.GRADIENT, gradient, dtype, parameter.elements());
    gradients.set(k, gradient.reshape(parameter.shape()));
    levels.values().forEach(some -> some.forEach(level -> level.gradient(k, gradient)));
    include(k);
  }

  @Override
  void forget() {
    Collections.fill(gradients, null);
    levels.values().forEach(some -> some.forEach(level -> level.pass.ifPresent(Pass::forget)));
  }

  @Override
  boolean isAllocating() {
    return true;
  }

  private List<Level> levelsOf(Goal goal) {
    return Objects.requireNonNull(levels.get(goal));
  }

  @Override
  void measure(Goal goal, int index) {
    Level level = levelsOf(goal).get(index);
    level.pass.ifPresent(Pass::run);
    for (int k = 0; k < parameters.size(); k++) {
      if (isActive[k]) {
        for (Reduced reduced : level.reduced) {
          reduce(k, reduced);
        }
        for (Computed whole : level.computed) {
          Array of = Elementwise.apply(whole.formula, inputs(k, whole.formula));
          tensors.get(k).put(whole.barrier.name(), function(whole.barrier, of));
        }
      }
    }
  }

  private void reduce(int k, Reduced reduced) {
    Array[] inputs = inputs(k, reduced.formula);
    Array[] results = reduced.fused.of(broadcast(inputs), inputs);
    for (int j = 0; j < results.length; j++) {
      Barrier barrier = reduced.barriers.get(j);
      if (barrier.kind().isTensor()) {
        tensors.get(k).put(barrier.name(), results[j]);
      } else {
        singles[k][singleNames.indexOf(barrier.name())] = results[j].get(0);
      }
    }
  }

  private Shape broadcast(Array[] arrays) {
    Shape shape = Shape.SCALAR;
    for (Array array : arrays) {
      shape = shape.broadcast(array.shape(), name);
    }
    return shape;
  }

  private Array function(Barrier barrier, Array of) {
    Array made =
        NoGradient.get(() -> Objects.requireNonNull(barrier.function()).apply(Tensor.of(of)))
            .array();
    if (made.dtype() != dtype) {
      throw new IllegalArgumentException(
          name
              + ": the function ["
              + barrier.wanted()
              + "] made "
              + made.dtype()
              + " of "
              + dtype
              + ": keep the type of what it is given");
    }
    return made;
  }

  private Array[] inputs(int k, Formula formula) {
    return formula.inputs().stream().map(input -> input(k, input)).toArray(Array[]::new);
  }

  private Array input(int k, String input) {
    int array = plan.arrays().indexOf(input);
    if (array == GRADIENT) {
      return Objects.requireNonNull(gradients.get(k));
    }
    if (array >= 0) {
      return target(k, array);
    }
    Array tensor = tensors.get(k).get(input);
    return tensor != null
        ? tensor
        : Array.full(dtype, Shape.SCALAR, singles[k][singleNames.indexOf(input)]);
  }

  private Array target(int k, int target) {
    return target == PARAMETER ? parameters.get(k) : states.get(k).get(target - FIRST_STATE);
  }

  @Override
  void prepare(Goal goal, int level) {
    super.prepare(goal, level);
    for (int k = 0; level == levels(goal) && k < parameters.size(); k++) {
      for (int j = 0; isActive[k] && j < outputsOf(goal).size(); j++) {
        checkShape(k, outputsOf(goal).get(j));
      }
    }
  }

  private List<Output> outputsOf(Goal goal) {
    return Objects.requireNonNull(outputs.get(goal));
  }

  private void checkShape(int k, Output output) {
    Shape shape = shape(output.targets.get(0));
    Shape became = broadcast(inputs(k, output.formula));
    if (!became.equals(shape)) {
      throw new IllegalArgumentException(
          name
              + ": a state of shape "
              + shape
              + " would become "
              + became
              + ": reduce what it is made of");
    }
  }

  @Override
  void run(Goal goal) {
    for (int k = 0; k < parameters.size(); k++) {
      if (isActive[k]) {
        for (Output output : outputsOf(goal)) {
          Array[] to = new Array[output.targets.size()];
          for (int j = 0; j < to.length; j++) {
            to[j] = target(k, output.targets.get(j));
          }
          Elementwise.applyInto(output.formula, inputs(k, output.formula), to);
        }
        tensors.get(k).clear();
      }
    }
  }
}
