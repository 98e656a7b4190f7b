package org.thalweg.optim.engine;

import java.util.List;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.sweep.Sweep;
import org.thalweg.autodiff.array.sweep.Sweep.Measure;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.optim.engine.Plan.Barrier;

/// One parallel pass over all arrays of a stepper, with the numbers of its step.
final class Pass {
  private final Stepper stepper;
  private final Sweep sweep;
  private final int[] used;
  private final int[] places;

  private Pass(Stepper stepper, Formula formula, Sweep sweep, int[] places) {
    this.stepper = stepper;
    this.sweep = sweep;
    this.places = places;
    this.used =
        formula.used().stream()
            .mapToInt(stepper.singleNames::indexOf)
            .filter(index -> index >= 0)
            .toArray();
    for (int k = 0; k < stepper.parameters.size(); k++) {
      sweep.add(stepper.parameters.get(k).elements());
      sweep.set(k, Stepper.PARAMETER, stepper.parameters.get(k));
      List<Array> states = stepper.states.get(k);
      for (int j = 0; j < states.size(); j++) {
        // Those of other shapes are not used in a sweep.
        if (states.get(j).shape().equals(stepper.parameters.get(k).shape())) {
          sweep.set(k, Stepper.FIRST_STATE + j, states.get(j));
        }
      }
    }
  }

  /// Writes the outputs of a phase in place.
  static Pass writing(Stepper stepper, Phase phase, int[] targets) {
    Formula formula = phase.formula(phase.outputs());
    Sweep sweep = Sweep.writing(formula, stepper.plan.arrays().size(), targets, stepper.dtype);
    return new Pass(stepper, formula, sweep, new int[0]);
  }

  /// Measures sums and norms.
  static Pass measuring(Stepper stepper, Phase phase, List<Barrier> barriers) {
    Formula formula = phase.formula(barriers.stream().map(Barrier::of).toList());
    Measure[] measures = barriers.stream().map(b -> b.kind().measure()).toArray(Measure[]::new);
    int[] places = barriers.stream().mapToInt(b -> stepper.singleNames.indexOf(b.name())).toArray();
    Sweep sweep = Sweep.measuring(formula, stepper.plan.arrays().size(), measures, stepper.dtype);
    return new Pass(stepper, formula, sweep, places);
  }

  /// Gives the gradient of an array.
  void gradient(int k, Array gradient) {
    sweep.set(k, Stepper.GRADIENT, gradient);
  }

  /// Lets go of the gradients.
  void forget() {
    sweep.forget(Stepper.GRADIENT);
  }

  /// Does it for every array that takes part.
  void run() {
    double[][] singles = stepper.singles;
    for (int k = 0; k < singles.length; k++) {
      sweep.setActive(k, stepper.isActive[k]);
      for (int index : used) {
        sweep.setNumber(k, index, singles[k][index]);
      }
    }
    sweep.run();
    for (int k = 0; k < singles.length; k++) {
      for (int j = 0; stepper.isActive[k] && j < places.length; j++) {
        singles[k][places[j]] = sweep.measured(k, j);
      }
    }
  }
}
