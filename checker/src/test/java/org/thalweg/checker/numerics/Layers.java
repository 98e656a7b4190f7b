package org.thalweg.checker.numerics;

import static org.thalweg.checker.numerics.Row.one;
import static org.thalweg.checker.numerics.Row.two;

import java.util.function.UnaryOperator;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.operation.attention.Attention;
import org.thalweg.autodiff.operation.normal.Normalizations;
import org.thalweg.autodiff.operation.window.Convolution;
import org.thalweg.autodiff.operation.window.Convolutions;
import org.thalweg.autodiff.operation.window.Pooling;
import org.thalweg.autodiff.operation.window.Window;

/// Pooling, convolutions, normalisations and attention.
final class Layers {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;

  /// 1 ÷ √ε for ε = 10⁻⁵.
  private static final double STEEP = 1 / Math.sqrt(1e-5);

  private Layers() {}

  /// A vector as a signal of one channel, and back.
  private static Tensor signal(Tensor x, UnaryOperator<Tensor> function) {
    Tensor y = function.apply(x.reshape(1, 1, x.elements()));
    return y.reshape(y.elements());
  }

  private static Tensor convolved(Tensor a, Tensor b, int padding) {
    Convolution options = Convolution.plain().padding(padding);
    return signal(a, x -> Convolutions.conv1d(x, b.reshape(1, 1, b.elements()), options));
  }

  /// A batch of examples of one channel.
  private static Tensor batchNorm(Tensor x, double epsilon) {
    Tensor zero = Tensor.zeros(1).to(x.dtype());
    Tensor column = x.reshape(x.elements(), 1);
    return Normalizations.batchNorm(column, zero.plus(1), zero, epsilon)
        .value()
        .reshape(x.elements());
  }

  private static Tensor groupNorm(Tensor x, double epsilon) {
    return Normalizations.groupNorm(x.reshape(1, x.elements()), 2, epsilon).reshape(x.elements());
  }

  /// One query on keys that all fit alike: the mean of the values a, weighted by the mask b.
  private static Tensor attended(Tensor a, Tensor b) {
    Tensor keys = Tensor.ones(a.elements(), 1).to(a.dtype());
    Tensor mask = b.reshape(1, b.elements());
    return Attention.scaledDotProduct(
            keys.slice(0, 0, 1), keys, a.reshape(a.elements(), 1), mask, 1)
        .reshape(1);
  }

  private static Row attention() {
    return two("scaledDotProduct(1, 1, a, mask b)", Layers::attended)
        .peers(
            "F.scaled_dot_product_attention(torch.ones_like(a[:1, None]),"
                + " torch.ones_like(a[:, None]), a[:, None], b[None], scale=1.0)[0]",
            "jax.nn.dot_product_attention(jnp.ones_like(a[:1, None, None]),"
                + " jnp.ones_like(a[:, None, None]), a[:, None, None], b[None, None],"
                + " scale=1.0).ravel()");
  }

