package org.thalweg.optim;

import java.util.ArrayList;
import java.util.List;
import org.thalweg.autodiff.formula.Expr;

/// The quantities that the formula of a [Rule] is written in.
public final class Symbols {
  private final Expr parameter;
  private final Expr gradient;
  private final List<String> stateNames;
  private final List<Expr> states;
  private final List<Expr> free;
  private final List<String> numberNames = new ArrayList<>();
  private final List<Schedule> numbers = new ArrayList<>();

  /// @param inputs θ, g, then one for each name of state, then as many as there may be numbers
  Symbols(List<Expr> inputs, List<String> stateNames) {
    this.parameter = inputs.get(0);
    this.gradient = inputs.get(1);
    this.stateNames = stateNames;
    this.states = inputs.subList(2, 2 + stateNames.size());
    this.free = inputs.subList(2 + stateNames.size(), inputs.size());
  }

  /// θ, the parameter before the step.
  public Expr parameter() {
    return parameter;
  }

  /// g, the gradient of the loss in the parameter.
  public Expr gradient() {
    return gradient;
  }

  /// A state of the rule before the step: an array in the shape of the parameter, 0 at first.
  ///
  /// @throws IllegalArgumentException where [Rule#state()] does not name it
  public Expr state(String name) {
    int index = stateNames.indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException(
          "rule: it has no state [" + name + "], only " + stateNames + ": name it in state()");
    }
    return states.get(index);
  }

  /// A number that is the same for every element, computed in double before each step: a rate, a
  /// power of a decay.
  ///
  /// @param name for messages
  /// @throws IllegalArgumentException where the rule asks for too many
  public Expr number(String name, Schedule value) {
    if (numbers.size() == free.size()) {
      throw new IllegalArgumentException(
          "rule: more than " + free.size() + " numbers, " + numberNames + ": combine some");
    }
    numberNames.add(name);
    numbers.add(value);
    return free.get(numbers.size() - 1);
  }

  List<String> numberNames() {
    return numberNames;
  }

  List<Schedule> numbers() {
    return numbers;
  }
}
