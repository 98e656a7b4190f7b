package org.thalweg.autodiff.operation;

import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Formula;

/// Products of matrices, `[…, m, k]` and `[…, k, n]` to `[…, m, n]`: the last two axes are
/// multiplied, the others broadcast. A transposed operand costs nothing more.
///
/// Every method throws `IllegalArgumentException` where types differ or are INT32, inner sizes
/// differ, the other axes do not broadcast, or an operand has fewer than two axes (one, for
/// [#matmul]).
public interface Products {
  /// A · B. A vector on the left counts as one row, on the right as one column, and that axis is
  /// dropped from the result.
  default Tensor matmul(Tensor b) {
    Tensor a = (Tensor) this;
    checkVectors(a.shape(), b.shape());
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

  private static void checkVectors(Shape a, Shape b) {
    boolean isAnyNumber = a.rank() == 0 || b.rank() == 0;
    boolean isAnyVector = a.rank() == 1 || b.rank() == 1;
    if (isAnyNumber || (isAnyVector && a.size(-1) != b.size(b.rank() == 1 ? -1 : -2))) {
      throw new IllegalArgumentException(
          "matmul: "
              + a
              + " and "
              + b
              + (isAnyNumber
                  ? " are not both vectors or matrices: use times for a single number"
                  : " have inner sizes that differ: make them equal"));
    }
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

  /// A linear map, a shift and a formula, in one pass over memory: each part of the product is
  /// finished while it is in the caches.
  ///
  /// ```
  /// y = f(x Wᵀ + b)
  /// ```
  ///
  /// `[…, in]`, `[out, in]` and `[out]` to `[…, out]`; the bits are those of [#linear(Tensor,
  /// Tensor)] and of the formula after it.
  ///
  /// ```java
  /// Tensor hidden = x.linear(weight, bias, Formulas.GELU);
  /// ```
  ///
  /// @param activation a formula of one input and one output
  /// @throws IllegalArgumentException where the formula is another, types differ or are not
  ///   floating, or sizes do not fit
  default Tensor linear(Tensor weight, Tensor bias, Formula activation) {
    return Tensor.apply(new ProductOp.Activated(activation), (Tensor) this, weight, bias);
  }
}
