package org.thalweg.nn;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.Formulas;

/// A function without parameters as a layer.
public final class Activation extends Layer {
  private final UnaryOperator<Tensor> function;
  private final @Nullable Formula formula;

  private Activation(Build build, UnaryOperator<Tensor> function, @Nullable Formula formula) {
    super(build);
    this.function = function;
    this.formula = formula;
  }

  /// Any function of a tensor.
  public static Plan<Activation> of(UnaryOperator<Tensor> function) {
    return build -> new Activation(build, function, null);
  }

  /// A formula of one input, for every element. Right after a [Linear] a [Sequential] computes both
  /// in one pass.
  ///
  /// @throws IllegalArgumentException where it has more inputs, or none
  public static Plan<Activation> of(Formula formula) {
    if (formula.inputs().size() != 1) {
      throw new IllegalArgumentException(
          "activation: "
              + formula.name()
              + " has inputs "
              + formula.inputs()
              + ": give a formula of one input");
    }
    return build -> new Activation(build, x -> Tensor.apply(formula, x), formula);
  }

  /// max(x, 0)
  public static Plan<Activation> relu() {
    return of(Formulas.RELU);
  }

  /// The Gaussian error linear unit.
  public static Plan<Activation> gelu() {
    return of(Formulas.GELU);
  }

  /// The hyperbolic tangent.
  public static Plan<Activation> tanh() {
    return of(Formulas.TANH);
  }

  /// 1 ÷ (1 + e⁻ˣ)
  public static Plan<Activation> sigmoid() {
    return of(Formulas.SIGMOID);
  }

  /// ln(1 + eˣ)
  public static Plan<Activation> softplus() {
    return of(Formulas.SOFTPLUS);
  }

  /// The formula; `null` of any other function.
  @Nullable Formula formula() {
    return formula;
  }

  @Override
  public Tensor apply(Tensor x, Training training) {
    return function.apply(x);
  }
}
