package org.thalweg.checker.numerics;

import static org.thalweg.checker.numerics.Row.one;

import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;

/// Masks and selects around a function that is not finite.
final class Selects {
  private static final double NAN = Double.NaN;

  private static final Formula SAFE_LOG =
      Formula.of("x", x -> Expr.where(x.greaterThan(Expr.number(0)), x.log(), Expr.number(0)))
          .named("safeLog");

  private static final Formula SAFE_ROOT =
      Formula.of("x", x -> Expr.where(x.equalTo(Expr.number(0)), Expr.number(0), x.sqrt()))
          .named("safeRoot");

  private Selects() {}

  static final Section SECTION =
      Section.of(
          "Masks and selects",
          """
          Between operations the rules of IEEE 754 hold: 0 · ∞ is NaN. A mask that multiplies does \
          not
          remove what is not finite, and a select removes it from the value but not from the \
          gradient, since
          the branch that was not chosen is differentiated too. Inside one formula a select is \
          differentiated as a select.
          """,
          one("x.greaterThan(0).times(x.log())", x -> x.greaterThan(zero(x)).times(x.log()))
              .at(0, 2)
              .value(NAN, Math.log(2))
              .gradient(NAN, 0.5)
              .peers("(x > 0) * torch.log(x)", "(x > 0) * jnp.log(x)")
              .because("the rule; JAX makes a select of the product with a mask"),
          one(
                  "x.greaterThan(0).where(x.log(), 0)",
                  x -> x.greaterThan(zero(x)).where(x.log(), zero(x)))
              .at(0, 2)
              .value(0, Math.log(2))
              .gradient(NAN, 0.5)
              .peers("torch.where(x > 0, torch.log(x), 0)", "jnp.where(x > 0, jnp.log(x), 0)")
              .because("three operations: log′(0) = ∞ meets the gradient 0 of the select"),
          one("where(x > 0, ln x, 0), one formula", x -> Tensor.apply(SAFE_LOG, x))
              .at(0, 2, -1)
              .value(0, Math.log(2), 0)
              .gradient(0, 0.5, 0)
              .peers("torch.where(x > 0, torch.log(x), 0)", "jnp.where(x > 0, jnp.log(x), 0)")
              .because("one formula: the derivative of a select selects"),
          one("where(x = 0, 0, √x), one formula", x -> Tensor.apply(SAFE_ROOT, x))
              .at(0, 4)
              .value(0, 2)
              .gradient(0, 0.25)
              .peers("torch.where(x == 0, 0, torch.sqrt(x))", "jnp.where(x == 0, 0, jnp.sqrt(x))")
              .because("one formula: the derivative of a select selects"));

  private static Tensor zero(Tensor x) {
    return Tensor.scalar(x.dtype(), 0);
  }
}
