package org.thalweg.optim.engine;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.optim.engine.Runner.Goal;

/// A plan whose formulas are pointwise but for numbers: each level is one parallel pass over all
/// parameters, and so is the step. Nothing is allocated.
final class FlatStepper extends Stepper {
  /// The passes for one goal: one for each level, and the last for the outputs.
  private final Map<Goal, List<Pass>> passes = new EnumMap<>(Goal.class);

  private final List<Pass> all = new ArrayList<>();

  FlatStepper(Plan plan, String name, DType dtype, List<Array> parameters, Moment moment) {
    super(plan, name, dtype, parameters, moment);
    for (Goal goal : goals()) {
      Phase phase = phase(goal);
      List<Pass> some = new ArrayList<>();
      phase.levels().forEach(level -> some.add(Pass.measuring(this, phase, level)));
      some.add(Pass.writing(this, phase, targets(goal)));
      passes.put(goal, some);
      all.addAll(some);
    }
  }

  private List<Pass> passes(Goal goal) {
    return Objects.requireNonNull(passes.get(goal));
  }

  @Override
  void gradient(int k, Array gradient) {
    for (int i = 0; i < all.size(); i++) {
      all.get(i).gradient(k, gradient);
    }
    include(k);
  }

  @Override
  void forget() {
    for (int i = 0; i < all.size(); i++) {
      all.get(i).forget();
    }
  }

  @Override
  boolean isAllocating() {
    return false;
  }

  @Override
  void measure(Goal goal, int level) {
    passes(goal).get(level).run();
  }

  @Override
  void run(Goal goal) {
    passes(goal).get(levels(goal)).run();
  }
}
