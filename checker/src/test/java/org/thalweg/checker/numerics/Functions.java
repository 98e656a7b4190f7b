package org.thalweg.checker.numerics;

import static org.thalweg.checker.numerics.Row.one;
import static org.thalweg.checker.numerics.Row.two;

import org.thalweg.autodiff.Tensor;

/// Activations and functions of two numbers, where they bend or their parts are not finite.
final class Functions {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;
  private static final double TINY = 3.720075976020836e-44;

  private Functions() {}

  static final Section SECTION =
      Section.of(
          "Activations and functions of two numbers",
          "",
          one("x.logSigmoid()", Tensor::logSigmoid)
              .at(-1000, 1000, -INF, INF)
              .value(-1000, 0, -INF, 0)
              .gradient(1, 0, 1, 0)
              .peers("F.logsigmoid(x)", "jax.nn.log_sigmoid(x)"),
          one("x.logSigmoid()", Tensor::logSigmoid)
              .at(100)
              .value(-TINY)
              .gradient(TINY)
              .peers("F.logsigmoid(x)", "jax.nn.log_sigmoid(x)")
              .because("FLOAT32 keeps its smallest numbers: nothing is flushed to 0"),
          one("x.silu()", Tensor::silu)
              .at(-1000, 1000)
              .value(-0.0, 1000)
              .gradient(0, 1)
              .peers("F.silu(x)", "jax.nn.silu(x)"),
          one("x.silu()", Tensor::silu)
              .at(-INF, INF)
              .value(NAN, INF)
              .gradient(NAN, NAN)
              .peers("F.silu(x)", "jax.nn.silu(x)")
              .because("∞ · 0 by the rules of IEEE 754"),
          one("x.leakyRelu()", Tensor::leakyRelu)
              .at(-1, 0, 1)
              .value(-0.01, 0, 1)
              .gradient(0.01, 0.01, 1)
              .peers("F.leaky_relu(x)", "jax.nn.leaky_relu(x)")
              .because("at 0 the slope of the negative side"),
          one("x.elu()", Tensor::elu)
              .at(-1000, 0, 1)
              .value(-1, 0, 1)
              .gradient(0, 1, 1)
              .peers("F.elu(x)", "jax.nn.elu(x)"),
          one("x.hardsigmoid()", Tensor::hardsigmoid)
              .at(-3, 0, 3)
              .value(0, 0.5, 1)
              .gradient(0, 1.0 / 6, 0)
              .peers("F.hardsigmoid(x)", "jax.nn.hard_sigmoid(x)")
              .because("0 at both ends, as `hardtanh`"),
          one("x.hardswish()", Tensor::hardswish)
              .at(-3, 0, 3)
              .value(0, 0, 3)
              .gradient(-0.5, 0.5, 1.5)
              .peers("F.hardswish(x)", "jax.nn.hard_swish(x)")
              .because("at both ends the slope of the middle"),
          one("x.softsign()", Tensor::softsign)
              .at(0, INF)
              .value(0, 1)
              .gradient(1, 0)
              .peers("F.softsign(x)", "jax.nn.soft_sign(x)")
              .because("the limits"),
          one("x.clampMin(0)", x -> x.clampMin(0))
              .at(-1, 0, 1, NAN)
              .value(0, 0, 1, NAN)
              .gradient(0, 1, 1, 1)
              .peers("torch.clamp(x, min=0)", "jnp.clip(x, 0)")
              .because("1 at the limit, as `clamp`; NaN passes, and the gradient with it"),
          one("x.acosh()", Tensor::acosh)
              .at(1, 0)
              .value(0, NAN)
              .gradient(INF, NAN)
              .peers("torch.acosh(x)", "jnp.arccosh(x)"),
          one("x.logit()", Tensor::logit)
              .at(0, 1, 0.5)
              .value(-INF, INF, 0)
              .gradient(INF, INF, 4)
              .peers("torch.logit(x)", "jax.scipy.special.logit(x)"),
          one("x.rsqrt()", Tensor::rsqrt)
              .at(0, 4, INF)
              .value(INF, 0.5, 0)
              .gradient(-INF, -0.0625, -0.0)
              .peers("torch.rsqrt(x)", "jax.lax.rsqrt(x)"),
          two("a.hypot(b)", Tensor::hypot)
              .at(0)
              .at(0)
              .value(0)
              .gradient(0)
              .gradient(0)
              .peers("torch.hypot(a, b)", "jnp.hypot(a, b)")
              .because("0 at the tip of the cone, as the norm"),
          two("a.hypot(b)", Tensor::hypot)
              .at(1e30)
              .at(1e30)
              .value(Math.sqrt(2) * 1e30)
              .gradient(Math.sqrt(0.5))
              .gradient(Math.sqrt(0.5))
              .peers("torch.hypot(a, b)", "jnp.hypot(a, b)")
              .because("a ÷ y: no square overflows"),
          two("a.hypot(b)", Tensor::hypot)
              .at(INF)
              .at(NAN)
              .value(INF)
              .gradient(NAN)
              .gradient(NAN)
              .peers("torch.hypot(a, b)", "jnp.hypot(a, b)"),
          two("a.atan2(b)", Tensor::atan2)
              .at(0, -0.0, 0)
              .at(-0.0, -1, 0)
              .value(Math.PI, -Math.PI, 0)
              .gradient(0, -1, 0)
              .gradient(0, 0, 0)
              .peers("torch.atan2(a, b)", "jnp.arctan2(a, b)")
              .because("0 at the origin, where there is no direction"),
          two("a.xlogy(b)", Tensor::xlogy)
              .at(0)
              .at(0)
              .value(0)
              .gradient(0)
              .gradient(0)
              .peers("torch.xlogy(a, b)", "jax.scipy.special.xlogy(a, b)")
              .because("a probability of 0 adds nothing, and pulls at nothing"),
          two("a.xlogy(b)", Tensor::xlogy)
              .at(0, 2)
              .at(NAN, 0)
              .value(NAN, -INF)
              .gradient(NAN, -INF)
              .gradient(NAN, INF)
              .peers("torch.xlogy(a, b)", "jax.scipy.special.xlogy(a, b)")
              .because("NaN in, NaN out"),
          two("a.logAddExp(b)", Tensor::logAddExp)
              .at(-INF, 1000)
              .at(-INF, 1000)
              .value(-INF, 1000.6931471805599)
              .gradient(0, 0.5)
              .gradient(0, 0.5)
              .peers("torch.logaddexp(a, b)", "jnp.logaddexp(a, b)")
              .because("0 where both are −∞, as `logSumExp`"));
}
