package org.thalweg.checker.numerics;

import static org.thalweg.checker.numerics.Row.one;

/// Long and cancelling sums, and what is made of them.
final class Sums {
  private Sums() {}

  static final Section SECTION =
      Section.of(
          "Sums, means and variances",
          "",
          one("x.variance()", x -> x.variance())
              .at(1e6 - 1, 1e6 + 1)
              .value(1)
              .gradient(-1, 1)
              .peers("torch.var(x, unbiased=False)", "jnp.var(x)")
              .because("two passes: the mean of x² less the square of the mean gives −65536 here"),
          one("x.variance()", x -> x.variance())
              .at(3, 3)
              .value(0)
              .gradient(0, 0)
              .peers("torch.var(x, unbiased=False)", "jnp.var(x)"),
          one("x.variance()", x -> x.variance())
              .at(3)
              .value(0)
              .gradient(0)
              .peers("torch.var(x, unbiased=False)", "jnp.var(x)"),
          one("x.mean()", x -> x.mean())
              .at(3e38, 3e38)
              .value(3e38)
              .valueInFloat(Double.POSITIVE_INFINITY)
              .gradient(0.5, 0.5)
              .peers("x.mean()", "jnp.mean(x)")
              .because("the sum is a FLOAT32 before it is divided"),
          new Entry.Proven(
              "Long sums in FLOAT32",
              "ten million terms are added to within 10⁻⁶ of Σ|xᵢ|, in sums, means, variances and"
                  + " products of matrices; a plain loop stops at 2²⁴ when it adds ones",
              LongSumsTest.class,
              "tenMillionTermsAddUpAlmostExactly"),
          new Entry.Proven(
              "Broadcasting backward",
              "a gradient has the shape of its input, summed over the axes along which that was"
                  + " broadcast; tried for all pairs of shapes of rank up to 3 and sizes 0, 1, 2",
              BroadcastGradientsTest.class,
              "everyPairOfSmallShapesHasGradientsOfItsOwnShapes"));
}
