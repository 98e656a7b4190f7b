package org.thalweg.autodiff.operation;

import org.thalweg.autodiff.Tensor;

/// Products of matrices, `[…, m, k]` and `[…, k, n]` to `[…, m, n]`: the last two axes are
/// multiplied, the others broadcast. A transposed operand costs nothing more.
///
/// Every method throws `IllegalArgumentException` where types differ, inner sizes differ, or an
/// operand has fewer than two axes (one, for [#matmul]).
public interface Products {
  /// A · B. A vector on the left counts as one row, on the right as one column, and that axis is
  /// dropped from the result.
  default Tensor matmul(Tensor b) {
    Tensor a = (Tensor) this;
    Tensor left = a.shape().rank() == 1 ? a.reshape(1, a.elements()) : a;
    Tensor right = b.shape().rank() == 1 ? b.reshape(b.elements(), 1) : b;
    Tensor c = ProductOp.product(false, false, left, right);
    if (left == a && right == b) {
      return c;
    }
    int[] sizes = c.shape().sizes();
    int keepRows = left == a ? 1 : 0;
    int keepColumns = right == b ? 1 : 0;
    int[] kept = new int[sizes.length - 2 + keepRows + keepColumns];
    System.arraycopy(sizes, 0, kept, 0, sizes.length - 2 + keepRows);
    if (keepColumns == 1) {
      kept[kept.length - 1] = sizes[sizes.length - 1];
    }
    return c.reshape(kept);
  }

  /// A · Bᵀ
  default Tensor matmulTransposed(Tensor b) {
    return ProductOp.product(false, true, (Tensor) this, b);
  }

  /// Aᵀ · B
  default Tensor transposedMatmul(Tensor b) {
    return ProductOp.product(true, false, (Tensor) this, b);
  }

  /// A linear map and a shift of every row, in one pass over memory.
  ///
  /// ```
  /// y = x Wᵀ + b
  /// ```
  ///
  /// `[…, in]`, `[out, in]` and `[out]` to `[…, out]`; the bits are those of `matmulTransposed` and
  /// `plus`.
  ///
  /// @throws IllegalArgumentException where types differ or are not floating, or sizes do not fit
  default Tensor linear(Tensor weight, Tensor bias) {
    return Tensor.apply(new ProductOp.Linear(), (Tensor) this, weight, bias);
  }
}
