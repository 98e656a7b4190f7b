package org.thalweg.optim.engine;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.sweep.Sweep;
import org.thalweg.optim.engine.Plan.Barrier;

/// A plan whose formulas are pointwise but for numbers: each level is one parallel pass over all
/// parameters, and so is the step.
final class FlatStepper extends Stepper {
  /// The passes for one goal.
  private final class Passes {
    private final Phase phase;
    private final List<Sweep> sums = new ArrayList<>();
    private final List<int[]> used = new ArrayList<>();
    private final List<int[]> numbers = new ArrayList<>();
    private final List<Sweep.Sum[]> kinds = new ArrayList<>();
    private final Sweep step;

    Passes(Phase phase, int[] targets) {
      this.phase = phase;
      List<String> inputs = plan.inputs();
      int arrays = plan.arrays().size();
      for (int level = 0; level < phase.levels().size(); level++) {
        sums.add(new Sweep(phase.formula(level, inputs), arrays, new int[0], dtype));
        kinds.add(
            phase.levels().get(level).stream()
                .map(b -> b.kind().isNorm() ? Sweep.Sum.NORM : Sweep.Sum.PLAIN)
                .toArray(Sweep.Sum[]::new));
      }
      for (int level = 0; level <= phase.levels().size(); level++) {
        used.add(usedSingles(level));
        numbers.add(indices(phase, level));
      }
      this.step = new Sweep(phase.formula(inputs), arrays, targets, dtype);
      all().forEach(this::add);
    }

    private int[] usedSingles(int level) {
      List<String> inputs = plan.inputs();
      List<String> names =
          (level == phase.levels().size() ? phase.formula(inputs) : phase.formula(level, inputs))
              .used();
      return names.stream().mapToInt(singleNames::indexOf).filter(i -> i >= 0).toArray();
    }

    private void add(Sweep sweep) {
      for (int k = 0; k < parameters.size(); k++) {
        sweep.add(parameters.get(k).elements());
        sweep.set(k, PARAMETER, parameters.get(k));
        for (int j = 0; j < states.get(k).size(); j++) {
          sweep.set(k, FIRST_STATE + j, states.get(k).get(j));
        }
      }
    }

    List<Sweep> all() {
      List<Sweep> all = new ArrayList<>(sums);
      all.add(step);
      return all;
    }

    void bind(Sweep sweep, int level) {
      for (int k = 0; k < singles.length; k++) {
        sweep.setActive(k, isActive[k]);
        for (int index : used.get(level)) {
          sweep.setNumber(k, index, singles[k][index]);
        }
      }
    }
  }

  private final Map<Goal, Passes> passes = new EnumMap<>(Goal.class);
  private final List<Sweep> sweeps = new ArrayList<>();
  private final double[][] measured;

  FlatStepper(Plan plan, String name, DType dtype, List<Array> parameters) {
    super(plan, name, dtype, parameters);
    for (Goal goal : Goal.values()) {
      phase(plan, name, goal)
          .ifPresent(phase -> passes.put(goal, new Passes(phase, targets(plan, goal))));
    }
    passes.values().forEach(p -> sweeps.addAll(p.all()));
    this.measured = new double[parameters.size()][plan.barriers().size()];
  }

  private Passes passes(Goal goal) {
    return Objects.requireNonNull(passes.get(goal));
  }

  @Override
  void gradient(int k, Array gradient) {
    for (Sweep sweep : sweeps) {
      sweep.set(k, GRADIENT, gradient);
    }
    super.gradient(k, gradient);
  }

  @Override
  int levels(Goal goal) {
    return passes(goal).phase.levels().size();
  }

  @Override
  List<Barrier> barriers(Goal goal, int level) {
    return passes(goal).phase.levels().get(level);
  }

  @Override
  int[] numbers(Goal goal, int level) {
    return passes(goal).numbers.get(level);
  }

  @Override
  void measure(Goal goal, int level) {
    Passes p = passes(goal);
    Sweep sweep = p.sums.get(level);
    p.bind(sweep, level);
    sweep.sums(p.kinds.get(level), measured);
    List<Barrier> barriers = barriers(goal, level);
    for (int j = 0; j < barriers.size(); j++) {
      int index = singleNames.indexOf(barriers.get(j).name());
      for (int k = 0; k < singles.length; k++) {
        if (isActive[k]) {
          singles[k][index] = measured[k][j];
        }
      }
    }
  }

  @Override
  void run(Goal goal) {
    Passes p = passes(goal);
    p.bind(p.step, levels(goal));
    p.step.run();
  }
}
