package org.thalweg.checker.numerics;

import static org.thalweg.checker.numerics.Row.one;

/// Order, with ties, zeros and NaN.
final class Ranks {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final String NO_GRADIENT = "; indices have no gradient";

  private Ranks() {}

  static final Section SECTION =
      Section.of(
          "Order",
          "Equal elements stay in their order, −0 equals 0, and NaN is larger than all numbers.",
          one("x.median(0)", x -> x.median(0))
              .at(4, 1, 3, 2)
              .value(2)
              .gradient(0, 0, 0, 1)
              .peers("x.median(0).values", "jnp.median(x)")
              .because("an element of x: of an even number the lower one"),
          one("x.median(0)", x -> x.median(0))
              .at(1, 2, 2, 2)
              .value(2)
              .gradient(0, 1, 0, 0)
              .peers("x.median(0).values", "jnp.median(x)")
              .because("the gradient goes to the first of equal ones"),
          one("x.median(0)", x -> x.median(0))
              .at(1, NAN, 3)
              .value(NAN)
              .gradient(0, 1, 0)
              .peers("x.median(0).values", "jnp.median(x)")
              .because("the gradient goes to the NaN, so that it can be traced"),
          one("x.sort(0, false).values()", x -> x.sort(0, false).values())
              .at(NAN, 1, INF, -0.0, 0, -INF)
              .value(-INF, -0.0, 0, 1, INF, NAN)
              .gradient(1, 1, 1, 1, 1, 1)
              .peers("x.sort(stable=True).values", "jnp.sort(x)"),
          one("x.sort(0, true).indices()", x -> x.sort(0, true).indices())
              .at(1, NAN, 1, 2)
              .value(1, 3, 0, 2)
              .peers(
                  "x.sort(descending=True, stable=True).indices", "jnp.argsort(x, descending=True)")
              .because("NaN first, then equal ones in their order" + NO_GRADIENT),
          one("x.topK(2, 0).values()", x -> x.topK(2, 0).values())
              .at(1, 2, NAN, 2)
              .value(NAN, 2)
              .gradient(0, 1, 1, 0)
              .peers("x.topk(2).values", "jax.lax.top_k(x, 2)[0]")
              .because("the first of equal ones"),
          one("x.argsort(0)", x -> x.argsort(0))
              .at(0, -0.0, NAN, -1)
              .value(3, 0, 1, 2)
              .peers("x.argsort(stable=True)", "jnp.argsort(x)")
              .because("the zeros are equal" + NO_GRADIENT),
          one("x.argmin(0)", x -> x.argmin(0))
              .at(3, NAN, 1, NAN)
              .value(1)
              .peers("x.argmin(0)", "jnp.argmin(x, 0)")
              .because("the first NaN" + NO_GRADIENT),
          one("x.any()", x -> x.any())
              .at(0, -0.0, NAN)
              .value(1)
              .gradient(0, 0, 0)
              .peers("x.any().double()", "jnp.any(x).astype(x.dtype)"),
          one("x.all()", x -> x.all())
              .at(1, NAN)
              .value(1)
              .gradient(0, 0)
              .peers("x.all().double()", "jnp.all(x).astype(x.dtype)"));
}
