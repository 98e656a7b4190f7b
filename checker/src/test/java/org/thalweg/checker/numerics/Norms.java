package org.thalweg.checker.numerics;

import static org.thalweg.checker.numerics.Row.one;

/// Norms, deviations and products, where their gradients divide by 0.
final class Norms {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;
  private static final double HALF_ROOT = Math.sqrt(0.5);

  private Norms() {}

  static final Section SECTION =
      Section.of(
          "Norms, deviations and products",
          "",
          one("x.norm(2)", x -> x.norm(2))
              .at(0, 0)
              .value(0)
              .gradient(0, 0)
              .peers("torch.linalg.vector_norm(x)", "jnp.linalg.norm(x)")
              .because("0 at the tip of the cone: the middle of its slopes"),
          one("x.norm(2)", x -> x.norm(2))
              .at(1e20, 1e20)
              .value(Math.sqrt(2) * 1e20)
              .gradient(HALF_ROOT, HALF_ROOT)
              .peers("torch.linalg.vector_norm(x)", "jnp.linalg.norm(x)")
              .because("scaled, so that squares neither overflow nor vanish"),
          one("x.norm(2)", x -> x.norm(2))
              .at(1e-30, 1e-30)
              .value(Math.sqrt(2) * 1e-30)
              .gradient(HALF_ROOT, HALF_ROOT)
              .peers("torch.linalg.vector_norm(x)", "jnp.linalg.norm(x)")
              .because("scaled, so that squares neither overflow nor vanish"),
          one("x.norm(2)", x -> x.norm(2))
              .at(INF, 1)
              .value(INF)
              .gradient(NAN, 0)
              .peers("torch.linalg.vector_norm(x)", "jnp.linalg.norm(x)"),
          one("x.norm(1)", x -> x.norm(1))
              .at(0, -2)
              .value(2)
              .gradient(0, -1)
              .peers("torch.linalg.vector_norm(x, 1)", "jnp.linalg.norm(x, 1)")
              .because("|x|′ is 0 at 0"),
          one("x.norm(0.5)", x -> x.norm(0.5))
              .at(0, 4)
              .value(4)
              .gradient(0, 1)
              .peers("torch.linalg.vector_norm(x, 0.5)", "jnp.linalg.norm(x, 0.5)")
              .because("0 in an element that is 0, where the slope is infinite on both sides"),
          one("x.norm(∞)", x -> x.norm(INF))
              .at(2, -2, 1)
              .value(2)
              .gradient(0.5, -0.5, 0)
              .peers("torch.linalg.vector_norm(x, inf)", "jnp.linalg.norm(x, jnp.inf)"),
          one("x.norm(0)", x -> x.norm(0))
              .at(0, -0.0, 3)
              .value(1)
              .gradient(0, 0, 0)
              .peers("torch.linalg.vector_norm(x, 0)", "jnp.linalg.norm(x, 0)"),
          one("x.normalized(0)", x -> x.normalized(0))
              .at(0, 0)
              .value(0, 0)
              .gradient(1e12, 1e12)
              .peers("F.normalize(x, dim=0)", "x / jnp.maximum(jnp.linalg.norm(x), 1e-12)")
              .because("divided by 10⁻¹², which the gradient shows"),
          one("x.standardDeviation()", x -> x.standardDeviation())
              .at(3, 3)
              .value(0)
              .gradient(0, 0)
              .peers("torch.std(x, unbiased=False)", "jnp.std(x)")
              .because("0 where all are equal, as the norm at 0"),
          one("x.standardDeviation()", x -> x.standardDeviation())
              .at(0.1, 0.1, 0.1)
              .value(0)
              .gradient(0, 0, 0)
              .peers("torch.std(x, unbiased=False)", "jnp.std(x)")
              .because("exactly 0: rounding does not take the mean out of the range of x"),
          one("x.standardDeviation()", x -> x.standardDeviation())
              .at(1e25, -1e25)
              .value(1e25)
              .gradient(0.5, -0.5)
              .peers("torch.std(x, unbiased=False)", "jnp.std(x)")
              .because("scaled, so that squares do not overflow"),
          one("x.sampleStandardDeviation()", x -> x.sampleStandardDeviation())
              .at(3)
              .value(NAN)
              .gradient(0)
              .peers("torch.std(x)", "jnp.std(x, ddof=1)")
              .because("the gradient of the norm at 0; the value says that there is none"),
          one("x.sampleVariance()", x -> x.sampleVariance())
              .at(1e6 - 1, 1e6, 1e6 + 1)
              .value(1)
              .gradient(-1, 0, 1)
              .peers("torch.var(x)", "jnp.var(x, ddof=1)"),
          one("x.prod()", x -> x.prod())
              .at(0, 2, 3)
              .value(0)
              .gradient(6, 0, 0)
              .peers("x.prod()", "jnp.prod(x)")
              .because("products of the others, never y ÷ x"),
          one("x.prod()", x -> x.prod())
              .at(0, 0, 3)
              .value(0)
              .gradient(0, 0, 0)
              .peers("x.prod()", "jnp.prod(x)"),
          one("x.prod()", x -> x.prod())
              .at(0, INF)
              .value(NAN)
              .gradient(INF, 0)
              .peers("x.prod()", "jnp.prod(x)"),
          one("x.cumprod(0)", x -> x.cumprod(0))
              .at(2, 0, 3)
              .value(2, 0, 0)
              .gradient(1, 8, 0)
              .peers("x.cumprod(0)", "jnp.cumprod(x)"),
          one("x.cumsum(0)", x -> x.cumsum(0))
              .at(1, INF, 1)
              .value(1, INF, INF)
              .gradient(3, 2, 1)
              .peers("x.cumsum(0)", "jnp.cumsum(x)"));
}
