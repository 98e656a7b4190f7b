package org.thalweg.optim.engine;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.optim.engine.Plan.Barrier;

/// Some formulas of a rule, and what has to be measured before they can be evaluated, level by
/// level.
final class Phase {
  private final Plan plan;
  private final String name;
  private final List<Expr> outputs;
  private final List<List<Barrier>> levels = new ArrayList<>();
  private final Set<String> used = new LinkedHashSet<>();

  /// @param measured what is measured although no formula may use it
  Phase(Plan plan, String name, List<Expr> outputs, Set<String> measured) {
    this.plan = plan;
    this.name = name;
    this.outputs = outputs;
    Map<Integer, List<Barrier>> byLevel = new TreeMap<>();
    Map<String, Integer> known = new TreeMap<>();
    Set<String> roots = new LinkedHashSet<>(inputsOf(outputs));
    roots.addAll(measured);
    for (String input : roots) {
      level(input, known, byLevel);
    }
    levels.addAll(byLevel.values());
  }

  /// 0 for what is there before the step, else one more than the highest level that it is made of.
  private int level(String input, Map<String, Integer> known, Map<Integer, List<Barrier>> byLevel) {
    used.add(input);
    Barrier barrier = plan.barriers().get(input);
    if (barrier == null) {
      return 0;
    }
    Integer before = known.get(input);
    if (before != null) {
      return before;
    }
    int level = 1;
    for (String below : inputsOf(List.of(barrier.of()))) {
      level = Math.max(level, 1 + level(below, known, byLevel));
    }
    known.put(input, level);
    byLevel.computeIfAbsent(level, _ -> new ArrayList<>()).add(barrier);
    return level;
  }

  private List<String> inputsOf(List<Expr> exprs) {
    return Formula.of(plan.inputs(), _ -> exprs).used();
  }

  /// Whether an input is needed, directly or for what is measured.
  boolean uses(String input) {
    return used.contains(input);
  }

  List<Expr> outputs() {
    return outputs;
  }

  /// What is measured, in order; all of one level in one pass.
  List<List<Barrier>> levels() {
    return levels;
  }

  /// Some expressions as a formula of all inputs.
  Formula formula(List<Expr> exprs) {
    return formula(plan.inputs(), exprs);
  }

  /// Some expressions as a formula of those inputs that they use; of θ where they use none, since a
  /// formula takes its shape and type from what it is made of.
  Formula narrow(List<Expr> exprs) {
    List<String> used = inputsOf(exprs);
    return used.isEmpty() ? narrow(exprs, Plan.PARAMETER) : formula(used, exprs);
  }

  /// Some expressions as a formula of those inputs that they use and of their target, whose shape
  /// it takes.
  Formula narrow(List<Expr> exprs, String target) {
    Set<String> inputs = new LinkedHashSet<>(inputsOf(exprs));
    inputs.add(target);
    return formula(List.copyOf(inputs), exprs);
  }

  private Formula formula(List<String> inputs, List<Expr> exprs) {
    return Formula.of(inputs, _ -> exprs).named(name);
  }

  /// The numbers that the formulas of a level use; those of the outputs for the last.
  Set<String> numbers(int level) {
    List<Expr> exprs =
        level == levels.size() ? outputs : levels.get(level).stream().map(Barrier::of).toList();
    Set<String> numbers = new LinkedHashSet<>(inputsOf(exprs));
    numbers.retainAll(plan.numbers().keySet());
    return numbers;
  }
}
