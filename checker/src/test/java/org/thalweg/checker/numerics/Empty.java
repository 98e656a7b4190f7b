package org.thalweg.checker.numerics;

import static org.thalweg.checker.numerics.Row.labelled;
import static org.thalweg.checker.numerics.Row.one;
import static org.thalweg.checker.numerics.Row.two;

import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;

/// Nothing at all, and too much.
final class Empty {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;

  private Empty() {}

  private static Tensor zeros(int... sizes) {
    return Tensor.zeros(DType.FLOAT64, sizes);
  }

  static final Section SECTION =
      Section.of(
          "Empty tensors and sizes",
          "",
          one("x.sum()", x -> x.sum())
              .at(zeros(0))
              .value(0)
              .gradient()
              .peers("x.sum()", "jnp.sum(x)"),
          one("x.mean()", x -> x.mean())
              .at(zeros(0))
              .value(NAN)
              .gradient()
              .peers("x.mean()", "jnp.mean(x)"),
          one("x.variance()", x -> x.variance())
              .at(zeros(0))
              .value(NAN)
              .gradient()
              .peers("torch.var(x, unbiased=False)", "jnp.var(x)"),
          one("x.logSumExp()", x -> x.logSumExp())
              .at(zeros(0))
              .value(-INF)
              .gradient()
              .peers("torch.logsumexp(x, 0)", "jax.scipy.special.logsumexp(x)"),
          one("x.softmax(0)", x -> x.softmax(0))
              .at(zeros(0))
              .value()
              .gradient()
              .peers("torch.softmax(x, 0)", "jax.nn.softmax(x)"),
          one("x.max()", x -> x.max())
              .at(zeros(0))
              .refused("max: shape [0] has nothing along axes [0]: check that it is not empty")
              .peers("x.max()", "jnp.max(x)"),
          one("x.argmax(0)", x -> x.argmax(0))
              .at(zeros(0))
              .refused("argmax: shape [0] has nothing along axis 0: check its size")
              .peers("x.argmax(0)", "jnp.argmax(x, 0)"),
          one("x.max(0)", x -> x.max(0))
              .at(zeros(2, 0))
              .value()
              .gradient()
              .peers("x.max(0).values", "jnp.max(x, 0)"),
          two("a.matmul(b)", Tensor::matmul)
              .at(zeros(2, 0))
              .at(zeros(0, 3))
              .value(0, 0, 0, 0, 0, 0)
              .gradient()
              .gradient()
              .peers("a @ b", "a @ b"),
          labelled("x.crossEntropy(i).mean()", (x, i) -> x.crossEntropy(i).mean())
              .at(zeros(0, 3))
              .at(Tensor.ints())
              .value(NAN)
              .gradient()
              .peers(
                  "F.cross_entropy(x, i)",
                  "-jnp.take_along_axis(jax.nn.log_softmax(x), i[:, None], 1).mean()"),
          new Entry.Proven(
              "Sizes whose product overflows",
              "65536 × 65536 is 0 in an `int`, and 46341² is negative: every factory and every"
                  + " operation that takes sizes refuses more than 2³¹ − 9 elements, by the shape",
              OverflowingSizesTest.class,
              "aFactoryRefusesTooManyElements"));
}
