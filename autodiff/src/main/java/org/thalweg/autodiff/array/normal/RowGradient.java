package org.thalweg.autodiff.array.normal;

import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Layout;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Formulas;
import org.thalweg.autodiff.formula.compile.FormulaKernel;
import org.thalweg.autodiff.kernel.Lanes;

/// The gradient of what rows were made into: a row for each of them, or one that all share, which
/// is then not written out for each.
///
/// @param step how much further the next row's begins: the length of a row, or 0
record RowGradient(DType dtype, Object data, int step) {
  /// The gradient of rows of `n` elements.
  ///
  /// @param g in the shape of x, or one that broadcasts to it
  static RowGradient of(Array g, Shape x, int n) {
    if (g.shape().equals(x)) {
      return new RowGradient(g.dtype(), g.data(), n);
    }
    if (g.elements() == 1) {
      return shared(Array.full(g.dtype(), Shape.of(n + Lanes.PADDING), g.get(0)));
    }
    int axis = x.rank();
    while (axis > 0 && x.product(axis, x.rank()) < n) {
      axis--;
    }
    int[] strides = g.shape().stridesIn(x);
    boolean isShared = x.product(axis, x.rank()) == n;
    for (int k = 0; k < axis; k++) {
      isShared &= strides[k] == 0;
    }
    if (!isShared) {
      return new RowGradient(g.dtype(), Layout.broadcastTo(g, x).data(), n);
    }
    int[] sizes = x.sizes();
    for (int k = 0; k < axis; k++) {
      sizes[k] = 1;
    }
    Array row = room(g.dtype(), n);
    System.arraycopy(Layout.broadcastTo(g, Shape.of(sizes)).data(), 0, row.data(), 0, n);
    return shared(row);
  }

  private static RowGradient shared(Array row) {
    return new RowGradient(row.dtype(), row.data(), 0);
  }

  /// A row that may be read by whole vectors to its end.
  private static Array room(DType dtype, int n) {
    return Array.zeros(dtype, Shape.of(n + Lanes.PADDING));
  }

  boolean isShared() {
    return step == 0;
  }

  /// Where that of a row begins.
  int at(int row) {
    return row * step;
  }

  /// One that is shared, times a weight for each of its `n` elements.
  RowGradient times(Array weight, int n) {
    Array product = room(dtype, n);
    Object[] arrays = {data, weight.data(), product.data()};
    FormulaKernel.of(Formulas.TIMES, dtype.precision()).run(0, arrays, 0, n);
    return shared(product);
  }
}
