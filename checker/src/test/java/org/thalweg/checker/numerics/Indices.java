package org.thalweg.checker.numerics;

import static org.thalweg.checker.numerics.Row.labelled;

import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;

/// Indices and labels.
final class Indices {
  private static final String TAKE_NLL =
      "-jnp.take_along_axis(jax.nn.log_softmax(x), i[:, None], 1)[:, 0]";

  private Indices() {}

  private static Tensor column(double... values) {
    return Tensor.of(values).reshape(-1, 1);
  }

  static final Section SECTION =
      Section.of(
          "Indices and labels",
          "They are checked before anything is read or changed.",
          labelled("x.gatherRows(i)", Tensor::gatherRows)
              .at(column(10, 20))
              .at(Tensor.ints(1, 1, 0))
              .value(20, 20, 10)
              .gradient(1, 2)
              .peers("F.embedding(i, x)", "x[i]"),
          labelled("x.gatherRows(i)", Tensor::gatherRows)
              .at(column(10, 20))
              .at(Tensor.ints(0, 5))
              .refused("gatherRows: index 5 at position 1 is not in 0 … 1: check the data")
              .peers("F.embedding(i, x)", "x[i]")
              .because("JAX silently takes the last row"),
          labelled("x.gatherRows(i)", Tensor::gatherRows)
              .at(column(10, 20))
              .at(Tensor.ints(-1))
              .refused("gatherRows: index -1 at position 0 is not in 0 … 1: check the data")
              .peers("F.embedding(i, x)", "x[i]")
              .because("an index is a number of a row; counting from the end is for axes"),
          labelled("x.embedding(i, 0)", (x, i) -> x.embedding(i, 0))
              .at(column(10, 20))
              .at(Tensor.ints(1, 1, 0))
              .value(20, 20, 10)
              .gradient(0, 2)
              .peers("F.embedding(i, x, padding_idx=0)", "")
              .because("row 0 stands for padding, and gets no gradient"),
          labelled("x.gather(0, i)", (x, i) -> x.gather(0, i))
              .at(10, 20)
              .at(Tensor.ints(1, 1, 0))
              .value(20, 20, 10)
              .gradient(1, 2)
              .peers("x.gather(0, i)", "jnp.take_along_axis(x, i, 0)"),
          labelled("x.gather(0, i)", (x, i) -> x.gather(0, i))
              .at(10, 20)
              .at(Tensor.ints(-1))
              .refused("gather: index -1 at position 0 is not in 0 … 1: check the data")
              .peers("x.gather(0, i)", "jnp.take_along_axis(x, i, 0)")
              .because("an index is a place; counting from the end is for axes"),
          labelled("x.scatterAdd(0, i, x)", (x, i) -> x.scatterAdd(0, i, x))
              .at(10, 20)
              .at(Tensor.ints(1, 1))
              .value(10, 50)
              .gradient(2, 2)
              .peers("x.scatter_add(0, i, x)", "x.at[i].add(x)"),
          labelled("x.indexSelect(0, i)", (x, i) -> x.indexSelect(0, i))
              .at(10, 20)
              .at(Tensor.ints(2))
              .refused("indexSelect: index 2 at position 0 is not in 0 … 1: check the data")
              .peers("x.index_select(0, i)", "jnp.take(x, i)")
              .because("a wrong index is a mistake in the data"),
          labelled("i.oneHot(2, FLOAT64)", (_, i) -> i.oneHot(2, DType.FLOAT64))
              .at()
              .at(Tensor.ints(2))
              .refused("oneHot: index 2 at position 0 is not in 0 … 1: check the data")
              .peers("F.one_hot(i, 2)", "jax.nn.one_hot(i, 2)")
              .because("a wrong label is a mistake in the data"),
          labelled("x.pick(i)", Tensor::pick)
              .at(Tensor.of(new double[][] {{1, 2}}))
              .at(Tensor.ints(2))
              .refused("pick: index 2 at position 0 is not in 0 … 1: check the data")
              .peers("x.gather(1, i[:, None])", "jnp.take_along_axis(x, i[:, None], 1)[:, 0]")
              .because("a wrong index is a mistake in the data"),
          labelled("x.crossEntropy(i)", Tensor::crossEntropy)
              .at(Tensor.of(new double[][] {{1, 2}}))
              .at(Tensor.ints(-1))
              .refused("crossEntropy: index -1 at position 0 is not in 0 … 1: check the data")
              .peers("F.cross_entropy(x, i, reduction='none')", TAKE_NLL)
              .because("a wrong label is a mistake in the data"),
          labelled("x.crossEntropy(i)", Tensor::crossEntropy)
              .at(Tensor.of(new double[][] {{1, 2}}))
              .at(Tensor.ints(-100))
              .refused("crossEntropy: index -100 at position 0 is not in 0 … 1: check the data")
              .peers("F.cross_entropy(x, i, reduction='none')", TAKE_NLL)
              .because(
                  "no label is ignored unasked: leave those rows out, or weight the losses, and"
                      + " divide by how many are left"));
}
