package org.thalweg.checker.numerics;

import static org.thalweg.checker.numerics.Row.one;
import static org.thalweg.checker.numerics.Row.two;

import org.thalweg.autodiff.Tensor;

/// NaN: it must not get lost.
final class NotNumbers {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;

  private NotNumbers() {}

  static final Section SECTION =
      Section.of(
          "NaN and infinities",
          "Code that compares (`x > 0 ? x : 0`) drops NaN, and the mistake is found days later.",
          one("x.relu()", Tensor::relu)
              .at(NAN, INF, -INF)
              .value(NAN, INF, 0)
              .gradient(1, 1, 0)
              .peers("torch.relu(x)", "jax.nn.relu(x)")
              .because("NaN passes, and the gradient with it"),
          one("x.abs()", Tensor::abs)
              .at(NAN, -INF)
              .value(NAN, INF)
              .gradient(NAN, -1)
              .peers("torch.abs(x)", "jnp.abs(x)")
              .because("the sign of NaN is NaN"),
          one("x.sign()", Tensor::sign)
              .at(NAN, INF)
              .value(NAN, 1)
              .gradient(0, 0)
              .peers("torch.sign(x)", "jnp.sign(x)")
              .because("NaN in, NaN out"),
          one("x.clamp(−1, 1)", x -> x.clamp(-1, 1))
              .at(NAN, INF)
              .value(NAN, 1)
              .gradient(1, 0)
              .peers("torch.clamp(x, -1, 1)", "jnp.clip(x, -1, 1)")
              .because("NaN passes, and the gradient with it"),
          two("a.max(b)", Tensor::max)
              .at(NAN)
              .at(1)
              .value(NAN)
              .gradient(1)
              .gradient(1)
              .peers("torch.maximum(a, b)", "jnp.maximum(a, b)")
              .because("NaN wins, and neither side is held still unnoticed"),
          two("a.min(b)", Tensor::min)
              .at(1)
              .at(NAN)
              .value(NAN)
              .gradient(1)
              .gradient(1)
              .peers("torch.minimum(a, b)", "jnp.minimum(a, b)")
              .because("NaN wins, and neither side is held still unnoticed"),
          two("a.max(b)", Tensor::max)
              .at(INF)
              .at(INF)
              .value(INF)
              .gradient(0.5)
              .gradient(0.5)
              .peers("torch.maximum(a, b)", "jnp.maximum(a, b)"),
          one("x.max()", x -> x.max())
              .at(2, NAN, 9)
              .value(NAN)
              .gradient(0, 1, 0)
              .peers("x.max()", "jnp.max(x)")
              .because("the gradient goes to the NaN, so that it can be traced"),
          one("x.max(0)", x -> x.max(0))
              .at(NAN, 1, NAN)
              .value(NAN)
              .gradient(0.5, 0, 0.5)
              .peers("x.max(0).values", "jnp.max(x, 0)")
              .because("all of NaN share, as all equal ones do"),
          one("x.max()", x -> x.max())
              .at(-INF, -INF)
              .value(-INF)
              .gradient(0.5, 0.5)
              .peers("x.max()", "jnp.max(x)"),
          one("x.argmax(0)", x -> x.argmax(0))
              .at(3, NAN, 9, NAN)
              .value(1)
              .peers("x.argmax(0)", "jnp.argmax(x, 0)")
              .because("the first NaN; indices have no gradient"),
          two("a.equalTo(b)", Tensor::equalTo)
              .at(NAN, INF, 0)
              .at(NAN, INF, -0.0)
              .value(0, 1, 1)
              .gradient(0, 0, 0)
              .gradient(0, 0, 0)
              .peers("(a == b).double()", "(a == b).astype(a.dtype)"),
          one("x.sin()", Tensor::sin)
              .at(INF, -0.0)
              .value(NAN, -0.0)
              .gradient(NAN, 1)
              .peers("torch.sin(x)", "jnp.sin(x)"),
          two("a.times(b)", Tensor::times)
              .at(0)
              .at(INF)
              .value(NAN)
              .gradient(INF)
              .gradient(0)
              .peers("a * b", "a * b"));
}
