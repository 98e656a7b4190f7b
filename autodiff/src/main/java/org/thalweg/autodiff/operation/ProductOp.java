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
      return new Result(
          MatrixProduct.apply(a.array(), transposeA, b.array(), transposeB),
          (input, _) -> input == 0 ? toA(b) : toB(a));
    }

    /// C = A·B: the gradient of A is G·Bᵀ; of a transposed A, B·Gᵀ.
    private Pullback toA(Tensor b) {
      return transposeA
          ? g -> product(transposeB, true, b, g)
          : g -> product(false, !transposeB, g, b);
    }

    /// C = A·B: the gradient of B is Aᵀ·G; of a transposed B, Gᵀ·A.
    private Pullback toB(Tensor a) {
      return transposeB
          ? g -> product(true, transposeA, g, a)
          : g -> product(!transposeA, false, a, g);
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
