package org.thalweg.checker.numerics;

import static org.thalweg.checker.numerics.Row.one;
import static org.thalweg.checker.numerics.Row.two;

import org.thalweg.autodiff.Tensor;

/// Powers, roots and quotients at 0 and below.
final class Powers {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;

  private Powers() {}

  static final Section SECTION =
      Section.of(
          "Powers, roots and quotients",
          "",
          two("a.pow(b)", Tensor::pow)
              .at(0)
              .at(0)
              .value(1)
              .gradient(0)
              .gradient(0)
              .peers("torch.pow(a, b)", "jnp.power(a, b)")
              .because("a⁰ is 1 for every a, and 0ᵇ is 0 for every b above 0"),
          two("a.pow(b)", Tensor::pow)
              .at(0)
              .at(0.5)
              .value(0)
              .gradient(INF)
              .gradient(0)
              .peers("torch.pow(a, b)", "jnp.power(a, b)"),
          two("a.pow(b)", Tensor::pow)
              .at(0)
              .at(2)
              .value(0)
              .gradient(0)
              .gradient(0)
              .peers("torch.pow(a, b)", "jnp.power(a, b)"),
          two("a.pow(b)", Tensor::pow)
              .at(0)
              .at(1)
              .value(0)
              .gradient(1)
              .gradient(0)
              .peers("torch.pow(a, b)", "jnp.power(a, b)"),
          two("a.pow(b)", Tensor::pow)
              .at(0)
              .at(-1)
              .value(INF)
              .gradient(-INF)
              .gradient(-INF)
              .peers("torch.pow(a, b)", "jnp.power(a, b)")
              .because("aᵇ ln a"),
          two("a.pow(b)", Tensor::pow)
              .at(-2)
              .at(2)
              .value(4)
              .gradient(-4)
              .gradient(NAN)
              .peers("torch.pow(a, b)", "jnp.power(a, b)"),
          two("a.pow(b)", Tensor::pow)
              .at(-2)
              .at(0.5)
              .value(NAN)
              .gradient(NAN)
              .gradient(NAN)
              .peers("torch.pow(a, b)", "jnp.power(a, b)"),
          two("a.pow(b)", Tensor::pow)
              .at(NAN, 1)
              .at(0, NAN)
              .value(1, NAN)
              .gradient(0, NAN)
              .gradient(NAN, NAN)
              .peers("torch.pow(a, b)", "jnp.power(a, b)")
              .because("the special values of `Math.pow`: 1 to the power of NaN is NaN"),
          two("a.pow(b)", Tensor::pow)
              .at(1, -1)
              .at(INF, INF)
              .value(NAN, NAN)
              .gradient(NAN, NAN)
              .gradient(NAN, NAN)
              .peers("torch.pow(a, b)", "jnp.power(a, b)")
              .because("the special values of `Math.pow`, which C does not share"),
          two("a.pow(b)", Tensor::pow)
              .at(INF)
              .at(0)
              .value(1)
              .gradient(0)
              .gradient(INF)
              .peers("torch.pow(a, b)", "jnp.power(a, b)"),
          one("x.pow(3)", x -> x.pow(3))
              .at(-2, 0)
              .value(-8, 0)
              .gradient(12, 0)
              .peers("x ** 3", "x ** 3"),
          one("x.pow(0)", x -> x.pow(0))
              .at(0, -1, NAN)
              .value(1, 1, 1)
              .gradient(0, 0, 0)
              .peers("x ** 0", "x ** 0"),
          one("x.pow(0.5)", x -> x.pow(0.5))
              .at(0, 4)
              .value(0, 2)
              .gradient(INF, 0.25)
              .peers("x ** 0.5", "x ** 0.5"),
          one("x.sqrt()", Tensor::sqrt)
              .at(0, -1, INF)
              .value(0, NAN, INF)
              .gradient(INF, NAN, 0)
              .peers("torch.sqrt(x)", "jnp.sqrt(x)"),
          one("x.square().sum().sqrt()", x -> x.square().sum().sqrt())
              .at(0, 0)
              .value(0)
              .gradient(NAN, NAN)
              .peers("x.square().sum().sqrt()", "jnp.sqrt(jnp.square(x).sum())")
              .because("three operations, ∞ · 0; `norm` is one, with gradient 0"),
          one("x.reciprocal()", Tensor::reciprocal)
              .at(0, -0.0, INF)
              .value(INF, -INF, 0)
              .gradient(-INF, -INF, 0)
              .peers("torch.reciprocal(x)", "1 / x"),
          two("a.over(b)", Tensor::over)
              .at(0, 1, -1)
              .at(0, 0, 0)
              .value(NAN, INF, -INF)
              .gradient(INF, INF, INF)
              .gradient(NAN, -INF, INF)
              .peers("a / b", "a / b"));
}
