package org.thalweg.checker.numerics;

import static org.thalweg.checker.numerics.Row.one;

import java.util.List;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.optim.Rule;
import org.thalweg.optim.adaptive.Adam;
import org.thalweg.optim.gradient.Sgd;
import org.thalweg.optim.wrapper.Clip;

/// Steps of optimizers at the ends of the range.
final class Steps {
  private static final String NO_GRADIENT = "a step, which has no gradient";

  private Steps() {}

  private static Tensor adam(Tensor gradient) {
    return step(new Adam(1e-3), gradient);
  }

  private static Tensor clipped(Tensor gradient) {
    return step(new Sgd(1).with(Clip.globalNorm(1)), gradient);
  }

  /// Where one step takes a parameter from 0 by this gradient.
  private static Tensor step(Rule rule, Tensor gradient) {
    Parameter parameter =
        new Parameter("p", Tensor.zeros(gradient.dtype(), gradient.shape().sizes()));
    rule.over(List.of(parameter)).step(parameter.times(gradient.detach()).sum().backward());
    return parameter.snapshot();
  }

  static final Section SECTION =
      Section.of(
          "Steps of optimizers",
          "One step from 0, of `new Adam(0.001)` and of `new Sgd(1).with(Clip.globalNorm(1))`. Adam"
              + " has ε outside of the root, √v̂ + ε; β₁ᵗ and β₂ᵗ are computed in double, t is a"
              + " `long`.",
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
          one("Clip.globalNorm(1), gradient x", Steps::clipped)
              .at(3, 4)
              .value(-0.6, -0.8)
              .peers("clip(x)", "clip(x)")
              .because(NO_GRADIENT),
          one("Clip.globalNorm(1), gradient x", Steps::clipped)
              .at(0, 0)
              .value(-0.0, -0.0)
              .peers("clip(x)", "clip(x)")
              .because(NO_GRADIENT),
          one("Clip.globalNorm(1), gradient x", Steps::clipped)
              .at(1e30, 1e30)
              .value(-Math.sqrt(0.5), -Math.sqrt(0.5))
              .peers("clip(x)", "clip(x)")
              .because("the norm is in double and scaled: finite where every gradient is"),
          one("Clip.globalNorm(1), gradient x", Steps::clipped)
              .at(1e-30, 1e-30)
              .value(-1e-30, -1e-30)
              .peers("clip(x)", "clip(x)")
              .because(NO_GRADIENT),
          one("Clip.globalNorm(1), gradient x", Steps::clipped)
              .at(Double.POSITIVE_INFINITY, 1)
              .value(Double.NaN, 0)
              .peers("clip(x)", "clip(x)")
              .because("what is not finite shows"));
}
