package org.thalweg.autodiff.operation;

import java.util.List;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.MatrixProduct;

/// Products of matrices.
sealed interface ProductOp extends Op {
  /// The product of the last two axes, either matrix taken as transposed; the other axes broadcast.
  record Matmul(boolean transposeA, boolean transposeB) implements ProductOp {
    @Override
    public Result apply(Tensor... in) {
      Tensor a = in[0];
      Tensor b = in[1];
      boolean isShared =
          !transposeA && b.shape().rank() == 2 && a.shape().rank() > 2 && a.elements() > 0;
      return new Result(
          MatrixProduct.apply(a.array(), transposeA, b.array(), transposeB),
          (input, _) -> input == 0 ? toA(b) : toB(a, isShared));
    }

    /// C = A·B: the gradient of A is G·Bᵀ; of a transposed A, B·Gᵀ.
    private Pullback toA(Tensor b) {
      return transposeA
          ? g -> product(transposeB, true, b, g)
          : g -> product(false, !transposeB, g, b);
    }

    /// C = A·B: the gradient of B is Aᵀ·G; of a transposed B, Gᵀ·A. Where one B has met all
    /// matrices of A, their rows follow each other: the sum over them is part of one product.
    private Pullback toB(Tensor a, boolean isShared) {
      return isShared ? g -> toB(rows(a, a), rows(g, a)) : g -> toB(a, g);
    }

    private Tensor toB(Tensor a, Tensor g) {
      return transposeB ? product(true, transposeA, g, a) : product(!transposeA, false, a, g);
    }

    /// All rows of some matrices as one matrix of as many rows as those of A.
    private static Tensor rows(Tensor matrices, Tensor a) {
      int columns = matrices.shape().size(-1);
      return matrices.reshape(a.elements() / a.shape().size(-1), columns);
    }

    /// 2·m·k·n for each pair of matrices.
    @Override
    public long flops(List<Tensor> inputs, Tensor output) {
      long inner = inputs.get(0).shape().size(transposeA ? -2 : -1);
      return 2 * inner * output.elements();
    }

    @Override
    public String name() {
      return "matmul";
    }
  }

  /// The product, either matrix taken as transposed.
  static Tensor product(boolean transposeA, boolean transposeB, Tensor a, Tensor b) {
    return Tensor.apply(new Matmul(transposeA, transposeB), a, b);
  }
}
