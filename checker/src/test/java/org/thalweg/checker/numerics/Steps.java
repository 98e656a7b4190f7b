package org.thalweg.checker.numerics;

import static org.thalweg.checker.numerics.Row.one;

import java.util.List;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.optim.Adam;

/// Steps of optimizers at the ends of the range.
final class Steps {
  private static final String NO_GRADIENT = "a step, which has no gradient";

  private Steps() {}

  /// Where one step of Adam takes a parameter from 0 by this gradient.
  private static Tensor adam(Tensor gradient) {
    Parameter parameter =
        new Parameter("p", Tensor.zeros(gradient.dtype(), gradient.shape().sizes()));
    new Adam(1e-3)
        .over(List.of(parameter))
        .step(parameter.times(gradient.detach()).sum().backward());
    return parameter.snapshot();
  }

  static final Section SECTION =
      Section.of(
          "Steps of optimizers",
          "One step of `Adam(0.001)` from 0. ε stands outside of the root, √v̂ + ε; β₁ᵗ and β₂ᵗ are"
              + " computed in double, and t is a `long`.",
          one("Adam, gradient x", Steps::adam)
              .at(1, -1)
              .value(-1e-3 / (1 + 1e-8), 1e-3 / (1 + 1e-8))
              .peers("adam(x)", "adam(x)")
              .because(NO_GRADIENT),
          one("Adam, gradient x", Steps::adam)
              .at(1e-8)
              .value(-5e-4)
              .peers("adam(x)", "adam(x)")
              .because("ε is as large as the gradient: half a step"),
          one("Adam, gradient x", Steps::adam)
              .at(1e-25)
              .value(-1e-20)
              .peers("adam(x)", "adam(x)")
              .because("in FLOAT32 g² is 0, and ε alone divides"),
          one("Adam, gradient x", Steps::adam)
              .at(1e25)
              .value(-1e-3)
              .valueInFloat(0)
              .peers("adam(x)", "adam(x)")
              .because("in FLOAT32 g² is ∞, and the parameter stands still: clip such gradients"),
          new Entry.Later(
              "Clipping by the norm of all gradients",
              "the norm in double and scaled, so that it is finite where every gradient is; what is"
                  + " not finite is refused or the step skipped and counted, never scaled to 0."));
}