  static final Section SECTION =
      Section.of(
          "Windows, normalisations and attention",
          "The variance of a group is divided by its size, and ε is inside the root.",
          one("max1d(x, 2)", x -> signal(x, y -> Pooling.max1d(y, Window.of(2))))
              .at(2, 2, 1, NAN, NAN, NAN, -INF, -INF)
              .value(2, NAN, NAN, -INF)
              .gradient(1, 0, 0, 1, 1, 0, 1, 0)
              .peers(
                  "F.max_pool1d(x[None, None], 2)[0, 0]",
                  "lax.reduce_window(x, -jnp.inf, lax.max, (2,), (2,), 'VALID')")
              .because("NaN above all; the first of equal ones, and of NaN"),
          one(
                  "max1d(x, 3, padding 1)",
                  x -> signal(x, y -> Pooling.max1d(y, Window.of(3).padding(1))))
              .at(-INF, -INF)
              .value(-INF)
              .gradient(1, 0)
              .peers(
                  "F.max_pool1d(x[None, None], 3, padding=1)[0, 0]",
                  "lax.reduce_window(x, -jnp.inf, lax.max, (3,), (3,), [(1, 1)])")
              .because("padding never has the gradient"),
          one("average1d(x, 2)", x -> signal(x, y -> Pooling.average1d(y, Window.of(2))))
              .at(1, NAN, INF, -INF, INF, 1)
              .value(NAN, NAN, INF)
              .gradient(0.5, 0.5, 0.5, 0.5, 0.5, 0.5)
              .peers(
                  "F.avg_pool1d(x[None, None], 2)[0, 0]",
                  "lax.reduce_window(x, 0.0, lax.add, (2,), (2,), 'VALID') / 2"),
          two("conv1d(a, b)", (a, b) -> convolved(a, b, 0))
              .at(1, NAN, 0, 2)
              .at(0, 1)
              .value(NAN, NAN, 2)
              .gradient(0, 1, 1, 1)
              .gradient(NAN, NAN)
              .peers(
                  "F.conv1d(a[None, None], b[None, None])[0, 0]", "jnp.correlate(a, b, 'valid')"),
          two("conv1d(a, b)", (a, b) -> convolved(a, b, 0))
              .at(INF, 1)
              .at(0, 1)
              .value(NAN)
              .gradient(0, 1)
              .gradient(INF, 1)
              .peers(
                  "F.conv1d(a[None, None], b[None, None])[0, 0]", "jnp.correlate(a, b, 'valid')"),
          two("conv1d(a, b, padding 1)", (a, b) -> convolved(a, b, 1))
              .at(1)
              .at(INF, 1, INF)
              .value(NAN)
              .gradient(NAN)
              .gradient(0, 1, 0)
              .peers(
                  "F.conv1d(a[None, None], b[None, None], padding=1)[0, 0]",
                  "lax.conv(a[None, None], b[None, None], (1,), 'SAME')[0, 0]")
              .because("padding is zeros, in the gradient too, and 0 · ∞ is NaN"),
          two(
                  "layerNorm(a, 1, 1e−5).times(b)",
                  (a, b) -> Normalizations.layerNorm(a, 1, 1e-5).times(b))
              .at(3, 3)
              .at(1, 0)
              .value(0, 0)
              .gradient(0.5 * STEEP, -0.5 * STEEP)
              .gradient(0, 0)
              .peers(
                  "F.layer_norm(a, (2,), eps=1e-5) * b",
                  "(a - a.mean()) * lax.rsqrt(a.var() + 1e-5) * b")
              .because("ε is inside the root: the gradient is steep, and finite"),
          two("layerNorm(a, 1, 0).times(b)", (a, b) -> Normalizations.layerNorm(a, 1, 0).times(b))
              .at(3, 3)
              .at(1, 0)
              .value(NAN, NAN)
              .gradient(NAN, NAN)
              .gradient(NAN, NAN)
              .peers(
                  "F.layer_norm(a, (2,), eps=0.0) * b", "(a - a.mean()) * lax.rsqrt(a.var()) * b")
              .because("0 ÷ 0: there is nothing to divide by"),
          two("rmsNorm(a, 1, 1e−5).times(b)", (a, b) -> Normalizations.rmsNorm(a, 1, 1e-5).times(b))
              .at(0, 0)
              .at(1, 0)
              .value(0, 0)
              .gradient(STEEP, 0)
              .gradient(0, 0)
              .peers(
                  "F.rms_norm(a, (2,), eps=1e-5) * b", "a * lax.rsqrt(jnp.mean(a * a) + 1e-5) * b"),
          one("rmsNorm(x, 1, 0)", x -> Normalizations.rmsNorm(x, 1, 0))
              .at(0, 0)
              .value(NAN, NAN)
              .gradient(NAN, NAN)
              .peers("F.rms_norm(x, (2,), eps=0.0)", "x * lax.rsqrt(jnp.mean(x * x))")
              .because("0 ÷ 0: there is nothing to divide by"),
          one("groupNorm(x, 2, 0)", x -> groupNorm(x, 0))
              .at(3, 3, 1, -1)
              .value(NAN, NAN, 1, -1)
              .gradient(NAN, NAN, 0, 0)
              .peers(
                  "F.group_norm(x[None], 2, eps=0.0)[0]",
                  "((x.reshape(2, 2) - x.reshape(2, 2).mean(1, keepdims=True))"
                      + " * lax.rsqrt(x.reshape(2, 2).var(1, keepdims=True))).ravel()")
              .because("a group of equal elements alone is 0 ÷ 0"),
          two("batchNorm(a, 1, 0, 1e−5).times(b)", (a, b) -> batchNorm(a, 1e-5).times(b))
              .at(3, 3)
              .at(1, 0)
              .value(0, 0)
              .gradient(0.5 * STEEP, -0.5 * STEEP)
              .gradient(0, 0)
              .peers(
                  "F.batch_norm(a[:, None], None, None, training=True)[:, 0] * b",
                  "(a - a.mean()) * lax.rsqrt(a.var() + 1e-5) * b")
              .because("exactly 0: rounding does not take the mean out of the range of x"),
          two("batchNorm(a, 1, 0, 0).times(b)", (a, b) -> batchNorm(a, 0).times(b))
              .at(3, 3)
              .at(1, 0)
              .value(NAN, NAN)
              .gradient(NAN, NAN)
              .gradient(NAN, NAN)
              .peers(
                  "F.batch_norm(a[:, None], None, None, training=True, eps=0.0)[:, 0] * b",
                  "(a - a.mean()) * lax.rsqrt(a.var()) * b")
              .because("0 ÷ 0: there is nothing to divide by; PyTorch refuses ε = 0"),
          attention()
              .at(1, 2)
              .at(-INF, -INF)
              .value(0)
              .gradient(0, 0)
              .gradient(0, 0)
              .because("a query that sees no key gives 0, and has no gradient"),
          attention()
              .at(1, 2)
              .at(-1e9, -1e9)
              .value(1.5)
              .gradient(0.5, 0.5)
              .gradient(-0.25, 0.25)
              .because("a finite mask hides nothing where it hides all"),
          attention()
              .at(NAN, 2)
              .at(-INF, 0)
              .value(NAN)
              .gradient(0, 1)
              .gradient(NAN, NAN)
              .because("0 · NaN is NaN: a mask does not hide it"));
}
