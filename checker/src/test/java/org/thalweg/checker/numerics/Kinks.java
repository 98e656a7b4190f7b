package org.thalweg.checker.numerics;

import static org.thalweg.checker.numerics.Row.one;
import static org.thalweg.checker.numerics.Row.two;

import org.thalweg.autodiff.Tensor;

/// Where functions bend, jump or tie.
final class Kinks {
  private Kinks() {}

  static final Section SECTION =
      Section.of(
          "Kinks, ties and rounding",
          "At a kink every slope between the two sides is a subgradient; one is chosen and stays.",
          one("x.relu()", Tensor::relu)
              .at(-1, 0, 1)
              .value(0, 0, 1)
              .gradient(0, 0, 1)
              .peers("torch.relu(x)", "jax.nn.relu(x)"),
          one("x.abs()", Tensor::abs)
              .at(-1, 0, 1)
              .value(1, 0, 1)
              .gradient(-1, 0, 1)
              .peers("torch.abs(x)", "jnp.abs(x)")
              .because("0 at 0: the middle of the slopes; an L1 penalty leaves zeros alone"),
          one("x.sign()", Tensor::sign)
              .at(-2, -0.0, 0, 2)
              .value(-1, 0, 0, 1)
              .gradient(0, 0, 0, 0)
              .peers("torch.sign(x)", "jnp.sign(x)"),
          one("x.clamp(−1, 1)", x -> x.clamp(-1, 1))
              .at(-2, -1, 0, 1, 2)
              .value(-1, -1, 0, 1, 1)
              .gradient(0, 1, 1, 1, 0)
              .peers("torch.clamp(x, -1, 1)", "jnp.clip(x, -1, 1)")
              .because("1 at the limits: a weight that has reached one can leave it"),
          two("a.max(b)", Tensor::max)
              .at(2, 1)
              .at(2, 3)
              .value(2, 3)
              .gradient(0.5, 0)
              .gradient(0.5, 1)
              .peers("torch.maximum(a, b)", "jnp.maximum(a, b)"),
          two("a.min(b)", Tensor::min)
              .at(2, 1)
              .at(2, 3)
              .value(2, 1)
              .gradient(0.5, 1)
              .gradient(0.5, 0)
              .peers("torch.minimum(a, b)", "jnp.minimum(a, b)"),
          two("a.max(b)", Tensor::max)
              .at(0.0)
              .at(-0.0)
              .value(0)
              .gradient(0.5)
              .gradient(0.5)
              .peers("torch.maximum(a, b)", "jnp.maximum(a, b)"),
          one("x.max()", x -> x.max())
              .at(2, 2, 1)
              .value(2)
              .gradient(0.5, 0.5, 0)
              .peers("x.max()", "jnp.max(x)"),
          one("x.max(0)", x -> x.max(0))
              .at(2, 2, 1)
              .value(2)
              .gradient(0.5, 0.5, 0)
              .peers("x.max(0).values", "jnp.max(x, 0)")
              .because("shared evenly, over one axis as over all"),
          one("x.min()", x -> x.min())
              .at(3, 1, 1)
              .value(1)
              .gradient(0, 0.5, 0.5)
              .peers("x.min()", "jnp.min(x)"),
          one("x.argmax(0)", x -> x.argmax(0))
              .at(1, 7, 7)
              .value(1)
              .peers("x.argmax(0)", "jnp.argmax(x, 0)")
              .because("the first of equal ones; indices have no gradient"),
          one("x.round()", Tensor::round)
              .at(0.5, 1.5, 2.5, -0.5)
              .value(0, 2, 2, -0.0)
              .gradient(0, 0, 0, 0)
              .peers("torch.round(x)", "jnp.round(x)")
              .because("ties to the even neighbour, as IEEE 754 rounds"),
          one("x.floor()", Tensor::floor)
              .at(-0.5, 1, 2.7)
              .value(-1, 1, 2)
              .gradient(0, 0, 0)
              .peers("torch.floor(x)", "jnp.floor(x)"),
          two("a.lessThan(b)", Tensor::lessThan)
              .at(1, 2)
              .at(2, 2)
              .value(1, 0)
              .gradient(0, 0)
              .gradient(0, 0)
              .peers("(a < b).double()", "(a < b).astype(a.dtype)"));
}
