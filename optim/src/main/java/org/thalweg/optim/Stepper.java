package org.thalweg.optim;

import java.util.ArrayList;
import java.util.List;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Sweep;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;

/// A rule applied to arrays of one type: its formula compiled, its state, and the sweep over all of
/// them.
final class Stepper {
  private static final int PARAMETER = 0;
  private static final int GRADIENT = 1;
  private static final int FIRST_STATE = 2;
  private static final int MOST_NUMBERS = 24;

  private final List<String> stateNames;
  private final Rule rule;
  private final List<Schedule> numbers;
  private final List<String> names;
  private final List<Array> targets = new ArrayList<>();
  private final List<List<Array>> states = new ArrayList<>();
  private final Sweep sweep;

  Stepper(Rule rule, DType dtype, List<Array> parameters) {
    this.stateNames = List.copyOf(rule.state());
    List<String> inputs = new ArrayList<>(List.of("θ", "g"));
    inputs.addAll(stateNames);
    for (int k = 0; k < MOST_NUMBERS; k++) {
      inputs.add("c" + k);
    }
    List<Symbols> symbols = new ArrayList<>();
    List<Integer> written = new ArrayList<>(List.of(PARAMETER));
    Formula formula =
        Formula.of(
                inputs,
                in -> {
                  symbols.add(new Symbols(in, stateNames));
                  Update update = rule.update(symbols.get(0));
                  List<Expr> outputs = new ArrayList<>(List.of(update.parameter()));
                  update.states().keySet().forEach(symbols.get(0)::state);
                  for (int k = 0; k < stateNames.size(); k++) {
                    Expr after = update.states().get(stateNames.get(k));
                    if (after != null) {
                      outputs.add(after);
                      written.add(FIRST_STATE + k);
                    }
                  }
                  return outputs;
                })
            // The name of a lambda says nothing to anybody.
            .named(rule.getClass().isHidden() ? "rule" : rule.getClass().getSimpleName());
    this.numbers = symbols.get(0).numbers();
    this.names = symbols.get(0).numberNames();
    this.rule = rule;
    int arrays = FIRST_STATE + stateNames.size();
    int[] outputs = written.stream().mapToInt(Integer::intValue).toArray();
    this.sweep = new Sweep(formula, arrays, outputs, dtype);
    for (Array parameter : parameters) {
      add(parameter);
    }
  }

  private void add(Array parameter) {
    int group = sweep.add(parameter.elements());
    sweep.set(group, PARAMETER, parameter);
    List<Array> own = new ArrayList<>();
    for (int k = 0; k < stateNames.size(); k++) {
      Array zeros = Array.persistent(parameter.dtype(), parameter.shape());
      sweep.set(group, FIRST_STATE + k, zeros);
      own.add(zeros);
    }
    targets.add(parameter);
    states.add(own);
  }

  List<String> stateNames() {
    return stateNames;
  }

  /// A state of a parameter by their numbers.
  Array state(int parameter, int state) {
    return states.get(parameter).get(state);
  }

  /// The gradient of a parameter for the next step.
  void gradient(int parameter, Array gradient) {
    sweep.set(parameter, GRADIENT, gradient);
    sweep.setActive(parameter, true);
  }

  /// The next step leaves this parameter and its state as they are.
  void skip(int parameter) {
    sweep.setActive(parameter, false);
  }

  /// Computes the numbers of step t, from 1.
  void prepare(long t) {
    for (int k = 0; k < numbers.size(); k++) {
      double value = numbers.get(k).at(t);
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException(
            rule
                + ": the number ["
                + names.get(k)
                + "] is "
                + value
                + " at step "
                + t
                + ": check the schedule and the hyper-parameters");
      }
      sweep.setNumber(k, value);
    }
  }

  /// The step that has been prepared.
  void run() {
    sweep.run();
  }
}
