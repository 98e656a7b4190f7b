package org.thalweg.checker.numerics;

import static org.thalweg.checker.numerics.Row.labelled;
import static org.thalweg.checker.numerics.Row.one;
import static org.thalweg.checker.numerics.Row.two;

import org.thalweg.autodiff.Tensor;

/// Exponentials and logarithms far from 1, and what is made of them.
final class Exponentials {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;

  private Exponentials() {}

  static final Section SECTION =
      Section.of(
          "Exponentials and logarithms",
          "Naive code overflows in eˣ, takes the logarithm of 0, or cancels digits near 1.",
          one("x.logSoftmax(0)", x -> x.logSoftmax(0))
              .at(1000, 0)
              .value(0, -1000)
              .gradient(-1, 1)
              .peers("torch.log_softmax(x, 0)", "jax.nn.log_softmax(x)"),
          labelled("x.crossEntropy(i)", Tensor::crossEntropy)
              .at(Tensor.of(new double[][] {{1000, 0}}))
              .at(Tensor.ints(1))
              .value(1000)
              .gradient(1, -1)
              .peers(
                  "F.cross_entropy(x, i, reduction='none')",
                  "-jnp.take_along_axis(jax.nn.log_softmax(x), i[:, None], 1)[:, 0]"),
          two(
                  "a.softplus().minus(a.times(b)).mean()",
                  (a, b) -> a.softplus().minus(a.times(b)).mean())
              .at(1000, -1000)
              .at(0, 1)
              .value(1000)
              .gradient(0.5, -0.5)
              .gradient(-500, 500)
              .peers(
                  "F.binary_cross_entropy_with_logits(a, b)", "(jax.nn.softplus(a) - a * b).mean()")
              .because("binary cross entropy of logits"),
          one("x.sigmoid()", Tensor::sigmoid)
              .at(1000, -1000, INF, -INF)
              .value(1, 0, 1, 0)
              .gradient(0, 0, 0, 0)
              .peers("torch.sigmoid(x)", "jax.nn.sigmoid(x)"),
          one("x.sigmoid()", Tensor::sigmoid)
              .at(-100)
              .value(3.720075976020836e-44)
              .gradient(3.720075976020836e-44)
              .peers("torch.sigmoid(x)", "jax.nn.sigmoid(x)")
              .because("FLOAT32 keeps its smallest numbers: nothing is flushed to 0"),
          one("x.softplus()", Tensor::softplus)
              .at(100, -100)
              .value(100, 3.720075976020836e-44)
              .gradient(1, 3.720075976020836e-44)
              .peers("F.softplus(x)", "jax.nn.softplus(x)")
              .because("FLOAT32 keeps its smallest numbers: nothing is flushed to 0"),
          one("x.softplus()", Tensor::softplus)
              .at(1000, -1000, INF, -INF)
              .value(1000, 0, INF, 0)
              .gradient(1, 0, 1, 0)
              .peers("F.softplus(x)", "jax.nn.softplus(x)"),
          one("x.tanh()", Tensor::tanh)
              .at(1000, INF, -INF)
              .value(1, 1, -1)
              .gradient(0, 0, 0)
              .peers("torch.tanh(x)", "jnp.tanh(x)"),
          one("x.erf()", Tensor::erf)
              .at(10, INF, -INF)
              .value(1, 1, -1)
              .gradient(4.197656231354417e-44, 0, 0)
              .peers("torch.erf(x)", "jax.scipy.special.erf(x)")
              .because("FLOAT32 keeps its smallest numbers: nothing is flushed to 0"),
          one("x.gelu()", Tensor::gelu)
              .at(1000, -1000, INF, -INF)
              .value(1000, -0.0, INF, NAN)
              .gradient(1, 0, NAN, NAN)
              .peers("F.gelu(x)", "jax.nn.gelu(x, approximate=False)")
              .because("½ x (1 + erf(x/√2)) by the rules of IEEE 754: −∞ · 0 is NaN"),
          one("x.exp()", Tensor::exp)
              .at(1000, -1000, INF, -INF)
              .value(INF, 0, INF, 0)
              .gradient(INF, 0, INF, 0)
              .peers("torch.exp(x)", "jnp.exp(x)"),
          one("x.log()", Tensor::log)
              .at(0, -0.0, -1, INF)
              .value(-INF, -INF, NAN, INF)
              .gradient(INF, -INF, -1, 0)
              .peers("torch.log(x)", "jnp.log(x)"),
          one("x.log()", Tensor::log)
              .at(1e-40)
              .value(-92.10340371976183)
              .gradient(1e40)
              .gradientInFloat(INF)
              .peers("torch.log(x)", "jnp.log(x)")
              .because("FLOAT32 keeps its smallest numbers: nothing is flushed to 0"),
          one("x.expm1()", Tensor::expm1)
              .at(1e-20, -1000)
              .value(1e-20, -1)
              .gradient(1, 0)
              .peers("torch.expm1(x)", "jnp.expm1(x)"),
          one("x.log1p()", Tensor::log1p)
              .at(1e-20, -1, -2)
              .value(1e-20, -INF, NAN)
              .gradient(1, INF, -1)
              .peers("torch.log1p(x)", "jnp.log1p(x)"),
          one("x.logSumExp()", x -> x.logSumExp())
              .at(1000, 1000)
              .value(1000.6931471805599)
              .gradient(0.5, 0.5)
              .peers("torch.logsumexp(x, 0)", "jax.scipy.special.logsumexp(x)")
              .because("eˣ ÷ Σ eˣ; exp(x − y) loses digits"),
          one("x.logSumExp()", x -> x.logSumExp())
              .at(-INF, -INF)
              .value(-INF)
              .gradient(0, 0)
              .peers("torch.logsumexp(x, 0)", "jax.scipy.special.logsumexp(x)")
              .because(
                  "0: a row that is masked out entirely takes no part, and does not spoil the"
                      + " rest"),
          one("x.logSumExp()", x -> x.logSumExp())
              .at(INF, 0)
              .value(INF)
              .gradient(NAN, 0)
              .peers("torch.logsumexp(x, 0)", "jax.scipy.special.logsumexp(x)"),
          one("x.softmax(0)", x -> x.softmax(0))
              .at(-INF, 0, 0)
              .value(0, 0.5, 0.5)
              .gradient(0, 0, 0)
              .peers("torch.softmax(x, 0)", "jax.nn.softmax(x)"),
          one("x.softmax(0)", x -> x.softmax(0))
              .at(-INF, -INF)
              .value(NAN, NAN)
              .gradient(NAN, NAN)
              .peers("torch.softmax(x, 0)", "jax.nn.softmax(x)")
              .because("NaN: there is no distribution over nothing; mask the row itself"),
          one("x.softmax(0)", x -> x.softmax(0))
              .at(INF, 0)
              .value(NAN, 0)
              .gradient(NAN, NAN)
              .peers("torch.softmax(x, 0)", "jax.nn.softmax(x)")
              .because("∞ ÷ ∞ is NaN; beside ∞ a finite number has no share"),
          one("x.logSoftmax(0)", x -> x.logSoftmax(0))
              .at(-INF, 0)
              .value(-INF, 0)
              .gradient(1, -1)
              .peers("torch.log_softmax(x, 0)", "jax.nn.log_softmax(x)"),
          one("x.logSoftmax(0)", x -> x.logSoftmax(0))
              .at(-INF, -INF)
              .value(NAN, NAN)
              .gradient(NAN, NAN)
              .peers("torch.log_softmax(x, 0)", "jax.nn.log_softmax(x)"));
}
