package org.thalweg.optim;

/// What the numbers of a [Rule] may depend on: how many steps have been made, and what has been
/// measured in this one.
public interface Numbers {
  /// A number computed in double before a step, the same for every element of a parameter.
  @FunctionalInterface
  interface Value {
    /// The value at this step.
    double at(Numbers n);
  }

  /// t: how many steps the parameter has made, this one counted. A parameter that had no gradient
  /// made none.
  long step();

  /// The value of a schedule at this step of the optimizer.
  double at(Schedule schedule);

  /// The value of a schedule at [this step of the parameter][#step()].
  double atOwn(Schedule schedule);

  /// The distance from 1 to the next larger number of the type of the parameter: 2⁻²³ in FLOAT32,
  /// 2⁻⁵² in FLOAT64.
  double precision();

  /// A scalar that the rule remembers, as it was before this step: see [Symbols#scalar].
  double scalar(String name);

  /// A total over all parameters of the rule, measured in this step: see [Symbols#total].
  ///
  /// @throws IllegalStateException where it is not measured yet, because the total is made of this
  ///   number
  double total(String name);

  /// baseᵗ
  default double power(double base) {
    return Power.of(base, step());
  }

  /// baseᵗ, with the base of this step of the optimizer: in a bias correction 1 − βᵗ, as PyTorch
  /// has it where β changes.
  default double power(Schedule base) {
    return power(at(base));
  }
}
