package org.thalweg.optim;

import java.util.Collection;
import java.util.List;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.optim.engine.Checks;
import org.thalweg.optim.engine.NamePattern;

/// A term of a loss that keeps parameters small.
///
/// ```
/// λ₁ ‖W‖₁ + λ₂/2 ‖W‖²,   gradient λ₁ sign(W) + λ₂ W,   sign(0) = 0
/// ```
///
/// ```java
/// Tensor loss = error.plus(Penalty.l2(1e-4).of(model.parameters(), "**.weight"));
/// ```
///
/// Under a rule with rates per element this is not decoupled decay: see `wrapper.Decayed`.
///
/// @param l1 λ₁
/// @param l2 λ₂
public record Penalty(double l1, double l2) {
  /// Checks the values.
  public Penalty {
    Checks.notNegative("penalty", "l1", l1);
    Checks.notNegative("penalty", "l2", l2);
  }

  /// λ ‖W‖₁
  public static Penalty l1(double lambda) {
    return new Penalty(lambda, 0);
  }

  /// λ/2 ‖W‖², with gradient λ W: `weight_decay` of PyTorch.
  public static Penalty l2(double lambda) {
    return new Penalty(0, lambda);
  }

  /// λ ‖W‖², with gradient 2 λ W: `keras.regularizers.L2`.
  public static Penalty squares(double lambda) {
    return new Penalty(0, 2 * lambda);
  }

  /// λ₁ ‖W‖₁ + λ₂/2 ‖W‖². Zou and Hastie, 2005.
  public static Penalty elasticNet(double l1, double l2) {
    return new Penalty(l1, l2);
  }

  /// The term, for the parameters whose names fit a pattern as in [Grouping]; in the type of the
  /// first.
  ///
  /// @throws IllegalArgumentException where none does
  public Tensor of(Collection<Parameter> parameters, String pattern) {
    NamePattern names = new NamePattern(pattern);
    List<Parameter> chosen =
        parameters.stream().filter(parameter -> names.matches(parameter.name())).toList();
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException(
          "penalty: the pattern ["
              + pattern
              + "] matches none of "
              + parameters.stream().map(Parameter::name).toList()
              + ": correct it");
    }
    Tensor sum = term(chosen.get(0));
    for (Parameter parameter : chosen.subList(1, chosen.size())) {
      sum = sum.plus(term(parameter).to(sum.dtype()));
    }
    return sum;
  }

  private Tensor term(Tensor w) {
    if (l1 == 0) {
      return w.square().sum().times(l2 / 2);
    }
    Tensor absolute = w.abs().sum().times(l1);
    return l2 == 0 ? absolute : absolute.plus(w.square().sum().times(l2 / 2));
  }
}
